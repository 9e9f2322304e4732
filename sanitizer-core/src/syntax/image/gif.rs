//! GIF, written anew from its color indices (GIF89a): all frames, with their timing and transparency, and nothing else.

use super::{Findings, PictureError};
use crate::{Action, report::kinds::ImageFinding, syntax::cursor::Cursor};
use sanitizer_verify::Budget;
use weezl::{BitOrder, LzwStatus};

/// A GIF file written anew.
#[derive(Clone, Debug)]
pub struct Gif {
    /// The file.
    pub bytes: Vec<u8>,
    /// What was left behind.
    pub findings: Findings,
    /// Width in pixels.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
}

/// Writes a GIF file anew.
pub fn rebuild(bytes: &[u8], budget: &mut Budget) -> Result<Gif, PictureError> {
    let mut reader = Reader { cursor: Cursor::new(bytes), findings: Findings::default() };
    let mut file = reader.screen(budget)?;
    while let Some(frame) = reader.frame(&mut file, budget)? {
        file.frames.push(frame);
    }
    let first = file.frames.first().ok_or(PictureError::Broken)?;
    // A canvas of nothing: readers take the first frame's size.
    if file.width == 0 || file.height == 0 {
        (file.width, file.height) = (first.right()?, first.bottom()?);
    }
    Ok(Gif { bytes: file.write()?, findings: reader.findings, width: file.width, height: file.height })
}

struct File {
    width: u16,
    height: u16,
    background: u8,
    colors: Vec<u8>,
    loops: Option<u16>,
    frames: Vec<Frame>,
}

struct Frame {
    /// Left, top, width, height (20.c).
    place: [u16; 4],
    interlaced: bool,
    colors: Vec<u8>,
    control: Option<Control>,
    /// Code size and codes.
    size: u8,
    data: Vec<u8>,
}

/// A Graphic Control Extension (23).
#[derive(Clone, Copy)]
struct Control {
    disposal: u8,
    delay: u16,
    transparent: Option<u8>,
}

impl Frame {
    fn right(&self) -> Result<u16, PictureError> {
        let [left, _, width, _] = self.place;
        left.checked_add(width).ok_or(PictureError::Broken)
    }

    fn bottom(&self) -> Result<u16, PictureError> {
        let [_, top, _, height] = self.place;
        top.checked_add(height).ok_or(PictureError::Broken)
    }
}

struct Reader<'a> {
    cursor: Cursor<'a>,
    findings: Findings,
}

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Result<u8, PictureError> {
        self.cursor.u8().ok_or(PictureError::Broken)
    }

    fn word(&mut self) -> Result<u16, PictureError> {
        self.cursor.u16_le().ok_or(PictureError::Broken)
    }

    /// A color table, if `packed` says that there is one (18.c and 20.c).
    fn colors(&mut self, packed: u8) -> Result<Vec<u8>, PictureError> {
        if packed & 0x80 == 0 {
            return Ok(Vec::new());
        }
        let size = 3_usize.wrapping_shl(u32::from(packed & 7).wrapping_add(1));
        Ok(self.cursor.take(size).ok_or(PictureError::Broken)?.to_vec())
    }

    fn screen(&mut self, budget: &Budget) -> Result<File, PictureError> {
        if !matches!(self.cursor.take(6), Some(b"GIF87a" | b"GIF89a")) {
            return Err(PictureError::Broken);
        }
        let (width, height) = (self.word()?, self.word()?);
        budget.picture(u64::from(width), u64::from(height))?;
        let (packed, background, _aspect) = (self.byte()?, self.byte()?, self.byte()?);
        let colors = self.colors(packed)?;
        Ok(File { width, height, background, colors, loops: None, frames: Vec::new() })
    }

    /// The data of a chain of sub-blocks (15).
    fn sub_blocks(&mut self) -> Result<Vec<&'a [u8]>, PictureError> {
        let mut blocks = Vec::new();
        loop {
            let size = usize::from(self.byte()?);
            if size == 0 {
                return Ok(blocks);
            }
            blocks.push(self.cursor.take(size).ok_or(PictureError::Broken)?);
        }
    }

    /// The next frame, or `None` at the end.
    fn frame(&mut self, file: &mut File, budget: &mut Budget) -> Result<Option<Frame>, PictureError> {
        let mut control = None;
        loop {
            match self.cursor.u8() {
                // Without a trailer everything up to here is whole all the same, but frames may have followed.
                None => {
                    self.findings.add(ImageFinding::MissingEnd, Action::Keep);
                    return Ok(None);
                }
                Some(0x3B) => {
                    if !self.cursor.is_empty() {
                        self.findings.add(ImageFinding::TrailingData, Action::Rebuild);
                    }
                    return Ok(None);
                }
                Some(0x21) => self.extension(file, &mut control)?,
                Some(0x2C) => {
                    if let Some(frame) = self.image(file, control.take(), budget)? {
                        return Ok(Some(frame));
                    }
                }
                // Stray terminators between blocks.
                Some(0) => {}
                Some(_) => return Err(PictureError::Broken),
            }
        }
    }

    fn extension(&mut self, file: &mut File, control: &mut Option<Control>) -> Result<(), PictureError> {
        let label = self.byte()?;
        let blocks = self.sub_blocks()?;
        match (label, &blocks[..]) {
            (0xF9, [[packed, d1, d2, transparent], ..]) => {
                let disposal = packed.wrapping_shr(2) & 7;
                *control = Some(Control {
                    disposal: if disposal > 3 { 0 } else { disposal },
                    delay: u16::from_le_bytes([*d1, *d2]),
                    transparent: (packed & 1 == 1).then_some(*transparent),
                });
            }
            (0xFF, [b"NETSCAPE2.0" | b"ANIMEXTS1.0", [1, low, high], ..]) => {
                file.loops = Some(u16::from_le_bytes([*low, *high]));
            }
            _ => self.findings.add(ImageFinding::Metadata, Action::Rebuild),
        }
        Ok(())
    }

    /// A frame (20 to 22). One without pixels is none.
    fn image(&mut self, file: &File, control: Option<Control>, budget: &mut Budget) -> Result<Option<Frame>, PictureError> {
        let place = [self.word()?, self.word()?, self.word()?, self.word()?];
        let [_, _, width, height] = place;
        let packed = self.byte()?;
        let colors = self.colors(packed)?;
        let size = self.byte()?;
        let blocks = self.sub_blocks()?;
        if width == 0 || height == 0 {
            return Ok(None);
        }
        budget.picture(u64::from(width), u64::from(height))?;
        budget.objects(1)?;
        let pixels = u64::from(width).saturating_mul(u64::from(height));
        // Frames can be many and cost next to no bytes: they are charged higher than single pictures.
        budget.expand(pixels / 4)?;
        let known = if colors.is_empty() { &file.colors } else { &colors };
        let entries = known.len().checked_div(3).unwrap_or(0);
        if entries == 0 {
            return Err(PictureError::Broken);
        }
        let mut indices = decode(size, &blocks.concat(), usize::try_from(pixels).map_err(|_| PictureError::Broken)?)?;
        // Readers differ about an index behind the palette; most show nothing there.
        let instead = control.and_then(|control| control.transparent).filter(|index| usize::from(*index) < entries).unwrap_or(0);
        for index in indices.iter_mut().filter(|index| usize::from(**index) >= entries) {
            *index = instead;
        }
        let size = u8::try_from(entries.ilog2()).unwrap_or(8).clamp(2, 8);
        let data = weezl::encode::Encoder::new(BitOrder::Lsb, size).encode(&indices).map_err(|_| PictureError::Broken)?;
        Ok(Some(Frame { place, interlaced: packed & 0x40 != 0, colors, control, size, data }))
    }
}

