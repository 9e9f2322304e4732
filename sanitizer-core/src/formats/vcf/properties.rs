//! Which lines of a card stay, and in which form.

use super::encoding;
use crate::{
    Action, Claim, Context, Role,
    formats::ics::values::{address, is_public_link, is_token, label, text},
    report::kinds::{TextFinding, VcfFinding},
    syntax::{
        contentline::{ContentLine, Param, split},
        mime::base64,
    },
};
use sanitizer_verify::{Format, Untrusted};

/// Lines of text; semicolons part the pieces of some.
const TEXTS: &[&str] = &[
    "ADR",
    "CATEGORIES",
    "FN",
    "LABEL",
    "N",
    "NICKNAME",
    "NOTE",
    "ORG",
    "ROLE",
    "SORT-STRING",
    "TITLE",
    "UID",
    "X-ABLABEL",
    "X-PHONETIC-FIRST-NAME",
    "X-PHONETIC-LAST-NAME",
    "X-PHONETIC-ORG",
];

/// Lines that we write ourselves, and those that say nothing to a reader.
const OURS: &[&str] = &["BEGIN", "CLIENTPIDMAP", "END", "KIND", "MAILER", "PRODID", "PROFILE", "SOURCE", "VERSION", "XML"];

/// The line as it may stand in the new card: none, itself, or what it means.
pub(super) fn rebuild(line: &ContentLine, cx: &mut Context<'_>) -> Vec<ContentLine> {
    let name = line.name.as_str();
    match name {
        name if OURS.contains(&name) => Vec::new(),
        "PHOTO" | "LOGO" => picture(line, cx).into_iter().collect(),
        "SOUND" => reading(line, cx),
        "AGENT" | "KEY" => {
            cx.find(VcfFinding::Attachment, Action::Remove);
            Vec::new()
        }
        name if name.starts_with("X-") && !TEXTS.contains(&name) => {
            cx.find(VcfFinding::Private, Action::Rebuild);
            Vec::new()
        }
        _ => same(line, cx).into_iter().collect(),
    }
}

/// A line of the same name with its value in its form.
fn same(line: &ContentLine, cx: &mut Context<'_>) -> Option<ContentLine> {
    let Some(value) = encoding::text(line).and_then(|value| self::value(&line.name, &value, cx)) else {
        if line.name == "URL" {
            cx.find(TextFinding::DangerousLink, Action::Remove);
        } else {
            cx.find(VcfFinding::Property, Action::Remove);
        }
        return None;
    };
    let params = line.params.iter().filter_map(|param| self::param(param, cx)).collect();
    Some(ContentLine { group: line.group.clone(), name: line.name.clone(), params, value })
}

fn value(name: &str, raw: &str, cx: &mut Context<'_>) -> Option<String> {
    let trimmed = raw.trim();
    match name {
        "BDAY" | "GEO" | "REV" | "TZ" => is_plain(trimmed).then(|| trimmed.to_owned()),
        "CLASS" => is_token(trimmed).then(|| trimmed.to_ascii_uppercase()),
        "EMAIL" => {
            let bare = trimmed.strip_prefix("mailto:").unwrap_or(trimmed);
            address(&format!("mailto:{bare}"))?.strip_prefix("mailto:").map(str::to_owned)
        }
        "TEL" => {
            let number = trimmed.strip_prefix("tel:").unwrap_or(trimmed);
            // A telephone number in wide digits is one too; an extension stands behind a word.
            is_number(number).then(|| text(number, cx))
        }
        "URL" => is_public_link(trimmed).then(|| trimmed.to_owned()),
        name if TEXTS.contains(&name) => {
            let pieces: Vec<String> = split(raw, ';')
                .into_iter()
                .map(|piece| split(piece, ',').into_iter().map(|one| text(one, cx)).collect::<Vec<_>>().join(","))
                .collect();
            Some(pieces.join(";"))
        }
        _ => None,
    }
}

/// Dates, offsets and places: digits, letters and the marks between them.
fn is_plain(value: &str) -> bool {
    (1..=60).contains(&value.len())
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.' | b',' | b':' | b';' | b'/'))
}

fn is_number(value: &str) -> bool {
    value.chars().count() <= 80
        && value.chars().any(char::is_numeric)
        && value.chars().all(|c| {
            c.is_alphanumeric()
                || matches!(
                    c,
                    ' ' | '+'
                        | '-'
                        | '('
                        | ')'
                        | '.'
                        | ','
                        | ';'
                        | '='
                        | '#'
                        | '*'
                        | '/'
                        | '−'
                        | '－'
                        | '（'
                        | '）'
                        | '＋'
                        | '\u{3000}'
                )
        })
}

/// `SOUND;X-IRMC-N:family;given`: the reading of the name, as telephones have it.
fn reading(line: &ContentLine, cx: &mut Context<'_>) -> Vec<ContentLine> {
    let is_reading = line.params.iter().any(|param| param.values.iter().any(|value| value.eq_ignore_ascii_case("X-IRMC-N")));
    let Some(value) = encoding::text(line).filter(|_| is_reading) else {
        cx.find(VcfFinding::Attachment, Action::Remove);
        return Vec::new();
    };
    let pieces = split(&value, ';');
    ["X-PHONETIC-LAST-NAME", "X-PHONETIC-FIRST-NAME"]
        .into_iter()
        .zip(pieces)
        .filter(|(_, piece)| !piece.trim().is_empty())
        .map(|(name, piece)| ContentLine::new(name, text(piece, cx)))
        .collect()
}

/// A picture that stands in the card, rebuilt; never one that is fetched.
fn picture(line: &ContentLine, cx: &mut Context<'_>) -> Option<ContentLine> {
    let Some(bytes) = encoding::bytes(line) else {
        cx.find(VcfFinding::Attachment, Action::Remove);
        return None;
    };
    let claim = Claim { role: Role::Picture, ..Claim::default() };
    let Ok(built) = cx.descend(Untrusted::new(&bytes), &claim) else {
        cx.find(VcfFinding::Picture, Action::Remove);
        return None;
    };
    let kind = match built.format() {
        Format::Gif => "GIF",
        Format::Png => "PNG",
        _ => "JPEG",
    };
    let placed = cx.children().iter().filter(|child| child.placed.is_some()).count();
    cx.placed(cx.last_child(), u32::try_from(placed).unwrap_or(u32::MAX));
    let params = vec![Param::new("ENCODING", "b"), Param::new("TYPE", kind)];
    Some(ContentLine { params, ..ContentLine::new(&line.name, base64(built.bytes())) })
}

/// Types, and the language; a preference of 4.0 becomes the type of 3.0.
fn param(param: &Param, cx: &mut Context<'_>) -> Option<Param> {
    match param.name.as_str() {
        "TYPE" | "LANGUAGE" => {
            // Some programs put a list into quotes.
            let values = param.values.iter().flat_map(|value| value.split(','));
            let kept: Vec<String> = values.map(|value| label(value, cx)).filter(|value| is_token(value)).take(10).collect();
            (!kept.is_empty()).then(|| Param { name: param.name.clone(), values: kept })
        }
        "PREF" => Some(Param::new("TYPE", "PREF")),
        _ => None,
    }
}
