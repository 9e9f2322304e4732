//! The sfnt wrapper (OpenType 1.9): its directory in order, its sums right, its tables one after the other.

use super::{cff, glyf};
use crate::{
    Budget,
    readers::{Refusal, bytes::Bytes},
};

/// Reads a font with TrueType or CFF outlines, as our writer emits it.
pub(in super::super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    const RULE: Refusal = Refusal::new("font.directory");
    budget.expand(bytes.len() as u64)?;
    let mut file = Bytes::new(bytes, "font.directory");
    let is_cff = match file.u32()? {
        0x0001_0000 => false,
        0x4F54_544F => true,
        _ => return Err(RULE),
    };
    let count = file.u16()?;
    file.take(6)?;
    let mut tables = Tables::default();
    let mut place = usize::from(count).saturating_mul(16).saturating_add(12);
    let mut last = [0; 4];
    for _ in 0..count {
        let tag: [u8; 4] = file.take(4)?.try_into().map_err(|_| RULE)?;
        let (_sum, offset, length) = (file.u32()?, file.u32()?, usize::try_from(file.u32()?).map_err(|_| RULE)?);
        let end = place.checked_add(length).ok_or(RULE)?;
        let table = bytes.get(place..end).ok_or(RULE)?;
        let padded = end.next_multiple_of(4);
        let filled = bytes.get(end..padded).is_some_and(|filling| filling.iter().all(|byte| *byte == 0));
        if tag <= last || usize::try_from(offset).ok() != Some(place) || !filled {
            return Err(RULE);
        }
        last = tag;
        place = padded;
        tables.place(tag, table, is_cff)?;
    }
    // All words of a font sum up to one number, with the adjustment in `head`; one without `head` has none.
    let sum = bytes.as_chunks::<4>().0.iter().fold(0_u32, |sum, word| sum.wrapping_add(u32::from_be_bytes(*word)));
    if place != bytes.len() || tables.head.is_some() && sum != 0xB1B0_AFBA {
        return Err(RULE);
    }
    tables.check(is_cff, budget)
}

/// A header table and its metrics table, where the font has them.
type Metrics<'a> = (Option<&'a [u8]>, Option<&'a [u8]>);

/// The tables there may be.
#[derive(Default)]
struct Tables<'a> {
    outlines: Option<&'a [u8]>,
    cmap: Option<&'a [u8]>,
    head: Option<&'a [u8]>,
    loca: Option<&'a [u8]>,
    maxp: Option<&'a [u8]>,
    post: Option<&'a [u8]>,
    /// Header and values of the horizontal and the vertical metrics.
    metrics: [Metrics<'a>; 2],
}

impl<'a> Tables<'a> {
    fn place(&mut self, tag: [u8; 4], table: &'a [u8], is_cff: bool) -> Result<(), Refusal> {
        let [across, down] = &mut self.metrics;
        let slot = match &tag {
            b"CFF " if is_cff => &mut self.outlines,
            b"glyf" if !is_cff => &mut self.outlines,
            b"loca" if !is_cff => &mut self.loca,
            // Hinting programs: their bounds are those of the table.
            b"cvt " if !is_cff && table.len().is_multiple_of(2) => return Ok(()),
            b"fpgm" | b"prep" if !is_cff => return Ok(()),
            b"cmap" => &mut self.cmap,
            b"head" => &mut self.head,
            b"hhea" => &mut across.0,
            b"hmtx" => &mut across.1,
            b"maxp" => &mut self.maxp,
            b"post" => &mut self.post,
            b"vhea" => &mut down.0,
            b"vmtx" => &mut down.1,
            _ => return Err(Refusal::new("font.table")),
        };
        *slot = Some(table);
        Ok(())
    }

