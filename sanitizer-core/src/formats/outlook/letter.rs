//! A letter of MAPI as a message in MIME: ASCII, every body in base64, so that nothing in it can be taken for structure.

use crate::{
    Action, Context,
    formats::mail::{date, headers::line, write},
    report::kinds::OutlookFinding,
    syntax::{
        mapi::{Attached, Content, Letter, Props, decompress, id},
        mime::{Headers, base64_lines, words},
    },
};
use sanitizer_verify::Exceeded;

/// Fields that are taken as they arrived, where the letter still has them.
const ARRIVED: &[&str] =
    &["From", "Sender", "Reply-To", "To", "Cc", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "List-Id"];

/// Who is meant where a letter names nobody who can be written to (RFC 2606).
const NOBODY: &str = "unknown@invalid";

/// Writes a letter.
pub(super) fn write(letter: &Letter, cx: &mut Context<'_>) -> Result<String, Exceeded> {
    let mut out = String::new();
    let mut number = 0;
    message(letter, &mut out, &mut number, cx)?;
    Ok(out)
}

/// Appends a letter; `number` counts the multiparts written so far, so that no boundary stands twice.
fn message(letter: &Letter, out: &mut String, number: &mut u32, cx: &mut Context<'_>) -> Result<(), Exceeded> {
    header(letter, out, cx);
    write::field(out, "MIME-Version", "1.0");
    let texts = texts(&letter.props, cx)?;
    let mut parts = Vec::new();
    match texts.as_slice() {
        [] => {}
        [one] => parts.push(one.clone()),
        several => parts.push(multipart("multipart/alternative", several, number)),
    }
    for file in &letter.files {
        parts.extend(attachment(file, number, cx)?);
    }
    if parts.is_empty() {
        parts.push(text_part("text/plain", "utf-8", b""));
    }
    let body = multipart("multipart/mixed", &parts, number);
    cx.budget().expand(body.len() as u64)?;
    out.push_str(&body);
    Ok(())
}

/// Appends the fields: those that arrived, and the rest from properties.
fn header(letter: &Letter, out: &mut String, cx: &mut Context<'_>) {
    let arrived = letter.props.bytes_of_text(id::TRANSPORT_MESSAGE_HEADERS);
    // What these fields may cost is counted with the message that they end in.
    let fields = Headers::split(&arrived, cx.budget()).ok().filter(|headers| headers.doubt.is_none());
    for name in ARRIVED {
        let value = fields.as_ref().and_then(|headers| headers.first(name)).map(words::unfold);
        let kept = value.map(|value| String::from_utf8_lossy(&value).replace(['\r', '\n', '\0'], " ").trim().to_owned());
        let value = kept.filter(|value| !value.is_empty() && value.is_ascii()).or_else(|| property(name, letter));
        if let Some(value) = value {
            write::field(out, name, &value);
        }
    }
    if let Some(subject) = letter.props.text(id::SUBJECT) {
        // Outlook keeps the length of "RE: " in front of it.
        let subject = line(subject.trim_start_matches(|c: char| c.is_control()));
        write::field(out, "Subject", &words::encode(&subject, "Subject: ".len()));
    }
    match letter.props.number(id::IMPORTANCE) {
        Some(2) => write::field(out, "Importance", "high"),
        Some(0) => write::field(out, "Importance", "low"),
        _ => {}
    }
}

/// A field from the properties of the letter.
fn property(name: &str, letter: &Letter) -> Option<String> {
    let props = &letter.props;
    match name {
        "From" => {
            let name = props.first(&[id::SENT_REPRESENTING_NAME, id::SENDER_NAME]);
            let address = [
                id::SENT_REPRESENTING_SMTP_ADDRESS,
                id::SENDER_SMTP_ADDRESS,
                id::SENT_REPRESENTING_EMAIL_ADDRESS,
                id::SENDER_EMAIL_ADDRESS,
            ];
            Some(mailbox(name, address.into_iter().filter_map(|id| props.text(id)).find(|text| is_address(text))))
        }
        "To" => people(letter, 1, id::DISPLAY_TO),
        "Cc" => people(letter, 2, id::DISPLAY_CC),
        "Date" => {
            let seconds = props.time(id::CLIENT_SUBMIT_TIME).or_else(|| props.time(id::MESSAGE_DELIVERY_TIME))?;
            Some(date::write(&date::from_seconds(seconds)))
        }
        "Message-ID" => props.text(id::INTERNET_MESSAGE_ID).filter(|id| is_plain(id)),
        "In-Reply-To" => props.text(id::IN_REPLY_TO_ID).filter(|id| is_plain(id)),
        "References" => props.text(id::INTERNET_REFERENCES).filter(|ids| is_plain(ids)),
        _ => None,
    }
}

