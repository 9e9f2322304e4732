//! XML 1.0 with namespaces, read strictly and written plainly: the form of XML that Office Open XML is made of.
//!
//! [`Document::decode`] turns bytes into checked text, [`Document::reader`] gives it as a stream of [`Event`]s, and
//! [`Writer`] writes the few that a transformer keeps. `quick-xml` splits the text into tags; everything it is lenient
//! about is checked here: one root, all closed, names and characters legal, attributes well-formed and unique, prefixes
//! bound, five entities and no more. A DOCTYPE is refused: nothing we take has one, and it is the door to external
//! entities and entity bombs. Comments and processing instructions are not content and are left out.
//!
//! Markup compatibility (ECMA-376 part 3) is resolved here too: of `mc:AlternateContent` only the branch that is kept
//! becomes events, so that nothing can hide in the other.

mod attributes;
mod names;
mod ns;
mod reader;
mod text;
mod writer;

#[cfg(test)]
mod tests;

pub use attributes::Attribute;
pub use ns::Ns;
pub use reader::{Event, Reader, Start};
pub use writer::Writer;

use sanitizer_verify::{Budget, Exceeded, Reason};
use std::borrow::Cow;

/// Why a document is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum XmlError {
    /// Deeper, or with more attributes on one element, than any document has.
    Bomb,
    /// A character XML does not allow.
    Character,
    /// A document type declaration.
    Doctype,
    /// Neither UTF-8 nor UTF-16, or declared as something else.
    Encoding,
    /// An entity other than the five that XML defines, or a reference to no character.
    Entity,
    /// Over the budget.
    Exceeded(Exceeded),
    /// A prefix without a namespace.
    Unbound,
    /// Not well-formed.
    WellFormedness,
}

impl XmlError {
    /// Why the part is held.
    pub fn reason(self) -> Reason {
        match self {
            Self::Bomb => Reason::CountLimit,
            Self::Doctype | Self::Encoding => Reason::Ambiguous,
            Self::Exceeded(exceeded) => exceeded.into(),
            Self::Character | Self::Entity | Self::Unbound | Self::WellFormedness => Reason::Broken,
        }
    }
}

impl From<Exceeded> for XmlError {
    fn from(exceeded: Exceeded) -> Self {
        Self::Exceeded(exceeded)
    }
}

impl std::fmt::Display for XmlError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for XmlError {}

/// The text of one document.
#[derive(Clone, Debug)]
pub struct Document<'a> {
    text: Cow<'a, str>,
    utf16: bool,
}

impl<'a> Document<'a> {
    /// Decodes UTF-8 or UTF-16 and checks every character (XML 1.0, 2.2). Charges one object for each tag.
    pub fn decode(bytes: &'a [u8], budget: &mut Budget) -> Result<Self, XmlError> {
        let (text, utf16) = match bytes {
            [0xEF, 0xBB, 0xBF, rest @ ..] => (utf8(rest)?, false),
            [0xFF, 0xFE, rest @ ..] => (utf16(rest, u16::from_le_bytes, budget)?, true),
            [0xFE, 0xFF, rest @ ..] => (utf16(rest, u16::from_be_bytes, budget)?, true),
            [b'<', 0, ..] => (utf16(bytes, u16::from_le_bytes, budget)?, true),
            [0, b'<', ..] => (utf16(bytes, u16::from_be_bytes, budget)?, true),
            _ => (utf8(bytes)?, false),
        };
        if !text::is_legal(&text) {
            return Err(XmlError::Character);
        }
        let tags = text.bytes().filter(|byte| *byte == b'<').count();
        budget.objects(tags as u64)?;
        Ok(Self { text, utf16 })
    }

    /// Reads it from the start. `understands` says which extension namespaces the caller handles, for the choice of a
    /// branch of `mc:AlternateContent`.
    pub fn reader(&self, understands: fn(Ns) -> bool) -> Reader<'_> {
        Reader::new(&self.text, self.utf16, understands)
    }
}

fn utf8(bytes: &[u8]) -> Result<Cow<'_, str>, XmlError> {
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| XmlError::Encoding)
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, budget: &mut Budget) -> Result<Cow<'static, str>, XmlError> {
    let (units, rest) = bytes.as_chunks::<2>();
    if !rest.is_empty() {
        return Err(XmlError::Encoding);
    }
    // Two bytes of UTF-16 become at most three of UTF-8.
    budget.expand((bytes.len() as u64).saturating_mul(2))?;
    let text: Result<String, _> = char::decode_utf16(units.iter().copied().map(unit)).collect();
    text.map(Cow::Owned).map_err(|_| XmlError::Encoding)
}
