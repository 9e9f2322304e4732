//! ZIP as the core writes it: one local header for each directory entry, nothing between, nothing optional (APPNOTE
//! 6.3). The same reading serves packages; as an archive, each member must be what its extension says.

use super::{Refusal, text};
use crate::{Budget, Exceeded, Format, Outline};
use miniz_oxide::inflate::{TINFLStatus, core::DecompressorOxide, core::decompress, core::inflate_flags};
use std::{borrow::Cow, collections::BTreeSet};

/// A member of an archive, found but not decoded.
pub(super) struct Member<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// Its size when decoded, as its headers say.
    pub(super) size: u64,
    /// Whether it is a directory.
    pub(super) directory: bool,
    deflated: bool,
    crc: u32,
    data: &'a [u8],
}

/// Finds every member. All bytes are accounted for.
pub(super) fn members<'a>(bytes: &'a [u8], budget: &mut Budget) -> Result<Vec<Member<'a>>, Refusal> {
    let split = bytes.len().checked_sub(END_SIZE).ok_or(Refusal::new("zip.end"))?;
    let (body, end) = bytes.split_at_checked(split).ok_or(Refusal::new("zip.end"))?;
    let mut end = Fields(end);
    end.literal(b"PK\x05\x06\0\0\0\0", "zip.end")?;
    let count = end.u16()?;
    if end.u16()? != count {
        return Err(Refusal::new("zip.count"));
    }
    let size = end.u32()? as usize;
    let start = end.u32()? as usize;
    end.literal(&[0, 0], "zip.comment")?;
    if start.checked_add(size) != Some(body.len()) {
        return Err(Refusal::new("zip.directory_place"));
    }
    budget.objects(u64::from(count))?;
    let (mut locals, directory) = body.split_at_checked(start).ok_or(Refusal::new("zip.directory_place"))?;
    let mut directory = Fields(directory);
    let mut members = Vec::with_capacity(usize::from(count));
    for index in 0..u32::from(count) {
        let offset = start.saturating_sub(locals.len());
        let (member, rest) = member(&mut directory, locals, offset).map_err(|refusal| refusal.child(index))?;
        members.push(member);
        locals = rest;
    }
    if locals.is_empty() && directory.0.is_empty() { Ok(members) } else { Err(Refusal::new("zip.gap")) }
}

/// Takes one central header and the local one it stands for.
fn member<'a>(central: &mut Fields<'a>, locals: &'a [u8], offset: usize) -> Result<(Member<'a>, &'a [u8]), Refusal> {
    central.literal(b"PK\x01\x02\x14\0", "zip.central")?;
    let shared = central.take(SHARED)?;
    central.literal(&[0; 6], "zip.attributes")?;
    let attributes = central.u32()?;
    if central.u32()? as usize != offset {
        return Err(Refusal::new("zip.offset"));
    }
    let mut fields = Fields(shared);
    fields.literal(&[20, 0], "zip.version")?;
    let flags = fields.u16()?;
    let method = fields.u16()?;
    fields.literal(&[0, 0, 0x21, 0], "zip.time")?;
    let crc = fields.u32()?;
    let compressed = fields.u32()?;
    let size = fields.u32()?;
    let name_size = usize::from(fields.u16()?);
    fields.literal(&[0, 0], "zip.extra")?;
    let name = central.take(name_size)?;

    let mut local = Fields(locals);
    local.literal(b"PK\x03\x04", "zip.local")?;
    local.literal(shared, "zip.local_differs")?;
    local.literal(name, "zip.local_differs")?;
    let data = local.take(compressed as usize)?;

    let name = std::str::from_utf8(name).map_err(|_| Refusal::new("zip.name"))?;
    let directory = name.ends_with('/');
    let deflated = match method {
        0 if compressed == size => false,
        8 if compressed < size => true,
        _ => return Err(Refusal::new("zip.method")),
    };
    if flags != if name.is_ascii() { 0 } else { 1 << 11 } {
        return Err(Refusal::new("zip.flags"));
    }
    if attributes != if directory { 0x10 } else { 0 } || (directory && size != 0) {
        return Err(Refusal::new("zip.attributes"));
    }
    Ok((Member { name, size: u64::from(size), directory, deflated, crc, data }, local.0))
}

impl<'a> Member<'a> {
    /// Decodes it, charging its size.
    pub(super) fn content(&self, budget: &mut Budget) -> Result<Cow<'a, [u8]>, Refusal> {
        let content = self.decode(budget)?;
        budget.expand(self.size)?;
        Ok(content)
    }

    /// Decodes it; whoever reads the content charges it.
    fn decode(&self, budget: &Budget) -> Result<Cow<'a, [u8]>, Refusal> {
        if self.size > budget.expandable_from(self.data.len() as u64) {
            return Err(Exceeded::Expanded.into());
        }
        let content = if self.deflated { Cow::Owned(inflate(self.data, self.size)?) } else { Cow::Borrowed(self.data) };
        if crc32(&content) == self.crc { Ok(content) } else { Err(Refusal::new("zip.crc")) }
    }
}

