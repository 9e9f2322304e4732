//! Compact Font Format (Adobe 5176 and 5177) in the one layout our writer uses.

use crate::{
    Budget,
    readers::{Refusal, bytes::Bytes},
};

const RULE: Refusal = Refusal::new("font.cff");

/// Reads a bare font, as our writer emits it.
pub(in super::super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    budget.expand(bytes.len() as u64)?;
    glyphs(bytes, budget).map(|_| ())
}

/// Reads a font; gives how many glyphs it has.
pub(super) fn glyphs(bytes: &[u8], budget: &mut Budget) -> Result<usize, Refusal> {
    let mut rest = Bytes::new(bytes, "font.cff");
    rest.expect(&[1, 0, 4, 4])?;
    let names = index(&mut rest, budget)?;
    let tops = index(&mut rest, budget)?;
    let strings = index(&mut rest, budget)?;
    let shared = index(&mut rest, budget)?;
    let ([name], [top]) = (&names[..], &tops[..]) else { return Err(RULE) };
    let legal = |string: &&[u8]| string.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._-+*".contains(byte));
    if *name != b"Font" || !strings.iter().all(|string| (1..=63).contains(&string.len()) && legal(string)) {
        return Err(Refusal::new("font.strings"));
    }
    let top = Dict::read(top, TOP)?;
    let is_keyed = top.has(COLLECTION);
    let required: &[u16] = if is_keyed { &[15, 17, 0x0C24, 0x0C25] } else { &[15, 16, 17, 18] };
    if !required.iter().all(|operator| top.has(*operator)) || is_keyed && (top.has(16) || top.has(18)) {
        return Err(RULE);
    }
    let font = Font { bytes, shared, strings: strings.len() };
    let here = |rest: &Bytes<'_>| bytes.len().saturating_sub(rest.rest.len());
    // The number of glyphs stands behind what needs it: look ahead.
    let count = usize::from(Bytes::new(bytes.get(top.integer(17)?..).ok_or(RULE)?, "font.cff").u16()?);
    if count == 0 {
        return Err(RULE);
    }
    if is_keyed || top.integer(15)? > 2 {
        top.stands(15, here(&rest))?;
        font.charset(&mut rest, count, is_keyed)?;
    }
    if !is_keyed && top.integer(16)? > 1 {
        top.stands(16, here(&rest))?;
        font.encoding(&mut rest)?;
    }
    let mut select = Vec::new();
    if is_keyed {
        top.stands(0x0C25, here(&rest))?;
        select = selection(&mut rest, count)?;
    }
    top.stands(17, here(&rest))?;
    let glyphs = index(&mut rest, budget)?;
    let mut dicts = Vec::new();
    if is_keyed {
        // Font dictionaries stand last: each names the private one that stands in its turn here.
        let fonts = index(&mut Bytes::new(bytes.get(top.integer(0x0C24)?..).ok_or(RULE)?, "font.cff"), budget)?;
        for font_dict in fonts {
            dicts.push(Dict::read(font_dict, FONT)?);
        }
    }
    let mut owns = Vec::new();
    for dict in if is_keyed { &dicts[..] } else { std::slice::from_ref(&top) } {
        let place = here(&rest);
        owns.push(font.private(dict, &mut rest, place, budget)?);
    }
    if is_keyed {
        top.stands(0x0C24, here(&rest))?;
        index(&mut rest, budget)?;
    }
    if !rest.rest.is_empty() {
        return Err(RULE);
    }
    for (number, glyph) in glyphs.iter().enumerate() {
        let dict = if is_keyed { select.get(number).copied().ok_or(RULE)? } else { 0 };
        let own = owns.get(usize::from(dict)).ok_or(RULE)?;
        Machine::run(glyph, &font.shared, own, budget)?;
    }
    Ok(glyphs.len())
}

const COLLECTION: u16 = 0x0C1E;
/// Operators of the Top DICT, of a Font DICT and of a Private DICT.
const TOP: &[u16] =
    &[5, 15, 16, 17, 18, 0x0C01, 0x0C02, 0x0C03, 0x0C04, 0x0C05, 0x0C07, 0x0C08, COLLECTION, 0x0C22, 0x0C24, 0x0C25];
const FONT: &[u16] = &[18, 0x0C07];
const PRIVATE: &[u16] = &[6, 7, 8, 9, 10, 11, 19, 20, 21, 0x0C09, 0x0C0A, 0x0C0B, 0x0C0C, 0x0C0D, 0x0C0E, 0x0C11, 0x0C12];

