//! Writing a font: everything in one order, with offsets of a fixed size.

use super::{
    CHARSET, CHARSTRINGS, COLLECTION, ENCODING, FONT_DICTS, FONT_MATRIX, Font, PRIVATE_DICT, SELECT, SUBROUTINES,
    charset::{Charset, Encoding, Name},
    dict::{Number, entry, operator},
    index,
};
use crate::syntax::font::FontError;
use std::collections::BTreeMap;

/// The strings of the font written so far.
#[derive(Default)]
struct Strings {
    list: Vec<Vec<u8>>,
    numbers: BTreeMap<Vec<u8>, u16>,
}

impl Strings {
    /// The number of a string (appendix A: the font's own come after the 391 standard ones).
    fn number(&mut self, string: &[u8]) -> Result<u16, FontError> {
        if let Some(number) = self.numbers.get(string) {
            return Ok(*number);
        }
        let number = u16::try_from(self.list.len().saturating_add(391)).map_err(|_| FontError::Broken)?;
        self.list.push(string.to_vec());
        self.numbers.insert(string.to_vec(), number);
        Ok(number)
    }

    fn name(&mut self, name: &Name) -> Result<u16, FontError> {
        match name {
            Name::Standard(number) => Ok(*number),
            Name::Own(string) => self.number(string),
        }
    }
}

