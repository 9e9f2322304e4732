//! One baseline frame from coefficients (T.81, F.1.2).

use super::{
    bits::BitWriter,
    exif,
    huffman::{Encoder, Frequencies},
    markers::Source,
    scan::{Block, Component, Frame},
};
use crate::syntax::image::PictureError;

/// Writes the whole file.
pub(super) fn write(source: &Source) -> Result<Vec<u8>, PictureError> {
    let frame = &source.frame;
    let mut out = vec![0xFF, 0xD8];
    head(&mut out, source)?;
    let tables = quantization(&mut out, frame)?;
    start_of_frame(&mut out, source, &tables)?;
    let mut counter = Counter::default();
    walk_all(frame, &mut counter)?;
    let mut dc = Vec::new();
    let mut ac = Vec::new();
    for (class, frequencies, encoders) in [(0x00, &counter.dc, &mut dc), (0x10, &counter.ac, &mut ac)] {
        for (index, frequencies) in (class..).zip(frequencies).take(if frame.components.len() > 1 { 2 } else { 1 }) {
            let encoder = Encoder::optimal(frequencies);
            let mut content = vec![index];
            content.extend_from_slice(&encoder.counts);
            content.extend_from_slice(&encoder.symbols);
            segment(&mut out, 0xC4, &content)?;
            encoders.push(encoder);
        }
    }
    for scan in scans(frame) {
        start_of_scan(&mut out, source, &scan)?;
        let mut writer = Writer { dc: &dc, ac: &ac, bits: BitWriter::new(out) };
        walk(frame, &scan, &mut writer)?;
        out = writer.bits.finish();
    }
    out.extend_from_slice(&[0xFF, 0xD9]);
    Ok(out)
}

fn segment(out: &mut Vec<u8>, code: u8, content: &[u8]) -> Result<(), PictureError> {
    let length = u16::try_from(content.len().saturating_add(2)).map_err(|_| PictureError::Broken)?;
    out.extend_from_slice(&[0xFF, code]);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(content);
    Ok(())
}

/// What tells a reader the color space, and which side is up.
fn head(out: &mut Vec<u8>, source: &Source) -> Result<(), PictureError> {
    let count = source.frame.components.len();
    // Without any header a reader guesses from the components' ids; with no RGB among the guesses the header is safe
    // to add, and every program knows it.
    let implied = source.adobe.is_none() && !is_rgb(&source.frame);
    if count < 4 && (source.jfif.is_some() || implied) {
        let [unit, density @ ..] = source.jfif.unwrap_or([0, 0, 1, 0, 1]);
        let [x1, x2, y1, y2] = density;
        let density = if unit > 2 || [x1, x2] == [0, 0] || [y1, y2] == [0, 0] { [0, 0, 1, 0, 1] } else { [unit, x1, x2, y1, y2] };
        let mut content = b"JFIF\0\x01\x02".to_vec();
        content.extend_from_slice(&density);
        content.extend_from_slice(&[0, 0]);
        segment(out, 0xE0, &content)?;
    }
    if let Some(orientation) = source.orientation {
        segment(out, 0xE1, &exif::segment(orientation))?;
    }
    let transform = match (count, source.adobe) {
        (3 | 4, Some(0)) => Some(0),
        (3, Some(_)) => Some(1),
        (4, Some(_)) => Some(2),
        _ => None,
    };
    if let Some(transform) = transform {
        segment(out, 0xEE, &[b'A', b'd', b'o', b'b', b'e', 0, 100, 0, 0, 0, 0, transform])?;
    }
    Ok(())
}

fn is_rgb(frame: &Frame) -> bool {
    frame.components.iter().map(|component| component.id).eq(*b"RGB")
}

/// The id a component gets: its number, but for those whose ids say that they are red, green and blue.
fn id(frame: &Frame, index: usize) -> Result<u8, PictureError> {
    let number = u8::try_from(index.saturating_add(1)).map_err(|_| PictureError::Broken)?;
    Ok(if is_rgb(frame) { frame.components.get(index).map_or(number, |component| component.id) } else { number })
}