/// An INDEX (5176, 5): objects one after the other, none left out.
fn index<'a>(bytes: &mut Bytes<'a>, budget: &mut Budget) -> Result<Vec<&'a [u8]>, Refusal> {
    let count = bytes.u16()?;
    if count == 0 {
        return Ok(Vec::new());
    }
    budget.objects(u64::from(count))?;
    let size = usize::from(bytes.u8()?);
    if !(1..=4).contains(&size) {
        return Err(RULE);
    }
    let mut offsets = Vec::new();
    for _ in 0..=count {
        offsets.push(bytes.take(size)?.iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte)));
    }
    if offsets.first() != Some(&1) {
        return Err(RULE);
    }
    let mut objects = Vec::new();
    for pair in offsets.windows(2) {
        let [from, to] = *pair else { return Err(RULE) };
        objects.push(bytes.take(to.checked_sub(from).ok_or(RULE)?)?);
    }
    Ok(objects)
}

/// A DICT: operators, each with its operands, of which integers are kept.
struct Dict(Vec<(u16, Vec<Option<i32>>)>);

impl Dict {
    fn read(data: &[u8], allowed: &[u16]) -> Result<Self, Refusal> {
        let mut bytes = Bytes::new(data, "font.dict");
        let mut entries: Vec<(u16, Vec<Option<i32>>)> = Vec::new();
        let mut operands = Vec::new();
        while !bytes.rest.is_empty() {
            let operand = match bytes.u8()? {
                12 => {
                    entries.push((0x0C00 | u16::from(bytes.u8()?), std::mem::take(&mut operands)));
                    continue;
                }
                operator @ 0..=21 => {
                    entries.push((u16::from(operator), std::mem::take(&mut operands)));
                    continue;
                }
                28 => Some(i32::from(bytes.u16()?.cast_signed())),
                29 => Some(bytes.u32()?.cast_signed()),
                30 => {
                    while bytes.u8()? & 15 != 15 {}
                    None
                }
                small @ 32..=246 => Some(i32::from(small).saturating_sub(139)),
                _ => return Err(bytes.refusal()),
            };
            operands.push(operand);
        }
        let mut seen = std::collections::BTreeSet::new();
        let legal = entries.iter().all(|(operator, operands)| {
            allowed.contains(operator) && (1..=14).contains(&operands.len()) && seen.insert(*operator)
        });
        if legal && operands.is_empty() { Ok(Self(entries)) } else { Err(bytes.refusal()) }
    }

    fn operands(&self, operator: u16) -> Option<&[Option<i32>]> {
        self.0.iter().find(|(known, _)| *known == operator).map(|(_, operands)| operands.as_slice())
    }

    fn has(&self, operator: u16) -> bool {
        self.operands(operator).is_some()
    }

    fn integer(&self, operator: u16) -> Result<usize, Refusal> {
        match self.operands(operator) {
            Some([Some(value)]) => usize::try_from(*value).map_err(|_| RULE),
            _ => Err(RULE),
        }
    }

    /// Whether what this operator points at stands here.
    fn stands(&self, operator: u16, here: usize) -> Result<(), Refusal> {
        if self.integer(operator)? == here { Ok(()) } else { Err(RULE) }
    }
}

struct Font<'a> {
    bytes: &'a [u8],
    shared: Vec<&'a [u8]>,
    strings: usize,
}

impl<'a> Font<'a> {
    fn string(&self, number: u16) -> Result<(), Refusal> {
        if usize::from(number) < self.strings.saturating_add(391) { Ok(()) } else { Err(Refusal::new("font.strings")) }
    }

    fn charset(&self, bytes: &mut Bytes<'_>, count: usize, is_keyed: bool) -> Result<(), Refusal> {
        let mut left = count.saturating_sub(1);
        bytes.expect(&[if is_keyed { 2 } else { 0 }])?;
        while left > 0 {
            let first = bytes.u16()?;
            let more = if is_keyed { usize::from(bytes.u16()?) } else { 0 };
            if !is_keyed {
                self.string(first)?;
            }
            left = left.checked_sub(more.saturating_add(1)).ok_or(RULE)?;
        }
        Ok(())
    }