/// The recipients of a type ([MS-OXOMSG] 2.2.3.1), or their names where there are no more.
fn people(letter: &Letter, kind: i32, shown: u16) -> Option<String> {
    let listed: Vec<String> = letter
        .recipients
        .iter()
        .filter(|recipient| recipient.number(id::RECIPIENT_TYPE).unwrap_or(1) & 0xF == kind)
        .map(|recipient| {
            let address = [id::SMTP_ADDRESS, id::EMAIL_ADDRESS].into_iter().filter_map(|id| recipient.text(id));
            mailbox(recipient.text(id::DISPLAY_NAME), address.into_iter().find(|text| is_address(text)))
        })
        .collect();
    if !listed.is_empty() {
        return Some(listed.join(",\r\n "));
    }
    let names = letter.props.text(shown)?;
    let named: Vec<String> = names.split(';').map(str::trim).filter(|name| !name.is_empty()).map(named).collect();
    (!named.is_empty()).then(|| named.join(",\r\n "))
}

/// What stands in a list of names: an address, or somebody without one.
fn named(name: &str) -> String {
    if is_address(name) { mailbox(None, Some(name.to_owned())) } else { mailbox(Some(name.to_owned()), None) }
}

fn mailbox(name: Option<String>, address: Option<String>) -> String {
    let name =
        name.map(|name| line(name.trim_matches(['\'', '"']))).filter(|name| !name.is_empty() && Some(name) != address.as_ref());
    let address = address.unwrap_or_else(|| NOBODY.to_owned());
    match name {
        Some(name) => format!("{} <{address}>", words::encoded_words(&name, 20)),
        None => address,
    }
}

/// Whether a text is an address and nothing else.
fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, host)| !local.is_empty() && !host.is_empty())
        && text.len() <= 320
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.@".contains(&byte))
}

fn is_plain(text: &str) -> bool {
    text.len() <= 900 && text.bytes().all(|byte| (0x20..0x7F).contains(&byte))
}

/// The forms of the text: plain, HTML; or the formatted text as a file where there is neither.
fn texts(props: &Props, cx: &mut Context<'_>) -> Result<Vec<String>, Exceeded> {
    let mut texts = Vec::new();
    if let Some(plain) = props.text(id::BODY) {
        texts.push(text_part("text/plain", "utf-8", plain.as_bytes()));
    }
    if let Some(html) = props.bytes(id::HTML).filter(|html| !html.is_empty()) {
        let charset = props.charset(id::INTERNET_CODEPAGE).unwrap_or_else(|| "utf-8".to_owned());
        texts.push(text_part("text/html", &charset, html));
    }
    let packed = props.bytes(id::RTF_COMPRESSED).filter(|_| texts.is_empty());
    if let Some(rtf) = packed.map(|packed| decompress(packed, cx.budget())).transpose()?.flatten() {
        texts.push(file_part("application/rtf", "body.rtf", &rtf));
    }
    Ok(texts)
}

fn attachment(file: &Attached, number: &mut u32, cx: &mut Context<'_>) -> Result<Option<String>, Exceeded> {
    let name = file.props.first(&[id::ATTACH_LONG_FILENAME, id::ATTACH_FILENAME, id::DISPLAY_NAME]);
    let name = line(&name.unwrap_or_default());
    Ok(match &file.content {
        Content::Bytes(bytes) => {
            let media = file.props.text(id::ATTACH_MIME_TAG).map(|tag| tag.to_ascii_lowercase()).filter(|tag| is_media(tag));
            Some(file_part(media.as_deref().unwrap_or("application/octet-stream"), &name, bytes))
        }
        Content::Letter(inner) => {
            let mut out = String::new();
            write::field(&mut out, "Content-Type", "message/rfc822");
            out.push_str("\r\n");
            message(inner, &mut out, number, cx)?;
            Some(out)
        }
        Content::Elsewhere => {
            cx.find(OutlookFinding::Reference, Action::Remove);
            None
        }
        Content::Object => {
            cx.find(OutlookFinding::Object, Action::Remove);
            None
        }
    })
}

/// A media type of a file; a message or a multipart is none.
fn is_media(tag: &str) -> bool {
    let token = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".+-_".contains(&byte));
    tag.split_once('/').is_some_and(|(kind, subtype)| {
        matches!(kind, "application" | "audio" | "image" | "text" | "video") && token(subtype) && tag.len() <= 100
    })
}

fn text_part(media: &str, charset: &str, bytes: &[u8]) -> String {
    part(&format!("{media}; charset={charset}"), "inline", bytes)
}

fn file_part(media: &str, name: &str, bytes: &[u8]) -> String {
    let disposition =
        if name.is_empty() { "attachment".to_owned() } else { format!("attachment;\r\n {}", write::new_name(name)) };
    part(media, &disposition, bytes)
}

fn part(media: &str, disposition: &str, bytes: &[u8]) -> String {
    let mut out = String::new();
    write::field(&mut out, "Content-Type", media);
    write::field(&mut out, "Content-Transfer-Encoding", "base64");
    write::field(&mut out, "Content-Disposition", disposition);
    out.push_str("\r\n");
    out.push_str(&base64_lines(bytes));
    out
}

/// A multipart with its field. No body within holds `=_`: they are all base64, and each boundary has its number.
fn multipart(media: &str, parts: &[String], number: &mut u32) -> String {
    *number = number.saturating_add(1);
    let boundary = format!("=_outlook_{number}_");
    let mut out = String::new();
    write::field(&mut out, "Content-Type", &format!("{media};\r\n boundary=\"{boundary}\""));
    write::multipart(&mut out, &boundary, parts);
    out
}