    fn check(&self, is_cff: bool, budget: &mut Budget) -> Result<(), Refusal> {
        let maxp = self.maxp.ok_or(Refusal::new("font.maxp"))?;
        let count = match (is_cff, maxp) {
            (true, [0, 0, 0x50, 0, high, low]) => u16::from_be_bytes([*high, *low]),
            (false, [0, 1, 0, 0, high, low, rest @ ..]) if rest.len() == 26 => u16::from_be_bytes([*high, *low]),
            _ => return Err(Refusal::new("font.maxp")),
        };
        if let Some(head) = self.head {
            check_head(head, is_cff)?;
        }
        let outlines = self.outlines.ok_or(Refusal::new("font.outlines"))?;
        if is_cff {
            if cff::glyphs(outlines, budget)? != usize::from(count) {
                return Err(Refusal::new("font.maxp"));
            }
        } else {
            self.head.ok_or(Refusal::new("font.head"))?;
            glyf::read(outlines, self.loca.ok_or(Refusal::new("font.loca"))?, count, budget)?;
        }
        for metrics in self.metrics {
            check_metrics(metrics, count)?;
        }
        if let Some(cmap) = self.cmap {
            check_cmap(cmap, count, budget)?;
        }
        self.post.map_or(Ok(()), |post| check_post(post, count))
    }
}

fn check_head(head: &[u8], is_cff: bool) -> Result<(), Refusal> {
    let magic = head.get(12..16) == Some(&[0x5F, 0x0F, 0x3C, 0xF5]);
    let scale = head.get(18..20).is_some_and(|units| units != [0, 0]);
    // No dates, 32-bit offsets where there are any, and no other glyph format.
    let dates = head.get(20..36) == Some(&[0; 16]);
    let end = head.get(50..) == Some(&[0, u8::from(!is_cff), 0, 0]);
    let version = head.starts_with(&[0, 1, 0, 0]);
    if version && magic && scale && dates && end { Ok(()) } else { Err(Refusal::new("font.head")) }
}

fn check_metrics((header, values): (Option<&[u8]>, Option<&[u8]>), count: u16) -> Result<(), Refusal> {
    const RULE: Refusal = Refusal::new("font.metrics");
    let (header, values) = match (header, values) {
        (None, None) => return Ok(()),
        (Some(header), Some(values)) => (header, values),
        _ => return Err(RULE),
    };
    let (fixed, long) = header.split_at_checked(34).ok_or(RULE)?;
    let long = u16::from_be_bytes(long.try_into().map_err(|_| RULE)?);
    let size = usize::from(long).saturating_mul(4).saturating_add(usize::from(count.saturating_sub(long)).saturating_mul(2));
    let reserved = fixed.get(24..).is_some_and(|fields| fields.iter().all(|byte| *byte == 0));
    if long > 0 && long <= count.max(1) && reserved && values.len() == size { Ok(()) } else { Err(RULE) }
}

/// `cmap`: subtables of three forms, one after the other, that name glyphs there are.
fn check_cmap(table: &[u8], count: u16, budget: &mut Budget) -> Result<(), Refusal> {
    const RULE: Refusal = Refusal::new("font.cmap");
    let mut bytes = Bytes::new(table, "font.cmap");
    bytes.expect(&[0, 0])?;
    let records = bytes.u16()?;
    let mut offsets = Vec::new();
    for _ in 0..records {
        let (platform, _encoding) = (bytes.u16()?, bytes.u16()?);
        if platform > 4 {
            return Err(RULE);
        }
        offsets.push(usize::try_from(bytes.u32()?).map_err(|_| RULE)?);
    }
    for offset in offsets {
        if offset != table.len().saturating_sub(bytes.rest.len()) {
            return Err(RULE);
        }
        match bytes.u16()? {
            0 => check_bytes(&mut bytes, count)?,
            4 => check_segments(&mut bytes, count)?,
            12 => check_groups(&mut bytes, count, budget)?,
            _ => return Err(RULE),
        }
    }
    if records == 0 || !bytes.rest.is_empty() { Err(RULE) } else { Ok(()) }
}

