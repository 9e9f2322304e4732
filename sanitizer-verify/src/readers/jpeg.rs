//! JPEG: one baseline frame with the segments our writer writes, in its order, decoded to its last bit (ITU-T T.81).

use super::{Refusal, bytes::Bytes};
use crate::Budget;

/// Reads it as our writer emits it: JFIF, orientation, Adobe flag, quantization tables, frame, Huffman tables, scans.
pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    budget.expand(bytes.len() as u64)?;
    let mut file = Bytes::new(bytes, "jpeg.structure");
    file.expect(&[0xFF, 0xD8])?;
    headers(&mut file)?;
    let mut tables = Tables::default();
    while let Some(content) = segment(&mut file, 0xDB)? {
        tables.quantization(content)?;
    }
    let (extended, content) = match segment(&mut file, 0xC0)? {
        Some(content) => (false, content),
        None => (true, segment(&mut file, 0xC1)?.ok_or(Refusal::new("jpeg.frame"))?),
    };
    let frame = Frame::read(content, &tables, extended, budget)?;
    while let Some(content) = segment(&mut file, 0xC4)? {
        tables.huffman(content)?;
    }
    let mut seen = Vec::new();
    while let Some(content) = segment(&mut file, 0xDA)? {
        file.rest = frame.scan(content, &tables, file.rest, &mut seen)?;
    }
    if seen.len() != frame.components.len() {
        return Err(Refusal::new("jpeg.scan"));
    }
    if file.rest == [0xFF, 0xD9] { Ok(()) } else { Err(Refusal::new("jpeg.end")) }
}

/// The content of the next segment if it has this marker.
fn segment<'a>(file: &mut Bytes<'a>, marker: u8) -> Result<Option<&'a [u8]>, Refusal> {
    if !file.have(&[0xFF, marker]) {
        return Ok(None);
    }
    let length = usize::from(file.u16()?).checked_sub(2).ok_or(file.refusal())?;
    file.take(length).map(Some)
}