/// Writes each table once, and says for each component which is its own.
fn quantization(out: &mut Vec<u8>, frame: &Frame) -> Result<Vec<u8>, PictureError> {
    let mut written: Vec<[u16; 64]> = Vec::new();
    let mut own = Vec::new();
    for component in &frame.components {
        let table = component.quantization.ok_or(PictureError::Broken)?;
        let known = written.iter().position(|other| *other == table);
        let index = known.unwrap_or(written.len());
        own.push(u8::try_from(index).map_err(|_| PictureError::Broken)?);
        if known.is_none() {
            written.push(table);
        }
    }
    for (index, table) in (0_u8..).zip(&written) {
        let wide = table.iter().any(|value| *value > 255);
        let mut content = vec![if wide { index | 0x10 } else { index }];
        for value in table {
            let [high, low] = value.to_be_bytes();
            if wide {
                content.push(high);
            }
            content.push(low);
        }
        segment(out, 0xDB, &content)?;
    }
    Ok(own)
}

fn start_of_frame(out: &mut Vec<u8>, source: &Source, tables: &[u8]) -> Result<(), PictureError> {
    let frame = &source.frame;
    // Wide quantization tables make it extended sequential (table B.4).
    let wide = frame.components.iter().filter_map(|component| component.quantization).flatten().any(|value| value > 255);
    let mut content = vec![8];
    content.extend_from_slice(&frame.height.to_be_bytes());
    content.extend_from_slice(&frame.width.to_be_bytes());
    content.push(u8::try_from(frame.components.len()).map_err(|_| PictureError::Broken)?);
    for ((index, component), table) in frame.components.iter().enumerate().zip(tables) {
        content.extend_from_slice(&[id(frame, index)?, component.across.wrapping_shl(4) | component.down, *table]);
    }
    segment(out, if wide { 0xC1 } else { 0xC0 }, &content)
}

fn start_of_scan(out: &mut Vec<u8>, source: &Source, scan: &[usize]) -> Result<(), PictureError> {
    let mut content = vec![u8::try_from(scan.len()).map_err(|_| PictureError::Broken)?];
    for index in scan {
        let table = u8::try_from(table(*index)).map_err(|_| PictureError::Broken)?;
        content.extend_from_slice(&[id(&source.frame, *index)?, table.wrapping_mul(0x11)]);
    }
    content.extend_from_slice(&[0, 63, 0]);
    segment(out, 0xDA, &content)
}

/// Which of the two Huffman tables a component uses: brightness and black have their own.
const fn table(index: usize) -> usize {
    if index == 0 || index == 3 { 0 } else { 1 }
}

/// The scans: one with all components, unless they have too many blocks for that (B.2.3).
fn scans(frame: &Frame) -> Vec<Vec<usize>> {
    let units: usize =
        frame.components.iter().map(|component| usize::from(component.across).saturating_mul(usize::from(component.down))).sum();
    let all = 0..frame.components.len();
    if units <= 10 { vec![all.collect()] } else { all.map(|index| vec![index]).collect() }
}

/// Where symbols go: counted, or written.
trait Sink {
    fn dc(&mut self, table: usize, symbol: u8, bits: u32, count: u32);
    fn ac(&mut self, table: usize, symbol: u8, bits: u32, count: u32);
}

#[derive(Default)]
struct Counter {
    dc: [Frequencies; 2],
    ac: [Frequencies; 2],
}

impl Sink for Counter {
    fn dc(&mut self, table: usize, symbol: u8, _: u32, _: u32) {
        if let Some(frequencies) = self.dc.get_mut(table) {
            frequencies.count(symbol);
        }
    }

    fn ac(&mut self, table: usize, symbol: u8, _: u32, _: u32) {
        if let Some(frequencies) = self.ac.get_mut(table) {
            frequencies.count(symbol);
        }
    }
}

struct Writer<'a> {
    dc: &'a [Encoder],
    ac: &'a [Encoder],
    bits: BitWriter,
}

impl Writer<'_> {
    fn put(&mut self, encoder: Option<&Encoder>, symbol: u8, bits: u32, count: u32) {
        let (code, length) = encoder.map_or((0, 0), |encoder| encoder.code(symbol));
        self.bits.put(code.wrapping_shl(count) | bits, length.wrapping_add(count));
    }
}

