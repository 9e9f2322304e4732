//! Compact Font Format (Adobe Technical Notes 5176 and 5177): read to a model, written with offsets of our own.
//!
//! What is kept is what draws: charstrings and the subroutines they call, private dictionaries, charset, encoding and
//! the choice of dictionaries by glyph; of the strings only glyph names and the registry and ordering of a collection.

mod charset;
mod charstring;
mod dict;
mod index;
mod write;

use super::FontError;
use charset::{Charset, Encoding};
use dict::{Dict, Number};
use sanitizer_verify::Budget;

/// Writes a bare font anew.
pub(super) fn rebuild(bytes: &[u8], budget: &mut Budget) -> Result<Vec<u8>, FontError> {
    Font::read(bytes, budget)?.write()
}

/// A font.
pub(super) struct Font<'a> {
    /// Numbers of the Top DICT, by operator.
    top: Vec<(u16, Vec<Number>)>,
    /// Registry, ordering and supplement of a CID-keyed font.
    collection: Option<(Vec<u8>, Vec<u8>, Number)>,
    charset: Charset,
    encoding: Encoding,
    glyphs: Vec<&'a [u8]>,
    shared: Vec<&'a [u8]>,
    privates: Vec<Private<'a>>,
    /// The dictionary each glyph uses; empty if there is one for all.
    select: Vec<u8>,
}

/// A Private DICT with its subroutines, and the matrix of the Font DICT it belongs to.
struct Private<'a> {
    matrix: Option<Vec<Number>>,
    numbers: Vec<(u16, Vec<Number>)>,
    subroutines: Vec<&'a [u8]>,
}

/// Operators of the Top DICT (table 9) that are kept, with the most operands they have. Notices, names and ids go.
const TOP: &[(u16, usize)] = &[(5, 4), (0x0C01, 1), (0x0C02, 1), (0x0C03, 1), (0x0C04, 1), (0x0C05, 1), (0x0C07, 6), (0x0C08, 1)];

/// Operators of a Private DICT (table 23) that are kept.
const PRIVATE: &[(u16, usize)] = &[
    (6, 14),
    (7, 10),
    (8, 14),
    (9, 10),
    (10, 1),
    (11, 1),
    (0x0C09, 1),
    (0x0C0A, 1),
    (0x0C0B, 1),
    (0x0C0C, 12),
    (0x0C0D, 12),
    (0x0C0E, 1),
    (0x0C11, 1),
    (0x0C12, 1),
    (20, 1),
    (21, 1),
];

const CHARSET: u16 = 15;
const ENCODING: u16 = 16;
const CHARSTRINGS: u16 = 17;
const PRIVATE_DICT: u16 = 18;
const SUBROUTINES: u16 = 19;
const CHARSTRING_TYPE: u16 = 0x0C06;
const FONT_MATRIX: u16 = 0x0C07;
const COLLECTION: u16 = 0x0C1E;
const CID_COUNT: u16 = 0x0C22;
const FONT_DICTS: u16 = 0x0C24;
const SELECT: u16 = 0x0C25;

impl<'a> Font<'a> {
    /// Reads the first font of a font set.
    pub(super) fn read(bytes: &'a [u8], budget: &mut Budget) -> Result<Self, FontError> {
        let [1, _, header, _, ..] = bytes else { return Err(FontError::Broken) };
        let start = usize::from(*header);
        let (_, start) = index::read(bytes, start, budget)?;
        let (dicts, start) = index::read(bytes, start, budget)?;
        let (strings, start) = index::read(bytes, start, budget)?;
        let (mut shared, _) = index::read(bytes, start, budget)?;
        let top = Dict::read(dicts.first().ok_or(FontError::Broken)?)?;
        if top.number(CHARSTRING_TYPE).is_some_and(|kind| kind != 2) {
            return Err(FontError::Unsupported);
        }
        let offset = top.offset(CHARSTRINGS).ok_or(FontError::Broken)?;
        let (mut glyphs, _) = index::read(bytes, offset, budget)?;
        let count = glyphs.len();
        if count == 0 || count > usize::from(u16::MAX) {
            return Err(FontError::Broken);
        }
        let string = |number: i32| charset::string(number, &strings);
        let collection = match top.operands(COLLECTION) {
            None => None,
            Some([registry, ordering, supplement]) => {
                // The PDF says it too, and is believed: a name that is none becomes the plainest.
                let text = |number: &Number, plain: &[u8]| number.integer().and_then(string).unwrap_or(plain.to_vec());
                Some((text(registry, b"Adobe"), text(ordering, b"Identity"), supplement.clone()))
            }
            Some(_) => return Err(FontError::Broken),
        };
        let is_keyed = collection.is_some();
        let charset = Charset::read(bytes, top.offset(CHARSET).unwrap_or(0), count, is_keyed, &strings)?;
        let encoding = if is_keyed {
            Encoding::Predefined(0)
        } else {
            Encoding::read(bytes, top.offset(ENCODING).unwrap_or(0), count, &strings)?
        };
        let mut select = Vec::new();
        let mut privates = Vec::new();
        if is_keyed {
            let (fonts, _) = index::read(bytes, top.offset(FONT_DICTS).ok_or(FontError::Broken)?, budget)?;
            for font in &fonts {
                privates.push(Private::read(bytes, &Dict::read(font)?, true, budget)?);
            }
            select = charset::select(bytes, top.offset(SELECT).ok_or(FontError::Broken)?, count, privates.len())?;
        } else {
            privates.push(Private::read(bytes, &top, false, budget)?);
        }
        charstring::trim(&mut glyphs, &mut shared, &mut privates, &select, budget)?;
        let mut kept = top.keep(TOP);
        if is_keyed {
            kept.extend(top.keep(&[(CID_COUNT, 1)]));
        }
        Ok(Self { top: kept, collection, charset, encoding, glyphs, shared, privates, select })
    }

    /// How many glyphs it has.
    pub(super) fn glyphs(&self) -> usize {
        self.glyphs.len()
    }
}

impl<'a> Private<'a> {
    fn read(bytes: &'a [u8], font: &Dict, is_member: bool, budget: &mut Budget) -> Result<Self, FontError> {
        let matrix = font.operands(FONT_MATRIX).filter(|matrix| is_member && matrix.len() == 6).map(<[Number]>::to_vec);
        // A font without a private dictionary draws with the defaults.
        let Some([size, offset]) = font.operands(PRIVATE_DICT) else {
            return Ok(Self { matrix, numbers: Vec::new(), subroutines: Vec::new() });
        };
        let place = |number: &Number| number.integer().and_then(|number| usize::try_from(number).ok());
        let (size, offset) = place(size).zip(place(offset)).ok_or(FontError::Broken)?;
        let end = offset.checked_add(size).ok_or(FontError::Broken)?;
        let private = Dict::read(bytes.get(offset..end).ok_or(FontError::Broken)?)?;
        let subroutines = match private.offset(SUBROUTINES).filter(|offset| *offset > 0) {
            Some(relative) => index::read(bytes, offset.checked_add(relative).ok_or(FontError::Broken)?, budget)?.0,
            None => Vec::new(),
        };
        Ok(Self { matrix, numbers: private.keep(PRIVATE), subroutines })
    }
}
