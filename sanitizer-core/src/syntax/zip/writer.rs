//! Writes archives that leave nothing to interpretation: one local header for each central one, nothing between, no
//! extra fields, no comments, no data descriptors, one fixed time, names in ASCII or marked UTF-8.

use super::{DEFLATED, STORED, ZipError, local::crc32};
use flate2::{Compression, write::DeflateEncoder};
use sanitizer_verify::Exceeded;
use std::io::Write as _;

/// How an entry is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Deflated if that makes it smaller.
    Deflate,
    /// As it is: for content that is compressed already.
    Store,
}

/// Writes an archive, entry by entry. The same calls give the same bytes.
#[derive(Debug, Default)]
pub struct Writer {
    out: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
}

impl Writer {
    /// An empty archive.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file and gives its index.
    pub fn file(&mut self, name: &str, content: &[u8], method: Method) -> Result<u32, ZipError> {
        let deflated = match method {
            Method::Store => None,
            Method::Deflate => Some(deflate(content)?).filter(|deflated| deflated.len() < content.len()),
        };
        match deflated {
            Some(data) => self.entry(name, DEFLATED, content, &data, 0),
            None => self.entry(name, STORED, content, content, 0),
        }
    }

    /// Adds a directory, whose name ends with `/`, and gives its index.
    pub fn directory(&mut self, name: &str) -> Result<u32, ZipError> {
        const DOS_DIRECTORY: u32 = 0x10;
        self.entry(name, STORED, &[], &[], DOS_DIRECTORY)
    }

    /// Ends the archive.
    pub fn finish(mut self) -> Result<Vec<u8>, ZipError> {
        let start = narrow(self.out.len())?;
        let size = narrow(self.directory.len())?;
        self.out.append(&mut self.directory);
        self.out.extend_from_slice(b"PK\x05\x06\0\0\0\0");
        self.out.extend_from_slice(&self.count.to_le_bytes());
        self.out.extend_from_slice(&self.count.to_le_bytes());
        self.out.extend_from_slice(&size.to_le_bytes());
        self.out.extend_from_slice(&start.to_le_bytes());
        self.out.extend_from_slice(&[0, 0]);
        narrow(self.out.len())?;
        Ok(self.out)
    }

    fn entry(&mut self, name: &str, method: u16, content: &[u8], data: &[u8], attributes: u32) -> Result<u32, ZipError> {
        let index = self.count;
        // 0xFFFF would be read as "see ZIP64", which we do not write.
        self.count = index.checked_add(1).filter(|count| *count != u16::MAX).ok_or(ZipError::Exceeded(Exceeded::Entries))?;
        let offset = narrow(self.out.len())?;
        let mut shared = Vec::with_capacity(26);
        let flags: u16 = if name.is_ascii() { 0 } else { 1 << 11 };
        // Version 2.0; flags; method; 1980-01-01 00:00, the first moment there is.
        for field in [20, flags, method, 0, 0x0021] {
            shared.extend_from_slice(&field.to_le_bytes());
        }
        for field in [crc32(content), narrow(data.len())?, narrow(content.len())?] {
            shared.extend_from_slice(&field.to_le_bytes());
        }
        let name_length = u16::try_from(name.len()).map_err(|_| ZipError::Exceeded(Exceeded::Expanded))?;
        shared.extend_from_slice(&name_length.to_le_bytes());
        shared.extend_from_slice(&[0, 0]);

        self.out.extend_from_slice(b"PK\x03\x04");
        self.out.extend_from_slice(&shared);
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(data);

        self.directory.extend_from_slice(b"PK\x01\x02\x14\0");
        self.directory.extend_from_slice(&shared);
        // No comment, disk 0, no internal attributes.
        self.directory.extend_from_slice(&[0; 6]);
        self.directory.extend_from_slice(&attributes.to_le_bytes());
        self.directory.extend_from_slice(&offset.to_le_bytes());
        self.directory.extend_from_slice(name.as_bytes());
        Ok(u32::from(index))
    }
}

fn deflate(content: &[u8]) -> Result<Vec<u8>, ZipError> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).and_then(|()| encoder.finish()).map_err(|_| ZipError::Data)
}

/// Without ZIP64 a size or an offset has 32 bits, and all ones mean "see ZIP64".
fn narrow(length: usize) -> Result<u32, ZipError> {
    u32::try_from(length).ok().filter(|length| *length != u32::MAX).ok_or(ZipError::Exceeded(Exceeded::Expanded))
}
