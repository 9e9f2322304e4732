//! INDEX structures (5176, 5): arrays of byte strings.

use super::FontError;
use crate::syntax::cursor::Cursor;
use sanitizer_verify::Budget;

/// The objects of the INDEX at `at`, and the place behind it.
pub(super) fn read<'a>(bytes: &'a [u8], at: usize, budget: &mut Budget) -> Result<(Vec<&'a [u8]>, usize), FontError> {
    let mut cursor = Cursor::at(bytes, at);
    let count = cursor.u16().ok_or(FontError::Broken)?;
    if count == 0 {
        return Ok((Vec::new(), cursor.position()));
    }
    budget.objects(u64::from(count))?;
    let size = cursor.u8().filter(|size| (1..=4).contains(size)).ok_or(FontError::Broken)?;
    let mut offsets = Vec::with_capacity(usize::from(count).saturating_add(1));
    for _ in 0..=count {
        let offset = cursor.take(usize::from(size)).ok_or(FontError::Broken)?;
        offsets.push(offset.iter().fold(0_usize, |sum, byte| sum.wrapping_shl(8) | usize::from(*byte)));
    }
    // Offsets count from the byte before the data.
    let base = cursor.position().checked_sub(1).ok_or(FontError::Broken)?;
    let mut objects = Vec::with_capacity(usize::from(count));
    let mut end = base;
    for pair in offsets.windows(2) {
        let [from, to] = *pair else { continue };
        let (from, to) = base.checked_add(from).zip(base.checked_add(to)).ok_or(FontError::Broken)?;
        objects.push(bytes.get(from..to).filter(|_| from > base).ok_or(FontError::Broken)?);
        end = end.max(to);
    }
    Ok((objects, end))
}

/// Appends an INDEX.
pub(super) fn write(out: &mut Vec<u8>, objects: &[&[u8]]) -> Result<(), FontError> {
    let count = u16::try_from(objects.len()).map_err(|_| FontError::Broken)?;
    out.extend_from_slice(&count.to_be_bytes());
    if count == 0 {
        return Ok(());
    }
    let total = objects.iter().fold(1_usize, |sum, object| sum.saturating_add(object.len()));
    let total = u32::try_from(total).map_err(|_| FontError::Broken)?;
    // Bytes of an offset: as few as hold the last one.
    let size = 4_u32.saturating_sub(total.leading_zeros() / 8).max(1);
    out.push(u8::try_from(size).map_err(|_| FontError::Broken)?);
    let mut offset = 1_u32;
    let place = |out: &mut Vec<u8>, offset: u32| {
        out.extend(offset.to_be_bytes().iter().skip(4_usize.saturating_sub(size as usize)));
    };
    place(out, offset);
    for object in objects {
        offset = offset.saturating_add(u32::try_from(object.len()).map_err(|_| FontError::Broken)?);
        place(out, offset);
    }
    for object in objects {
        out.extend_from_slice(object);
    }
    Ok(())
}
