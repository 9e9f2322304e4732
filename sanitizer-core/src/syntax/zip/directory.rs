//! The end records and the central directory (APPNOTE 4.3.12 to 4.3.16).

use super::{
    ZipError, bytes_at,
    extra::{Extra, SATURATED, Wide},
    plus, u16_at, u32_at, u64_at,
};

const CENTRAL: [u8; 4] = *b"PK\x01\x02";
const END: [u8; 4] = *b"PK\x05\x06";
const END64: [u8; 4] = *b"PK\x06\x06";
const LOCATOR64: [u8; 4] = *b"PK\x06\x07";
const CENTRAL_SIZE: usize = 46;
const END_SIZE: usize = 22;
const END64_SIZE: usize = 56;
const LOCATOR64_SIZE: usize = 20;
/// More trailing zeros than this are no accident of a transport, nor the blocks of a tape: libarchive fills the last one
/// of 10,240 bytes when it writes to a pipe, and larger ones are usual.
const PADDING: usize = 64 * 1024;
/// Bit 13 of the flags: local headers are masked because the directory is encrypted (APPNOTE 4.4.4).
const MASKED: u16 = 1 << 13;

/// What the end records say.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    /// How many entries there are.
    pub(super) count: u64,
    /// Where the directory begins.
    pub(super) start: usize,
    /// Where it ends, which is where the end records begin.
    pub(super) stop: usize,
}

/// One central header.
#[derive(Clone, Debug)]
pub(super) struct Central<'a> {
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) crc: u32,
    pub(super) sizes: Wide,
    pub(super) raw_name: &'a [u8],
    pub(super) extra: Extra<'a>,
    /// "Version made by": which system's attributes follow, in the upper byte.
    pub(super) host: u8,
    pub(super) attributes: u32,
}

/// Finds the one end of the archive.
///
/// The record is the last in the file that has the signature, and its comment ends with the file: a reader that
/// searches backwards and one that checks the length find the same (class C2). That its directory ends right before it
/// leaves no room for another. Line ends and zeros behind it, as transports leave them, no reader takes for anything.
pub(super) fn end(bytes: &[u8]) -> Result<End, ZipError> {
    let at = last_signature(bytes)?;
    let comment = usize::from(u16_at(bytes, plus(at, 20)?)?);
    let trailing = bytes.get(plus(plus(at, END_SIZE)?, comment)?..).ok_or(ZipError::EndRecord)?;
    if trailing.len() > PADDING || trailing.iter().any(|byte| !matches!(byte, 0 | b'\r' | b'\n')) {
        return Err(ZipError::EndRecord);
    }
    let disks = [u16_at(bytes, plus(at, 4)?)?, u16_at(bytes, plus(at, 6)?)?];
    let on_disk = u16_at(bytes, plus(at, 8)?)?;
    let count = u16_at(bytes, plus(at, 10)?)?;
    let size = u32_at(bytes, plus(at, 12)?)?;
    let offset = u32_at(bytes, plus(at, 16)?)?;
    if let Some(end) = end64(bytes, at, [u32::from(count), size, offset])? {
        return Ok(end);
    }
    if disks != [0, 0] {
        return Err(ZipError::MultiVolume);
    }
    if on_disk != count {
        return Err(ZipError::Count);
    }
    located(u64::from(count), u64::from(offset), u64::from(size), at)
}

fn last_signature(bytes: &[u8]) -> Result<usize, ZipError> {
    const REACH: usize = END_SIZE + u16::MAX as usize + PADDING;
    let from = bytes.len().saturating_sub(REACH);
    let tail = bytes.get(from..).unwrap_or_default();
    let at = tail.windows(END.len()).rposition(|window| window == END).ok_or(ZipError::NotZip)?;
    plus(from, at)
}

