//! How a piece of work ended: what a handler gives back for the item it was handed.

use std::time::Duration;

use jiff::Timestamp;

use crate::{NewItem, Summary};

/// How the work on a claimed item ended. [`Stage::Sanitize`](crate::Stage) takes `Sanitized`, `Held` and `Retry`;
/// [`Stage::Deliver`](crate::Stage) takes `Delivery`, `Expired`, `Held` and `Retry`. Anything else is an illegal transition and
/// changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settlement {
    /// Delivery was tried; what came of it for each recipient that was tried. Recipients that are not named stay as they are.
    Delivery {
        /// One result for each recipient tried.
        results: Vec<RecipientResult>,
        /// New items that come of it (a DSN for those that bounced), put into the ledger in the same transaction.
        follow_up: Vec<FollowUp>,
    },
    /// Its time ran out: every recipient that is not delivered bounces.
    Expired {
        /// New items that come of it (a DSN), put into the ledger in the same transaction.
        follow_up: Vec<FollowUp>,
    },
    /// Nothing of it may leave.
    Held {
        /// The stable code of the reason.
        reason: String,
        /// The report, if there is one.
        report: Option<Vec<u8>>,
        /// The report in words and numbers.
        summary: Summary,
    },
    /// Could not be worked on now, through no fault of the item: again after a while.
    Retry {
        /// How long to wait.
        after: Duration,
        /// The stable code of the reason.
        reason: String,
    },
    /// Sanitized; the outputs are what the verifier accepted. A mail held as a whole comes here too, with its stub.
    Sanitized {
        /// What may leave: the whole first, then what leaves beside it. Never empty.
        outputs: Vec<NewOutput>,
        /// The report, in a form only the service knows.
        report: Vec<u8>,
        /// The report in words and numbers.
        summary: Summary,
    },
}

/// One output of sanitizing, to be kept until it is delivered or fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOutput {
    /// The name it leaves under.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// The bytes that the verifier accepted.
    pub bytes: Vec<u8>,
    /// The verifier's receipt for these bytes, in a form only the service knows.
    pub receipt: Vec<u8>,
}

/// An item that comes of another, such as a DSN: goes through the same states from `received` on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowUp {
    /// What it is and who gets it.
    pub item: NewItem,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What came of one try for one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecipientResult {
    /// [`Recipient::position`](crate::Recipient::position).
    pub position: u32,
    /// What came of it.
    pub outcome: RecipientOutcome,
    /// The enhanced status code (RFC 3463) of the answer, if there was one.
    pub status: Option<String>,
}

/// Where one recipient stands after a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecipientOutcome {
    /// Refused for good.
    Bounced,
    /// Not now; again at this time.
    Deferred {
        /// When.
        until: Timestamp,
    },
    /// The next hop has taken it.
    Delivered,
}

/// An output as it is read back: the bytes have the hash under which they were stored, and the MAC over item, hash and receipt is
/// custody's own. The caller still has to hold the bytes against the receipt before they leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredOutput {
    /// The name it leaves under.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// The verifier's receipt.
    pub receipt: Vec<u8>,
}
