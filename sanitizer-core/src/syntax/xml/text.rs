//! Characters, references and line ends (XML 1.0, 2.2, 2.11, 3.3.3, 4.1).

use super::XmlError;
use std::borrow::Cow;

/// Whether every character is one XML 1.0 allows.
pub(super) fn is_legal(text: &str) -> bool {
    // U+FFFE and U+FFFF begin with EF BF in UTF-8.
    let suspicious = text.bytes().any(|byte| byte < 0x20 || byte == 0xEF);
    !suspicious || text.chars().all(is_char)
}

/// `Char` of XML 1.0.
pub(super) fn is_char(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// The character a reference without its `&` and `;` stands for.
pub(super) fn reference(name: &str) -> Result<char, XmlError> {
    let number = match name {
        "amp" => return Ok('&'),
        "apos" => return Ok('\''),
        "gt" => return Ok('>'),
        "lt" => return Ok('<'),
        "quot" => return Ok('"'),
        _ => name.strip_prefix('#').ok_or(XmlError::Entity)?,
    };
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(XmlError::Entity);
    }
    let code = u32::from_str_radix(digits, radix).map_err(|_| XmlError::Entity)?;
    char::from_u32(code).filter(|c| is_char(*c)).ok_or(XmlError::Entity)
}

/// An attribute's value: references replaced, white space made spaces.
pub(super) fn attribute(raw: &str) -> Result<Cow<'_, str>, XmlError> {
    if !raw.bytes().any(|byte| matches!(byte, b'&' | b'<' | b'\t' | b'\n' | b'\r')) {
        return Ok(Cow::Borrowed(raw));
    }
    let mut value = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['&', '<', '\t', '\n', '\r']) {
        let (plain, from) = rest.split_at_checked(at).ok_or(XmlError::WellFormedness)?;
        value.push_str(plain);
        if let Some(reference_on) = from.strip_prefix('&') {
            let (name, after) = reference_on.split_once(';').ok_or(XmlError::Entity)?;
            value.push(reference(name)?);
            rest = after;
        } else if let Some(after) = from.strip_prefix("\r\n").or_else(|| from.strip_prefix(['\t', '\n', '\r'])) {
            value.push(' ');
            rest = after;
        } else {
            // A `<` in a value is not well-formed.
            return Err(XmlError::WellFormedness);
        }
    }
    value.push_str(rest);
    Ok(Cow::Owned(value))
}

/// Character data with its line ends made LF.
pub(super) fn lines(raw: Cow<'_, str>) -> Cow<'_, str> {
    if raw.contains('\r') { Cow::Owned(raw.replace("\r\n", "\n").replace('\r', "\n")) } else { raw }
}
