//! Mail as the core writes it: ASCII with CRLF, a header of known fields, one text body, attachments that are read as
//! what their media type says, or a delivery status notification (RFC 3464).

mod encoded;
mod fields;
mod outline;
mod status;

use super::{Refusal, text};
use crate::{Budget, Format};
pub(super) use encoded::decode_base64;
use fields::{Field, split};
pub(super) use outline::outline;

/// The longest line (RFC 5322, 2.1.1), without CRLF.
const LINE: usize = 998;

/// Reads a message as our writer emits it.
pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    budget.expand(bytes.len() as u64)?;
    let text = std::str::from_utf8(bytes).map_err(|_| Refusal::new("mail.ascii"))?;
    for line in text.split_inclusive("\r\n") {
        let line = line.strip_suffix("\r\n").ok_or(Refusal::new("mail.line_end"))?;
        if line.len() > LINE {
            return Err(Refusal::new("mail.line_length"));
        }
        if !line.bytes().all(|byte| byte == b'\t' || (0x20..0x7F).contains(&byte)) {
            return Err(Refusal::new("mail.ascii"));
        }
    }
    let (header, body) = split(text)?;
    budget.objects(header.len() as u64)?;
    let content = fields::message(&header, budget.is_outermost())?;
    let Some(kind) = content.first() else { return Err(Refusal::new("mail.content_type")) };
    if let Some(boundary) = kind.value.strip_prefix("multipart/mixed; boundary=") {
        one_of(content, &[&["Content-Type"]])?;
        return mixed(&parts(body, boundary)?, budget);
    }
    if let Some(boundary) = kind.value.strip_prefix("multipart/report; report-type=delivery-status; boundary=") {
        one_of(content, &[&["Content-Type"]])?;
        return report(&parts(body, boundary)?, budget);
    }
    text_body(content, body, budget)
}

/// Whether the fields are these, in this order.
fn one_of(content: &[Field], allowed: &[&[&str]]) -> Result<(), Refusal> {
    let names: Vec<&str> = content.iter().map(|field| field.name).collect();
    if allowed.contains(&names.as_slice()) { Ok(()) } else { Err(Refusal::new("mail.content_fields")) }
}

/// `text/plain`, plain ASCII or UTF-8 in base64.
fn text_body(content: &[Field], body: &str, budget: &mut Budget) -> Result<(), Refusal> {
    one_of(content, &[&["Content-Type", "Content-Transfer-Encoding"]])?;
    match content.iter().map(|field| field.value.as_str()).collect::<Vec<_>>().as_slice() {
        ["text/plain; charset=us-ascii", "7bit"] => text::read(body.as_bytes(), budget),
        ["text/plain; charset=utf-8", "base64"] => text::read(&encoded::base64(body, budget)?, budget),
        _ => Err(Refusal::new("mail.text_part")),
    }
}

/// The parts of a multipart with our own form of boundary; nothing before the first and after the last.
fn parts<'a>(body: &'a str, boundary: &str) -> Result<Vec<&'a str>, Refusal> {
    let refusal = || Refusal::new("mail.multipart");
    let boundary = boundary.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or_else(refusal)?;
    let hash = boundary.strip_prefix("=_").ok_or_else(refusal)?;
    if hash.len() != 32 || !hash.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)) {
        return Err(refusal());
    }
    let delimiter = format!("--{boundary}");
    let inner = body.strip_prefix(delimiter.as_str()).and_then(|rest| rest.strip_prefix("\r\n")).ok_or_else(refusal)?;
    let inner = inner.strip_suffix("--\r\n").and_then(|rest| rest.strip_suffix(delimiter.as_str())).ok_or_else(refusal)?;
    let inner = inner.strip_suffix("\r\n").ok_or_else(refusal)?;
    let parts: Vec<&str> = inner.split(format!("\r\n{delimiter}\r\n").as_str()).collect();
    // Not even the start of a delimiter may stand anywhere else.
    if parts.iter().any(|part| part.contains(delimiter.as_str())) { Err(refusal()) } else { Ok(parts) }
}