impl Font<'_> {
    /// The font's bytes.
    pub(in super::super) fn write(&self) -> Result<Vec<u8>, FontError> {
        let mut strings = Strings::default();
        let collection = match &self.collection {
            Some((registry, ordering, supplement)) => {
                let number = |number: u16| Number::Integer(i32::from(number));
                Some([number(strings.number(registry)?), number(strings.number(ordering)?), supplement.clone()])
            }
            None => None,
        };
        let charset = self.write_charset(&mut strings)?;
        let encoding = self.write_encoding(&mut strings)?;
        // The header, one font whose name nobody reads, and its dictionary, whose size does not depend on offsets.
        let mut out = vec![1, 0, 4, 4];
        index::write(&mut out, &[b"Font"])?;
        let blank = self.top(collection.as_ref(), &Offsets::default())?;
        let at = out.len();
        index::write(&mut out, &[&blank])?;
        let names: Vec<&[u8]> = strings.list.iter().map(Vec::as_slice).collect();
        index::write(&mut out, &names)?;
        index::write(&mut out, &self.shared)?;
        let mut offsets =
            Offsets { charset: self.predefined_charset(), encoding: self.predefined_encoding(), ..Offsets::default() };
        if let Some(charset) = charset {
            offsets.charset = out.len();
            out.extend_from_slice(&charset);
        }
        if let Some(encoding) = encoding {
            offsets.encoding = out.len();
            out.extend_from_slice(&encoding);
        }
        if self.collection.is_some() {
            offsets.select = out.len();
            out.extend_from_slice(&self.write_select()?);
        }
        offsets.glyphs = out.len();
        index::write(&mut out, &self.glyphs)?;
        let mut fonts = Vec::new();
        for private in &self.privates {
            let mut numbers = Vec::new();
            for (operator, operands) in &private.numbers {
                entry(&mut numbers, *operator, operands);
            }
            if !private.subroutines.is_empty() {
                // They stand right behind: five bytes of a number and one of the operator.
                let size = numbers.len().saturating_add(6);
                integer(size)?.write_wide(&mut numbers);
                operator(&mut numbers, SUBROUTINES);
            }
            offsets.private = (numbers.len(), out.len());
            out.extend_from_slice(&numbers);
            if !private.subroutines.is_empty() {
                index::write(&mut out, &private.subroutines)?;
            }
            let mut font = Vec::new();
            if let Some(matrix) = &private.matrix {
                entry(&mut font, FONT_MATRIX, matrix);
            }
            offsets.write_private(&mut font)?;
            fonts.push(font);
        }
        if self.collection.is_some() {
            offsets.fonts = out.len();
            let fonts: Vec<&[u8]> = fonts.iter().map(Vec::as_slice).collect();
            index::write(&mut out, &fonts)?;
        }
        let mut top = Vec::new();
        index::write(&mut top, &[&self.top(collection.as_ref(), &offsets)?])?;
        out.get_mut(at..at.saturating_add(top.len())).ok_or(FontError::Broken)?.copy_from_slice(&top);
        Ok(out)
    }

    fn top(&self, collection: Option<&[Number; 3]>, offsets: &Offsets) -> Result<Vec<u8>, FontError> {
        let mut out = Vec::new();
        if let Some(collection) = collection {
            entry(&mut out, COLLECTION, collection);
        }
        for (operator, operands) in &self.top {
            entry(&mut out, *operator, operands);
        }
        let mut place = |offset: usize, operator: u16| -> Result<(), FontError> {
            integer(offset)?.write_wide(&mut out);
            super::dict::operator(&mut out, operator);
            Ok(())
        };
        place(offsets.charset, CHARSET)?;
        place(offsets.glyphs, CHARSTRINGS)?;
        if collection.is_some() {
            place(offsets.fonts, FONT_DICTS)?;
            place(offsets.select, SELECT)?;
        } else {
            place(offsets.encoding, ENCODING)?;
            offsets.write_private(&mut out)?;
        }
        Ok(out)
    }

    fn predefined_charset(&self) -> usize {
        if let Charset::Predefined(number) = self.charset { usize::from(number) } else { 0 }
    }

    fn predefined_encoding(&self) -> usize {
        if let Encoding::Predefined(number) = self.encoding { usize::from(number) } else { 0 }
    }

    fn write_charset(&self, strings: &mut Strings) -> Result<Option<Vec<u8>>, FontError> {
        match &self.charset {
            Charset::Predefined(_) => Ok(None),
            Charset::Names(names) => {
                let mut out = vec![0];
                for name in names {
                    out.extend_from_slice(&strings.name(name)?.to_be_bytes());
                }
                Ok(Some(out))
            }
            Charset::Ids(ids) => {
                let mut out = vec![2];
                let mut runs: Vec<(u16, u16)> = Vec::new();
                for id in ids {
                    match runs.last_mut() {
                        Some((first, left)) if first.checked_add(*left).and_then(|last| last.checked_add(1)) == Some(*id) => {
                            *left = left.saturating_add(1);
                        }
                        _ => runs.push((*id, 0)),
                    }
                }
                for (first, left) in runs {
                    out.extend_from_slice(&first.to_be_bytes());
                    out.extend_from_slice(&left.to_be_bytes());
                }
                Ok(Some(out))
            }
        }
    }

    fn write_encoding(&self, strings: &mut Strings) -> Result<Option<Vec<u8>>, FontError> {
        let Encoding::Codes(codes, more) = &self.encoding else { return Ok(None) };
        let count = |length: usize| u8::try_from(length).map_err(|_| FontError::Broken);
        let mut out = vec![if more.is_empty() { 0 } else { 0x80 }, count(codes.len())?];
        out.extend_from_slice(codes);
        if !more.is_empty() {
            out.push(count(more.len())?);
            for (code, name) in more {
                out.push(*code);
                out.extend_from_slice(&strings.name(name)?.to_be_bytes());
            }
        }
        Ok(Some(out))
    }

    fn write_select(&self) -> Result<Vec<u8>, FontError> {
        let mut ranges: Vec<(u16, u8)> = Vec::new();
        for (glyph, dict) in (0..=u16::MAX).zip(&self.select) {
            if ranges.last().is_none_or(|(_, last)| last != dict) {
                ranges.push((glyph, *dict));
            }
        }
        let mut out = vec![3];
        out.extend_from_slice(&u16::try_from(ranges.len()).map_err(|_| FontError::Broken)?.to_be_bytes());
        for (first, dict) in ranges {
            out.extend_from_slice(&first.to_be_bytes());
            out.push(dict);
        }
        out.extend_from_slice(&u16::try_from(self.select.len()).map_err(|_| FontError::Broken)?.to_be_bytes());
        Ok(out)
    }
}

#[derive(Default)]
struct Offsets {
    charset: usize,
    encoding: usize,
    select: usize,
    glyphs: usize,
    fonts: usize,
    /// Size and place.
    private: (usize, usize),
}

impl Offsets {
    fn write_private(&self, out: &mut Vec<u8>) -> Result<(), FontError> {
        integer(self.private.0)?.write_wide(out);
        integer(self.private.1)?.write_wide(out);
        operator(out, PRIVATE_DICT);
        Ok(())
    }
}

fn integer(value: usize) -> Result<Number, FontError> {
    i32::try_from(value).map(Number::Integer).map_err(|_| FontError::Broken)
}