/// What stands before the tables: of each segment nothing but the values we write is allowed.
fn headers(file: &mut Bytes<'_>) -> Result<(), Refusal> {
    if let Some(content) = segment(file, 0xE0)? {
        let density = content.strip_prefix(b"JFIF\0\x01\x02").and_then(|density| density.strip_suffix(&[0, 0]));
        if !matches!(density, Some([0..=2, _, _, _, _])) {
            return Err(Refusal::new("jpeg.jfif"));
        }
    }
    if let Some(content) = segment(file, 0xE1)? {
        let orientation = content
            .strip_prefix(b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0")
            .and_then(|value| value.strip_suffix(&[0, 0, 0, 0, 0, 0]));
        if !matches!(orientation, Some([2..=8])) {
            return Err(Refusal::new("jpeg.exif"));
        }
    }
    if let Some(content) = segment(file, 0xEE)?
        && !matches!(content.strip_prefix(b"Adobe\0\x64\0\0\0\0"), Some([0..=2]))
    {
        return Err(Refusal::new("jpeg.adobe"));
    }
    Ok(())
}

#[derive(Default)]
struct Tables {
    /// For each quantization table whether it has entries over 255.
    quantization: Vec<bool>,
    /// For each 16 bits the length of the code they start with (0: none) and its symbol.
    dc: Vec<Vec<(u8, u8)>>,
    ac: Vec<Vec<(u8, u8)>>,
}

impl Tables {
    fn quantization(&mut self, content: &[u8]) -> Result<(), Refusal> {
        const RULE: Refusal = Refusal::new("jpeg.quantization");
        let (head, values) = content.split_first().ok_or(RULE)?;
        let wide = head >> 4 == 1;
        let zero = if wide { values.as_chunks::<2>().0.contains(&[0, 0]) } else { values.contains(&0) };
        let numbered = usize::from(head & 15) == self.quantization.len() && head >> 4 <= 1 && self.quantization.len() < 4;
        if !numbered || zero || values.len() != if wide { 128 } else { 64 } {
            return Err(RULE);
        }
        self.quantization.push(wide);
        Ok(())
    }

    fn huffman(&mut self, content: &[u8]) -> Result<(), Refusal> {
        const RULE: Refusal = Refusal::new("jpeg.huffman");
        let (head, rest) = content.split_first().ok_or(RULE)?;
        let (counts, symbols) = rest.split_first_chunk::<16>().ok_or(RULE)?;
        // DC tables come first.
        let (tables, most) = match head >> 4 {
            0 if self.ac.is_empty() => (&mut self.dc, 11),
            1 => (&mut self.ac, 0xFA),
            _ => return Err(RULE),
        };
        if usize::from(head & 15) != tables.len() || tables.len() > 1 || symbols.iter().any(|symbol| *symbol > most) {
            return Err(RULE);
        }
        let mut codes = Vec::with_capacity(1 << 16);
        let mut symbols = symbols.iter();
        for (length, count) in (1_u8..).zip(counts) {
            for _ in 0..*count {
                let symbol = *symbols.next().ok_or(RULE)?;
                codes.resize(codes.len().saturating_add(1 << (16_u8.saturating_sub(length))), (length, symbol));
                // The code of all ones stays free (C.2).
                if codes.len() >= 1 << 16 {
                    return Err(RULE);
                }
            }
        }
        if symbols.next().is_some() || codes.is_empty() {
            return Err(RULE);
        }
        codes.resize(1 << 16, (0, 0));
        tables.push(codes);
        Ok(())
    }
}

struct Frame {
    mcus: (u64, u64),
    components: Vec<Component>,
}

struct Component {
    id: u8,
    across: u8,
    down: u8,
    /// Blocks that show.
    blocks: (u64, u64),
}

impl Frame {
    fn read(content: &[u8], tables: &Tables, extended: bool, budget: &mut Budget) -> Result<Self, Refusal> {
        const RULE: Refusal = Refusal::new("jpeg.frame");
        let [8, h1, h2, w1, w2, count @ (1 | 3 | 4), entries @ ..] = content else { return Err(RULE) };
        let (width, height) = (u64::from(u16::from_be_bytes([*w1, *w2])), u64::from(u16::from_be_bytes([*h1, *h2])));
        budget.picture(width, height)?;
        let (entries, rest) = entries.as_chunks::<3>();
        if width == 0 || height == 0 || entries.len() != usize::from(*count) || !rest.is_empty() {
            return Err(RULE);
        }
        if extended != tables.quantization.contains(&true) {
            return Err(RULE);
        }
        let factors = entries.iter().map(|[_, sampling, _]| (sampling >> 4, sampling & 15));
        if !factors.clone().all(|(across, down)| (1..=4).contains(&across) && (1..=4).contains(&down)) {
            return Err(RULE);
        }
        let most_across = u64::from(factors.clone().map(|(across, _)| across).max().ok_or(RULE)?);
        let most_down = u64::from(factors.map(|(_, down)| down).max().ok_or(RULE)?);
        let mut components: Vec<Component> = Vec::new();
        let mut blocks = 0_u64;
        for [id, sampling, table] in entries {
            if tables.quantization.get(usize::from(*table)).is_none() || components.iter().any(|other| other.id == *id) {
                return Err(RULE);
            }
            let (across, down) = (sampling >> 4, sampling & 15);
            let side = |size: u64, own: u8, most: u64| size.saturating_mul(u64::from(own)).div_ceil(most).div_ceil(8);
            let own = (side(width, across, most_across), side(height, down, most_down));
            blocks = blocks.saturating_add(own.0.saturating_mul(own.1));
            components.push(Component { id: *id, across, down, blocks: own });
        }
        budget.expand(blocks.saturating_mul(8))?;
        let mcus = (width.div_ceil(most_across.saturating_mul(8)), height.div_ceil(most_down.saturating_mul(8)));
        Ok(Self { mcus, components })
    }

    /// Decodes a scan to its last block; gives what is behind it.
    fn scan<'a>(&self, content: &[u8], tables: &Tables, data: &'a [u8], seen: &mut Vec<u8>) -> Result<&'a [u8], Refusal> {
        const RULE: Refusal = Refusal::new("jpeg.scan");
        let [count, selectors @ .., 0, 63, 0] = content else { return Err(RULE) };
        let (selectors, rest) = selectors.as_chunks::<2>();
        if selectors.len() != usize::from(*count) || selectors.is_empty() || !rest.is_empty() {
            return Err(RULE);
        }
        let mut unit = Vec::new();
        let mut blocks = (0, 0);
        for [id, table] in selectors {
            let component = self.components.iter().find(|component| component.id == *id).ok_or(RULE)?;
            let dc = tables.dc.get(usize::from(table >> 4)).ok_or(RULE)?;
            let ac = tables.ac.get(usize::from(table & 15)).ok_or(RULE)?;
            if seen.contains(id) {
                return Err(RULE);
            }
            seen.push(*id);
            blocks = component.blocks;
            let repeat = if selectors.len() == 1 { 1 } else { component.across.saturating_mul(component.down) };
            unit.extend(std::iter::repeat_n((dc, ac), usize::from(repeat)));
        }
        if unit.len() > 10 {
            return Err(RULE);
        }
        let (wide, high) = if selectors.len() == 1 { blocks } else { self.mcus };
        let mut bits = Bits { rest: data, buffer: 0, count: 0 };
        for _ in 0..wide.saturating_mul(high) {
            for (dc, ac) in &unit {
                block(&mut bits, dc, ac)?;
            }
        }
        bits.finish()
    }
}

