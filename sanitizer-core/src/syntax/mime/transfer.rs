//! Content-Transfer-Encoding (RFC 2045, 6): strict decoding, and the encodings we write.

use super::{Doubt, words};
use std::borrow::Cow;

/// How a body is encoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Base64.
    Base64,
    /// 7bit, 8bit, binary, and the misspellings of these that every reader takes as "not encoded".
    #[default]
    Identity,
    /// Quoted-printable.
    QuotedPrintable,
}

/// Values that are none of RFC 2045 and that every reader leaves alone, as it does those three.
const IDENTITY: &[&str] = &[
    "",
    "7-bit",
    "7bit",
    "7bits",
    "8-bit",
    "8bit",
    "8bits",
    "binary",
    "identity",
    "none",
    "plain",
    "plaintext",
    "text",
    "us-ascii",
    "utf-8",
    "utf8",
];

impl Encoding {
    /// Reads the field's value; `None` for one that readers do not agree on, unless `body` is the same to all of them.
    pub fn parse(value: &[u8], body: &[u8]) -> Option<Self> {
        let value = words::unfold(value);
        let name = String::from_utf8_lossy(&value).trim().trim_end_matches(';').to_ascii_lowercase();
        match name.as_str() {
            "base64" => Some(Self::Base64),
            "quoted-printable" => Some(Self::QuotedPrintable),
            name if IDENTITY.contains(&name) => Some(Self::Identity),
            // Misspelled: decoded or not, nothing changes where there is no escape.
            "quoted printable" | "quoted_printable" | "quotedprintable" if !body.contains(&b'=') => Some(Self::Identity),
            _ => None,
        }
    }

    /// Decodes `raw`. In text, a broken quoted-printable escape is shown as it stands, as readers do.
    pub fn decode(self, raw: &[u8], text: bool) -> Result<Cow<'_, [u8]>, Doubt> {
        match self {
            Self::Identity => Ok(Cow::Borrowed(raw)),
            Self::Base64 => decode_base64(raw).map(Cow::Owned),
            Self::QuotedPrintable => quoted_printable(raw, text).map(Cow::Owned),
        }
    }
}

/// Strict: the alphabet, white space, and padding at the end only. Padding that is missing is no matter.
fn decode_base64(raw: &[u8]) -> Result<Vec<u8>, Doubt> {
    let mut clean = Vec::with_capacity(raw.len());
    let mut padding = 0_u32;
    for byte in raw {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {}
            b'=' => padding = padding.saturating_add(1),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => clean.push(*byte),
            _ => return Err(Doubt::Base64Junk),
        }
    }
    if clean.len() % 4 == 1 || padding > 2 {
        return Err(Doubt::Base64Junk);
    }
    mail_parser::decoders::base64::base64_decode(&clean).ok_or(Doubt::Base64Junk)
}

fn quoted_printable(raw: &[u8], text: bool) -> Result<Vec<u8>, Doubt> {
    let mut out = Vec::with_capacity(raw.len());
    for whole in raw.split_inclusive(|byte| *byte == b'\n') {
        let (line, end) = match whole {
            [line @ .., b'\r', b'\n'] => (line, b"\r\n".as_slice()),
            [line @ .., b'\n'] => (line, b"\n".as_slice()),
            line => (line, b"".as_slice()),
        };
        // Blanks at a line's end were added on the way (RFC 2045, 6.7, rule 3).
        let line = line.trim_ascii_end();
        let (line, end) = match line.strip_suffix(b"=") {
            Some(soft) => (soft, b"".as_slice()),
            None => (line, end),
        };
        let mut rest = line;
        while let Some((&byte, after)) = rest.split_first() {
            rest = after;
            match (byte, after) {
                (b'=', [high, low, tail @ ..]) if words::hex(*high).is_some() && words::hex(*low).is_some() => {
                    out.push(words::hex(*high).unwrap_or(0) << 4 | words::hex(*low).unwrap_or(0));
                    rest = tail;
                }
                (b'=', _) if !text => return Err(Doubt::QuotedPrintableJunk),
                _ => out.push(byte),
            }
        }
        out.extend_from_slice(end);
    }
    Ok(out)
}

/// Base64 without line breaks (RFC 4648, 4).
pub fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |value: u32| ALPHABET.get(usize::try_from(value & 63).unwrap_or(0)).map_or('A', |byte| char::from(*byte));
    let mut out = String::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
    for group in bytes.chunks(3) {
        let byte = |index: usize| u32::from(group.get(index).copied().unwrap_or(0));
        let value = byte(0) << 16 | byte(1) << 8 | byte(2);
        out.push(digit(value >> 18));
        out.push(digit(value >> 12));
        out.push(if group.len() > 1 { digit(value >> 6) } else { '=' });
        out.push(if group.len() > 2 { digit(value) } else { '=' });
    }
    out
}

/// Base64 in lines of 76 characters, each with CRLF (RFC 2045, 6.8).
pub fn base64_lines(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(57).saturating_mul(78));
    for line in bytes.chunks(57) {
        out.push_str(&base64(line));
        out.push_str("\r\n");
    }
    out
}
