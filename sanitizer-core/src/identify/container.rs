//! What a ZIP holds, told from its directory alone: no header is believed further than to give a name to what will be
//! read strictly later.

use super::{Claim, Old, names::damaged};
use flate2::read::DeflateDecoder;
use sanitizer_verify::{Format, Untrusted, trust::LoadError};
use std::io::Read as _;

/// How much of the end is searched for the end record, and how much of a directory is looked at.
const TAIL: u64 = 66 * 1024;
const DIRECTORY: u64 = 4 << 20;
/// The largest table of content types looked at.
const TYPES: u64 = 1 << 20;

/// What a file that begins as a ZIP does is.
pub(super) fn zip(input: Untrusted<'_>, claim: &Claim<'_>) -> Result<Format, LoadError> {
    let names = names(input)?;
    // A package whose end is missing has lost what tells it from others; it begins with a member nevertheless.
    if names.is_empty()
        && input.prefix(4)?.starts_with(b"PK\x03\x04")
        && let Some(format) = damaged(claim)
    {
        return Ok(format);
    }
    let has = |name: &str| names.iter().any(|(known, _)| known.eq_ignore_ascii_case(name.as_bytes()));
    let below = |folder: &str| names.iter().any(|(known, _)| known.starts_with(folder.as_bytes()));
    if let Some((_, offset)) = names.iter().find(|(name, _)| name == b"mimetype")
        && let Some(format) = open_document(&content(input, *offset)?)
    {
        return Ok(format);
    }
    if let Some((_, offset)) = names.iter().find(|(name, _)| name.eq_ignore_ascii_case(b"[Content_Types].xml")) {
        if let Some(format) = office(&content(input, *offset)?) {
            return Ok(format);
        }
        let macros = names.iter().any(|(name, _)| name.ends_with(b"vbaProject.bin"));
        return Ok(match (below("word/"), below("xl/"), below("ppt/")) {
            (true, _, _) if macros => Format::Docm,
            (true, _, _) => Format::Docx,
            (_, true, _) if has("xl/workbook.bin") => Format::Xlsb,
            (_, true, _) if macros => Format::Xlsm,
            (_, true, _) => Format::Xlsx,
            (_, _, true) if macros => Format::Pptm,
            (_, _, true) => Format::Pptx,
            _ => Format::Opc,
        });
    }
    // Java and Android programs.
    let program = has("META-INF/MANIFEST.MF") && (has("classes.dex") || names.iter().any(|(name, _)| name.ends_with(b".class")));
    Ok(if program { Format::Executable } else { Format::Zip })
}

/// What an OpenDocument package has (ODF 1.3 part 2, 4.3 and 4.8): encrypted entries, and libraries with more than their
/// own lists in them.
pub(super) fn old(input: Untrusted<'_>) -> Result<Old, LoadError> {
    let names = names(input)?;
    let is_list = |name: &[u8]| name.ends_with(b"script-lb.xml") || name.ends_with(b"script-lc.xml") || name.ends_with(b"/");
    let is_macro = |name: &[u8]| (name.starts_with(b"Basic/") || name.starts_with(b"Scripts/")) && !is_list(name);
    let manifest = names.iter().find(|(name, _)| name == b"META-INF/manifest.xml");
    let manifest = manifest.map(|(_, offset)| content(input, *offset)).transpose()?.unwrap_or_default();
    Ok(Old {
        macros: names.iter().any(|(name, _)| is_macro(name)),
        encrypted: manifest.windows(15).any(|window| window == b"encryption-data"),
    })
}

/// The names and offsets in the directory, as far as it can be read.
fn names(input: Untrusted<'_>) -> Result<Vec<(Vec<u8>, u64)>, LoadError> {
    let mut names = Vec::new();
    let tail = part(input, input.size().saturating_sub(TAIL), TAIL)?;
    let Some(end) = tail.windows(4).rposition(|window| window == b"PK\x05\x06").and_then(|at| tail.get(at..)) else {
        return Ok(names);
    };
    let (Some(size), Some(offset)) = (u32_at(end, 12), u32_at(end, 16)) else { return Ok(names) };
    let directory = part(input, u64::from(offset), u64::from(size).min(DIRECTORY))?;
    let mut rest = directory.as_slice();
    while rest.starts_with(b"PK\x01\x02") {
        let (Some(name), Some(extra), Some(comment), Some(offset)) =
            (u16_at(rest, 28), u16_at(rest, 30), u16_at(rest, 32), u32_at(rest, 42))
        else {
            break;
        };
        let Some(end) = 46_usize.checked_add(usize::from(name)) else { break };
        let Some(name) = rest.get(46..end) else { break };
        names.push((name.to_vec(), u64::from(offset)));
        let next = end.saturating_add(usize::from(extra)).saturating_add(usize::from(comment));
        rest = rest.get(next..).unwrap_or_default();
    }
    Ok(names)
}

