//! The header of the new message: an allow-list, each field decoded and written anew.

use super::date;
use crate::{
    Action, Context, DisplayName,
    report::kinds::MailFinding,
    syntax::mime::{
        Headers,
        address::{self, Mailbox},
        words,
    },
};

/// Fields that are carried over, and how. What is not here is left behind.
const FIELDS: &[(&str, Form)] = &[
    ("From", Form::Mailboxes),
    ("Sender", Form::Mailboxes),
    ("Reply-To", Form::Mailboxes),
    ("To", Form::Mailboxes),
    ("Cc", Form::Mailboxes),
    ("Subject", Form::Text),
    ("Date", Form::Date),
    ("Message-ID", Form::Ids),
    ("In-Reply-To", Form::Ids),
    ("References", Form::Ids),
    ("List-Id", Form::ListId),
    ("List-Archive", Form::Links),
    ("List-Help", Form::Links),
    ("List-Owner", Form::Links),
    ("List-Post", Form::Links),
    ("List-Subscribe", Form::Links),
    ("List-Unsubscribe", Form::Links),
    ("Auto-Submitted", Form::Token(&["auto-generated", "auto-notified", "auto-replied", "no"])),
    ("Importance", Form::Token(&["high", "low", "normal"])),
    ("Precedence", Form::Token(&["bulk", "junk", "list"])),
];

/// Fields whose loss nobody notices: transport, authentication, and what MIME needed in the old form.
const SILENT: &[&str] = &[
    "Content-",
    "MIME-Version",
    "Received",
    "Return-Path",
    "X-",
    "ARC-",
    "DKIM-",
    "DomainKey-",
    "Authentication-Results",
    "Delivered-To",
];

#[derive(Clone, Copy)]
enum Form {
    Date,
    Ids,
    Links,
    ListId,
    Mailboxes,
    Text,
    Token(&'static [&'static str]),
}

/// The fields to write, in the order of the list.
pub(super) fn rebuild(headers: &Headers<'_>, cx: &mut Context<'_>) -> Vec<(&'static str, String)> {
    if headers.fields.iter().any(|field| !is_known(field.name)) {
        cx.find(MailFinding::HeaderDropped, Action::Rebuild);
    }
    fields(headers)
}

/// The fields to write. Of a field that stands there twice, the first counts.
pub(super) fn fields(headers: &Headers<'_>) -> Vec<(&'static str, String)> {
    let written = FIELDS.iter().filter_map(|(name, form)| {
        let value = headers.first(name)?;
        Some((*name, form.write(value, name.len().saturating_add(2))?))
    });
    written.collect()
}

fn is_known(name: &str) -> bool {
    let starts = |prefix: &&str| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    FIELDS.iter().any(|(known, _)| known.eq_ignore_ascii_case(name)) || SILENT.iter().any(starts)
}

impl Form {
    fn write(self, value: &[u8], used: usize) -> Option<String> {
        let written = match self {
            Self::Date => date::write(&date::parse(value)?),
            Self::Ids => ids(value),
            Self::Links => links(value),
            Self::ListId => list_id(value, used)?,
            Self::Mailboxes => mailboxes(value, used),
            Self::Text => words::encode(&line(&words::decode(value)), used),
            Self::Token(allowed) => token(value, allowed)?,
        };
        (!written.is_empty()).then_some(written)
    }
}

/// A subject or a name: one line, only what shows. Longer than any real one is cut.
pub(in crate::formats) fn line(text: &str) -> String {
    let blanks: String = text.chars().map(|c| if matches!(c, '\t' | '\r' | '\n') { ' ' } else { c }).collect();
    let safe: String = blanks.chars().filter(|c| crate::report::is_visible(*c)).take(1000).collect();
    safe.trim().to_owned()
}

/// Mailboxes with safe names. A name without an address gets one that goes nowhere (RFC 2606), so that the field stays
/// readable.
fn mailboxes(value: &[u8], used: usize) -> String {
    let safe = address::parse(value).into_iter().filter_map(|mailbox| {
        let name = DisplayName::new(&mailbox.name).as_str().trim().to_owned();
        match (name.is_empty(), mailbox.address.is_empty()) {
            (true, true) => None,
            (_, true) => Some(Mailbox { name, address: "unknown@address.invalid".to_owned() }),
            _ => Some(Mailbox { name, address: mailbox.address }),
        }
    });
    address::write(&safe.collect::<Vec<_>>(), used)
}

/// Message ids: what stands in angle brackets and looks like one.
fn ids(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(&words::unfold(value)).into_owned();
    let is_id = |id: &&str| {
        id.len() <= 250 && !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>'))
    };
    let found: Vec<&str> =
        text.split('<').skip(1).filter_map(|piece| piece.split_once('>')).map(|(id, _)| id.trim()).filter(is_id).collect();
    // A long thread keeps its root and its latest answers, as RFC 5537, 3.4.4 has it.
    let latest = found.len().saturating_sub(20).max(1);
    let kept = found.iter().take(1).chain(found.iter().skip(latest));
    kept.map(|id| format!("<{id}>")).collect::<Vec<_>>().join("\r\n ")
}

/// Links of a mailing list: mail and web addresses in angle brackets (RFC 2369, 2).
fn links(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(&words::unfold(value)).into_owned();
    let is_link = |link: &&str| {
        let known = ["mailto:", "https://", "http://"]
            .iter()
            .any(|scheme| link.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
        known && link.len() <= 800 && link.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b'"'))
    };
    let found =
        text.split('<').skip(1).filter_map(|piece| piece.split_once('>')).map(|(link, _)| link.trim()).filter(is_link).take(4);
    found.map(|link| format!("<{link}>")).collect::<Vec<_>>().join(",\r\n ")
}

/// `Name <list.example.jp>` (RFC 2919).
fn list_id(value: &[u8], used: usize) -> Option<String> {
    let text = line(&words::decode(value));
    let (name, id) = text.rsplit_once('<').map_or(("", text.as_str()), |(name, id)| (name.trim(), id.trim_end_matches('>')));
    let sound = !id.is_empty()
        && id.len() <= 250
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    let name = name.trim_matches('"');
    let name = if name.is_empty() { String::new() } else { format!("{}\r\n ", words::encode(name, used)) };
    sound.then(|| format!("{name}<{id}>"))
}

fn token(value: &[u8], allowed: &[&'static str]) -> Option<String> {
    let text = String::from_utf8_lossy(&words::unfold(value)).to_ascii_lowercase();
    let word = text.split([' ', ';', '(']).next().unwrap_or_default();
    allowed.iter().find(|token| **token == word).map(|token| (*token).to_owned())
}
