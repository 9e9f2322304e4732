//! Text strings for people (ISO 32000-2, 7.9.2.2), decoded and written anew without what does not show.

use crate::report::is_visible;
use lopdf::{Object, StringFormat, decode_text_string};

/// The longest text string that is kept, in characters.
const MAX_CHARS: usize = 4096;

/// The characters of a text string: UTF-16 or UTF-8 with their marks, else `PDFDocEncoding`.
pub(super) fn decode(bytes: &[u8]) -> String {
    let object = Object::String(bytes.to_vec(), StringFormat::Literal);
    let text = decode_text_string(&object).unwrap_or_default();
    text.chars().filter(|c| is_visible(*c)).take(MAX_CHARS).collect()
}

/// The same text in one of two forms: ASCII, or UTF-16 with a mark.
pub(super) fn encode(text: &str) -> Object {
    let bytes = if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        text.as_bytes().to_vec()
    } else {
        [0xFE, 0xFF].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect()
    };
    Object::String(bytes, StringFormat::Literal)
}

/// Decodes and writes anew.
pub(super) fn rewrite(bytes: &[u8]) -> Object {
    encode(&decode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_written_in_one_of_two_forms() {
        assert_eq!(rewrite(b"abc\x07"), Object::string_literal("abc"));
        let japanese = [0xFE, 0xFF, 0x5E, 0x81, 0x20, 0x2E, 0x82, 0x0E];
        assert_eq!(rewrite(&japanese), Object::String(vec![0xFE, 0xFF, 0x5E, 0x81, 0x82, 0x0E], StringFormat::Literal));
    }
}
