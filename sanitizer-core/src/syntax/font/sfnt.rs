//! The sfnt wrapper and its metric tables (OpenType 1.9, "The OpenType Font File").

use super::{FontError, cff, cmap, glyf, post};
use crate::syntax::cursor::Cursor;
use sanitizer_verify::Budget;

/// The tables of a font, by tag.
pub(super) struct Tables<'a>(Vec<([u8; 4], &'a [u8])>);

impl<'a> Tables<'a> {
    /// Reads the directory. A table that reaches behind the end is cut there, as readers do.
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, FontError> {
        let mut cursor = Cursor::new(bytes);
        if !matches!(cursor.take(4), Some([0, 1, 0, 0] | b"true" | b"OTTO")) {
            return Err(FontError::Unsupported);
        }
        let count = cursor.u16().ok_or(FontError::Broken)?;
        cursor.take(6).ok_or(FontError::Broken)?;
        let mut tables: Vec<([u8; 4], &[u8])> = Vec::new();
        for _ in 0..count.min(64) {
            let Some((tag, _sum, offset, length)) = entry(&mut cursor) else { break };
            let end = offset.saturating_add(length).min(bytes.len());
            if let Some(table) = bytes.get(offset..end)
                && !tables.iter().any(|(known, _)| *known == tag)
            {
                tables.push((tag, table));
            }
        }
        Ok(Self(tables))
    }

    pub(super) fn get(&self, tag: [u8; 4]) -> Option<&'a [u8]> {
        self.0.iter().find(|(known, table)| *known == tag && !table.is_empty()).map(|(_, table)| *table)
    }
}

fn entry(cursor: &mut Cursor<'_>) -> Option<([u8; 4], u32, usize, usize)> {
    Some((cursor.array()?, cursor.u32()?, usize::try_from(cursor.u32()?).ok()?, usize::try_from(cursor.u32()?).ok()?))
}

/// A font with TrueType outlines.
pub(super) fn truetype(bytes: &[u8], budget: &mut Budget) -> Result<Vec<u8>, FontError> {
    budget.expand(bytes.len() as u64)?;
    let tables = Tables::read(bytes)?;
    let maxp = tables.get(*b"maxp").ok_or(FontError::Broken)?;
    let count = Cursor::at(maxp, 4).u16().ok_or(FontError::Broken)?;
    let head = tables.get(*b"head").ok_or(FontError::Broken)?;
    let wide = match Cursor::at(head, 50).i16().ok_or(FontError::Broken)? {
        0 => false,
        1 => true,
        _ => return Err(FontError::Broken),
    };
    let loca = tables.get(*b"loca").ok_or(FontError::Broken)?;
    // A subset with nothing but spaces may have no outlines at all.
    let outlines = glyf::rebuild(tables.get(*b"glyf").unwrap_or_default(), loca, wide, count, budget)?;
    let mut out = vec![
        (*b"glyf", outlines.glyf),
        (*b"head", self::head(head, true)?),
        (*b"loca", outlines.loca),
        (*b"maxp", self::maxp(maxp, count, &outlines.maxima)),
    ];
    metrics(&tables, count, &mut out);
    for tag in [*b"cvt ", *b"fpgm", *b"prep"] {
        if let Some(table) = tables.get(tag) {
            // The control values are pairs of bytes.
            let even = if tag == *b"cvt " { table.len() & !1 } else { table.len() };
            out.push((tag, table.get(..even).unwrap_or(table).to_vec()));
        }
    }
    names(&tables, count, budget, &mut out)?;
    write([0, 1, 0, 0], out)
}

/// A font with CFF outlines.
pub(super) fn opentype(bytes: &[u8], budget: &mut Budget) -> Result<Vec<u8>, FontError> {
    let tables = Tables::read(bytes)?;
    let outlines = cff::Font::read(tables.get(*b"CFF ").ok_or(FontError::Broken)?, budget)?;
    let count = u16::try_from(outlines.glyphs()).map_err(|_| FontError::Broken)?;
    let mut out = vec![(*b"CFF ", outlines.write()?)];
    if let Some(table) = tables.get(*b"head") {
        out.push((*b"head", head(table, false)?));
    }
    let [high, low] = count.to_be_bytes();
    out.push((*b"maxp", vec![0, 0, 0x50, 0, high, low]));
    metrics(&tables, count, &mut out);
    names(&tables, count, budget, &mut out)?;
    write(*b"OTTO", out)
}

type Written = Vec<([u8; 4], Vec<u8>)>;

/// `head`, without its dates; `wide` says that `loca` has 32-bit offsets, as we write it.
fn head(table: &[u8], wide: bool) -> Result<Vec<u8>, FontError> {
    let field = |at: usize| Cursor::at(table, at).u16().map(u16::to_be_bytes).ok_or(FontError::Broken);
    if field(18)? == [0, 0] {
        return Err(FontError::Broken);
    }
    let mut out = vec![0, 1, 0, 0];
    out.extend_from_slice(table.get(4..8).ok_or(FontError::Broken)?);
    // The adjustment is set when all is written.
    out.extend_from_slice(&[0, 0, 0, 0, 0x5F, 0x0F, 0x3C, 0xF5]);
    out.extend_from_slice(&field(16)?);
    out.extend_from_slice(&field(18)?);
    out.extend_from_slice(&[0; 16]);
    for at in (36..50).step_by(2) {
        out.extend_from_slice(&field(at)?);
    }
    out.extend_from_slice(&[0, u8::from(wide), 0, 0]);
    Ok(out)
}

