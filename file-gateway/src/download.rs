//! Handing out a clean file: the only handler that sends a file's bytes, and it takes nothing but a [`Clean`].

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use sanitizer_core::DisplayName;
use sanitizer_verify::{Clean, Format};
use std::fmt::Write as _;

/// The response with the clean bytes as an attachment.
pub(crate) fn attachment(clean: Clean, name: &str) -> Response {
    let name = DisplayName::new(name).file_name(clean.format());
    // A media type a browser would show inside this origin never matters: it is an attachment, under nosniff and a
    // policy that runs nothing.
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(clean.format().media_type())),
        (header::CONTENT_DISPOSITION, disposition(&name, clean.format())),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, clean.into_bytes()).into_response()
}

/// RFC 6266 with both forms: a plain one for old programs and `filename*` (RFC 8187) for everyone else.
fn disposition(name: &str, format: Format) -> HeaderValue {
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    let dot = if format.extension().is_empty() { "" } else { "." };
    let header = format!("attachment; filename=\"download{dot}{}\"; filename*=UTF-8''{encoded}", format.extension());
    HeaderValue::try_from(header).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_one_line_and_quotes_nothing_of_the_sender() {
        let name = DisplayName::new("請求\"; filename=x.exe\r\n.pdf").file_name(Format::Pdf);
        let value = disposition(&name, Format::Pdf);
        let value = value.to_str().unwrap();
        assert_eq!(value.matches('"').count(), 2);
        assert!(
            value.starts_with("attachment; filename=\"download.pdf\"; filename*=UTF-8''%E8%AB%8B%E6%B1%82_%3B%20filename%3Dx"),
            "{value}"
        );
    }
}
