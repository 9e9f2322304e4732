//! Maps from character codes to glyphs (OpenType, "cmap"): read from any form in use, written in three.

use super::FontError;
use crate::syntax::cursor::Cursor;
use sanitizer_verify::Budget;

/// Codes and their glyphs, in ascending order.
type Map = Vec<(u32, u16)>;

/// Subtables that are looked at.
const SUBTABLES: u16 = 16;

/// Codes of one subtable: twice as many as one of 16 bits can have.
const CODES: usize = 0x2_0000;

/// Writes the table anew, or `None` if no map in it can be read.
pub(super) fn rebuild(table: &[u8], count: u16, budget: &mut Budget) -> Result<Option<Vec<u8>>, FontError> {
    let mut cursor = Cursor::at(table, 2);
    let mut records: Vec<(u16, u16, Vec<u8>)> = Vec::new();
    for _ in 0..cursor.u16().unwrap_or(0).min(SUBTABLES) {
        let (Some(platform), Some(encoding), Some(offset)) = (cursor.u16(), cursor.u16(), cursor.u32()) else { break };
        let subtable = usize::try_from(offset).ok().and_then(|offset| table.get(offset..)).unwrap_or_default();
        let Some(mut map) = read(subtable, budget)? else { continue };
        map.retain(|(_, glyph)| *glyph != 0 && *glyph < count);
        map.sort_by_key(|(code, _)| *code);
        map.dedup_by_key(|(code, _)| *code);
        if platform <= 4 && !records.iter().any(|(p, e, _)| (*p, *e) == (platform, encoding)) {
            records.push((platform, encoding, write(&map)?));
        }
    }
    if records.is_empty() {
        return Ok(None);
    }
    records.sort_unstable();
    let mut out = vec![0, 0];
    out.extend_from_slice(&u16::try_from(records.len()).map_err(|_| FontError::Broken)?.to_be_bytes());
    let mut offset = records.len().saturating_mul(8).saturating_add(4);
    for (platform, encoding, subtable) in &records {
        out.extend_from_slice(&platform.to_be_bytes());
        out.extend_from_slice(&encoding.to_be_bytes());
        out.extend_from_slice(&u32::try_from(offset).map_err(|_| FontError::Broken)?.to_be_bytes());
        offset = offset.saturating_add(subtable.len());
    }
    for (_, _, subtable) in &records {
        out.extend_from_slice(subtable);
    }
    Ok(Some(out))
}

/// A subtable as a map; `None` for forms PDF has no use for and for what cannot be read.
fn read(subtable: &[u8], budget: &mut Budget) -> Result<Option<Map>, FontError> {
    let map = match Cursor::new(subtable).u16() {
        Some(0) => subtable.get(6..).map(|glyphs| (0..256).zip(glyphs.iter().map(|glyph| u16::from(*glyph))).collect()),
        Some(2) => high_byte(subtable),
        Some(4) => segments(subtable),
        Some(6) => trimmed(subtable),
        Some(10) => trimmed_wide(subtable),
        Some(12) => groups(subtable, true, budget)?,
        Some(13) => groups(subtable, false, budget)?,
        _ => None,
    };
    if let Some(map) = &map {
        budget.objects(map.len() as u64)?;
    }
    Ok(map)
}

/// Format 2, for the double-byte charsets of East Asia.
fn high_byte(subtable: &[u8]) -> Option<Map> {
    let mut map = Map::new();
    for high in 0..256_u32 {
        let key = usize::from(Cursor::at(subtable, usize::try_from(high).ok()?.checked_mul(2)?.checked_add(6)?).u16()?);
        let header = key.checked_add(518)?;
        let mut cursor = Cursor::at(subtable, header);
        let (first, count, delta, range) = (cursor.u16()?, cursor.u16()?, cursor.u16()?, usize::from(cursor.u16()?));
        // The first header is for single bytes; the others are for the second bytes of a pair.
        let lows =
            if key == 0 { high..high.checked_add(1)? } else { u32::from(first)..u32::from(first.saturating_add(count)).min(256) };
        for low in lows {
            let Some(index) = low.checked_sub(u32::from(first)).filter(|index| *index < u32::from(count)) else { continue };
            let at = header.checked_add(6)?.checked_add(range)?.checked_add(usize::try_from(index).ok()?.checked_mul(2)?)?;
            let Some(glyph) = Cursor::at(subtable, at).u16().filter(|glyph| *glyph != 0) else { continue };
            map.push((if key == 0 { low } else { high.wrapping_shl(8) | low }, glyph.wrapping_add(delta)));
        }
    }
    Some(map)
}

/// Format 4.
fn segments(subtable: &[u8]) -> Option<Map> {
    let count = usize::from(Cursor::at(subtable, 6).u16()? / 2);
    let field = |array: usize, index: usize| {
        // End codes, a gap of two bytes, start codes, deltas, range offsets.
        let gap = if array == 0 { 14_usize } else { 16 };
        let at = array.checked_mul(count)?.checked_add(index)?.checked_mul(2)?.checked_add(gap)?;
        Some((at, Cursor::at(subtable, at).u16()?))
    };
    let mut map = Map::new();
    for index in 0..count {
        let (Some((_, end)), Some((_, start)), Some((_, delta)), Some((at, range))) =
            (field(0, index), field(1, index), field(2, index), field(3, index))
        else {
            break;
        };
        for code in u32::from(start)..=u32::from(end) {
            // Segments may overlap: of two glyphs for a code the first counts, and there is an end to it.
            if map.len() > CODES {
                return Some(map);
            }
            let glyph = if matches!(range, 0 | 0xFFFF) {
                u16::try_from(code).ok()?.wrapping_add(delta)
            } else {
                let step = usize::try_from(code.checked_sub(u32::from(start))?).ok()?.checked_mul(2)?;
                let place = at.checked_add(usize::from(range))?.checked_add(step)?;
                match Cursor::at(subtable, place).u16() {
                    None | Some(0) => continue,
                    Some(glyph) => glyph.wrapping_add(delta),
                }
            };
            map.push((code, glyph));
        }
    }
    Some(map)
}

