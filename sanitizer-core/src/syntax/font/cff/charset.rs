//! Charsets, encodings and the choice of dictionaries (5176, 12, 13 and 19).

use super::FontError;
use crate::syntax::cursor::Cursor;

/// How many strings every reader knows (appendix A).
const STANDARD: i32 = 391;

/// Which name or character id each glyph has.
pub(super) enum Charset {
    Predefined(u8),
    /// For each glyph after the first its standard string or its own.
    Names(Vec<Name>),
    /// For each glyph after the first.
    Ids(Vec<u16>),
}

/// A glyph name.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Name {
    Standard(u16),
    Own(Vec<u8>),
}

/// Which code each glyph has.
pub(super) enum Encoding {
    Predefined(u8),
    /// The codes of the glyphs from the first on, and more codes for glyphs by name.
    Codes(Vec<u8>, Vec<(u8, Name)>),
}

/// The string with this number, if it is one of the font's own and one of glyph names and collections.
pub(super) fn string(number: i32, strings: &[&[u8]]) -> Option<Vec<u8>> {
    let index = usize::try_from(number.checked_sub(STANDARD)?).ok()?;
    strings.get(index).filter(|string| is_name(string)).map(|string| string.to_vec())
}

fn is_name(string: &[u8]) -> bool {
    (1..=63).contains(&string.len()) && string.iter().all(|byte| byte.is_ascii_alphanumeric() || b"._-+*".contains(byte))
}

/// The name with this number. What is no name becomes one of nothing, unlike any other.
fn name(number: u16, strings: &[&[u8]]) -> Name {
    if i32::from(number) < STANDARD {
        return Name::Standard(number);
    }
    string(i32::from(number), strings).map_or(Name::Standard(0), Name::Own)
}

impl Charset {
    pub(super) fn read(bytes: &[u8], offset: usize, count: usize, is_keyed: bool, strings: &[&[u8]]) -> Result<Self, FontError> {
        if let (false, Ok(predefined @ 0..=2)) = (is_keyed, u8::try_from(offset)) {
            return Ok(Self::Predefined(predefined));
        }
        let rest = count.saturating_sub(1);
        if offset <= 2 {
            // Readers take the glyphs of a collection in their order then.
            return Ok(Self::Ids((1..).take(rest).collect()));
        }
        let mut cursor = Cursor::at(bytes, offset);
        let format = cursor.u8().ok_or(FontError::Broken)?;
        let mut ids: Vec<u16> = Vec::with_capacity(rest);
        while ids.len() < rest {
            let first = cursor.u16().ok_or(FontError::Broken)?;
            let left = match format {
                0 => 0,
                1 => u16::from(cursor.u8().ok_or(FontError::Broken)?),
                2 => cursor.u16().ok_or(FontError::Broken)?,
                _ => return Err(FontError::Broken),
            };
            let run = (0..=left).map(|step| first.wrapping_add(step));
            ids.extend(run.take(rest.saturating_sub(ids.len())));
        }
        Ok(if is_keyed { Self::Ids(ids) } else { Self::Names(ids.iter().map(|id| name(*id, strings)).collect()) })
    }
}

impl Encoding {
    pub(super) fn read(bytes: &[u8], offset: usize, count: usize, strings: &[&[u8]]) -> Result<Self, FontError> {
        if let Ok(predefined @ 0..=1) = u8::try_from(offset) {
            return Ok(Self::Predefined(predefined));
        }
        let mut cursor = Cursor::at(bytes, offset);
        let mut byte = || cursor.u8().ok_or(FontError::Broken);
        let format = byte()?;
        let mut codes = Vec::new();
        let listed = byte()?;
        for _ in 0..listed {
            let first = byte()?;
            let left = match format & 0x7F {
                0 => 0,
                1 => byte()?,
                _ => return Err(FontError::Broken),
            };
            codes.extend((0..=left).map(|step| first.wrapping_add(step)));
        }
        // More codes than glyphs say nothing, and more than 255 cannot be written.
        codes.truncate(count.saturating_sub(1).min(255));
        let mut more = Vec::new();
        if format & 0x80 != 0 {
            for _ in 0..byte()? {
                let (code, high, low) = (byte()?, byte()?, byte()?);
                more.push((code, name(u16::from_be_bytes([high, low]), strings)));
            }
        }
        Ok(Self::Codes(codes, more))
    }
}

/// The dictionary each glyph uses (19).
pub(super) fn select(bytes: &[u8], offset: usize, count: usize, dicts: usize) -> Result<Vec<u8>, FontError> {
    let mut cursor = Cursor::at(bytes, offset);
    let mut chosen = Vec::with_capacity(count);
    match cursor.u8() {
        Some(0) => chosen.extend_from_slice(cursor.take(count).ok_or(FontError::Broken)?),
        Some(3) => {
            let ranges = cursor.u16().ok_or(FontError::Broken)?;
            let mut first = usize::from(cursor.u16().ok_or(FontError::Broken)?);
            for _ in 0..ranges {
                let (dict, next) = cursor.u8().zip(cursor.u16()).ok_or(FontError::Broken)?;
                let next = usize::from(next);
                if first != chosen.len() || next <= first {
                    return Err(FontError::Broken);
                }
                chosen.resize(next.min(count), dict);
                first = next.min(count);
                if first == count {
                    break;
                }
            }
        }
        _ => return Err(FontError::Broken),
    }
    let fits = chosen.len() == count && chosen.iter().all(|dict| usize::from(*dict) < dicts);
    if fits { Ok(chosen) } else { Err(FontError::Broken) }
}
