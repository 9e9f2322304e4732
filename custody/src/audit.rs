//! The audit chain: who did what to which item, each event carrying the hash of the one before.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ItemId;

/// What was done. The codes are a contract with whoever reads exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// An account was made, changed or removed.
    AccountChange,
    /// A recipient will never get a mail.
    Bounce,
    /// Settings were read anew.
    ConfigReload,
    /// Delivery was put off.
    Defer,
    /// A mail was taken by the next hop for every recipient.
    Deliver,
    /// Someone took a lease to deliver an item.
    DeliverStart,
    /// An item's time ran out.
    Expire,
    /// Audit or reports were exported.
    Export,
    /// Nothing of an item may leave.
    Hold,
    /// Someone logged in.
    Login,
    /// A log-in failed.
    LoginFail,
    /// Someone logged out.
    Logout,
    /// A password was tried on a held part.
    PasswordTry,
    /// Someone was given the output of an item.
    Receive,
    /// A held item goes through sanitizing again.
    Rerun,
    /// Bytes were removed after their time.
    RetentionDelete,
    /// Work on an item was put off through no fault of it.
    Retry,
    /// An item was sanitized.
    Sanitize,
    /// Someone took a lease to sanitize an item.
    SanitizeStart,
    /// A service began.
    ServiceStart,
    /// A service ended in good order.
    ServiceStop,
    /// An item came in.
    Submit,
    /// Someone looked at an item (a report, a page).
    View,
}

/// An event to be written into the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// Who: an account name, or the name of a service.
    pub actor: String,
    /// Did what.
    pub action: Action,
    /// To which item.
    pub target: Option<ItemId>,
    /// Codes and numbers that belong to it. Never content, never parser text.
    pub detail: BTreeMap<String, String>,
}

impl AuditEvent {
    /// An event without target and detail.
    pub fn new(actor: impl Into<String>, action: Action) -> Self {
        Self { actor: actor.into(), action, target: None, detail: BTreeMap::new() }
    }

    /// The same, about an item.
    #[must_use]
    pub fn about(mut self, target: ItemId) -> Self {
        self.target = Some(target);
        self
    }

    /// The same with one more detail.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.detail.insert(key.into(), value.into());
        self
    }
}

/// The end of the chain at some moment. Kept off the box, it proves that nothing before it was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of the last event; 0 for an empty chain.
    pub seq: u64,
    /// Its hash; zeros for an empty chain.
    pub hash: [u8; 32],
}

/// What a walk along the chain has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainState {
    /// An event does not fit: it, or one before it, was changed, removed or put in.
    Broken {
        /// The first event that does not fit.
        seq: u64,
    },
    /// Every event fits. Without a head kept elsewhere this says "self-consistent only": whoever could write the whole file
    /// could have written a whole chain.
    SelfConsistent {
        /// The end of the chain.
        head: Head,
    },
    /// Every event fits, and the head that was kept elsewhere is in the chain.
    Verified {
        /// The end of the chain.
        head: Head,
    },
}

/// An event as it stands in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its number, from 1, without gaps.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: AuditEvent,
}
