//! Header fields: which may stand there, how often, and in what form.

use super::{super::Refusal, encoded};

/// A field with its folds undone.
#[derive(Debug)]
pub(super) struct Field<'a> {
    /// The name.
    pub name: &'a str,
    /// The value on one line.
    pub value: String,
}

/// How a value must look.
#[derive(Clone, Copy)]
enum Form {
    /// Dates: letters, digits, a few marks.
    Date,
    /// Things in angle brackets: message ids, links.
    Graphic,
    /// `from host by host; date`.
    Received,
    /// `word; receipt=…`.
    Result,
    /// People's text and addresses, with encoded words.
    Text,
    /// A word or two.
    Token,
}

/// The fields of a message, beside those that say what its content is.
const FIELDS: &[(&str, Form)] = &[
    ("Auto-Submitted", Form::Token),
    ("Cc", Form::Text),
    ("Date", Form::Date),
    ("From", Form::Text),
    ("Importance", Form::Token),
    ("In-Reply-To", Form::Graphic),
    ("List-Archive", Form::Graphic),
    ("List-Help", Form::Graphic),
    ("List-Id", Form::Text),
    ("List-Owner", Form::Graphic),
    ("List-Post", Form::Graphic),
    ("List-Subscribe", Form::Graphic),
    ("List-Unsubscribe", Form::Graphic),
    ("Message-ID", Form::Graphic),
    ("Precedence", Form::Token),
    ("Received", Form::Received),
    ("References", Form::Graphic),
    ("Reply-To", Form::Text),
    ("Sender", Form::Text),
    ("Subject", Form::Text),
    ("To", Form::Text),
    ("X-Sanitizer-Result", Form::Result),
];

/// Splits a header from its body.
pub(super) fn split(text: &str) -> Result<(Vec<Field<'_>>, &str), Refusal> {
    let (header, body) = text.split_once("\r\n\r\n").ok_or(Refusal::new("mail.header_end"))?;
    Ok((read(header)?, body))
}

/// Splits a header into its fields.
pub(super) fn read(header: &str) -> Result<Vec<Field<'_>>, Refusal> {
    let mut fields: Vec<Field<'_>> = Vec::new();
    for line in header.split("\r\n") {
        if line.starts_with(' ') {
            let field = fields.last_mut().ok_or(Refusal::new("mail.header_line"))?;
            if line.trim().is_empty() {
                return Err(Refusal::new("mail.header_line"));
            }
            field.value.push_str(line);
            continue;
        }
        let (name, value) = line.split_once(": ").ok_or(Refusal::new("mail.header_line"))?;
        fields.push(Field { name, value: value.to_owned() });
    }
    Ok(fields)
}

/// Checks a message's header; gives the fields after `MIME-Version`, which say what the content is. The outermost
/// message has a date (RFC 5322, 3.6).
pub(super) fn message<'f, 'a>(header: &'f [Field<'a>], outermost: bool) -> Result<&'f [Field<'a>], Refusal> {
    let at = header.iter().position(|field| field.name == "MIME-Version").ok_or(Refusal::new("mail.mime_version"))?;
    let (fields, rest) = header.split_at(at);
    let (version, content) = rest.split_first().ok_or(Refusal::new("mail.mime_version"))?;
    if version.value != "1.0" {
        return Err(Refusal::new("mail.mime_version"));
    }
    for (index, field) in fields.iter().enumerate() {
        let known = FIELDS.iter().find(|(name, _)| *name == field.name);
        let (_, form) = known.ok_or(Refusal::new("mail.field"))?;
        let before = fields.get(..index).unwrap_or_default();
        if field.name != "Received" && before.iter().any(|other| other.name == field.name) {
            return Err(Refusal::new("mail.field_twice"));
        }
        form.check(&field.value)?;
    }
    // A message inside another may come without a date; the core makes none up.
    let required: &[&str] = if outermost { &["From", "Date"] } else { &["From"] };
    let is_whole = required.iter().all(|name| fields.iter().any(|field| field.name == *name));
    if is_whole { Ok(content) } else { Err(Refusal::new("mail.field_missing")) }
}

impl Form {
    fn check(self, value: &str) -> Result<(), Refusal> {
        let sound = match self {
            Self::Date => value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" ,:+-".contains(&byte)),
            Self::Graphic => value.split(' ').all(|item| item.starts_with('<') && item.trim_end_matches(',').ends_with('>')),
            Self::Received => value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" ,:;+-._[]".contains(&byte)),
            Self::Result => is_result(value),
            Self::Text => return encoded::words(value),
            Self::Token => value.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
        };
        if sound { Ok(()) } else { Err(Refusal::new("mail.field_form")) }
    }
}

fn is_result(value: &str) -> bool {
    let Some((word, receipt)) = value.split_once("; receipt=") else { return false };
    let receipt_sound = receipt.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    matches!(word, "held" | "modified" | "rebuilt") && receipt_sound
}

/// The header of the message a notification is about; it may be empty.
pub(super) fn original(body: &str) -> Result<(), Refusal> {
    let Some(header) = body.strip_suffix("\r\n") else {
        return if body.is_empty() { Ok(()) } else { Err(Refusal::new("mail.rfc822_headers")) };
    };
    for field in read(header)? {
        let form = FIELDS
            .iter()
            .find(|(name, _)| *name == field.name && matches!(*name, "From" | "To" | "Subject" | "Date" | "Message-ID"));
        form.ok_or(Refusal::new("mail.rfc822_headers"))?.1.check(&field.value)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_message_inside_another_may_lack_a_date() {
        let field = |name, value: &str| Field { name, value: value.to_owned() };
        let undated = [field("From", "a@example.jp"), field("MIME-Version", "1.0")];
        assert!(message(&undated, true).is_err());
        assert!(message(&undated, false).is_ok());
        let dated =
            [field("Date", "Wed, 25 Nov 2026 10:00:00 +0900"), field("From", "a@example.jp"), field("MIME-Version", "1.0")];
        assert!(message(&dated, true).is_ok());
        assert!(message(&dated[1..], true).is_err());
        assert!(message(&[field("MIME-Version", "1.0")], false).is_err());
    }
}
