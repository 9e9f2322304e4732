//! The writer: a message from its model, byte for byte determined by it.
//!
//! Only CRLF, only ASCII, no line over 998 characters (RFC 5322, 2.1.1), every body in an encoding that cannot hold a
//! delimiter.

use crate::{
    report::hex,
    syntax::mime::{base64_lines, words},
};
use sanitizer_verify::{Format, Rebuilt};
use sha2::{Digest, Sha256};

/// The media type of a delivery status notification (RFC 3462; RFC 3464).
pub(super) const REPORT: &str = "multipart/report; report-type=delivery-status";

/// A message to be written.
#[derive(Debug, Default)]
pub(super) struct Message {
    /// Field names with values that are folded and ASCII.
    pub fields: Vec<(&'static str, String)>,
    /// The text.
    pub text: String,
    /// What hangs on it.
    pub attachments: Vec<Attachment>,
}

/// A rebuilt attachment.
#[derive(Debug)]
pub(super) struct Attachment {
    /// A safe file name.
    pub name: String,
    /// What it is.
    pub part: Rebuilt,
}

impl Message {
    /// Writes the message. `receipt` goes into the boundary, so that no sender can foresee it.
    pub(super) fn write(self, receipt: &str) -> Rebuilt {
        if self.attachments.is_empty() {
            let mut out = self.header();
            text_part(&mut out, &self.text);
            return Rebuilt::new(Format::Mail, out.into_bytes());
        }
        let parts = self.attachments.iter().map(attachment_part).collect();
        self.write_parts(receipt, "multipart/mixed", parts)
    }

    /// Writes the message as a report: its text, and the two parts behind it.
    pub(super) fn write_report(self, receipt: &str, parts: [String; 2]) -> Rebuilt {
        self.write_parts(receipt, REPORT, parts.into())
    }

    fn write_parts(self, receipt: &str, media: &str, more: Vec<String>) -> Rebuilt {
        let mut text = String::new();
        text_part(&mut text, &self.text);
        let boundary = boundary(receipt, &self, &more);
        let mut out = self.header();
        field(&mut out, "Content-Type", &format!("{media};\r\n boundary=\"{boundary}\""));
        let parts: Vec<String> = std::iter::once(text).chain(more).collect();
        multipart(&mut out, &boundary, &parts);
        Rebuilt::new(Format::Mail, out.into_bytes())
    }

    fn header(&self) -> String {
        let mut out = String::new();
        for (name, value) in &self.fields {
            field(&mut out, name, value);
        }
        field(&mut out, "MIME-Version", "1.0");
        out
    }
}

/// Appends a body of `parts`. Each ends with CRLF of its own content, and the delimiter brings its own.
pub(in crate::formats) fn multipart(out: &mut String, boundary: &str, parts: &[String]) {
    out.push_str("\r\n");
    for part in parts {
        out.push_str("--");
        out.push_str(boundary);
        out.push_str("\r\n");
        out.push_str(part);
        out.push_str("\r\n");
    }
    out.push_str("--");
    out.push_str(boundary);
    out.push_str("--\r\n");
}

/// Appends a field with a folded value.
pub(in crate::formats) fn field(out: &mut String, name: &str, value: &str) {
    out.push_str(name);
    out.push_str(": ");
    out.push_str(value);
    out.push_str("\r\n");
}

/// Appends the fields and the body of a text part: as it is where that is plain ASCII, else in base64.
pub(super) fn text_part(out: &mut String, text: &str) {
    let text = crlf(text);
    let plain = text.is_ascii() && text.split("\r\n").all(|line| line.len() <= 900);
    field(out, "Content-Type", if plain { "text/plain; charset=us-ascii" } else { "text/plain; charset=utf-8" });
    field(out, "Content-Transfer-Encoding", if plain { "7bit" } else { "base64" });
    out.push_str("\r\n");
    out.push_str(&if plain { text } else { base64_lines(text.as_bytes()) });
}

/// Every line end as CRLF, and one at the end.
pub(super) fn crlf(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_add(text.len() / 32));
    for line in text.replace("\r\n", "\n").replace('\r', "\n").trim_end_matches('\n').split('\n') {
        out.push_str(line);
        out.push_str("\r\n");
    }
    out
}