/// The color indices of a frame; more than it has are ignored, as every reader does (appendix F).
fn decode(size: u8, codes: &[u8], pixels: usize) -> Result<Vec<u8>, PictureError> {
    if !(1..=8).contains(&size) {
        return Err(PictureError::Broken);
    }
    let mut decoder = weezl::decode::Decoder::new(BitOrder::Lsb, size);
    let mut out = vec![0; pixels];
    let (mut read, mut written) = (0_usize, 0_usize);
    while written < pixels {
        let input = codes.get(read..).unwrap_or_default();
        let output = out.get_mut(written..).unwrap_or_default();
        let result = decoder.decode_bytes(input, output);
        read = read.saturating_add(result.consumed_in);
        written = written.saturating_add(result.consumed_out);
        let idle = result.consumed_in == 0 && result.consumed_out == 0;
        if written < pixels && (idle || !matches!(result.status, Ok(LzwStatus::Ok))) {
            return Err(PictureError::Broken);
        }
    }
    Ok(out)
}

impl File {
    fn write(&self) -> Result<Vec<u8>, PictureError> {
        let mut out = b"GIF89a".to_vec();
        out.extend_from_slice(&self.width.to_le_bytes());
        out.extend_from_slice(&self.height.to_le_bytes());
        let background = if usize::from(self.background).saturating_mul(3) < self.colors.len() { self.background } else { 0 };
        out.extend_from_slice(&[packed(&self.colors), background, 0]);
        out.extend_from_slice(&self.colors);
        if let Some(loops) = self.loops.filter(|_| self.frames.len() > 1) {
            out.extend_from_slice(b"\x21\xFF\x0BNETSCAPE2.0\x03\x01");
            out.extend_from_slice(&loops.to_le_bytes());
            out.push(0);
        }
        for frame in &self.frames {
            frame.write(&mut out)?;
        }
        out.push(0x3B);
        Ok(out)
    }
}

impl Frame {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), PictureError> {
        if let Some(control) = self.control {
            let packed = control.disposal.wrapping_shl(2) | u8::from(control.transparent.is_some());
            let [low, high] = control.delay.to_le_bytes();
            out.extend_from_slice(&[0x21, 0xF9, 4, packed, low, high, control.transparent.unwrap_or(0), 0]);
        }
        out.push(0x2C);
        for value in self.place {
            out.extend_from_slice(&value.to_le_bytes());
        }
        out.push((packed(&self.colors)) | if self.interlaced { 0x40 } else { 0 });
        out.extend_from_slice(&self.colors);
        out.push(self.size);
        for block in self.data.chunks(255) {
            out.push(u8::try_from(block.len()).map_err(|_| PictureError::Broken)?);
            out.extend_from_slice(block);
        }
        out.push(0);
        Ok(())
    }
}

/// The flag and size of a color table, whose length is a power of two (18.c).
fn packed(colors: &[u8]) -> u8 {
    let entries = colors.len().checked_div(3).unwrap_or(0);
    entries.checked_ilog2().map_or(0, |bits| 0x80 | u8::try_from(bits.saturating_sub(1)).unwrap_or(7))
}
