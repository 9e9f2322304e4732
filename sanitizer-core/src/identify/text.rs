//! Text: whether it is, and of which kind.
//!
//! Programs choose by the name what they do with a text, so here the claimed extension has a say: it can make a text
//! *more* dangerous (a script), never less: what stands as `.txt` is opened as text whatever it looks like.

use super::{Claim, names::Extension};
use sanitizer_verify::Format;

/// Whether the bytes could be text in a charset used here: almost no control characters, and no zeros unless it is
/// UTF-16 with its mark. Whether they decode is found out later, strictly.
pub(super) fn is_text(prefix: &[u8]) -> bool {
    if let [0xFF, 0xFE, rest @ ..] | [0xFE, 0xFF, rest @ ..] = prefix {
        let (units, _) = rest.as_chunks::<2>();
        return !units.contains(&[0, 0]);
    }
    let odd = prefix.iter().filter(|byte| matches!(byte, 0x01..=0x06 | 0x0E..=0x19 | 0x1C..=0x1F | 0x7F)).count();
    !prefix.contains(&0) && odd.saturating_mul(50) <= prefix.len()
}

/// The kind of a text.
pub(super) fn identify(prefix: &[u8], claim: &Claim<'_>, extension: &Extension) -> Format {
    if extension.is_run() {
        return Format::Script;
    }
    let start = beginning(prefix);
    // The two that Office opens by content under any name a text may have.
    if start.starts_with("{\\rt") {
        return Format::Rtf;
    }
    if is_symbolic_link(&start) {
        return Format::Script;
    }
    let declared = media_type(claim);
    match extension.format().or(declared) {
        Some(Format::Text) if extension.format() == Some(Format::Text) => Format::Text,
        Some(Format::Csv) => Format::Csv,
        Some(format @ (Format::Html | Format::Svg | Format::Xml | Format::Ics | Format::Vcf)) => refine(format, &start),
        Some(Format::Mail) if is_message(&start) => Format::Mail,
        _ => by_content(&start),
    }
}

/// The first characters in lower case, without marks, spaces and the zeros of UTF-16.
fn beginning(prefix: &[u8]) -> String {
    let bytes = prefix.get(..8192).unwrap_or(prefix);
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text: String =
        bytes.iter().filter(|byte| !matches!(byte, 0 | 0xFE | 0xFF)).map(|byte| char::from(*byte).to_ascii_lowercase()).collect();
    text.trim_start().to_owned()
}

fn media_type(claim: &Claim<'_>) -> Option<Format> {
    let full = claim.media_type?;
    let essence = full.split(';').next().unwrap_or(full).trim().to_ascii_lowercase();
    match essence.as_str() {
        "text/plain" => Some(Format::Text),
        "text/csv" => Some(Format::Csv),
        "text/html" | "application/xhtml+xml" => Some(Format::Html),
        "text/calendar" => Some(Format::Ics),
        "text/vcard" | "text/x-vcard" => Some(Format::Vcf),
        "message/rfc822" => Some(Format::Mail),
        "image/svg+xml" => Some(Format::Svg),
        "text/xml" | "application/xml" => Some(Format::Xml),
        _ => None,
    }
}

/// A claim of markup stands; only a picture or a page in XML is told apart.
fn refine(claimed: Format, start: &str) -> Format {
    match claimed {
        Format::Xml => match by_content(start) {
            format @ (Format::Svg | Format::Html) => format,
            _ => Format::Xml,
        },
        format => format,
    }
}

const PAGE: &[&str] = &["<!doctype html", "<html", "<head", "<body", "<script", "<iframe", "<meta", "<title"];

/// What a text with no telling name is.
fn by_content(start: &str) -> Format {
    if start.starts_with("begin:vcalendar") {
        return Format::Ics;
    }
    if start.starts_with("begin:vcard") {
        return Format::Vcf;
    }
    if start.starts_with("#!") || start.starts_with("<?php") || start.starts_with("[internetshortcut]") {
        return Format::Script;
    }
    // Comments may stand before the first element.
    let mut rest = start;
    let xml = rest.starts_with("<?xml");
    while let Some(after) = rest
        .strip_prefix("<?")
        .and_then(|rest| rest.split_once("?>"))
        .or_else(|| rest.strip_prefix("<!--").and_then(|rest| rest.split_once("-->")))
    {
        rest = after.1.trim_start();
    }
    if PAGE.iter().any(|tag| rest.starts_with(tag)) {
        return Format::Html;
    }
    if rest.starts_with("<svg") || rest.starts_with("<!doctype svg") {
        return Format::Svg;
    }
    if xml { Format::Xml } else { Format::Text }
}

/// A SYLK file: Excel takes it for one under any name, and it can hold commands (threat table of SLK).
fn is_symbolic_link(start: &str) -> bool {
    let mut lines = start.lines();
    lines.next().is_some_and(|line| line.starts_with("id;p"))
        && lines.next().is_some_and(|line| {
            line.split_once(';')
                .is_some_and(|(record, _)| matches!(record, "b" | "c" | "e" | "f" | "nn" | "ne" | "nu" | "o" | "p" | "w"))
        })
}

/// Whether it begins with header fields (RFC 5322, 2.2), or with the line mail boxes put before them.
fn is_message(start: &str) -> bool {
    let first = start.lines().find(|line| !line.starts_with("from ")).unwrap_or_default();
    first.split_once(':').is_some_and(|(name, _)| {
        let name = name.trim_end();
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic())
    })
}