fn mixed(parts: &[&str], budget: &mut Budget) -> Result<(), Refusal> {
    budget.entries(parts.len() as u64)?;
    let (first, rest) = parts.split_first().ok_or(Refusal::new("mail.multipart"))?;
    let (header, body) = split(first)?;
    text_body(&header, body, budget)?;
    if rest.is_empty() {
        return Err(Refusal::new("mail.multipart"));
    }
    for (index, part) in (1_u32..).zip(rest) {
        attachment(part, budget).map_err(|refusal| refusal.child(index))?;
    }
    Ok(())
}

/// Formats that may hang on a message, with the extensions their names may have.
const ATTACHMENTS: &[(Format, &[&str])] = &[
    (Format::Csv, &["csv"]),
    (Format::Docx, &["docx"]),
    (Format::Gif, &["gif"]),
    (Format::Ics, &["ics"]),
    (Format::Jpeg, &["jpeg", "jpg"]),
    (Format::Mail, &["eml"]),
    (Format::Pdf, &["pdf"]),
    (Format::Png, &["png"]),
    (Format::Text, &["log", "md", "txt"]),
    (Format::Vcf, &["vcf"]),
    (Format::Xlsx, &["xlsx"]),
    (Format::Zip, &["zip"]),
];

fn attachment(part: &str, budget: &mut Budget) -> Result<(), Refusal> {
    let (header, body) = split(part)?;
    one_of(&header, &[&["Content-Type", "Content-Transfer-Encoding", "Content-Disposition"]])?;
    let [kind, encoding, disposition] = header.as_slice() else { return Err(Refusal::new("mail.content_fields")) };
    let (media, old_name) = kind.value.split_once("; name=").ok_or(Refusal::new("mail.attachment_name"))?;
    let (media, charset) = media.split_once("; ").map_or((media, None), |(media, charset)| (media, Some(charset)));
    let known = ATTACHMENTS.iter().find(|(format, _)| format.media_type() == media);
    let (format, extensions) = *known.ok_or(Refusal::new("mail.attachment_type"))?;
    let (charset, method) = charset.map_or((None, None), |both| {
        both.split_once("; method=").map_or((Some(both), None), |(charset, method)| (Some(charset), Some(method)))
    });
    let text = matches!(format, Format::Csv | Format::Ics | Format::Text | Format::Vcf);
    if charset != text.then_some("charset=utf-8") || method.is_some() && format != Format::Ics {
        return Err(Refusal::new("mail.attachment_type"));
    }
    let name = encoded::file_name(&disposition.value)?;
    if encoded::old_name(old_name)? != name {
        return Err(Refusal::new("mail.attachment_name"));
    }
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    if !extension.is_some_and(|extension| extensions.contains(&extension.as_str())) {
        return Err(Refusal::new("mail.attachment_extension"));
    }
    match (format, encoding.value.as_str()) {
        (Format::Mail, "7bit") => super::read(format, body.as_bytes(), budget),
        (Format::Mail, _) => Err(Refusal::new("mail.attachment_encoding")),
        (_, "base64") => {
            let bytes = encoded::base64(body, budget)?;
            if method.is_some_and(|method| !says(&bytes, method)) {
                return Err(Refusal::new("mail.attachment_type"));
            }
            super::read(format, &bytes, budget)
        }
        _ => Err(Refusal::new("mail.attachment_encoding")),
    }
}

/// Whether a calendar's method is this one (RFC 5546, 1.4).
fn says(calendar: &[u8], method: &str) -> bool {
    let line = format!("METHOD:{method}");
    !method.is_empty()
        && method.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-')
        && calendar.split(|byte| *byte == b'\n').any(|said| said.strip_suffix(b"\r") == Some(line.as_bytes()))
}

/// RFC 3464: the text for people, the codes, the header of the message.
fn report(parts: &[&str], budget: &mut Budget) -> Result<(), Refusal> {
    let [explanation, codes, original] = parts else { return Err(Refusal::new("mail.report")) };
    let (header, body) = split(explanation)?;
    text_body(&header, body, budget)?;
    for (part, media, check) in [
        (codes, "message/delivery-status", status::read as fn(&str) -> Result<(), Refusal>),
        (original, "text/rfc822-headers", fields::original),
    ] {
        let (header, body) = split(part)?;
        one_of(&header, &[&["Content-Type", "Content-Transfer-Encoding"]])?;
        if header.iter().map(|field| field.value.as_str()).ne([media, "7bit"]) {
            return Err(Refusal::new("mail.report"));
        }
        check(body)?;
    }
    Ok(())
}
