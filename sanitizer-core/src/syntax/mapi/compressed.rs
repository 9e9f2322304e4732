//! Compressed RTF ([MS-OXRTFCP]): a dictionary of 4096 bytes that starts with words every RTF has.

use crate::syntax::cursor::Cursor;
use sanitizer_verify::{Budget, Exceeded};

/// What the dictionary starts with (2.1.2.1).
const START: &[u8; 207] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

const DICTIONARY: usize = 4096;

/// The RTF. `None`: neither of the two forms, or cut off.
pub fn decompress(bytes: &[u8], budget: &mut Budget) -> Result<Option<Vec<u8>>, Exceeded> {
    let mut cursor = Cursor::new(bytes);
    let header = (cursor.u32_le(), cursor.u32_le(), cursor.array::<4>(), cursor.u32_le());
    let (Some(_), Some(size), Some(kind), Some(_)) = header else { return Ok(None) };
    let size_in_bytes = usize::try_from(size).unwrap_or(usize::MAX);
    budget.expand(u64::from(size))?;
    Ok(match &kind {
        b"MELA" => cursor.take(size_in_bytes).map(<[u8]>::to_vec),
        b"LZFu" => unpack(cursor, size_in_bytes),
        _ => None,
    })
}

fn unpack(mut cursor: Cursor<'_>, size: usize) -> Option<Vec<u8>> {
    let mut dictionary = [0_u8; DICTIONARY];
    dictionary.get_mut(..START.len())?.copy_from_slice(START);
    let mut at = START.len();
    let mut out = Vec::new();
    loop {
        let control = cursor.u8()?;
        for bit in 0..8 {
            if control & (1 << bit) == 0 {
                push(&mut out, &mut dictionary, &mut at, cursor.u8()?);
            } else {
                let reference = usize::from(cursor.u16()?);
                let (mut from, length) = (reference >> 4, (reference & 15).saturating_add(2));
                // A reference to where the next byte goes ends the text (2.1.3.1.4).
                if from == at {
                    return (out.len() == size).then_some(out);
                }
                for _ in 0..length {
                    let byte = *dictionary.get(from)?;
                    push(&mut out, &mut dictionary, &mut at, byte);
                    from = from.wrapping_add(1) % DICTIONARY;
                }
            }
            if out.len() > size {
                return None;
            }
        }
    }
}

fn push(out: &mut Vec<u8>, dictionary: &mut [u8; DICTIONARY], at: &mut usize, byte: u8) {
    out.push(byte);
    if let Some(place) = dictionary.get_mut(*at) {
        *place = byte;
    }
    *at = at.wrapping_add(1) % DICTIONARY;
}

#[cfg(test)]
mod tests {
    use super::*;
    use sanitizer_verify::Limits;

    #[test]
    fn the_example_of_the_source_is_read() {
        // [MS-OXRTFCP] 4.1.1.
        let packed = b"\x2d\x00\x00\x00\x2b\x00\x00\x00LZFu\xf1\xc5\xc7\xa7\x03\x00\x0a\x00rcpg125\x42\x32\x0a\xf3 hel\x09\x00\x20bw\x05\xb0ld}\x0a\x80\x0f\xa0";
        let plain = decompress(packed, &mut Budget::new(&Limits::default())).unwrap();
        assert_eq!(plain.as_deref(), Some(&b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"[..]));
    }

    #[test]
    fn what_is_cut_off_or_of_no_form_is_none() {
        let mut budget = Budget::new(&Limits::default());
        assert_eq!(decompress(b"\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a", &mut budget), Ok(None));
        assert_eq!(decompress(b"\x2d\0\0\0\x2b\0\0\0ABCD\xf1\xc5\xc7\xa7\x03\0\x0a", &mut budget), Ok(None));
        assert_eq!(decompress(b"", &mut budget), Ok(None));
    }
}