/// A block: a DC difference, and AC coefficients that stay within it.
fn block(bits: &mut Bits<'_>, dc: &[(u8, u8)], ac: &[(u8, u8)]) -> Result<(), Refusal> {
    const RULE: Refusal = Refusal::new("jpeg.data");
    let size = bits.symbol(dc)?;
    bits.skip(size)?;
    let mut at = 0_u32;
    while at < 63 {
        let symbol = bits.symbol(ac)?;
        let (run, size) = (symbol >> 4, symbol & 15);
        match (run, size) {
            (0, 0) => return Ok(()),
            (15, 0) => at = at.saturating_add(16),
            (_, 1..=10) => {
                at = at.saturating_add(u32::from(run)).saturating_add(1);
                bits.skip(size)?;
            }
            _ => return Err(RULE),
        }
    }
    if at == 63 { Ok(()) } else { Err(RULE) }
}

/// The bits of a scan.
struct Bits<'a> {
    rest: &'a [u8],
    /// The unread bits, lowest, and how many.
    buffer: u64,
    count: u8,
}

impl<'a> Bits<'a> {
    /// Loads bytes while there are any before the next marker; a stuffed zero is passed over.
    fn load(&mut self) {
        while self.count <= 48 {
            let (byte, rest) = match self.rest {
                [0xFF, 0x00, rest @ ..] => (0xFF, rest),
                [0xFF, ..] | [] => return,
                [byte, rest @ ..] => (*byte, rest),
            };
            self.rest = rest;
            self.buffer = self.buffer << 8 | u64::from(byte);
            self.count = self.count.saturating_add(8);
        }
    }

    fn symbol(&mut self, table: &[(u8, u8)]) -> Result<u8, Refusal> {
        if self.count < 16 {
            self.load();
        }
        // Near the end ones stand in for what is not there: no code is all ones.
        let next = if self.count >= 16 {
            self.buffer >> self.count.saturating_sub(16)
        } else {
            let missing = 16_u8.saturating_sub(self.count);
            self.buffer << missing | 1_u64.wrapping_shl(missing.into()).wrapping_sub(1)
        };
        let index = usize::try_from(next & 0xFFFF).unwrap_or(0);
        let (length @ 1.., symbol) = table.get(index).copied().unwrap_or((0, 0)) else {
            return Err(Refusal::new("jpeg.data"));
        };
        self.skip(length)?;
        Ok(symbol)
    }

