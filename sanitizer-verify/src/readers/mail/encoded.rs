//! What our writer encodes: base64 bodies, RFC 2047 words, RFC 2231 names. Decoded strictly, with code of our own.

use super::{super::Refusal, super::text};
use crate::Budget;

/// A body in lines of 76 characters, the last shorter.
pub(super) fn base64(body: &str, budget: &mut Budget) -> Result<Vec<u8>, Refusal> {
    budget.expand(body.len() as u64)?;
    let mut lines = body.split("\r\n").filter(|line| !line.is_empty()).peekable();
    let mut out = Vec::with_capacity(body.len());
    while let Some(line) = lines.next() {
        if line.len() > 76 || line.len() < 76 && lines.peek().is_some() {
            return Err(Refusal::new("mail.base64"));
        }
        // Padding ends the content.
        if line.ends_with('=') && lines.peek().is_some() {
            return Err(Refusal::new("mail.base64"));
        }
        decode_base64(line, &mut out)?;
    }
    Ok(out)
}

/// Decodes base64 without line breaks.
pub(in crate::readers) fn decode_base64(line: &str, out: &mut Vec<u8>) -> Result<(), Refusal> {
    let refusal = || Refusal::new("mail.base64");
    for group in line.as_bytes().chunks(4) {
        let [a, b, c, d] = group else { return Err(refusal()) };
        let digit = |byte: &u8| value(*byte).ok_or_else(refusal);
        let high = digit(a)? << 18 | digit(b)? << 12;
        let (bits, count) = match (c, d) {
            (b'=', b'=') => (high, 1),
            (c, b'=') => (high | digit(c)? << 6, 2),
            (c, d) => (high | digit(c)? << 6 | digit(d)?, 3),
        };
        out.extend(bits.to_be_bytes().iter().skip(1).take(count));
    }
    Ok(())
}

fn value(byte: u8) -> Option<u32> {
    let (from, base) = match byte {
        b'A'..=b'Z' => (b'A', 0),
        b'a'..=b'z' => (b'a', 26),
        b'0'..=b'9' => (b'0', 52),
        b'+' => (b'+', 62),
        b'/' => (b'/', 63),
        _ => return None,
    };
    Some(u32::from(byte.wrapping_sub(from)).saturating_add(base))
}

/// Text with encoded words of the one form we write, each whole UTF-8 that may be shown.
pub(super) fn words(value: &str) -> Result<(), Refusal> {
    decoded_words(value).map(|_| ())
}

/// The same text with its words decoded.
pub(super) fn decoded_words(value: &str) -> Result<String, Refusal> {
    let refusal = || Refusal::new("mail.encoded_word");
    let mut out = String::new();
    let mut rest = value;
    while let Some((before, from)) = rest.split_once("=?") {
        // Blanks between two words are not text (RFC 2047, 6.2).
        if out.is_empty() || !before.trim().is_empty() {
            out.push_str(before);
        }
        let (encoded, after) = from.strip_prefix("UTF-8?B?").and_then(|from| from.split_once('?')).ok_or_else(refusal)?;
        rest = after.strip_prefix('=').ok_or_else(refusal)?;
        let mut bytes = Vec::new();
        decode_base64(encoded, &mut bytes)?;
        let word = String::from_utf8(bytes).map_err(|_| refusal())?;
        if word.chars().any(|c| matches!(c, '\t' | '\r' | '\n') || !text::is_allowed(c)) {
            return Err(refusal());
        }
        out.push_str(&word);
    }
    out.push_str(rest);
    Ok(out)
}

/// `"name"`, plain or in encoded words.
pub(super) fn old_name(value: &str) -> Result<String, Refusal> {
    let inner = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or(Refusal::new("mail.attachment_name"))?;
    decoded_words(inner)
}

/// The file name of `attachment; filename=…`, checked to be nothing but a name.
pub(super) fn file_name(disposition: &str) -> Result<String, Refusal> {
    let refusal = || Refusal::new("mail.attachment_name");
    let params = disposition.strip_prefix("attachment; ").ok_or_else(refusal)?;
    let name = match params.strip_prefix("filename=\"") {
        Some(rest) => rest.strip_suffix('"').ok_or_else(refusal)?.to_owned(),
        None => extended(params)?,
    };
    let is_sound =
        |c: char| !c.is_control() && text::is_allowed(c) && !matches!(c, '/' | '\\' | '"' | '<' | '>' | ':' | '|' | '?' | '*');
    let ends = |c: char| c == '.' || c == ' ';
    if name.is_empty() || name.len() > 270 || !name.chars().all(is_sound) || name.starts_with(ends) || name.ends_with(ends) {
        return Err(refusal());
    }
    Ok(name)
}

/// `filename*=UTF-8''…`, or `filename*0*=UTF-8''…; filename*1*=…` in order.
fn extended(params: &str) -> Result<String, Refusal> {
    let refusal = || Refusal::new("mail.attachment_name");
    let mut bytes = Vec::new();
    for (index, param) in params.split("; ").enumerate() {
        let value = match param.strip_prefix("filename*=") {
            Some(value) if index == 0 && params == param => value,
            _ => param.strip_prefix(format!("filename*{index}*=").as_str()).ok_or_else(refusal)?,
        };
        let value = if index == 0 { value.strip_prefix("UTF-8''").ok_or_else(refusal)? } else { value };
        percent(value, &mut bytes)?;
    }
    String::from_utf8(bytes).map_err(|_| refusal())
}

fn percent(value: &str, out: &mut Vec<u8>) -> Result<(), Refusal> {
    let refusal = || Refusal::new("mail.attachment_name");
    let mut bytes = value.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let mut digit = || bytes.next().and_then(|digit| char::from(digit).to_digit(16)).ok_or_else(refusal);
                let value = digit()? << 4 | digit()?;
                out.push(u8::try_from(value).map_err(|_| refusal())?);
            }
            byte if byte.is_ascii_alphanumeric() || b".-_".contains(&byte) => out.push(byte),
            _ => return Err(refusal()),
        }
    }
    Ok(())
}
