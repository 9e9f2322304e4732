//! Extra fields (APPNOTE 4.5): the two that change what a reader sees, ZIP64 and Unicode Path. The rest is not read.

use super::{ZipError, bytes_at, plus, u16_at, u32_at, u64_at};

const ZIP64: u16 = 0x0001;
const UNICODE_PATH: u16 = 0x7075;
/// A header field of this value stands in the ZIP64 record instead.
pub(super) const SATURATED: u32 = u32::MAX;

/// The extra fields of one header, as far as they count.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extra<'a> {
    zip64: Option<&'a [u8]>,
    unicode_path: Option<&'a [u8]>,
}

impl<'a> Extra<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, ZipError> {
        let mut extra = Self::default();
        let mut rest = bytes;
        while rest.len() >= 4 {
            let id = u16_at(rest, 0)?;
            let end = plus(4, usize::from(u16_at(rest, 2)?))?;
            let Some(body) = rest.get(4..end) else {
                // Alignment tools pad with zeros that are no fields.
                return if rest.iter().all(|byte| *byte == 0) { Ok(extra) } else { Err(ZipError::ExtraField) };
            };
            let slot = match id {
                ZIP64 => Some(&mut extra.zip64),
                UNICODE_PATH => Some(&mut extra.unicode_path),
                _ => None,
            };
            if let Some(slot) = slot
                && slot.replace(body).is_some()
            {
                return Err(ZipError::ExtraField);
            }
            rest = rest.get(end..).unwrap_or_default();
        }
        Ok(extra)
    }

    /// The Unicode name for a header whose own name is `raw` (APPNOTE 4.6.9). One made for another name, by its
    /// checksum, is stale and readers differ about it.
    pub(super) fn unicode_name(&self, raw: &[u8]) -> Result<Option<&'a str>, ZipError> {
        let Some(body) = self.unicode_path else { return Ok(None) };
        let [version] = bytes_at(body, 0).map_err(|_| ZipError::ExtraField)?;
        let crc = u32_at(body, 1).map_err(|_| ZipError::ExtraField)?;
        if version != 1 || crc != super::local::crc32(raw) {
            return Err(ZipError::NameDiffers);
        }
        let name = body.get(5..).and_then(|name| std::str::from_utf8(name).ok()).ok_or(ZipError::NameDiffers)?;
        Ok(Some(name))
    }

    /// The values behind a central header's fields, which stand in the ZIP64 record where they are saturated, in the
    /// order size, compressed size, offset, disk (APPNOTE 4.5.3).
    pub(super) fn widen(&self, fields: [u32; 3], disk: u16) -> Result<Wide, ZipError> {
        let mut values = fields.map(u64::from);
        let Some(body) = self.zip64 else { return Ok(Wide::new(values)) };
        let mut at = 0_usize;
        for value in values.iter_mut().filter(|value| **value == u64::from(SATURATED)) {
            *value = u64_at(body, at).map_err(|_| ZipError::Zip64)?;
            at = plus(at, 8)?;
        }
        if disk == u16::MAX {
            if u32_at(body, at).map_err(|_| ZipError::Zip64)? != 0 {
                return Err(ZipError::MultiVolume);
            }
            at = plus(at, 4)?;
        }
        if at == 0 {
            // Nothing is saturated; a record all the same must say the same, for some readers believe it first.
            for (value, record) in values.iter().zip(body.chunks_exact(8)) {
                if u64_at(record, 0)? != *value {
                    return Err(ZipError::Zip64);
                }
            }
            return Ok(Wide::new(values));
        }
        if at == body.len() { Ok(Wide::new(values)) } else { Err(ZipError::Zip64) }
    }

    /// Every value a local header with these fields can be read to give for size and compressed size.
    pub(super) fn local_sizes(&self, size: u32, compressed: u32) -> Result<[[u64; 2]; 2], ZipError> {
        let header = [u64::from(size), u64::from(compressed)];
        let Some(body) = self.zip64 else { return Ok([header, header]) };
        // Both sizes stand in a local record (APPNOTE 4.5.3), whichever is saturated.
        let mut record = header;
        for (index, value) in record.iter_mut().enumerate() {
            let at = index.saturating_mul(8);
            if at < body.len() {
                *value = u64_at(body, at).map_err(|_| ZipError::Zip64)?;
            }
        }
        let [size, compressed] = header;
        let [wide_size, wide_compressed] = record;
        let or = |value: u64, wide: u64| if value == u64::from(SATURATED) { wide } else { value };
        Ok([[or(size, wide_size), or(compressed, wide_compressed)], record])
    }
}

/// Sizes and offset of a header after ZIP64.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wide {
    pub(super) size: u64,
    pub(super) compressed: u64,
    pub(super) offset: u64,
}

impl Wide {
    const fn new([size, compressed, offset]: [u64; 3]) -> Self {
        Self { size, compressed, offset }
    }
}
