//! Charsets: which one a text is in, and its characters.
//!
//! `encoding_rs` does the tables. In front of it stand a table of the labels Japanese programs write and it does not
//! know, a reader of ISO-2022-JP as it is really sent ([`iso2022jp`]), and a choice on the bytes for text that declares
//! nothing or something that cannot be ([`detect()`]). A declaration that fits the bytes always wins.
//!
//! 〜 － ‖ in JIS rows 1 and 2 come out as Windows shows them (U+FF5E, U+FF0D, U+2225), as `encoding_rs` has it.

mod detect;
mod iso2022jp;
mod labels;
#[cfg(test)]
mod tests;

pub use detect::detect;
pub use labels::is_utf7;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// A charset we read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// ISO-2022-JP with everything that is sent under that name.
    Iso2022Jp,
    /// One of `encoding_rs`.
    Table(&'static Encoding),
}

/// A text, and how well it fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The characters; U+FFFD stands where bytes are none.
    pub text: String,
    /// What it was read as.
    pub charset: Charset,
    /// Whether a byte sequence was none of this charset.
    pub malformed: bool,
    /// Whether a declaration was set aside, because the bytes cannot be what it says or nobody knows it.
    pub relabelled: bool,
}

impl Charset {
    /// UTF-8.
    pub const UTF_8: Self = Self::Table(UTF_8);

    /// The charset with this label, if we read it.
    pub fn for_label(label: &str) -> Option<Self> {
        labels::find(label)
    }

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Iso2022Jp => "ISO-2022-JP",
            Self::Table(encoding) => encoding.name(),
        }
    }

    /// Reads `bytes`. A byte order mark of this charset is left out.
    pub fn decode(self, bytes: &[u8]) -> Decoded {
        let (text, malformed) = match self {
            Self::Iso2022Jp => iso2022jp::decode(bytes),
            Self::Table(encoding) => {
                let (text, malformed) = encoding.decode_with_bom_removal(bytes);
                (text.into_owned(), malformed)
            }
        };
        Decoded { text, charset: self, malformed, relabelled: false }
    }
}

/// Reads `bytes` as what they are declared to be, or as what they are if the declaration is missing, unknown, or cannot
/// be true.
pub fn decode(bytes: &[u8], declared: Option<&str>) -> Decoded {
    if let Some(charset) = byte_order_mark(bytes) {
        let decoded = charset.decode(bytes);
        if !decoded.malformed {
            return decoded;
        }
    }
    let label = declared.map(str::trim).filter(|label| !labels::says_nothing(label));
    if let Some(charset) = label.and_then(Charset::for_label) {
        let decoded = charset.decode(bytes);
        if !decoded.malformed && !is_escaped_japanese(charset, bytes) {
            return decoded;
        }
        // Where no charset fits better, the sender's word is as good as a guess.
        let guess = detect(bytes).decode(bytes);
        return if guess.malformed { decoded } else { Decoded { relabelled: true, ..guess } };
    }
    Decoded { relabelled: label.is_some(), ..detect(bytes).decode(bytes) }
}

/// Reads a name or a header of which nothing is declared: raw 8-bit, or ISO-2022-JP with its escapes.
pub fn decode_undeclared(bytes: &[u8]) -> String {
    decode(bytes, None).text
}

/// ISO-2022-JP is all 7-bit, so it passes as ASCII, UTF-8 or Latin-1; its escapes are in none of those.
fn is_escaped_japanese(charset: Charset, bytes: &[u8]) -> bool {
    charset != Charset::Iso2022Jp && bytes.contains(&0x1B) && bytes.is_ascii() && detect(bytes) == Charset::Iso2022Jp
}

fn byte_order_mark(bytes: &[u8]) -> Option<Charset> {
    let encoding = match bytes {
        [0xEF, 0xBB, 0xBF, ..] => UTF_8,
        [0xFF, 0xFE, ..] => UTF_16LE,
        [0xFE, 0xFF, ..] => UTF_16BE,
        _ => return None,
    };
    Some(Charset::Table(encoding))
}