fn attachment_part(attachment: &Attachment) -> String {
    let mut out = String::new();
    let format = attachment.part.format();
    let text = matches!(format, Format::Csv | Format::Ics | Format::Text | Format::Vcf);
    let charset = if text { "; charset=utf-8" } else { "" };
    // By its method a reader knows an invitation from a file (RFC 6047, 2.4).
    let method = method(&attachment.part).map(|method| format!("; method={method}")).unwrap_or_default();
    let name = old_name(&attachment.name);
    field(&mut out, "Content-Type", &format!("{}{charset}{method};\r\n name={name}", format.media_type()));
    let nested = format == Format::Mail;
    field(&mut out, "Content-Transfer-Encoding", if nested { "7bit" } else { "base64" });
    field(&mut out, "Content-Disposition", &format!("attachment;\r\n {}", new_name(&attachment.name)));
    out.push_str("\r\n");
    // A nested message must not be encoded (RFC 2046, 5.2.1); ours is all ASCII.
    out.push_str(&if nested {
        String::from_utf8_lossy(attachment.part.bytes()).into_owned()
    } else {
        base64_lines(attachment.part.bytes())
    });
    out
}

/// The method of a calendar that is sent to be answered (RFC 5546, 1.4).
fn method(part: &Rebuilt) -> Option<&str> {
    let text = std::str::from_utf8(part.bytes()).ok().filter(|_| part.format() == Format::Ics)?;
    let method = text.split("\r\n").find_map(|line| line.strip_prefix("METHOD:"))?;
    method.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-').then_some(method)
}

fn is_plain(name: &str) -> bool {
    name.len() <= 60
        && !name.contains("=?")
        && name.bytes().all(|byte| (0x20..0x7F).contains(&byte) && !matches!(byte, b'"' | b'\\'))
}

/// `name=` with encoded words in quotes: not in the standard (RFC 2047, 5), but what older Japanese programs read.
fn old_name(name: &str) -> String {
    if is_plain(name) { format!("\"{name}\"") } else { format!("\"{}\"", words::encoded_words(name, 8)) }
}

/// `filename=`, or its RFC 2231 form in pieces.
pub(in crate::formats) fn new_name(name: &str) -> String {
    if is_plain(name) {
        return format!("filename=\"{name}\"");
    }
    let mut pieces = vec!["UTF-8''".to_owned()];
    for byte in name.bytes() {
        let escaped = if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        };
        match pieces.last_mut() {
            Some(piece) if piece.len().saturating_add(escaped.len()) <= 58 => piece.push_str(&escaped),
            _ => pieces.push(escaped),
        }
    }
    if let [whole] = pieces.as_slice() {
        return format!("filename*={whole}");
    }
    let numbered: Vec<String> = pieces.iter().enumerate().map(|(index, piece)| format!("filename*{index}*={piece}")).collect();
    numbered.join(";\r\n ")
}

/// A boundary no sender can foresee and no encoded body can hold (`=_` stands in neither base64 nor our 7-bit headers).
fn boundary(receipt: &str, message: &Message, parts: &[String]) -> String {
    let mut hash = Sha256::new();
    hash.update(receipt);
    for (name, value) in &message.fields {
        hash.update(name);
        hash.update(value);
    }
    hash.update(&message.text);
    for part in parts {
        hash.update(part);
    }
    boundary_of(&hash.finalize())
}

/// The form every boundary of ours has.
pub(super) fn boundary_of(hash: &[u8]) -> String {
    format!("=_{}", hex(hash.get(..16).unwrap_or_default()))
}

/// A message id made of what the message says.
pub(super) fn message_id(receipt: &str, seed: &[u8], host: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(receipt);
    hash.update(seed);
    format!("<{}@{host}>", hex(hash.finalize().get(..16).unwrap_or_default()))
}