/// The ZIP64 end record, if its locator stands before the ordinary one. What both say must agree (class C5).
fn end64(bytes: &[u8], end: usize, narrow: [u32; 3]) -> Result<Option<End>, ZipError> {
    let Some(locator) = end.checked_sub(LOCATOR64_SIZE) else { return Ok(None) };
    if bytes_at::<4>(bytes, locator)? != LOCATOR64 {
        return Ok(None);
    }
    let at = u64_at(bytes, plus(locator, 8)?)?;
    let at = usize::try_from(at).map_err(|_| ZipError::Zip64)?;
    // A larger record would have an extensible part, which is for encryption of the directory (APPNOTE 7.3.4).
    if at.checked_add(END64_SIZE) != Some(locator) || bytes_at::<4>(bytes, at)? != END64 {
        return Err(ZipError::Zip64);
    }
    let record_size = u64_at(bytes, plus(at, 4)?)?;
    if record_size != 44 || u32_at(bytes, plus(locator, 16)?)? > 1 || u32_at(bytes, plus(at, 16)?)? != 0 {
        return Err(ZipError::Zip64);
    }
    let on_disk = u64_at(bytes, plus(at, 24)?)?;
    let wide = [u64_at(bytes, plus(at, 32)?)?, u64_at(bytes, plus(at, 40)?)?, u64_at(bytes, plus(at, 48)?)?];
    let saturated = [u32::from(u16::MAX), SATURATED, SATURATED];
    for ((narrow, wide), saturated) in narrow.into_iter().zip(wide).zip(saturated) {
        if narrow != saturated && u64::from(narrow) != wide {
            return Err(ZipError::Zip64);
        }
    }
    let [count, size, offset] = wide;
    if on_disk != count {
        return Err(ZipError::Count);
    }
    located(count, offset, size, at).map(Some)
}

/// The directory ends where the end records begin: with something between, or another start, readers that count from
/// the end and readers that count from the front see different directories (class C4).
fn located(count: u64, offset: u64, size: u64, end: usize) -> Result<End, ZipError> {
    let start = usize::try_from(offset).map_err(|_| ZipError::DirectoryOffset)?;
    if offset.checked_add(size) != Some(end as u64) {
        return Err(ZipError::DirectoryOffset);
    }
    Ok(End { count, start, stop: end })
}

/// Reads the headers: as many as the end record says, filling the directory (class C3).
pub(super) fn headers<'a>(bytes: &'a [u8], end: &End) -> Result<Vec<Central<'a>>, ZipError> {
    let directory = bytes.get(..end.stop).ok_or(ZipError::Truncated)?;
    let mut headers = Vec::new();
    let mut at = end.start;
    while at < end.stop {
        if bytes_at::<4>(directory, at)? != CENTRAL {
            return Err(if headers.is_empty() { ZipError::DirectoryOffset } else { ZipError::Count });
        }
        let (header, next) = header(directory, at)?;
        if header.flags & MASKED != 0 {
            return Err(ZipError::DirectoryEncrypted);
        }
        headers.push(header);
        at = next;
    }
    if headers.len() as u64 == end.count { Ok(headers) } else { Err(ZipError::Count) }
}

fn header(bytes: &[u8], at: usize) -> Result<(Central<'_>, usize), ZipError> {
    let u16_in = |offset: usize| u16_at(bytes, plus(at, offset)?);
    let u32_in = |offset: usize| u32_at(bytes, plus(at, offset)?);
    let name = plus(at, CENTRAL_SIZE)?;
    let extra = plus(name, usize::from(u16_in(28)?))?;
    let comment = plus(extra, usize::from(u16_in(30)?))?;
    let next = plus(comment, usize::from(u16_in(32)?))?;
    if next > bytes.len() {
        return Err(ZipError::Truncated);
    }
    let disk = u16_in(34)?;
    if disk != 0 && disk != u16::MAX {
        return Err(ZipError::MultiVolume);
    }
    let raw_name = bytes.get(name..extra).ok_or(ZipError::Truncated)?;
    let extra = Extra::parse(bytes.get(extra..comment).ok_or(ZipError::Truncated)?)?;
    let [_, host] = bytes_at(bytes, plus(at, 4)?)?;
    let header = Central {
        flags: u16_in(8)?,
        method: u16_in(10)?,
        crc: u32_in(16)?,
        sizes: extra.widen([u32_in(24)?, u32_in(20)?, u32_in(42)?], disk)?,
        raw_name,
        extra,
        host,
        attributes: u32_in(38)?,
    };
    Ok((header, next))
}
