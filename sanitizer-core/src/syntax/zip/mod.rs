//! ZIP, read strictly and written plainly (APPNOTE 6.3.10).
//!
//! ```text
//!  bytes ─► directory  end records, then every central header          one directory, one count, no ZIP64 games
//!        ─► local      every local header and data descriptor          must say what the directory says
//!        ─► tiling     entries, directory, end: every byte has one place
//!        ─► `zip`      the crate reads the directory again and decodes  must see the same entries
//! ```
//!
//! Readers of ZIP differ in which of its doubled records they believe; the classes of such differences are named in
//! [`ZipError`] after Ye et al., "My ZIP isn't your ZIP" (USENIX Security 2025). An archive that passes here looks the
//! same to all of them. Oddities that no two readers see differently pass: extra fields, comments, data descriptors,
//! directory entries, foreign separators.
//!
//! This module has no opinion on what an entry may be; `formats::zip` and `formats::ooxml` have.

mod directory;
mod error;
mod extra;
mod local;
mod names;
mod writer;

#[cfg(test)]
mod tests;

pub use error::ZipError;
pub use writer::{Method, Writer};

use sanitizer_verify::{Budget, Exceeded};
use std::io::{Cursor, Read as _};

/// One entry of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name, decoded, with `/` between its components; nothing else about it is cleaned.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// Whether it is encrypted, by whichever scheme.
    pub encrypted: bool,
    /// Size of its data in the archive, in bytes.
    pub compressed: u64,
    /// Size of its data when decoded, in bytes, as its headers agree.
    pub size: u64,
    method: u16,
    /// Whether a reader that streams learns the size only behind the data.
    described: bool,
    raw_name: Vec<u8>,
    /// The name before separators were unified.
    full_name: String,
    crc: u32,
    data: std::ops::Range<usize>,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A directory; it has no data.
    Directory,
    /// A file.
    File,
    /// A symbolic link, a device or a pipe, by its Unix mode.
    Special,
}

/// An archive whose headers agree with each other.
#[derive(Debug)]
pub struct Archive<'a> {
    bytes: &'a [u8],
    entries: Vec<Entry>,
    decoder: ::zip::ZipArchive<Cursor<&'a [u8]>>,
}

impl<'a> Archive<'a> {
    /// Reads all headers. Charges one object for each entry.
    pub fn open(bytes: &'a [u8], budget: &mut Budget) -> Result<Self, ZipError> {
        let end = directory::end(bytes)?;
        if end.count > budget.limits().entries {
            return Err(Exceeded::Entries.into());
        }
        budget.objects(end.count)?;
        let central = directory::headers(bytes, &end)?;
        let entries = local::entries(bytes, &end, &central)?;
        let decoder = ::zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| ZipError::SecondReader)?;
        if decoder.len() != entries.len() {
            return Err(ZipError::SecondReader);
        }
        Ok(Self { bytes, entries, decoder })
    }

    /// The entries, in the order of the directory.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Decodes one entry. Charges its decoded size, and refuses it before anything is decoded if that is too much.
    pub fn read(&mut self, index: usize, budget: &mut Budget) -> Result<Vec<u8>, ZipError> {
        let entry = self.entries.get(index).ok_or(ZipError::SecondReader)?;
        if entry.encrypted {
            return Err(ZipError::Encrypted);
        }
        if !matches!(entry.method, STORED | DEFLATED) {
            return Err(ZipError::Method);
        }
        if entry.size > budget.expandable_from(entry.compressed) {
            return Err(Exceeded::Expanded.into());
        }
        if entry.described && entry.method == DEFLATED {
            let data = self.bytes.get(entry.data.clone()).ok_or(ZipError::Truncated)?;
            local::deflate_ends_with(data)?;
        }
        let mut file = self.decoder.by_index(index).map_err(|_| ZipError::SecondReader)?;
        // The crate puts the name of a Unicode Path field in the place of the raw one.
        let same_name = file.name_raw() == entry.raw_name || file.name_raw() == entry.full_name.as_bytes();
        let same = same_name
            && file.compressed_size() == entry.compressed
            && file.size() == entry.size
            && file.crc32() == entry.crc
            && file.data_start() == Some(entry.data.start as u64);
        if !same {
            return Err(ZipError::SecondReader);
        }
        budget.expand(entry.size)?;
        // The size is a claim: room is made as the data comes.
        let mut out = Vec::with_capacity(usize::try_from(entry.size.min(1 << 20)).unwrap_or(0));
        let limit = entry.size.saturating_add(1);
        file.by_ref().take(limit).read_to_end(&mut out).map_err(|_| ZipError::Data)?;
        if out.len() as u64 == entry.size { Ok(out) } else { Err(ZipError::Size) }
    }
}

/// Compression methods (APPNOTE 4.4.5).
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// `N` bytes at `at`.
fn bytes_at<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], ZipError> {
    let rest = bytes.get(at..).ok_or(ZipError::Truncated)?;
    rest.first_chunk().copied().ok_or(ZipError::Truncated)
}

fn u16_at(bytes: &[u8], at: usize) -> Result<u16, ZipError> {
    bytes_at(bytes, at).map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32, ZipError> {
    bytes_at(bytes, at).map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Result<u64, ZipError> {
    bytes_at(bytes, at).map(u64::from_le_bytes)
}

/// `at + by`, which a hostile header must not wrap.
fn plus(at: usize, by: usize) -> Result<usize, ZipError> {
    at.checked_add(by).ok_or(ZipError::Truncated)
}