    fn skip(&mut self, count: u8) -> Result<(), Refusal> {
        if self.count < count {
            self.load();
        }
        self.count = self.count.checked_sub(count).ok_or(Refusal::new("jpeg.data"))?;
        Ok(())
    }

    /// After the last block only ones fill up the last byte.
    fn finish(mut self) -> Result<&'a [u8], Refusal> {
        self.load();
        let ones = (1_u64 << self.count.min(63)).wrapping_sub(1);
        if self.count < 8 && self.buffer & ones == ones { Ok(self.rest) } else { Err(Refusal::new("jpeg.data")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn judge(bytes: &[u8]) -> Result<(), &'static str> {
        read(bytes, &mut Budget::new(&Limits::default())).map_err(|refusal| refusal.rule)
    }

    fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker], &length[..], content].concat()
    }

    /// Eight by eight gray pixels: one block with a DC difference of nothing and no AC coefficients.
    fn file(before: &[u8], data: &[u8], behind: &[u8]) -> Vec<u8> {
        let quantization = [&[0][..], &[1; 64]].concat();
        let table = |head: u8| [&[head, 1][..], &[0; 15], &[0]].concat();
        [
            vec![0xFF, 0xD8],
            before.to_vec(),
            segment(0xDB, &quantization),
            segment(0xC0, &[8, 0, 8, 0, 8, 1, 1, 0x11, 0]),
            segment(0xC4, &table(0)),
            segment(0xC4, &table(0x10)),
            segment(0xDA, &[1, 1, 0, 0, 63, 0]),
            data.to_vec(),
            behind.to_vec(),
        ]
        .concat()
    }

    #[test]
    fn what_is_allowed_passes() {
        assert_eq!(judge(&file(&[], &[0x3F], &[0xFF, 0xD9])), Ok(()));
        let jfif = segment(0xE0, b"JFIF\0\x01\x02\x01\0\x48\0\x48\0\0");
        let exif = segment(0xE1, b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0");
        assert_eq!(judge(&file(&[jfif, exif].concat(), &[0x3F], &[0xFF, 0xD9])), Ok(()));
    }

    #[test]
    fn what_is_not_allowed_does_not() {
        let end = [0xFF, 0xD9];
        for (before, rule) in [
            (segment(0xFE, b"hello"), "jpeg.frame"),
            (segment(0xE0, b"JFIF\0\x01\x02\x01\0\x48\0\x48\x01\x01abc"), "jpeg.jfif"),
            (segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0"), "jpeg.exif"),
            (segment(0xEE, b"Adobe\0\x64\0\0\0\0\x01more"), "jpeg.adobe"),
            (segment(0xED, b"Photoshop 3.0"), "jpeg.frame"),
        ] {
            assert_eq!(judge(&file(&before, &[0x3F], &end)), Err(rule));
        }
        assert_eq!(judge(&file(&[], &[0x3F], &[0xFF, 0xD9, 0])), Err("jpeg.end"));
        assert_eq!(judge(&file(&[], &[0x3F], &[])), Err("jpeg.end"));
        assert_eq!(judge(&file(&[], &[], &end)), Err("jpeg.data"));
        assert_eq!(judge(&file(&[], &[0x3F, 0xAA], &end)), Err("jpeg.data"));
        assert_eq!(judge(&file(&[], &[0x3F, 0xFF, 0xD0], &end)), Err("jpeg.end"));
        assert_eq!(judge(&file(&[], &[0x00], &end)), Err("jpeg.data"));
    }
}
