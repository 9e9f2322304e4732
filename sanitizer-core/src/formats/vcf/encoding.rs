//! How a value is encoded: as it stands, in quoted-printable (2.1), or in base64.

use crate::syntax::{charset, contentline::ContentLine, mime::Encoding};

/// The value of a line as text. `None`: its encoding is not what it says.
pub(super) fn text(line: &ContentLine) -> Option<String> {
    match line.param("ENCODING").unwrap_or_default().to_ascii_uppercase().as_str() {
        "" | "8BIT" | "7BIT" => Some(line.value.clone()),
        "QUOTED-PRINTABLE" => {
            let bytes = Encoding::QuotedPrintable.decode(line.value.as_bytes(), true).ok()?;
            Some(charset::decode(&bytes, line.param("CHARSET")).text)
        }
        _ => None,
    }
}

/// The bytes of a line in base64, or of a `data:` address (RFC 2397). `None`: it has none.
pub(super) fn bytes(line: &ContentLine) -> Option<Vec<u8>> {
    let encoding = line.param("ENCODING").unwrap_or_default();
    let value = match line.value.trim().split_once(";base64,") {
        Some((head, data)) if head.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) => data,
        _ if encoding.eq_ignore_ascii_case("B") || encoding.eq_ignore_ascii_case("BASE64") => &line.value,
        _ => return None,
    };
    // Folded lines of 2.1 keep their blanks.
    let packed: Vec<u8> = value.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    Some(Encoding::Base64.decode(&packed, false).ok()?.into_owned())
}
