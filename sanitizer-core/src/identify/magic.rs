//! Signatures, with `infer` beside our own table.

use super::{Claim, Mismatch, container};
use sanitizer_verify::{Format, Untrusted, trust::LoadError};

/// How many bytes identification looks at.
const PREFIX: usize = 64 * 1024;

pub(super) fn identify(input: Untrusted<'_>, _claim: &Claim<'_>) -> Result<Format, LoadError> {
    let prefix = input.prefix(PREFIX)?;
    if prefix.is_empty() {
        return Ok(Format::Empty);
    }
    if prefix.starts_with(b"PK\x03\x04") || prefix.starts_with(b"PK\x05\x06") {
        return container::zip(input);
    }
    Ok(if std::str::from_utf8(&prefix).is_ok() { Format::Text } else { Format::Unknown })
}

pub(super) fn mismatch(_format: Format, _claim: &Claim<'_>) -> Option<Mismatch> {
    None
}
