//! Text in header fields: unfolding, RFC 2047 words in both directions, percent-encoding.

use crate::syntax::charset;

/// The longest encoded word (RFC 2047, 2).
const WORD: usize = 75;
/// The longest line that holds one.
const LINE: usize = 76;

/// The value on one line: line ends are left out, the blanks behind them stay (RFC 5322, 2.2.3).
pub fn unfold(value: &[u8]) -> Vec<u8> {
    value.iter().copied().filter(|byte| !matches!(byte, b'\r' | b'\n')).collect::<Vec<_>>().trim_ascii().to_vec()
}

/// Reads unstructured text: encoded words, raw 8-bit and raw ISO-2022-JP.
pub fn decode(value: &[u8]) -> String {
    let raw = unfold(value);
    let text = if raw.is_ascii() && !raw.contains(&0x1B) {
        String::from_utf8_lossy(&raw).into_owned()
    } else {
        charset::decode_undeclared(&raw)
    };
    decode_str(&text)
}

/// Reads the encoded words in `text`.
pub fn decode_str(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Bytes of adjacent words in one charset belong together: many programs split a character between two.
    let mut pending: Option<(String, Vec<u8>)> = None;
    while let Some(at) = rest.find("=?") {
        let (before, from) = rest.split_at_checked(at).unwrap_or_default();
        let Some((word, after)) = Word::read(from) else {
            flush(&mut pending, &mut out);
            out.push_str(before);
            out.push_str("=?");
            rest = from.get(2..).unwrap_or_default();
            continue;
        };
        // Blanks between two words are not text (RFC 2047, 6.2).
        if pending.is_none() || !before.trim().is_empty() {
            flush(&mut pending, &mut out);
            out.push_str(before);
        }
        match &mut pending {
            Some((label, bytes)) if label.eq_ignore_ascii_case(word.charset) => bytes.extend(word.bytes),
            _ => {
                flush(&mut pending, &mut out);
                pending = Some((word.charset.to_owned(), word.bytes));
            }
        }
        rest = after;
    }
    flush(&mut pending, &mut out);
    out.push_str(rest);
    out
}

fn flush(pending: &mut Option<(String, Vec<u8>)>, out: &mut String) {
    if let Some((label, bytes)) = pending.take() {
        out.push_str(&charset::decode(&bytes, Some(&label)).text);
    }
}

struct Word<'a> {
    charset: &'a str,
    bytes: Vec<u8>,
}

impl<'a> Word<'a> {
    /// Reads `=?charset*language?B|Q?text?=` at the start of `text`.
    fn read(text: &'a str) -> Option<(Self, &'a str)> {
        let (charset, rest) = text.strip_prefix("=?")?.split_once('?')?;
        if charset.is_empty() || charset.len() > 60 || !charset.bytes().all(|byte| byte.is_ascii_graphic()) {
            return None;
        }
        let (kind, rest) = rest.split_once('?')?;
        let (encoded, rest) = rest.split_once('?')?;
        let after = rest.strip_prefix('=')?;
        let bytes = match kind {
            "B" | "b" => base64(encoded)?,
            "Q" | "q" => q_decode(encoded.as_bytes()),
            _ => return None,
        };
        Some((Self { charset: charset.split('*').next().unwrap_or(charset), bytes }, after))
    }
}

/// Base64 of a word; missing padding is no matter.
fn base64(text: &str) -> Option<Vec<u8>> {
    let bytes: Vec<u8> = text.bytes().filter(|byte| !matches!(byte, b' ' | b'\t')).collect();
    mail_parser::decoders::base64::base64_decode(&bytes)
}

fn q_decode(text: &[u8]) -> Vec<u8> {
    let underscores: Vec<u8> = text.iter().map(|byte| if *byte == b'_' { b' ' } else { *byte }).collect();
    escapes(&underscores, b'=')
}

/// Undoes percent-encoding (RFC 2231, 7); a `%` that starts none stays.
pub fn percent_decode(text: &[u8]) -> Vec<u8> {
    escapes(text, b'%')
}

fn escapes(text: &[u8], mark: u8) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        match after {
            [high, low, tail @ ..] if byte == mark && hex(*high).is_some() && hex(*low).is_some() => {
                out.push(hex(*high).unwrap_or(0) << 4 | hex(*low).unwrap_or(0));
                rest = tail;
            }
            _ => out.push(byte),
        }
    }
    out
}

/// The value of a hexadecimal digit.
pub(super) fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Text as it may stand after `used` characters of a header line: folded, in encoded words where it must be.
pub fn encode(text: &str, used: usize) -> String {
    // What looks like an encoded word would be read as one.
    if text.bytes().all(|byte| (0x20..0x7F).contains(&byte))
        && !text.contains("=?")
        && let Some(folded) = fold(text, used)
    {
        return folded;
    }
    encoded_words(text, used)
}

/// Encoded words, each on a line of its own after the first.
pub fn encoded_words(text: &str, used: usize) -> String {
    let frame = "=?UTF-8?B??=".len();
    let mut out = String::new();
    let mut chunk = String::new();
    let mut room = base64_room(LINE.saturating_sub(used).min(WORD).saturating_sub(frame));
    let mut first = true;
    for c in text.chars() {
        if chunk.len().saturating_add(c.len_utf8()) > room {
            if !(first && chunk.is_empty()) {
                push_word(&mut out, &chunk);
            }
            out.push_str("\r\n ");
            first = false;
            chunk.clear();
            room = base64_room(WORD.saturating_sub(frame));
        }
        chunk.push(c);
    }
    push_word(&mut out, &chunk);
    out
}

/// How many bytes fit into so many columns of base64.
fn base64_room(columns: usize) -> usize {
    (columns / 4).saturating_mul(3)
}

fn push_word(out: &mut String, chunk: &str) {
    out.push_str("=?UTF-8?B?");
    out.push_str(&super::transfer::base64(chunk.as_bytes()));
    out.push_str("?=");
}

/// ASCII text folded at its blanks; `None` where a word is too long for a line.
fn fold(text: &str, used: usize) -> Option<String> {
    if used.saturating_add(text.len()) <= LINE {
        return Some(text.to_owned());
    }
    let mut out = String::with_capacity(text.len().saturating_add(16));
    let mut column = used;
    for (index, word) in text.split(' ').enumerate() {
        // A line of blanks alone could be taken for the end of the header.
        if word.is_empty() || word.len() > 700 {
            return None;
        }
        if index > 0 {
            if column.saturating_add(word.len()).saturating_add(1) > LINE {
                out.push_str("\r\n ");
                column = 1;
            } else {
                out.push(' ');
                column = column.saturating_add(1);
            }
        }
        out.push_str(word);
        column = column.saturating_add(word.len());
    }
    Some(out)
}
