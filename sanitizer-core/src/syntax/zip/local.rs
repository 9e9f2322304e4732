//! Local headers and data descriptors, held against the directory, and the place of every byte (APPNOTE 4.3.7, 4.3.9).

use super::{
    Entry, Kind, STORED, ZipError, bytes_at,
    directory::{Central, End},
    extra::Extra,
    names, plus, u16_at, u32_at, u64_at,
};
use std::collections::HashMap;

const LOCAL: [u8; 4] = *b"PK\x03\x04";
const LOCAL_SIZE: usize = 30;
const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";
/// Flag bits (APPNOTE 4.4.4).
const ENCRYPTED: u16 = 1;
const DESCRIBED: u16 = 1 << 3;
const STRONG: u16 = 1 << 6;
/// The method of `WinZip` AES; the real one stands in an extra field.
const AES: u16 = 99;

/// The local header of one entry and where its bytes are.
struct Local<'a> {
    flags: u16,
    method: u16,
    crc: u32,
    size: u32,
    compressed: u32,
    raw_name: &'a [u8],
    extra: Extra<'a>,
    data: usize,
}

/// Reads every local header, compares it, and checks that entries lie end to end from the first byte to the directory.
pub(super) fn entries(bytes: &[u8], end: &End, central: &[Central<'_>]) -> Result<Vec<Entry>, ZipError> {
    let mut order: Vec<(usize, usize)> = Vec::with_capacity(central.len());
    for (index, header) in central.iter().enumerate() {
        let offset = usize::try_from(header.sizes.offset).map_err(|_| ZipError::Truncated)?;
        order.push((offset, index));
    }
    order.sort_unstable();
    let mut entries: Vec<Option<Entry>> = vec![None; central.len()];
    let mut at = 0_usize;
    for (place, (offset, index)) in order.iter().copied().enumerate() {
        match offset.cmp(&at) {
            std::cmp::Ordering::Less => return Err(ZipError::Overlap),
            std::cmp::Ordering::Equal => {}
            // Zeros align entries to pages; nothing can hide in them.
            std::cmp::Ordering::Greater if is_zero(bytes, at, offset) => at = offset,
            std::cmp::Ordering::Greater => return Err(ZipError::Gap),
        }
        let next = place.checked_add(1).and_then(|next| order.get(next)).map_or(end.start, |(offset, _)| *offset);
        let header = central.get(index).ok_or(ZipError::Truncated)?;
        let region = bytes.get(..end.start).ok_or(ZipError::DirectoryOffset)?;
        let local = local(region, at)?;
        let (entry, data_end) = compare(region, header, &local)?;
        at = plus(data_end, descriptor(region, data_end, next, header, &local)?)?;
        if let Some(slot) = entries.get_mut(index) {
            *slot = Some(entry);
        }
    }
    if !is_zero(bytes, at, end.start) {
        return Err(ZipError::Gap);
    }
    let entries: Vec<Entry> = entries.into_iter().flatten().collect();
    unique(&entries)?;
    Ok(entries)
}

/// Two files of one name: readers differ in which they take (class B1). A directory named twice is one directory.
fn unique(entries: &[Entry]) -> Result<(), ZipError> {
    let mut seen: HashMap<&str, Kind> = HashMap::with_capacity(entries.len());
    for entry in entries {
        let before = seen.insert(entry.name.trim_end_matches('/'), entry.kind);
        if before.is_some_and(|before| (before, entry.kind) != (Kind::Directory, Kind::Directory)) {
            return Err(ZipError::DuplicateName);
        }
    }
    Ok(())
}

fn local(bytes: &[u8], at: usize) -> Result<Local<'_>, ZipError> {
    if bytes_at::<4>(bytes, at)? != LOCAL {
        return Err(ZipError::Gap);
    }
    let u16_in = |offset: usize| u16_at(bytes, plus(at, offset)?);
    let u32_in = |offset: usize| u32_at(bytes, plus(at, offset)?);
    let name = plus(at, LOCAL_SIZE)?;
    let extra = plus(name, usize::from(u16_in(26)?))?;
    let data = plus(extra, usize::from(u16_in(28)?))?;
    Ok(Local {
        flags: u16_in(6)?,
        method: u16_in(8)?,
        crc: u32_in(14)?,
        compressed: u32_in(18)?,
        size: u32_in(22)?,
        raw_name: bytes.get(name..extra).ok_or(ZipError::Truncated)?,
        extra: Extra::parse(bytes.get(extra..data).ok_or(ZipError::Truncated)?)?,
        data,
    })
}