/// The first megabyte of an entry's content.
fn content(input: Untrusted<'_>, offset: u64) -> Result<Vec<u8>, LoadError> {
    let raw = part(input, offset, TYPES)?;
    let (Some(method), Some(name), Some(extra)) = (u16_at(&raw, 8), u16_at(&raw, 26), u16_at(&raw, 28)) else {
        return Ok(Vec::new());
    };
    let start = 30_usize.saturating_add(usize::from(name)).saturating_add(usize::from(extra));
    let data = raw.get(start..).unwrap_or_default();
    if method != 8 {
        return Ok(data.to_vec());
    }
    let mut out = Vec::new();
    // What came out before an error is enough to look at.
    let _ = DeflateDecoder::new(data).take(TYPES).read_to_end(&mut out);
    Ok(out)
}

const KINDS: &[(&str, Format)] = &[
    ("application/vnd.ms-word.document.macroEnabled.main+xml", Format::Docm),
    ("application/vnd.ms-word.template.macroEnabledTemplate.main+xml", Format::Docm),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", Format::Docx),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml", Format::Docx),
    ("application/vnd.ms-excel.sheet.macroEnabled.main+xml", Format::Xlsm),
    ("application/vnd.ms-excel.template.macroEnabled.main+xml", Format::Xlsm),
    ("application/vnd.ms-excel.sheet.binary.macroEnabled.main", Format::Xlsb),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", Format::Xlsx),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml", Format::Xlsx),
    ("application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml", Format::Pptm),
    ("application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml", Format::Pptm),
    ("application/vnd.ms-powerpoint.template.macroEnabled.main+xml", Format::Pptm),
    ("application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml", Format::Pptx),
    ("application/vnd.openxmlformats-officedocument.presentationml.slideshow.main+xml", Format::Pptx),
    ("application/vnd.openxmlformats-officedocument.presentationml.template.main+xml", Format::Pptx),
];

/// The kind of package by the content type of its main part (ECMA-376 part 1, 11.3, 12.3, 13.3; [MS-OFFMACRO2]).
fn office(types: &[u8]) -> Option<Format> {
    // In UTF-16 every other byte is zero.
    let text: String = types.iter().filter(|byte| **byte != 0).map(|byte| char::from(*byte)).collect();
    KINDS
        .iter()
        .find(|(kind, _)| text.contains(&format!("\"{kind}\"")) || text.contains(&format!("'{kind}'")))
        .map(|(_, format)| *format)
}

/// The kind of `OpenDocument` by its `mimetype` (OASIS ODF 1.3 part 2, 3.3).
fn open_document(mimetype: &[u8]) -> Option<Format> {
    let kind = mimetype.strip_prefix(b"application/vnd.oasis.opendocument.")?;
    if kind.starts_with(b"text") {
        Some(Format::Odt)
    } else if kind.starts_with(b"spreadsheet") {
        Some(Format::Ods)
    } else if kind.starts_with(b"presentation") {
        Some(Format::Odp)
    } else {
        None
    }
}

/// Up to `count` bytes at `offset`; none behind the end.
pub(super) fn part(input: Untrusted<'_>, offset: u64, count: u64) -> Result<Vec<u8>, LoadError> {
    let count = input.size().saturating_sub(offset).min(count);
    let mut buffer = vec![0; usize::try_from(count).map_err(|_| LoadError::Source)?];
    if !buffer.is_empty() {
        input.read_exact_at(offset, &mut buffer).map_err(|_| LoadError::Source)?;
    }
    Ok(buffer)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().copied().map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_le_bytes)
}
