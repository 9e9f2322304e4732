//! TrueType outlines: each glyph exactly as long as its points or components need.

use crate::{
    Budget,
    readers::{Refusal, bytes::Bytes},
};

const RULE: Refusal = Refusal::new("font.glyf");

/// Reads all glyphs through `loca`, whose offsets have 32 bits, ascend, and cover the table.
pub(super) fn read(glyf: &[u8], loca: &[u8], count: u16, budget: &mut Budget) -> Result<(), Refusal> {
    budget.objects(u64::from(count))?;
    let (offsets, rest) = loca.as_chunks::<4>();
    if offsets.len() != usize::from(count).saturating_add(1) || !rest.is_empty() {
        return Err(Refusal::new("font.loca"));
    }
    let offsets: Vec<usize> =
        offsets.iter().map(|offset| usize::try_from(u32::from_be_bytes(*offset)).unwrap_or(usize::MAX)).collect();
    if offsets.first() != Some(&0) || offsets.last() != Some(&glyf.len()) {
        return Err(Refusal::new("font.loca"));
    }
    let mut parts = Vec::with_capacity(usize::from(count));
    for pair in offsets.windows(2) {
        let [start, end] = *pair else { return Err(RULE) };
        parts.push(glyph(glyf.get(start..end).ok_or(Refusal::new("font.loca"))?, count)?);
    }
    depths(&parts)
}

/// Reads one glyph; gives the glyphs it is composed of.
fn glyph(bytes: &[u8], count: u16) -> Result<Vec<u16>, Refusal> {
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    let mut bytes = Bytes::new(bytes, "font.glyf");
    let contours = bytes.u16()?;
    bytes.take(8)?;
    let parts = match contours {
        0xFFFF => composite(&mut bytes, count)?,
        1..=0x7FFF => {
            simple(&mut bytes, contours)?;
            Vec::new()
        }
        _ => return Err(RULE),
    };
    // Glyphs begin at multiples of four.
    if bytes.rest.len() < 4 && bytes.rest.iter().all(|byte| *byte == 0) { Ok(parts) } else { Err(RULE) }
}

fn simple(bytes: &mut Bytes<'_>, contours: u16) -> Result<(), Refusal> {
    let mut points = 0_u32;
    for _ in 0..contours {
        let next = u32::from(bytes.u16()?).saturating_add(1);
        if next <= points {
            return Err(RULE);
        }
        points = next;
    }
    let instructions = usize::from(bytes.u16()?);
    bytes.take(instructions)?;
    let mut size = 0_usize;
    let mut left = points;
    while left > 0 {
        let flag = bytes.u8()?;
        let times = if flag & 8 == 0 { 1 } else { u32::from(bytes.u8()?).saturating_add(1) };
        left = left.checked_sub(times).ok_or(RULE)?;
        if flag & 0x80 != 0 {
            return Err(RULE);
        }
        // A short step is a byte, a repeated one none, any other two.
        let step = |short: u8, same: u8| match (flag & short != 0, flag & same != 0) {
            (true, _) => 1_usize,
            (false, true) => 0,
            (false, false) => 2,
        };
        let each = step(2, 0x10).saturating_add(step(4, 0x20));
        size = size.saturating_add(each.saturating_mul(usize::try_from(times).map_err(|_| RULE)?));
    }
    bytes.take(size).map(|_| ())
}

fn composite(bytes: &mut Bytes<'_>, count: u16) -> Result<Vec<u16>, Refusal> {
    let mut parts = Vec::new();
    loop {
        let (flags, part) = (bytes.u16()?, bytes.u16()?);
        if flags & !0x1FEF != 0 || part >= count {
            return Err(RULE);
        }
        parts.push(part);
        let arguments = if flags & 1 == 0 { 2 } else { 4_usize };
        let scale = match (flags & 8 != 0, flags & 0x40 != 0, flags & 0x80 != 0) {
            (true, _, _) => 2,
            (_, true, _) => 4,
            (_, _, true) => 8,
            _ => 0,
        };
        bytes.take(arguments.saturating_add(scale))?;
        if flags & 0x20 == 0 {
            if flags & 0x100 != 0 {
                let instructions = usize::from(bytes.u16()?);
                bytes.take(instructions)?;
            }
            return Ok(parts);
        }
        if flags & 0x100 != 0 {
            return Err(RULE);
        }
    }
}

/// No glyph contains itself, and none nests deeper than sixteen.
fn depths(parts: &[Vec<u16>]) -> Result<(), Refusal> {
    let mut done: Vec<bool> = parts.iter().map(Vec::is_empty).collect();
    for _ in 0..16 {
        let next: Vec<bool> = done
            .iter()
            .zip(parts)
            .map(|(known, parts)| *known || parts.iter().all(|part| done.get(usize::from(*part)).copied().unwrap_or(false)))
            .collect();
        if next == done {
            break;
        }
        done = next;
    }
    if done.iter().all(|done| *done) { Ok(()) } else { Err(RULE) }
}