impl Sink for Writer<'_> {
    fn dc(&mut self, table: usize, symbol: u8, bits: u32, count: u32) {
        self.put(self.dc.get(table), symbol, bits, count);
    }

    fn ac(&mut self, table: usize, symbol: u8, bits: u32, count: u32) {
        self.put(self.ac.get(table), symbol, bits, count);
    }
}

fn walk_all(frame: &Frame, sink: &mut impl Sink) -> Result<(), PictureError> {
    scans(frame).iter().try_for_each(|scan| walk(frame, scan, sink))
}

fn walk(frame: &Frame, scan: &[usize], sink: &mut impl Sink) -> Result<(), PictureError> {
    let mut predictions = [0_i32; 4];
    let alone = match scan {
        [one] => frame.components.get(*one),
        _ => None,
    };
    let (wide, high) = alone.map_or((frame.mcus_wide, frame.mcus_high), |one| (one.blocks_wide, one.blocks_high));
    for row in 0..high {
        for column in 0..wide {
            for index in scan {
                let component = frame.components.get(*index).ok_or(PictureError::Broken)?;
                let prediction = predictions.get_mut(*index).ok_or(PictureError::Broken)?;
                let (across, down) =
                    if alone.is_some() { (1, 1) } else { (usize::from(component.across), usize::from(component.down)) };
                for y in (0..down).map(|y| row.wrapping_mul(down).wrapping_add(y)) {
                    for x in (0..across).map(|x| column.wrapping_mul(across).wrapping_add(x)) {
                        block(component.at(x, y)?, table(*index), prediction, sink)?;
                    }
                }
            }
        }
    }
    Ok(())
}

const NO_DETAIL: [i16; 63] = [0; 63];

impl Component {
    /// The block at this place as its DC and AC coefficients. Blocks that only fill up a coding unit never show: they
    /// repeat the last that does, whatever stood there.
    fn at(&self, x: usize, y: usize) -> Result<(i16, &[i16; 63]), PictureError> {
        let (last_x, last_y) = (x.min(self.blocks_wide.saturating_sub(1)), y.min(self.blocks_high.saturating_sub(1)));
        let index = last_y.wrapping_mul(self.stride).wrapping_add(last_x);
        let [dc, ac @ ..]: &Block = self.blocks.get(index).ok_or(PictureError::Broken)?;
        Ok((*dc, if (x, y) == (last_x, last_y) { ac } else { &NO_DETAIL }))
    }
}

fn block((dc, ac): (i16, &[i16; 63]), table: usize, prediction: &mut i32, sink: &mut impl Sink) -> Result<(), PictureError> {
    let (bits, size) = coded(i32::from(dc).wrapping_sub(*prediction), 11)?;
    *prediction = i32::from(dc);
    sink.dc(table, size, bits, u32::from(size));
    let mut run = 0_u8;
    for coefficient in ac {
        if *coefficient == 0 {
            run = run.wrapping_add(1);
            continue;
        }
        while run > 15 {
            sink.ac(table, 0xF0, 0, 0);
            run = run.wrapping_sub(16);
        }
        let (bits, size) = coded(i32::from(*coefficient), 10)?;
        sink.ac(table, run.wrapping_shl(4) | size, bits, u32::from(size));
        run = 0;
    }
    if run > 0 {
        sink.ac(table, 0x00, 0, 0);
    }
    Ok(())
}

/// A value as bits and their number, of which baseline allows `most` (F.1.2.1.1 and F.1.2.2.1).
fn coded(value: i32, most: u32) -> Result<(u32, u8), PictureError> {
    let size = 32_u32.wrapping_sub(value.unsigned_abs().leading_zeros());
    if size > most {
        return Err(PictureError::Broken);
    }
    let bits = if value < 0 { value.wrapping_sub(1) } else { value };
    let mask = 1_u32.wrapping_shl(size).wrapping_sub(1);
    Ok((bits.cast_unsigned() & mask, u8::try_from(size).map_err(|_| PictureError::Broken)?))
}
