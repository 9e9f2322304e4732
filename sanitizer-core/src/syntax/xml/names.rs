//! Qualified names (Namespaces in XML 1.0, 3 and 4).

use super::XmlError;

/// Splits `prefix:local`; the prefix is empty where there is none.
pub(super) fn split(name: &str) -> Result<(&str, &str), XmlError> {
    let (prefix, local) = name.split_once(':').unwrap_or(("", name));
    let legal = is_ncname(local) && (prefix.is_empty() != name.contains(':')) && (prefix.is_empty() || is_ncname(prefix));
    if legal { Ok((prefix, local)) } else { Err(XmlError::WellFormedness) }
}

/// Whether it is a name without a colon. Beyond ASCII everything passes: no name we keep has such a character.
fn is_ncname(name: &str) -> bool {
    let start = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80);
    start && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.') || byte >= 0x80)
}