    fn encoding(&self, bytes: &mut Bytes<'_>) -> Result<(), Refusal> {
        let format = bytes.u8()?;
        if format & 0x7F != 0 {
            return Err(RULE);
        }
        let codes = usize::from(bytes.u8()?);
        bytes.take(codes)?;
        if format != 0 {
            for _ in 0..bytes.u8()? {
                bytes.u8()?;
                self.string(bytes.u16()?)?;
            }
        }
        Ok(())
    }

    /// The Private DICT a dictionary names, and the subroutines right behind it.
    fn private(&self, dict: &Dict, rest: &mut Bytes<'a>, here: usize, budget: &mut Budget) -> Result<Vec<&'a [u8]>, Refusal> {
        let Some([Some(size), Some(offset)]) = dict.operands(18) else { return Err(RULE) };
        let (size, offset) = (usize::try_from(*size).map_err(|_| RULE)?, usize::try_from(*offset).map_err(|_| RULE)?);
        if offset != here || here > self.bytes.len() {
            return Err(RULE);
        }
        let private = Dict::read(rest.take(size)?, PRIVATE)?;
        if !private.has(19) {
            return Ok(Vec::new());
        }
        if private.integer(19)? != size {
            return Err(RULE);
        }
        index(rest, budget)
    }
}

/// The dictionary of each glyph (5176, 19): ranges without gaps.
fn selection(bytes: &mut Bytes<'_>, count: usize) -> Result<Vec<u8>, Refusal> {
    bytes.expect(&[3])?;
    let ranges = bytes.u16()?;
    let mut first = bytes.u16()?;
    let mut chosen = Vec::new();
    if first != 0 {
        return Err(RULE);
    }
    for _ in 0..ranges {
        let dict = bytes.u8()?;
        let next = bytes.u16()?;
        if next <= first {
            return Err(RULE);
        }
        chosen.resize(usize::from(next), dict);
        first = next;
    }
    if chosen.len() == count { Ok(chosen) } else { Err(RULE) }
}

/// Runs a charstring as far as its form goes: how many operands there are, and which subroutine is called.
struct Machine<'m, 'a> {
    shared: &'m [&'a [u8]],
    own: &'m [&'a [u8]],
    /// The integers on the stack; `None` for what arithmetic left.
    stack: Vec<Option<i32>>,
    stems: usize,
    steps: u64,
}

impl Machine<'_, '_> {
    fn run(glyph: &[u8], shared: &[&[u8]], own: &[&[u8]], budget: &mut Budget) -> Result<(), Refusal> {
        let mut machine = Machine { shared, own, stack: Vec::new(), stems: 0, steps: 0 };
        machine.code(glyph, 0, true)?;
        budget.objects(machine.steps / 16)?;
        Ok(())
    }

    /// Runs `code`; says whether the glyph ended in it. Nothing may stand behind the end of a glyph.
    fn code(&mut self, code: &[u8], depth: u32, is_glyph: bool) -> Result<bool, Refusal> {
        const OPERATOR: Refusal = Refusal::new("font.charstring");
        let mut bytes = Bytes::new(code, "font.charstring");
        while !bytes.rest.is_empty() {
            self.steps = self.steps.saturating_add(1);
            if self.steps > 1_000_000 || self.stack.len() > 192 {
                return Err(OPERATOR);
            }
            let first = bytes.u8()?;
            match first {
                1 | 3 | 18 | 23 | 19 | 20 => {
                    self.stems = self.stems.saturating_add(self.stack.len() / 2).min(1024);
                    self.stack.clear();
                    if matches!(first, 19 | 20) {
                        bytes.take(self.stems.div_ceil(8))?;
                    }
                }
                4..=8 | 21 | 22 | 24..=27 | 30 | 31 => self.stack.clear(),
                10 | 29 => {
                    let table = if first == 10 { self.own } else { self.shared };
                    let bias = if table.len() < 1240 {
                        107
                    } else if table.len() < 33_900 {
                        1131
                    } else {
                        32_768
                    };
                    let number = self.stack.pop().flatten().and_then(|number| usize::try_from(number.saturating_add(bias)).ok());
                    let called = number.and_then(|number| table.get(number)).ok_or(OPERATOR)?;
                    if depth >= 10 {
                        return Err(OPERATOR);
                    }
                    if self.code(called, depth.saturating_add(1), false)? {
                        return if !is_glyph || bytes.rest.is_empty() { Ok(true) } else { Err(OPERATOR) };
                    }
                }
                11 => return if !is_glyph || bytes.rest.is_empty() { Ok(false) } else { Err(OPERATOR) },
                14 => return if !is_glyph || bytes.rest.is_empty() { Ok(true) } else { Err(OPERATOR) },
                12 => self.arithmetic(bytes.u8()?)?,
                28 => self.stack.push(Some(i32::from(bytes.u16()?.cast_signed()))),
                32..=246 => self.stack.push(Some(i32::from(first).saturating_sub(139))),
                247..=250 => {
                    let low = i32::from(bytes.u8()?).saturating_add(108);
                    self.stack.push(Some(i32::from(first).saturating_sub(247).saturating_mul(256).saturating_add(low)));
                }
                251..=254 => {
                    let low = i32::from(bytes.u8()?).saturating_add(108);
                    self.stack.push(Some(i32::from(first).saturating_sub(251).saturating_mul(-256).saturating_sub(low)));
                }
                255 => {
                    let whole = bytes.u16()?.cast_signed();
                    bytes.u16()?;
                    self.stack.push(Some(i32::from(whole)));
                }
                _ => return Err(OPERATOR),
            }
        }
        Ok(false)
    }