/// Reads an archive as our writer emits it, every member in it as what its extension says.
pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    let members = members(bytes, budget)?;
    budget.entries(members.len() as u64)?;
    let mut seen = BTreeSet::new();
    for (index, member) in (0_u32..).zip(&members) {
        let here = |rule: &'static str| Refusal::new(rule).child(index);
        if !is_safe(member.name) {
            return Err(here("zip.unsafe_name"));
        }
        if !seen.insert(member.name.trim_end_matches('/').to_lowercase()) {
            return Err(here("zip.duplicate"));
        }
        if member.directory {
            continue;
        }
        let format = format(member.name).ok_or(here("zip.extension"))?;
        let content = member.decode(budget).map_err(|refusal| refusal.child(index))?;
        super::read(format, &content, budget).map_err(|refusal| refusal.child(index))?;
    }
    Ok(())
}

/// Tells the members; those of an archive with what is in them.
pub(super) fn outline(bytes: &[u8], archive: bool, budget: &mut Budget) -> Result<Outline, Refusal> {
    let mut whole = Outline::leaf(bytes);
    for member in members(bytes, budget)? {
        let content = member.content(budget)?;
        let part = match format(member.name).filter(|_| archive && !member.directory) {
            Some(format) => super::outline(format, &content, budget)?,
            None => Outline::leaf(&content),
        };
        whole.parts.push(Outline { name: Some(member.name.to_owned()), ..part });
    }
    Ok(whole)
}

/// What a member of this name has to be.
fn format(name: &str) -> Option<Format> {
    let (_, extension) = name.rsplit_once('.')?;
    match extension.to_ascii_lowercase().as_str() {
        "csv" => Some(Format::Csv),
        "docx" => Some(Format::Docx),
        "eml" => Some(Format::Mail),
        "gif" => Some(Format::Gif),
        "jpeg" | "jpg" => Some(Format::Jpeg),
        "pdf" => Some(Format::Pdf),
        "png" => Some(Format::Png),
        "log" | "md" | "txt" => Some(Format::Text),
        "xlsx" => Some(Format::Xlsx),
        "zip" => Some(Format::Zip),
        _ => None,
    }
}

/// Whether a name unpacks to a plain file below the chosen folder on every system.
fn is_safe(name: &str) -> bool {
    let path = name.strip_suffix('/').unwrap_or(name);
    name.len() <= MAX_NAME && path.split('/').all(is_safe_component)
}

fn is_safe_component(component: &str) -> bool {
    let forbidden =
        |c: char| !text::is_allowed(c) || c.is_control() || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|');
    let stem = component.split('.').next().unwrap_or_default().trim_end().to_ascii_uppercase();
    let numbered = |device: &str| {
        stem.strip_prefix(device).is_some_and(|rest| rest.chars().count() == 1 && !rest.starts_with(char::is_alphabetic))
    };
    let device = matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CLOCK$" | "CONIN$" | "CONOUT$")
        || numbered("COM")
        || numbered("LPT");
    !component.is_empty()
        && !component.contains(forbidden)
        && !component.starts_with([' ', '.'])
        && !component.ends_with([' ', '.'])
        && !device
}

fn inflate(data: &[u8], size: u64) -> Result<Vec<u8>, Refusal> {
    let size = usize::try_from(size).map_err(|_| Refusal::new("zip.size"))?;
    let mut out = vec![0; size];
    let mut state = Box::<DecompressorOxide>::default();
    let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let (status, read, written) = decompress(&mut state, data, &mut out, 0, flags);
    let whole = status == TINFLStatus::Done && read == data.len() && written == size;
    if whole { Ok(out) } else { Err(Refusal::new("zip.deflate")) }
}

/// CRC-32 of ISO 3309, as ZIP uses it.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        let index = (crc ^ u32::from(*byte)) & 0xFF;
        crc = (crc >> 8) ^ CRC_TABLE.get(index as usize).copied().unwrap_or_default();
    }
    !crc
}

/// Takes fields off the front.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Refusal> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(Refusal::new("zip.truncated"))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Refusal> {
        self.take(N)?.try_into().map_err(|_| Refusal::new("zip.truncated"))
    }

    fn u16(&mut self) -> Result<u16, Refusal> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Result<u32, Refusal> {
        self.array().map(u32::from_le_bytes)
    }

    fn literal(&mut self, expected: &[u8], rule: &'static str) -> Result<(), Refusal> {
        if self.take(expected.len())? == expected { Ok(()) } else { Err(Refusal::new(rule)) }
    }
}

/// Size of the end record without a comment.
const END_SIZE: usize = 22;
/// What both headers have in common: from "version needed" to the length of the extra field.
const SHARED: usize = 26;
/// Longer names do not unpack on Windows.
const MAX_NAME: usize = 1024;

#[expect(clippy::indexing_slicing, reason = "computed when compiled")]
const CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        let mut value = index as u32;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 0 { value >> 1 } else { (value >> 1) ^ 0xEDB8_8320 };
            bit += 1;
        }
        table[index] = value;
        index += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_standard_one() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
    }

    #[test]
    fn only_names_that_stay_below_their_folder_are_safe() {
        for name in ["a.txt", "資料/表.xlsx", "a/b/", "COM10.txt", "com.txt", "console.txt"] {
            assert!(is_safe(name), "{name}");
        }
        let unsafe_names = [
            "",
            "/a",
            "../a",
            "a/../b",
            "a//b",
            "a\\b",
            "C:a",
            "con.txt",
            "LPT1",
            "COM¹.txt",
            "a.",
            "a ",
            " a",
            "\u{202E}a",
            "a\0",
        ];
        for name in unsafe_names {
            assert!(!is_safe(name), "{name}");
        }
    }
}