/// Holds a local header against the directory; gives the entry and where its data ends.
fn compare(bytes: &[u8], central: &Central<'_>, local: &Local<'_>) -> Result<(Entry, usize), ZipError> {
    if local.method != central.method {
        return Err(ZipError::MethodDiffers);
    }
    if (local.flags ^ central.flags) & (ENCRYPTED | STRONG) != 0 {
        return Err(ZipError::EncryptionBit);
    }
    let name = name(central, local)?;
    let described = local.flags & DESCRIBED != 0;
    let late = sizes_agree(central, local, described)?;
    let length = usize::try_from(central.sizes.compressed).map_err(|_| ZipError::Truncated)?;
    let data_end = plus(local.data, length)?;
    let data = bytes.get(local.data..data_end).ok_or(ZipError::Overlap)?;
    let encrypted = central.flags & (ENCRYPTED | STRONG) != 0 || central.method == AES;
    if central.method == STORED && !encrypted && central.sizes.compressed != central.sizes.size {
        return Err(ZipError::Size);
    }
    if late && central.method == STORED && holds_signature(data) {
        // A reader that streams would end the data at what looks like the next record.
        return Err(ZipError::Descriptor);
    }
    let full_name = name;
    let name = names::separated(&full_name);
    let kind = kind(&name, central)?;
    let entry = Entry {
        name,
        full_name,
        kind,
        encrypted,
        compressed: central.sizes.compressed,
        size: central.sizes.size,
        method: central.method,
        described: late,
        raw_name: central.raw_name.to_vec(),
        crc: central.crc,
        data: local.data..data_end,
    };
    Ok((entry, data_end))
}

/// Sizes and checksum (class A2). Behind a descriptor flag a local header may leave them zero; whether it does is the
/// answer.
fn sizes_agree(central: &Central<'_>, local: &Local<'_>, described: bool) -> Result<bool, ZipError> {
    let mut late = false;
    for [size, compressed] in local.extra.local_sizes(local.size, local.compressed)? {
        let same = [(size, central.sizes.size), (compressed, central.sizes.compressed)];
        for (said, known) in same {
            if said != known {
                if !described || said != 0 {
                    return Err(ZipError::Size);
                }
                late = true;
            }
        }
    }
    if local.crc != central.crc && !(described && local.crc == 0) {
        return Err(ZipError::Size);
    }
    Ok(late)
}

/// The name all readers give the entry (class A3).
fn name(central: &Central<'_>, local: &Local<'_>) -> Result<String, ZipError> {
    if local.raw_name != central.raw_name {
        return Err(ZipError::NameDiffers);
    }
    let raw = central.raw_name;
    let of_central = central.extra.unicode_name(raw)?;
    let of_local = local.extra.unicode_name(raw)?;
    if let (Some(one), Some(other)) = (of_central, of_local)
        && one != other
    {
        return Err(ZipError::NameDiffers);
    }
    if raw.is_empty() || raw.contains(&0) {
        // Readers written in C end the name at the zero.
        return Err(ZipError::NameDiffers);
    }
    let plain = names::decode(raw);
    match of_central.or(of_local) {
        Some(unicode) if names::could_be_one(&plain, unicode) => Ok(unicode.to_owned()),
        Some(_) => Err(ZipError::NameDiffers),
        None => Ok(plain),
    }
}