fn check_bytes(bytes: &mut Bytes<'_>, count: u16) -> Result<(), Refusal> {
    bytes.expect(&[1, 6, 0, 0])?;
    let glyphs = bytes.take(256)?;
    if glyphs.iter().all(|glyph| *glyph == 0 || u16::from(*glyph) < count) { Ok(()) } else { Err(bytes.refusal()) }
}

fn check_segments(bytes: &mut Bytes<'_>, count: u16) -> Result<(), Refusal> {
    let length = bytes.u16()?;
    bytes.expect(&[0, 0])?;
    let segments = bytes.u16()? / 2;
    bytes.take(6)?;
    if u32::from(length) != u32::from(segments).saturating_mul(8).saturating_add(16) || segments == 0 {
        return Err(bytes.refusal());
    }
    let list = |bytes: &mut Bytes<'_>| (0..segments).map(|_| bytes.u16()).collect::<Result<Vec<_>, _>>();
    let ends = list(bytes)?;
    bytes.expect(&[0, 0])?;
    let (starts, deltas, ranges) = (list(bytes)?, list(bytes)?, list(bytes)?);
    let mut least = 0_u32;
    for ((start, end), delta) in starts.iter().zip(&ends).zip(&deltas) {
        let last = *start == 0xFFFF && *end == 0xFFFF && *delta == 1;
        let (first, final_) = (start.wrapping_add(*delta), end.wrapping_add(*delta));
        let fits = first > 0 && first <= final_ && final_ < count;
        if u32::from(*start) < least || start > end || !last && !fits {
            return Err(bytes.refusal());
        }
        least = u32::from(*end).saturating_add(1);
    }
    if least == 0x1_0000 && ranges.iter().all(|range| *range == 0) { Ok(()) } else { Err(bytes.refusal()) }
}

fn check_groups(bytes: &mut Bytes<'_>, count: u16, budget: &mut Budget) -> Result<(), Refusal> {
    bytes.expect(&[0, 0])?;
    let (length, language, groups) = (bytes.u32()?, bytes.u32()?, bytes.u32()?);
    if length != groups.saturating_mul(12).saturating_add(16) || language != 0 {
        return Err(bytes.refusal());
    }
    budget.objects(u64::from(groups))?;
    let mut least = 0;
    for _ in 0..groups {
        let (start, end, glyph) = (bytes.u32()?, bytes.u32()?, bytes.u32()?);
        let last = glyph.saturating_add(end.saturating_sub(start));
        if start < least || start > end || end > 0x10_FFFF || glyph == 0 || last >= u32::from(count) {
            return Err(bytes.refusal());
        }
        least = end.saturating_add(1);
    }
    Ok(())
}

/// `post`: version 3, or version 2 with names of letters, digits and a few marks.
fn check_post(post: &[u8], count: u16) -> Result<(), Refusal> {
    let mut bytes = Bytes::new(post, "font.post");
    let version = bytes.u32()?;
    bytes.take(12)?;
    bytes.expect(&[0; 16])?;
    if version == 0x0003_0000 {
        return if bytes.rest.is_empty() { Ok(()) } else { Err(bytes.refusal()) };
    }
    if version != 0x0002_0000 || bytes.u16()? != count {
        return Err(bytes.refusal());
    }
    let mut own = 0_u16;
    for _ in 0..count {
        let number = bytes.u16()?;
        if number >= 258 {
            if number.checked_sub(258) != Some(own) {
                return Err(bytes.refusal());
            }
            own = own.saturating_add(1);
        }
    }
    for _ in 0..own {
        let length = usize::from(bytes.u8()?);
        let name = bytes.take(length)?;
        let legal = name.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte));
        if !(1..=63).contains(&length) || !legal {
            return Err(bytes.refusal());
        }
    }
    if bytes.rest.is_empty() { Ok(()) } else { Err(bytes.refusal()) }
}