    /// Operators of two bytes: what they take and leave.
    fn arithmetic(&mut self, operator: u8) -> Result<(), Refusal> {
        let (takes, leaves) = match operator {
            0 => return Ok(()),
            34..=37 => {
                self.stack.clear();
                return Ok(());
            }
            5 | 9 | 14 | 21 | 26 | 29 => (1_usize, 1),
            3 | 4 | 10 | 11 | 12 | 15 | 24 => (2, 1),
            18 => (1, 0),
            20 | 30 => (2, 0),
            22 => (4, 1),
            23 => (0, 1),
            27 => (1, 2),
            28 => (2, 2),
            _ => return Err(Refusal::new("font.charstring")),
        };
        let kept = self.stack.len().checked_sub(takes).ok_or(Refusal::new("font.charstring"))?;
        self.stack.truncate(kept);
        if matches!(operator, 29 | 30) {
            self.stack.fill(None);
        }
        self.stack.extend(std::iter::repeat_n(None, leaves));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    /// One glyph, `code`, with nothing around it but what must be there.
    fn font(top_extra: &[u8], code: &[u8]) -> Vec<u8> {
        let mut top = top_extra.to_vec();
        let size = u8::try_from(top.len() + 6 + 6 + 6 + 11).unwrap();
        let glyphs = 4 + 9 + 5 + size + 2 + 2;
        let private = glyphs + 5 + u8::try_from(code.len()).unwrap();
        top.extend_from_slice(&[29, 0, 0, 0, 0, 15, 29, 0, 0, 0, glyphs, 17, 29, 0, 0, 0, 0, 16]);
        top.extend_from_slice(&[29, 0, 0, 0, 2, 29, 0, 0, 0, private, 18]);
        let mut out = vec![1, 0, 4, 4, 0, 1, 1, 1, 5];
        out.extend_from_slice(b"Font");
        out.extend_from_slice(&[0, 1, 1, 1, size + 1]);
        out.extend_from_slice(&top);
        out.extend_from_slice(&[0, 0, 0, 0, 0, 1, 1, 1, u8::try_from(code.len()).unwrap() + 1]);
        out.extend_from_slice(code);
        out.extend_from_slice(&[139, 20]);
        out
    }

    fn judge(bytes: &[u8]) -> Result<(), &'static str> {
        read(bytes, &mut Budget::new(&Limits::default())).map_err(|refusal| refusal.rule)
    }

    #[test]
    fn what_is_allowed_passes() {
        assert_eq!(judge(&font(&[], &[139, 139, 21, 14])), Ok(()));
    }

    #[test]
    fn what_is_not_allowed_does_not() {
        assert_eq!(judge(&font(&[139, 1], &[14])), Err("font.dict"), "a notice");
        assert_eq!(judge(&font(&[], &[14, 66])), Err("font.charstring"), "something behind the end");
        assert_eq!(judge(&font(&[], &[2])), Err("font.charstring"), "an operator that is none");
        assert_eq!(judge(&font(&[], &[139, 10])), Err("font.charstring"), "a subroutine that is not there");
        let mut more = font(&[], &[14]);
        more.push(0);
        assert_eq!(judge(&more), Err("font.cff"));
    }
}
