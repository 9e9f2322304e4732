//! A message as MAPI keeps it ([MS-OXCMSG], [MS-OXPROPS]), read from an Outlook file (.msg, [MS-OXMSG]) or from a
//! transport-neutral encapsulation (winmail.dat, [MS-OXTNEF]).
//!
//! Properties by number, recipients, and what hangs on the message. Nothing is decided here.

mod compressed;
mod msg;
mod props;
mod tnef;

pub use compressed::decompress;
pub use props::{Props, Value, id};

use sanitizer_verify::Budget;

/// Messages in messages, at most.
const DEPTH: u32 = 16;

/// A message.
#[derive(Clone, Debug, Default)]
pub struct Letter {
    /// Its properties.
    pub props: Props,
    /// Properties of each recipient.
    pub recipients: Vec<Props>,
    /// What hangs on it, in order.
    pub files: Vec<Attached>,
    /// Whether something stands behind its end that no reader takes for a part of it.
    pub trailing: bool,
}

/// What hangs on a message.
#[derive(Clone, Debug)]
pub struct Attached {
    /// Its properties.
    pub props: Props,
    /// What it is.
    pub content: Content,
}

/// The content of an attachment, by its method ([MS-OXCMSG] 2.2.2.9).
#[derive(Clone, Debug)]
pub enum Content {
    /// By value.
    Bytes(Vec<u8>),
    /// By reference: a path that would be opened.
    Elsewhere,
    /// A message.
    Letter(Box<Letter>),
    /// An OLE object, or none of these.
    Object,
}

/// Why a file could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// Damaged, cut off, or not what it says.
    Damaged,
    /// More than the budget allows.
    Exceeded(sanitizer_verify::Exceeded),
}

impl From<sanitizer_verify::Exceeded> for Unread {
    fn from(exceeded: sanitizer_verify::Exceeded) -> Self {
        Self::Exceeded(exceeded)
    }
}

/// Reads an Outlook file.
pub fn msg(bytes: &[u8], budget: &mut Budget) -> Result<Letter, Unread> {
    msg::read(bytes, budget)
}

/// Reads an encapsulation.
pub fn tnef(bytes: &[u8], budget: &mut Budget) -> Result<Letter, Unread> {
    tnef::read(bytes, DEPTH, budget)
}
