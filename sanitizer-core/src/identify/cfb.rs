//! What an OLE2 compound file holds, told from the names of the streams in its root ([MS-CFB]).
//!
//! A small walk of its own: it reads sectors where they are, at most a few hundred of them, and believes nothing.

use super::{Claim, Old, container::part, names::damaged};
use sanitizer_verify::{Format, Untrusted, trust::LoadError};
use std::collections::BTreeSet;

/// Sectors of the directory that are looked at.
const SECTORS: usize = 512;

/// What the file is; [`Format::Cfb`] where it cannot be told, and what it claims to be where its directory is gone.
pub(super) fn identify(input: Untrusted<'_>, claim: &Claim<'_>) -> Result<Format, LoadError> {
    let header = part(input, 0, 512)?;
    let Some(file) = File::new(input, &header) else { return Ok(Format::Cfb) };
    let entries = file.directory()?;
    let Some(root) = entries.first() else { return Ok(damaged(claim).unwrap_or(Format::Cfb)) };
    let names = root_names(&entries, root);
    let has = |name: &str| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    // Windows Installer packages and patches carry their kind in the root's class id.
    let installer = matches!(root.class, [0x84 | 0x86 | 0x82, 0x10, 0x0C, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46]);
    Ok(if installer {
        Format::Executable
    } else if has("EncryptedPackage") {
        Format::EncryptedOoxml
    } else if has("WordDocument") {
        Format::Doc
    } else if has("Workbook") || has("Book") {
        Format::Xls
    } else if has("PowerPoint Document") || has("PP97_DUALSTORAGE") {
        Format::Ppt
    } else if has("__properties_version1.0") || has("__nameid_version1.0") {
        Format::Msg
    } else if has("DocumentText") || has("JSCompDocument") || has("\u{4}JSRV_SegmentInformation") {
        Format::Jtd
    } else {
        Format::Cfb
    })
}

/// What a Word or Excel file has: a VBA project ([MS-OVBA] 2.2.1), and an encrypted main stream ([MS-DOC] 2.5.2 `fEncrypted`,
/// [MS-XLS] 2.4.117 `FilePass`).
pub(super) fn old(input: Untrusted<'_>) -> Result<Old, LoadError> {
    let header = part(input, 0, 512)?;
    let Some(file) = File::new(input, &header) else { return Ok(Old { macros: false, encrypted: false }) };
    let entries = file.directory()?;
    let find = |name: &str| entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name));
    let mut encrypted = false;
    if let Some(main) = find("WordDocument") {
        let base = file.sector(main.start)?;
        encrypted = base.starts_with(&[0xEC, 0xA5]) && base.get(11).is_some_and(|flags| flags & 1 != 0);
    } else if let Some(main) = find("Workbook").or_else(|| find("Book")) {
        encrypted = has_file_pass(&file.sector(main.start)?);
    }
    Ok(Old { macros: find("_VBA_PROJECT").or_else(|| find("_VBA_PROJECT_CUR")).is_some(), encrypted })
}

/// Whether a `FilePass` (0x002F) is among the first records of a workbook stream.
fn has_file_pass(stream: &[u8]) -> bool {
    let mut rest = stream;
    while let Some((record, body)) = rest.split_first_chunk::<4>() {
        let [a, b, c, d] = *record;
        if u16::from_le_bytes([a, b]) == 0x002F {
            return true;
        }
        rest = body.get(usize::from(u16::from_le_bytes([c, d]))..).unwrap_or_default();
    }
    false
}

struct File<'a> {
    input: Untrusted<'a>,
    /// Size of a sector.
    sector: u64,
    /// Sectors of the allocation table, as far as the header lists them.
    table: Vec<u32>,
    directory: u32,
}

/// A directory entry (2.6.1).
struct Entry {
    name: String,
    left: u32,
    right: u32,
    child: u32,
    class: [u8; 16],
    /// First sector of a stream (of the mini stream for one below 4096 bytes).
    start: u32,
}

impl<'a> File<'a> {
    fn new(input: Untrusted<'a>, header: &[u8]) -> Option<Self> {
        let shift = u16::from_le_bytes(*header.get(30..)?.first_chunk()?);
        let sector = 1_u64.checked_shl(u32::from(shift)).filter(|_| matches!(shift, 9 | 12))?;
        let directory = u32_at(header, 48)?;
        let table = (76..512).step_by(4).map_while(|at| u32_at(header, at)).collect();
        Some(Self { input, sector, table, directory })
    }

    fn sector(&self, number: u32) -> Result<Vec<u8>, LoadError> {
        part(self.input, u64::from(number).saturating_add(1).saturating_mul(self.sector), self.sector)
    }

    /// The sector behind `number` in its chain.
    fn next(&self, number: u32) -> Result<Option<u32>, LoadError> {
        let each = self.sector / 4;
        let index = usize::try_from(u64::from(number).checked_div(each).unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
        let Some(table) = self.table.get(index).copied().filter(|sector| *sector < 0xFFFF_FFFA) else { return Ok(None) };
        let offset = u64::from(table).saturating_add(1).saturating_mul(self.sector);
        let entry =
            part(self.input, offset.saturating_add(u64::from(number).checked_rem(each).unwrap_or(0).saturating_mul(4)), 4)?;
        Ok(u32_at(&entry, 0).filter(|next| *next < 0xFFFF_FFFA))
    }

    fn directory(&self) -> Result<Vec<Entry>, LoadError> {
        let mut entries = Vec::new();
        let mut current = Some(self.directory);
        for _ in 0..SECTORS {
            let Some(number) = current else { break };
            let sector = self.sector(number)?;
            entries.extend(sector.as_chunks::<128>().0.iter().map(entry));
            current = self.next(number)?;
        }
        Ok(entries)
    }
}

fn entry(bytes: &[u8; 128]) -> Entry {
    let (name, rest) = bytes.split_at(64);
    let (units, _) = name.as_chunks::<2>();
    let units: Vec<u16> = units.iter().map(|unit| u16::from_le_bytes(*unit)).take_while(|unit| *unit != 0).collect();
    let number = |at| u32_at(rest, at).unwrap_or(u32::MAX);
    let class = rest.get(16..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default();
    Entry {
        name: String::from_utf16_lossy(&units),
        left: number(4),
        right: number(8),
        child: number(12),
        class,
        start: number(52),
    }
}

/// The names in the root storage: the tree below its child, each entry once.
fn root_names<'e>(entries: &'e [Entry], root: &Entry) -> Vec<&'e str> {
    let mut names = Vec::new();
    let mut seen = BTreeSet::new();
    let mut open = vec![root.child];
    while let Some(index) = open.pop() {
        let Some(entry) = usize::try_from(index).ok().and_then(|index| entries.get(index)) else { continue };
        if seen.insert(index) {
            names.push(entry.name.as_str());
            open.extend([entry.left, entry.right]);
        }
    }
    names
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().copied().map(u32::from_le_bytes)
}
