//! CCITT fax pictures (ISO 32000-2, 7.4.6; ITU-T T.4 and T.6), decoded by `hayro-ccitt` into packed samples.

use hayro_ccitt::{DecodeSettings, Decoder, DecoderContext, EncodingMode, decode};
use lopdf::{Dictionary, Object};

/// Decodes `data` into `height` rows of `width` pixels, eight a byte. Rows that are not there are white, as in readers.
pub fn samples(data: &[u8], parms: &Dictionary, width: u32, height: u32) -> Vec<u8> {
    let columns = whole(parms, b"Columns").and_then(|columns| u32::try_from(columns).ok()).unwrap_or(1728);
    let white = if flag(parms, b"BlackIs1", false) { 0x00 } else { 0xFF };
    let stride = usize::try_from(width.div_ceil(8)).unwrap_or(usize::MAX);
    let rows = usize::try_from(height).unwrap_or(usize::MAX);
    let mut sheet = Sheet { out: Vec::with_capacity(stride.saturating_mul(rows)), width, stride, rows, white };
    let k = whole(parms, b"K").unwrap_or_default();
    let settings = DecodeSettings {
        columns,
        rows: height,
        end_of_block: flag(parms, b"EndOfBlock", true),
        end_of_line: flag(parms, b"EndOfLine", false),
        rows_are_byte_aligned: flag(parms, b"EncodedByteAlign", false),
        encoding: match k {
            ..0 => EncodingMode::Group4,
            0 => EncodingMode::Group3_1D,
            1.. => EncodingMode::Group3_2D,
        },
        strict: false,
    };
    // What was read before an error is what readers show.
    let _ = decode(data, &mut sheet, &mut DecoderContext::new(settings));
    sheet.out.resize(stride.saturating_mul(rows), white);
    sheet.out
}

fn whole(parms: &Dictionary, key: &[u8]) -> Option<i64> {
    parms.get(key).and_then(Object::as_i64).ok()
}

fn flag(parms: &Dictionary, key: &[u8], default: bool) -> bool {
    parms.get(key).and_then(Object::as_bool).unwrap_or(default)
}

/// The rows so far.
struct Sheet {
    out: Vec<u8>,
    width: u32,
    stride: usize,
    rows: usize,
    white: u8,
}

impl Decoder for Sheet {
    fn push_row(&mut self, changes: &[u32]) {
        let start = self.out.len();
        if start >= self.stride.saturating_mul(self.rows) {
            return;
        }
        self.out.resize(start.saturating_add(self.stride), self.white);
        let Some(row) = self.out.get_mut(start..) else { return };
        for span in changes.chunks(2) {
            let (from, to) = match *span {
                [from, to] => (from, to.min(self.width)),
                [from] => (from, self.width),
                _ => return,
            };
            blacken(row, from, to);
        }
    }
}

/// Turns the pixels from `from` up to `to`, whole bytes at a time where it can.
fn blacken(row: &mut [u8], from: u32, to: u32) {
    let mut at = from;
    while at < to {
        let index = usize::try_from(at >> 3).unwrap_or(usize::MAX);
        let Some(byte) = row.get_mut(index) else { return };
        let end = (at | 7).saturating_add(1).min(to);
        let left = 0xFFu32.wrapping_shr(at & 7);
        let right = 0xFFu32.wrapping_shl(8u32.wrapping_sub(end) & 7);
        *byte ^= (left & right).to_le_bytes().first().copied().unwrap_or_default();
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_turn_their_pixels_and_no_others() {
        let mut row = [0xFF; 3];
        blacken(&mut row, 3, 18);
        assert_eq!(row, [0b1110_0000, 0, 0b0011_1111]);
        blacken(&mut row, 20, 99);
        assert_eq!(row[2], 0b0011_0000);
    }

    #[test]
    fn group_four_is_decoded_and_missing_rows_are_white() {
        // One row of vertical mode zero (all white) for eight columns, then nothing.
        let mut parms = Dictionary::new();
        parms.set("K", -1);
        parms.set("Columns", 8);
        assert_eq!(samples(&[0b1000_0000], &parms, 8, 2), [0xFF, 0xFF]);
    }
}