/// `maxp` with what the outlines need; the needs of the hinting programs as they were.
fn maxp(table: &[u8], count: u16, maxima: &glyf::Maxima) -> Vec<u8> {
    let field = |at: usize| Cursor::at(table, at).u16().unwrap_or(0);
    let mut out = vec![0, 1, 0, 0];
    let instructions = field(26).max(maxima.instructions);
    for value in [
        count,
        maxima.points,
        maxima.contours,
        maxima.composite_points,
        maxima.composite_contours,
        field(14).clamp(1, 2),
        field(16),
        field(18),
        field(20),
        field(22),
        field(24),
        instructions,
        maxima.components,
        maxima.depth,
    ] {
        out.extend_from_slice(&value.to_be_bytes());
    }
    out
}

/// The pairs `hhea`/`hmtx` and `vhea`/`vmtx`, each only if both are there.
fn metrics(tables: &Tables<'_>, count: u16, out: &mut Written) {
    for (head, metrics) in [(*b"hhea", *b"hmtx"), (*b"vhea", *b"vmtx")] {
        let (Some(header), Some(values)) = (tables.get(head), tables.get(metrics)) else { continue };
        let long = Cursor::at(header, 34).u16().unwrap_or(0).clamp(1, count.max(1));
        let mut fields: Vec<u8> = header.get(..34).unwrap_or(header).to_vec();
        fields.resize(34, 0);
        // Version 1.0, or 1.1 for the vertical one; four reserved fields and the data format are zero.
        let version: &[u8] =
            if head == *b"vhea" && header.get(..4) == Some(&[0, 1, 0x10, 0]) { &[0, 1, 0x10, 0] } else { &[0, 1, 0, 0] };
        let mut written = version.to_vec();
        written.extend_from_slice(fields.get(4..24).unwrap_or_default());
        written.extend_from_slice(&[0; 10]);
        written.extend_from_slice(&long.to_be_bytes());
        let size = usize::from(long).saturating_mul(4).saturating_add(usize::from(count.saturating_sub(long)).saturating_mul(2));
        let mut values = values.get(..size).unwrap_or(values).to_vec();
        values.resize(size, 0);
        out.push((head, written));
        out.push((metrics, values));
    }
}

/// The maps from characters and names to glyphs.
fn names(tables: &Tables<'_>, count: u16, budget: &mut Budget, out: &mut Written) -> Result<(), FontError> {
    if let Some(table) = tables.get(*b"cmap")
        && let Some(written) = cmap::rebuild(table, count, budget)?
    {
        out.push((*b"cmap", written));
    }
    if let Some(table) = tables.get(*b"post") {
        out.push((*b"post", post::rebuild(table, count)));
    }
    Ok(())
}

/// Writes the directory and the tables in the order of their tags.
fn write(version: [u8; 4], mut tables: Written) -> Result<Vec<u8>, FontError> {
    tables.sort_unstable();
    let count = u16::try_from(tables.len()).map_err(|_| FontError::Broken)?;
    let power = count.checked_ilog2().ok_or(FontError::Broken)?;
    let range = 16_u16.wrapping_shl(power);
    let mut out = version.to_vec();
    for value in [count, range, u16::try_from(power).unwrap_or(0), count.saturating_mul(16).saturating_sub(range)] {
        out.extend_from_slice(&value.to_be_bytes());
    }
    let mut offset = out.len().saturating_add(usize::from(count).saturating_mul(16));
    let mut body = Vec::new();
    let mut head = None;
    for (tag, table) in &tables {
        if tag == b"head" {
            head = Some(offset);
        }
        out.extend_from_slice(tag);
        out.extend_from_slice(&sum(table).to_be_bytes());
        for value in [offset, table.len()] {
            out.extend_from_slice(&u32::try_from(value).map_err(|_| FontError::Broken)?.to_be_bytes());
        }
        body.extend_from_slice(table);
        body.resize(body.len().next_multiple_of(4), 0);
        offset = offset.saturating_add(table.len().next_multiple_of(4));
    }
    out.extend_from_slice(&body);
    let adjustment = 0xB1B0_AFBA_u32.wrapping_sub(sum(&out));
    if let Some(head) = head
        && let Some(field) = out.get_mut(head.saturating_add(8)..head.saturating_add(12))
    {
        field.copy_from_slice(&adjustment.to_be_bytes());
    }
    Ok(out)
}

/// The sum of a table's 32-bit words, the last one filled up with zeros.
fn sum(table: &[u8]) -> u32 {
    table
        .chunks(4)
        .map(|word| word.iter().chain([0; 4].iter()).take(4).fold(0_u32, |sum, byte| sum.wrapping_shl(8) | u32::from(*byte)))
        .fold(0, u32::wrapping_add)
}
