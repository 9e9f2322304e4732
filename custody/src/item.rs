//! Items as they are handed in and as they are read back.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ItemId, Kind, ReceiptNumber, RecipientState, State};

/// What is known of an item before its bytes: given to [`Inbox::append`](crate::Inbox::append) and
/// [`Inbox::begin`](crate::Inbox::begin).
///
/// Custody reads none of it; it stores every field as given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewItem {
    /// Which face it came in by.
    pub kind: Kind,
    /// Mail: the reverse-path, empty for a null sender (RFC 5321 §4.5.5). Files: empty.
    pub sender: String,
    /// Mail: the forward-paths in the order of the RCPT commands. Files: empty.
    pub recipients: Vec<String>,
    /// Files: the account that uploaded it. Mail: empty.
    pub owner: String,
    /// The name it was given by its sender, as it came (untrusted; show it only escaped). Mail: empty.
    pub name: String,
    /// The media type its sender claimed; may be empty.
    pub media_type: String,
    /// The face's own words about the item (client address, HELO, purpose …), in a form only the face knows.
    pub context: String,
}

impl NewItem {
    /// A mail from `sender` (empty: null sender) to `recipients`.
    pub fn mail(sender: impl Into<String>, recipients: Vec<String>) -> Self {
        Self {
            kind: Kind::Mail,
            sender: sender.into(),
            recipients,
            owner: String::new(),
            name: String::new(),
            media_type: "message/rfc822".to_owned(),
            context: String::new(),
        }
    }

    /// A file uploaded by `owner`.
    pub fn file(owner: impl Into<String>, name: impl Into<String>, media_type: impl Into<String>) -> Self {
        Self {
            kind: Kind::File,
            sender: String::new(),
            recipients: Vec::new(),
            owner: owner.into(),
            name: name.into(),
            media_type: media_type.into(),
            context: String::new(),
        }
    }

    /// The same with the face's own words.
    #[must_use]
    pub fn with_context(mut self, context: impl Into<String>) -> Self {
        self.context = context.into();
        self
    }
}

/// How the sanitizing of an item ended, in the words of its report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Held as a whole (a mail: its stub goes out in its place).
    Held,
    /// Something was removed, neutralized or held inside.
    Modified,
    /// Built anew; nothing is missing that a reader would miss.
    Rebuilt,
}

impl Verdict {
    /// Every verdict.
    pub const ALL: [Verdict; 3] = [Self::Held, Self::Modified, Self::Rebuilt];

    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Modified => "modified",
            Self::Rebuilt => "rebuilt",
        }
    }

    pub(crate) fn number(self) -> i64 {
        match self {
            Self::Rebuilt => 1,
            Self::Modified => 2,
            Self::Held => 3,
        }
    }
}

/// What custody and the Internet side may know of a report: words and numbers, never content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// How it ended.
    pub verdict: Verdict,
    /// Stable codes of the reasons and findings, without repetition.
    pub codes: Vec<String>,
    /// How many of what (`removed`, `held` …).
    pub counts: BTreeMap<String, u64>,
}

/// An item as the ledger has it, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: ItemId,
    /// Its 受付番号.
    pub receipt: ReceiptNumber,
    /// What was handed in with it. `recipients` is empty here: see [`Item::recipients`].
    pub intake: NewItem,
    /// Its recipients (mail), in the order they were handed in.
    pub recipients: Vec<Recipient>,
    /// Length of the original in bytes.
    pub size: u64,
    /// SHA-256 of the original.
    pub sha256: [u8; 32],
    /// When the inbox took it.
    pub received_at: Timestamp,
    /// When its state changed last.
    pub changed_at: Timestamp,
    /// Where it is.
    pub state: State,
    /// When it is due for work (again); `None` when nothing is to be done by itself.
    pub due: Option<Timestamp>,
    /// How often it was taken for the step it is at.
    pub attempts: u32,
    /// The code of the reason why it is held, retried or expired.
    pub reason: Option<String>,
    /// How sanitizing ended, once it has.
    pub summary: Option<Summary>,
    /// How many outputs are stored.
    pub outputs: u32,
}

/// One recipient of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Its place in the order of the RCPT commands, from 0.
    pub position: u32,
    /// The forward-path.
    pub address: String,
    /// Where the mail is for it.
    pub state: RecipientState,
    /// When it is due again, if deferred.
    pub due: Option<Timestamp>,
    /// How often delivery to it was tried.
    pub attempts: u32,
    /// The last enhanced status code (RFC 3463), such as `5.1.1`, if there was an answer.
    pub status: Option<String>,
}

/// What the Internet side may read of an item it took in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The item.
    pub id: ItemId,
    /// Its 受付番号.
    pub receipt: ReceiptNumber,
    /// Who handed it in, under which name.
    pub owner: String,
    /// The name it was given.
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
    /// When it came.
    pub received_at: Timestamp,
    /// Where it is, as last published by the back; [`State::Received`] until the back has said something.
    pub state: State,
    /// The reason it is held, as a code.
    pub reason: Option<String>,
    /// How sanitizing ended, once it has.
    pub summary: Option<Summary>,
}

/// Which items a page shows. Empty fields do not restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only this kind.
    pub kind: Option<Kind>,
    /// Only what this account uploaded.
    pub owner: Option<String>,
    /// Only mail to this address (ASCII letters compare without case).
    pub recipient: Option<String>,
    /// Only these states; empty means all.
    pub states: Vec<State>,
    /// Only these verdicts; empty means all, also none yet.
    pub verdicts: Vec<Verdict>,
    /// Only items older than this one: the last id of the page before.
    pub before: Option<ItemId>,
}

/// How many items are in one state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// Of this kind.
    pub kind: Kind,
    /// In this state.
    pub state: State,
    /// So many.
    pub items: u64,
    /// When the oldest of them came in.
    pub oldest: Timestamp,
}