/// Directory or file (class A4).
fn kind(name: &str, central: &Central<'_>) -> Result<Kind, ZipError> {
    const UNIX: u8 = 3;
    const DARWIN: u8 = 19;
    const DOS_DIRECTORY: u32 = 0x10;
    let mode = if matches!(central.host, UNIX | DARWIN) { central.attributes >> 28 } else { 0 };
    // S_IFMT of POSIX `sys/stat.h`, its upper four bits.
    let by_mode = match mode {
        0x4 => Some(Kind::Directory),
        0x8 => Some(Kind::File),
        0 => None,
        // Info-ZIP keeps the mode of where it read from: with a pipe as its input the member is called one, and is data.
        0x1 if central.sizes.size > 0 => Some(Kind::File),
        _ => Some(Kind::Special),
    };
    let by_name = name.ends_with('/');
    if by_mode == Some(Kind::Special) {
        return Ok(Kind::Special);
    }
    let directory = by_name || by_mode == Some(Kind::Directory) || (by_mode.is_none() && central.attributes & DOS_DIRECTORY != 0);
    match (directory, central.sizes.size) {
        (true, 0) => Ok(Kind::Directory),
        (true, _) => Err(ZipError::DirectoryOrFile),
        (false, _) => Ok(Kind::File),
    }
}

fn is_zero(bytes: &[u8], from: usize, to: usize) -> bool {
    bytes.get(from..to).is_some_and(|between| between.iter().all(|byte| *byte == 0))
}

fn holds_signature(data: &[u8]) -> bool {
    data.windows(4).any(|window| matches!(window, b"PK\x03\x04" | b"PK\x07\x08" | b"PK\x01\x02"))
}

/// The length of the data descriptor that fills the space between `at` and `next`, which must say what the directory
/// says. Its signature is optional and its sizes are wide for ZIP64, though writers are careless about that.
fn descriptor(bytes: &[u8], at: usize, next: usize, central: &Central<'_>, local: &Local<'_>) -> Result<usize, ZipError> {
    let length = next.checked_sub(at).ok_or(ZipError::Overlap)?;
    if local.flags & DESCRIBED == 0 {
        return Ok(0);
    }
    let (signed, wide) = match length {
        // Writers that set the flag but know the sizes leave the descriptor out, for directories above all.
        0 if central.sizes.size == 0 || local.compressed != 0 => return Ok(0),
        12 => (false, false),
        16 => (true, false),
        20 => (false, true),
        24 => (true, true),
        _ => return Err(ZipError::Gap),
    };
    let mut cursor = at;
    if signed {
        if bytes_at::<4>(bytes, cursor)? != DESCRIPTOR {
            return Err(ZipError::Descriptor);
        }
        cursor = plus(cursor, 4)?;
    }
    let crc = u32_at(bytes, cursor)?;
    cursor = plus(cursor, 4)?;
    let (compressed, size) = if wide {
        (u64_at(bytes, cursor)?, u64_at(bytes, plus(cursor, 8)?)?)
    } else {
        (u64::from(u32_at(bytes, cursor)?), u64::from(u32_at(bytes, plus(cursor, 4)?)?))
    };
    let agrees = crc == central.crc && compressed == central.sizes.compressed && size == central.sizes.size;
    if agrees { Ok(length) } else { Err(ZipError::Descriptor) }
}

/// Whether the deflated data ends exactly where the entry ends: a reader that streams looks for the descriptor there.
pub(super) fn deflate_ends_with(data: &[u8]) -> Result<(), ZipError> {
    let mut inflate = flate2::Decompress::new(false);
    let mut scratch = vec![0; 32 * 1024];
    loop {
        let at = usize::try_from(inflate.total_in()).map_err(|_| ZipError::Data)?;
        let before = inflate.total_out();
        let rest = data.get(at..).ok_or(ZipError::Data)?;
        let status = inflate.decompress(rest, &mut scratch, flate2::FlushDecompress::None).map_err(|_| ZipError::Data)?;
        match status {
            flate2::Status::StreamEnd if inflate.total_in() == data.len() as u64 => return Ok(()),
            flate2::Status::StreamEnd => return Err(ZipError::Descriptor),
            flate2::Status::Ok | flate2::Status::BufError => {
                if inflate.total_out() == before && inflate.total_in() == at as u64 {
                    return Err(ZipError::Data);
                }
            }
        }
    }
}

/// CRC-32 as ZIP uses it (APPNOTE 4.4.7).
pub(super) fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = flate2::Crc::new();
    crc.update(bytes);
    crc.sum()
}
