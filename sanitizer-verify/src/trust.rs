//! `Untrusted → Rebuilt → Clean`: the types that keep what came in from going out.
//!
//! A [`Clean`] has private fields and two doors, both in this file's crate: [`crate::verify()`], and [`attest`] for the
//! parent of a verify worker, which holds the bytes itself and believes the worker only about a hash.

use crate::{Budget, Exceeded, Format, Reason};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{borrow::Cow, fmt, io};

/// A source of bytes with random access: a slice, a blob, or frames to a parent process.
pub trait ReadAt {
    /// Length in bytes.
    fn size(&self) -> u64;
    /// Fills `buffer` from `offset` on, completely or with an error.
    fn read_exact_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;
}

/// Bytes that came in. They are only ever read.
#[derive(Clone, Copy)]
pub struct Untrusted<'a>(Source<'a>);

#[derive(Clone, Copy)]
enum Source<'a> {
    Bytes(&'a [u8]),
    Reader(&'a dyn ReadAt),
}

/// Why an [`Untrusted`] could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// Over the budget.
    Exceeded(Exceeded),
    /// The source failed.
    Source,
}

impl From<LoadError> for Reason {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::Exceeded(exceeded) => exceeded.into(),
            LoadError::Source => Self::Internal,
        }
    }
}

impl<'a> Untrusted<'a> {
    /// Bytes in memory.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self(Source::Bytes(bytes))
    }

    /// Bytes behind a reader.
    pub const fn from_reader(reader: &'a dyn ReadAt) -> Self {
        Self(Source::Reader(reader))
    }

    /// Length in bytes.
    pub fn size(self) -> u64 {
        match self.0 {
            Source::Bytes(bytes) => bytes.len() as u64,
            Source::Reader(reader) => reader.size(),
        }
    }

    /// Fills `buffer` from `offset` on, completely or with an error.
    pub fn read_exact_at(self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        match self.0 {
            Source::Reader(reader) => reader.read_exact_at(offset, buffer),
            Source::Bytes(bytes) => {
                let start = usize::try_from(offset).map_err(|_| io::ErrorKind::UnexpectedEof)?;
                let end = start.checked_add(buffer.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
                buffer.copy_from_slice(bytes.get(start..end).ok_or(io::ErrorKind::UnexpectedEof)?);
                Ok(())
            }
        }
    }

    /// Up to `count` bytes from the start, for identification.
    pub fn prefix(self, count: usize) -> Result<Cow<'a, [u8]>, LoadError> {
        match self.0 {
            Source::Bytes(bytes) => Ok(Cow::Borrowed(bytes.get(..count).unwrap_or(bytes))),
            Source::Reader(_) => {
                let size = usize::try_from(self.size()).unwrap_or(usize::MAX).min(count);
                let mut buffer = vec![0; size];
                self.read_exact_at(0, &mut buffer).map_err(|_| LoadError::Source)?;
                Ok(Cow::Owned(buffer))
            }
        }
    }

    /// All bytes. What has to be copied into memory is charged to the budget.
    pub fn load(self, budget: &mut Budget) -> Result<Cow<'a, [u8]>, LoadError> {
        if let Source::Reader(_) = self.0 {
            budget.expand(self.size()).map_err(LoadError::Exceeded)?;
        }
        self.prefix(usize::MAX)
    }

    /// SHA-256 of all bytes, read in blocks.
    pub fn sha256(self) -> Result<[u8; 32], LoadError> {
        if let Source::Bytes(bytes) = self.0 {
            return Ok(Sha256::digest(bytes).into());
        }
        let mut hash = Sha256::new();
        let mut block = vec![0; 64 * 1024];
        let mut offset = 0u64;
        while offset < self.size() {
            let left = usize::try_from(self.size().saturating_sub(offset)).unwrap_or(usize::MAX);
            let want = left.min(block.len());
            let part = block.get_mut(..want).ok_or(LoadError::Source)?;
            self.read_exact_at(offset, part).map_err(|_| LoadError::Source)?;
            hash.update(&*part);
            offset = offset.saturating_add(want as u64);
        }
        Ok(hash.finalize().into())
    }
}

impl fmt::Debug for Untrusted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Untrusted({} bytes)", self.size())
    }
}

/// Bytes one of our writers made, not yet accepted by the verifier.
#[derive(Clone, PartialEq, Eq)]
pub struct Rebuilt {
    format: Format,
    bytes: Vec<u8>,
}

impl Rebuilt {
    /// What a writer of `format` made.
    pub const fn new(format: Format, bytes: Vec<u8>) -> Self {
        Self { format, bytes }
    }

    /// What the writer says it made; the verifier holds it to that.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// The bytes, for the container a child goes into.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, given up.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl fmt::Debug for Rebuilt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rebuilt({}, {} bytes)", self.format, self.bytes.len())
    }
}

/// Bytes the verifier accepted: the only ones that may leave.
#[derive(Clone, PartialEq, Eq)]
pub struct Clean {
    format: Format,
    bytes: Vec<u8>,
    sha256: [u8; 32],
}

impl Clean {
    /// For [`crate::verify()`] alone.
    pub(crate) fn accepted(rebuilt: Rebuilt) -> Self {
        let sha256 = Sha256::digest(rebuilt.bytes()).into();
        Self { format: rebuilt.format, bytes: rebuilt.bytes, sha256 }
    }

    /// What it was verified as.
    pub const fn format(&self) -> Format {
        self.format
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, given up.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// SHA-256 of the bytes.
    pub const fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// The receipt for these bytes under the policy with this id.
    pub fn receipt(&self, policy: impl Into<String>) -> Accept {
        Accept { sha256: self.sha256, format: self.format, policy: policy.into(), version: VERSION.to_owned() }
    }
}

impl fmt::Debug for Clean {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clean({}, {} bytes)", self.format, self.bytes.len())
    }
}

/// Version of the verifier, as written into receipts.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A verifier's receipt: these bytes, read as this format, were accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accept {
    /// SHA-256 of the accepted bytes.
    pub sha256: [u8; 32],
    /// What they were read as.
    pub format: Format,
    /// Id of the policy they were built under.
    pub policy: String,
    /// Version of the verifier.
    pub version: String,
}

/// The bytes at hand are not the ones the receipt speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAttested;

impl fmt::Display for NotAttested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes do not match their receipt")
    }
}

impl std::error::Error for NotAttested {}

/// Makes a [`Clean`] of bytes the caller holds and a receipt a verifier gave for them.
///
/// The one door beside [`crate::verify()`]. Types cannot guard it across processes: `disallowed-methods` bans it
/// everywhere but one file of sanitizer-pool and one of sanitizer-service, and a test counts the callers.
pub fn attest(bytes: Vec<u8>, receipt: &Accept) -> Result<Clean, NotAttested> {
    let sha256: [u8; 32] = Sha256::digest(&bytes).into();
    if sha256 != receipt.sha256 {
        return Err(NotAttested);
    }
    Ok(Clean { format: receipt.format, bytes, sha256 })
}
