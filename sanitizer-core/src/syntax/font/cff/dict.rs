//! DICT data (5176, 4): operands and operators.

use super::FontError;
use crate::syntax::cursor::Cursor;

/// An operand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Number {
    Integer(i32),
    /// The nibbles of a real number, without the end.
    Real(Vec<u8>),
}

impl Number {
    pub(super) fn integer(&self) -> Option<i32> {
        match self {
            Self::Integer(value) => Some(*value),
            Self::Real(_) => None,
        }
    }

    /// Appends it in its shortest form (table 3 and table 5).
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Integer(value) => match i16::try_from(*value) {
                Ok(small @ -107..=107) => out.push(u8::try_from(small.wrapping_add(139)).unwrap_or(139)),
                Ok(small) => {
                    out.push(28);
                    out.extend_from_slice(&small.to_be_bytes());
                }
                Err(_) => self.write_wide(out),
            },
            Self::Real(nibbles) => {
                out.push(30);
                let mut ended = nibbles.clone();
                ended.push(15);
                if !ended.len().is_multiple_of(2) {
                    ended.push(15);
                }
                out.extend(ended.as_chunks::<2>().0.iter().map(|[high, low]| high.wrapping_shl(4) | low));
            }
        }
    }

    /// Appends an integer in five bytes, whatever it is: so that an offset's size does not depend on it.
    pub(super) fn write_wide(&self, out: &mut Vec<u8>) {
        out.push(29);
        out.extend_from_slice(&self.integer().unwrap_or(0).to_be_bytes());
    }
}

/// Operators with their operands, each once.
pub(super) struct Dict(Vec<(u16, Vec<Number>)>);

/// The most operands before an operator (5176, table 3, and appendix B of 5177).
const OPERANDS: usize = 48;

impl Dict {
    pub(super) fn read(data: &[u8]) -> Result<Self, FontError> {
        let mut cursor = Cursor::new(data);
        let mut entries: Vec<(u16, Vec<Number>)> = Vec::new();
        let mut operands = Vec::new();
        while let Some(first) = cursor.u8() {
            if let 0..=21 = first {
                let operator = match first {
                    12 => 0x0C00 | u16::from(cursor.u8().ok_or(FontError::Broken)?),
                    one => u16::from(one),
                };
                let operands = std::mem::take(&mut operands);
                // Of two the later counts, as in readers that run through.
                match entries.iter_mut().find(|(known, _)| *known == operator) {
                    Some((_, known)) => *known = operands,
                    None => entries.push((operator, operands)),
                }
                continue;
            }
            operands.push(number(first, &mut cursor).ok_or(FontError::Broken)?);
            if operands.len() > OPERANDS {
                return Err(FontError::Broken);
            }
        }
        Ok(Self(entries))
    }

    pub(super) fn operands(&self, operator: u16) -> Option<&[Number]> {
        self.0.iter().find(|(known, _)| *known == operator).map(|(_, operands)| operands.as_slice())
    }

    pub(super) fn number(&self, operator: u16) -> Option<i32> {
        self.operands(operator)?.last()?.integer()
    }

    pub(super) fn offset(&self, operator: u16) -> Option<usize> {
        self.number(operator).and_then(|offset| usize::try_from(offset).ok())
    }

    /// The entries on this list, in its order, with no more operands than it allows.
    pub(super) fn keep(&self, list: &[(u16, usize)]) -> Vec<(u16, Vec<Number>)> {
        let kept = |(operator, most): &(u16, usize)| {
            let operands = self.operands(*operator).filter(|operands| (1..=*most).contains(&operands.len()))?;
            Some((*operator, operands.to_vec()))
        };
        list.iter().filter_map(kept).collect()
    }
}

fn number(first: u8, cursor: &mut Cursor<'_>) -> Option<Number> {
    Some(match first {
        28 => Number::Integer(i32::from(cursor.i16()?)),
        29 => Number::Integer(cursor.u32()?.cast_signed()),
        30 => real(cursor)?,
        32..=246 => Number::Integer(i32::from(first).wrapping_sub(139)),
        247..=250 => {
            let high = i32::from(first).wrapping_sub(247).wrapping_mul(256);
            Number::Integer(high.wrapping_add(i32::from(cursor.u8()?)).wrapping_add(108))
        }
        251..=254 => {
            let high = i32::from(first).wrapping_sub(251).wrapping_mul(-256);
            Number::Integer(high.wrapping_sub(i32::from(cursor.u8()?)).wrapping_sub(108))
        }
        _ => return None,
    })
}

/// A real number: digits, point, sign and exponent in nibbles, no longer than a double needs.
fn real(cursor: &mut Cursor<'_>) -> Option<Number> {
    let mut nibbles = Vec::new();
    loop {
        let byte = cursor.u8()?;
        for nibble in [byte.wrapping_shr(4), byte & 15] {
            match nibble {
                15 => return Some(Number::Real(nibbles)),
                // Reserved.
                13 => return None,
                _ if nibbles.len() < 40 => nibbles.push(nibble),
                _ => return None,
            }
        }
    }
}

/// Appends an entry.
pub(super) fn entry(out: &mut Vec<u8>, operator: u16, operands: &[Number]) {
    for operand in operands {
        operand.write(out);
    }
    self::operator(out, operator);
}

pub(super) fn operator(out: &mut Vec<u8>, operator: u16) {
    let [high, low] = operator.to_be_bytes();
    if high > 0 {
        out.push(high);
    }
    out.push(low);
}