/// Format 6.
fn trimmed(subtable: &[u8]) -> Option<Map> {
    let mut cursor = Cursor::at(subtable, 6);
    let (first, count) = (u32::from(cursor.u16()?), cursor.u16()?);
    Some((first..).zip((0..count).map_while(|_| cursor.u16())).collect())
}

/// Format 10.
fn trimmed_wide(subtable: &[u8]) -> Option<Map> {
    let mut cursor = Cursor::at(subtable, 12);
    let (first, count) = (cursor.u32()?, cursor.u32()?);
    Some((first..=0x0010_FFFF).zip((0..count).map_while(|_| cursor.u16())).collect())
}

/// Formats 12 (glyphs ascend with codes) and 13 (one glyph for all codes of a group).
fn groups(subtable: &[u8], ascending: bool, budget: &mut Budget) -> Result<Option<Map>, FontError> {
    let mut cursor = Cursor::at(subtable, 12);
    let mut map = Map::new();
    let mut least = 0;
    for _ in 0..cursor.u32().unwrap_or(0) {
        let (Some(start), Some(end), Some(glyph)) = (cursor.u32(), cursor.u32(), cursor.u32()) else { break };
        budget.objects(1)?;
        for code in start.max(least)..=end.min(0x0010_FFFF) {
            let step = if ascending { code.wrapping_sub(start) } else { 0 };
            // Behind the last glyph there is nothing more in this group.
            let Ok(glyph) = u16::try_from(glyph.saturating_add(step)) else { break };
            map.push((code, glyph));
        }
        least = least.max(end.saturating_add(1));
    }
    Ok(Some(map))
}

/// Writes a map: as bytes where that holds it, else as segments, else as groups.
fn write(map: &[(u32, u16)]) -> Result<Vec<u8>, FontError> {
    if map.iter().all(|(code, glyph)| *code < 256 && *glyph < 256) {
        return Ok(bytes(map));
    }
    let mut runs: Vec<(u32, u32, u16)> = Vec::new();
    for (code, glyph) in map {
        match runs.last_mut() {
            Some((start, end, first))
                if end.saturating_add(1) == *code
                    && u32::from(*glyph) == u32::from(*first).saturating_add(code.saturating_sub(*start)) =>
            {
                *end = *code;
            }
            _ => runs.push((*code, *code, *glyph)),
        }
    }
    let narrow = map.last().is_some_and(|(code, _)| *code < 0xFFFF) && runs.len() < 8000;
    if narrow { write_segments(&runs) } else { write_groups(&runs) }
}

fn bytes(map: &[(u32, u16)]) -> Vec<u8> {
    let mut out = vec![0, 0, 1, 6, 0, 0];
    out.resize(262, 0);
    for (code, glyph) in map {
        let slot = usize::try_from(*code).ok().and_then(|code| out.get_mut(code.saturating_add(6)));
        if let (Some(slot), Ok(glyph)) = (slot, u8::try_from(*glyph)) {
            *slot = glyph;
        }
    }
    out
}

fn write_segments(runs: &[(u32, u32, u16)]) -> Result<Vec<u8>, FontError> {
    let narrow = |value: u32| u16::try_from(value).map_err(|_| FontError::Broken);
    let count = u16::try_from(runs.len().saturating_add(1)).map_err(|_| FontError::Broken)?;
    let power = count.checked_ilog2().unwrap_or(0);
    let range = 2_u16.wrapping_shl(power);
    let length = u32::from(count).saturating_mul(8).saturating_add(16);
    let (mut ends, mut starts, mut deltas) = (Vec::new(), Vec::new(), Vec::new());
    for (start, end, glyph) in runs {
        ends.extend_from_slice(&narrow(*end)?.to_be_bytes());
        starts.extend_from_slice(&narrow(*start)?.to_be_bytes());
        deltas.extend_from_slice(&glyph.wrapping_sub(narrow(*start)?).to_be_bytes());
    }
    let mut out = vec![0, 4];
    for value in
        [narrow(length)?, 0, count.saturating_mul(2), range, narrow(power)?, count.saturating_mul(2).saturating_sub(range)]
    {
        out.extend_from_slice(&value.to_be_bytes());
    }
    out.extend_from_slice(&ends);
    out.extend_from_slice(&[0xFF, 0xFF, 0, 0]);
    out.extend_from_slice(&starts);
    out.extend_from_slice(&[0xFF, 0xFF]);
    out.extend_from_slice(&deltas);
    // The last segment maps its one code to the missing glyph.
    out.extend_from_slice(&[0, 1]);
    out.resize(out.len().saturating_add(usize::from(count).saturating_mul(2)), 0);
    Ok(out)
}

fn write_groups(runs: &[(u32, u32, u16)]) -> Result<Vec<u8>, FontError> {
    let count = u32::try_from(runs.len()).map_err(|_| FontError::Broken)?;
    let mut out = vec![0, 12, 0, 0];
    for value in [count.saturating_mul(12).saturating_add(16), 0, count] {
        out.extend_from_slice(&value.to_be_bytes());
    }
    for (start, end, glyph) in runs {
        for value in [*start, *end, u32::from(*glyph)] {
            out.extend_from_slice(&value.to_be_bytes());
        }
    }
    Ok(out)
}
