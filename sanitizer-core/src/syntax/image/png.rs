//! PNG, written anew from its filtered scan lines (ISO/IEC 15948): lossless, with nothing but what shows.
//!
//! The image data are inflated, their size and every filter type checked, and deflated again; no pixel is computed, so
//! that bit depth, palette, transparency and interlacing stay. Kept beside them are the palette, `tRNS`, `gAMA`,
//! `sRGB` and `pHYs`, each written from its parsed value.

use super::{Findings, PictureError, cost};
use crate::{Action, report::kinds::ImageFinding};
use flate2::{Compress, Compression, Crc, Decompress, FlushCompress, FlushDecompress, Status};
use sanitizer_verify::Budget;

/// A PNG file written anew.
#[derive(Clone, Debug)]
pub struct Png {
    /// The file.
    pub bytes: Vec<u8>,
    /// What was left behind.
    pub findings: Findings,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

/// What starts every file (5.2).
const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1A\n";

/// Writes a PNG file anew.
pub fn rebuild(bytes: &[u8], budget: &mut Budget) -> Result<Png, PictureError> {
    let mut source = Source::read(bytes)?;
    let header = source.header.ok_or(PictureError::Broken)?;
    budget.picture(u64::from(header.width), u64::from(header.height))?;
    let passes = header.passes();
    let total = passes.iter().fold(0_u64, |sum, pass| sum.saturating_add(pass.line.saturating_mul(pass.lines)));
    budget.expand(cost(total))?;
    let mut out = SIGNATURE.to_vec();
    chunk(&mut out, *b"IHDR", &header.bytes())?;
    for (name, content) in [(b"gAMA", &source.gamma), (b"sRGB", &source.srgb)] {
        if let Some(content) = content {
            chunk(&mut out, *name, content)?;
        }
    }
    if header.color == 3 {
        // A full palette, so that no index is out of its range: there readers differ.
        let mut palette = std::mem::take(&mut source.palette);
        palette.resize(3_usize.wrapping_shl(u32::from(header.depth)), 0);
        chunk(&mut out, *b"PLTE", &palette)?;
    }
    if let Some(transparency) = &source.transparency {
        chunk(&mut out, *b"tRNS", transparency)?;
    }
    if let Some(density) = &source.density {
        chunk(&mut out, *b"pHYs", density)?;
    }
    chunk(&mut out, *b"IDAT", &recompress(&source.data, &passes)?)?;
    chunk(&mut out, *b"IEND", &[])?;
    Ok(Png { bytes: out, findings: source.findings, width: header.width, height: header.height })
}

/// Writes a square of 8-bit gray, `side` pixels wide, as [`rebuild`] would write it.
pub fn gray_square(side: u16, pixel: impl Fn(u16, u16) -> u8) -> Result<Vec<u8>, PictureError> {
    let header = Header { width: side.into(), height: side.into(), depth: 8, color: 0, interlaced: false };
    let mut lines = Vec::new();
    for y in 0..side {
        lines.push(0);
        lines.extend((0..side).map(|x| pixel(x, y)));
    }
    let mut compress = compressor();
    let mut data = Vec::new();
    deflate(&mut compress, &lines, FlushCompress::None, &mut data)?;
    deflate(&mut compress, &[], FlushCompress::Finish, &mut data)?;
    let mut out = SIGNATURE.to_vec();
    chunk(&mut out, *b"IHDR", &header.bytes())?;
    chunk(&mut out, *b"IDAT", &data)?;
    chunk(&mut out, *b"IEND", &[])?;
    Ok(out)
}

/// IHDR (11.2.2).
#[derive(Clone, Copy)]
struct Header {
    width: u32,
    height: u32,
    depth: u8,
    color: u8,
    interlaced: bool,
}

/// One pass over the picture: bytes of a scan line with its filter type, and how many lines.
struct Pass {
    line: u64,
    lines: u64,
}

/// Where the seven passes of Adam7 start, and their steps (8.2): across, down, step across, step down.
const ADAM7: [(u64, u64, u64, u64); 7] =
    [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

impl Header {
    fn read(content: &[u8]) -> Result<Self, PictureError> {
        let [w1, w2, w3, w4, h1, h2, h3, h4, depth, color, compression, filter, interlace] = *content else {
            return Err(PictureError::Broken);
        };
        let (width, height) = (u32::from_be_bytes([w1, w2, w3, w4]), u32::from_be_bytes([h1, h2, h3, h4]));
        let legal = match color {
            0 => matches!(depth, 1 | 2 | 4 | 8 | 16),
            3 => matches!(depth, 1 | 2 | 4 | 8),
            2 | 4 | 6 => matches!(depth, 8 | 16),
            _ => false,
        };
        let sized = (1..1 << 31).contains(&width) && (1..1 << 31).contains(&height);
        if !legal || !sized || compression != 0 || filter != 0 || interlace > 1 {
            return Err(PictureError::Broken);
        }
        Ok(Self { width, height, depth, color, interlaced: interlace == 1 })
    }

    fn bytes(self) -> Vec<u8> {
        let mut out = self.width.to_be_bytes().to_vec();
        out.extend_from_slice(&self.height.to_be_bytes());
        out.extend_from_slice(&[self.depth, self.color, 0, 0, u8::from(self.interlaced)]);
        out
    }

    fn passes(self) -> Vec<Pass> {
        let channels = match self.color {
            2 => 3_u64,
            4 => 2,
            6 => 4,
            _ => 1,
        };
        let bits = channels.saturating_mul(u64::from(self.depth));
        let pass = |width: u64, lines: u64| Pass { line: width.saturating_mul(bits).div_ceil(8).saturating_add(1), lines };
        let (width, height) = (u64::from(self.width), u64::from(self.height));
        if !self.interlaced {
            return vec![pass(width, height)];
        }
        ADAM7
            .iter()
            .map(|(x, y, dx, dy)| (width.saturating_sub(*x).div_ceil(*dx), height.saturating_sub(*y).div_ceil(*dy)))
            .filter(|(width, lines)| *width > 0 && *lines > 0)
            .map(|(width, lines)| pass(width, lines))
            .collect()
    }
}

/// What is kept of a file.
#[derive(Default)]
struct Source<'a> {
    header: Option<Header>,
    palette: Vec<u8>,
    transparency: Option<Vec<u8>>,
    gamma: Option<Vec<u8>>,
    srgb: Option<Vec<u8>>,
    density: Option<Vec<u8>>,
    data: Vec<&'a [u8]>,
    findings: Findings,
}

impl<'a> Source<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, PictureError> {
        let mut rest = bytes.strip_prefix(SIGNATURE).ok_or(PictureError::Broken)?;
        let mut source = Self::default();
        let mut ended = false;
        // Whether the picture is whole shows when its data are inflated: a missing IEND alone takes nothing away.
        while let Some((name, content, intact, behind)) = next(rest) {
            rest = behind;
            if name == *b"IEND" {
                ended = true;
                if !rest.is_empty() {
                    source.findings.add(ImageFinding::TrailingData, Action::Rebuild);
                }
                break;
            }
            source.chunk(name, content, intact)?;
        }
        if !ended {
            source.findings.add(ImageFinding::MissingEnd, Action::Keep);
        }
        if source.header.is_some_and(|header| header.color == 3) && source.palette.is_empty() {
            return Err(PictureError::Broken);
        }
        Ok(source)
    }

    fn chunk(&mut self, name: [u8; 4], content: &'a [u8], intact: bool) -> Result<(), PictureError> {
        // The fifth bit of the first letter: a reader may pass over what it does not know (5.4).
        let ancillary = name.first().is_some_and(u8::is_ascii_lowercase);
        if !intact && !ancillary || self.header.is_none() != (&name == b"IHDR") {
            return Err(PictureError::Broken);
        }
        let color = self.header.map_or(0, |header| header.color);
        match &name {
            b"IHDR" => self.header = Some(Header::read(content)?),
            b"PLTE" => self.palette(content)?,
            b"IDAT" => self.data.push(content),
            b"tRNS" => self.transparency = self.transparency(content, color),
            b"gAMA" if intact && content.len() == 4 && content != [0; 4] => self.gamma = Some(content.to_vec()),
            b"sRGB" if intact && matches!(content, [0..=3]) => self.srgb = Some(content.to_vec()),
            b"pHYs" if intact && matches!(content, [_, _, _, _, _, _, _, _, 0..=1]) => self.density = Some(content.to_vec()),
            b"acTL" => self.findings.add(ImageFinding::Animation, Action::Remove),
            b"bKGD" | b"cHRM" | b"fcTL" | b"fdAT" | b"gAMA" | b"hIST" | b"pHYs" | b"sBIT" | b"sRGB" | b"tIME" => {}
            _ if ancillary => self.findings.add(ImageFinding::Metadata, Action::Rebuild),
            // A critical chunk we do not know: no reader may show the picture (5.4).
            _ => return Err(PictureError::Unsupported),
        }
        Ok(())
    }

    fn palette(&mut self, content: &[u8]) -> Result<(), PictureError> {
        let header = self.header.ok_or(PictureError::Broken)?;
        if header.color == 3 {
            let most = 3_usize.wrapping_shl(u32::from(header.depth));
            let entries = content.get(..content.len().min(most)).unwrap_or(content);
            if entries.is_empty() || !content.len().is_multiple_of(3) || !self.palette.is_empty() {
                return Err(PictureError::Broken);
            }
            self.palette = entries.to_vec();
        }
        Ok(())
    }

    fn transparency(&self, content: &[u8], color: u8) -> Option<Vec<u8>> {
        let samples = match color {
            0 => 1,
            2 => 3,
            3 => {
                let entries = self.palette.len().checked_div(3)?;
                return Some(content.get(..content.len().min(entries))?.to_vec()).filter(|alpha| !alpha.is_empty());
            }
            _ => return None,
        };
        // Only the low bits count (11.3.2.1).
        let mask = u16::MAX.wrapping_shr(16_u32.wrapping_sub(u32::from(self.header?.depth)));
        let (pairs, rest) = content.as_chunks::<2>();
        (pairs.len() == samples && rest.is_empty())
            .then(|| pairs.iter().flat_map(|pair| (u16::from_be_bytes(*pair) & mask).to_be_bytes()).collect())
    }
}

/// A chunk (5.3): its name, content, whether its check sum is right, and what is behind it.
type Next<'a> = ([u8; 4], &'a [u8], bool, &'a [u8]);

/// The next chunk.
fn next(bytes: &[u8]) -> Option<Next<'_>> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let checked = rest.get(..length.checked_add(4)?)?;
    let (name, content) = checked.split_first_chunk::<4>()?;
    let (sum, behind) = rest.get(checked.len()..)?.split_first_chunk::<4>()?;
    Some((*name, content, crc(checked) == *sum, behind))
}

fn crc(bytes: &[u8]) -> [u8; 4] {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum().to_be_bytes()
}

fn chunk(out: &mut Vec<u8>, name: [u8; 4], content: &[u8]) -> Result<(), PictureError> {
    let length = u32::try_from(content.len()).map_err(|_| PictureError::Broken)?;
    out.extend_from_slice(&length.to_be_bytes());
    let start = out.len();
    out.extend_from_slice(&name);
    out.extend_from_slice(content);
    let sum = crc(out.get(start..).unwrap_or_default());
    out.extend_from_slice(&sum);
    Ok(())
}

/// Room for what deflating one block of 128 KiB can give at once.
const ROOM: usize = 1 << 20;

/// Inflates the scan lines, checks their filter types, and deflates them again, in blocks of a fixed size so that
/// memory stays small and the same lines give the same bytes.
fn recompress(data: &[&[u8]], passes: &[Pass]) -> Result<Vec<u8>, PictureError> {
    let mut inflate = Inflate::new(data)?;
    let mut compress = compressor();
    let mut out = Vec::new();
    let mut lines = Lines::new(passes);
    let mut block = vec![0; 128 * 1024];
    while lines.left > 0 {
        let size = usize::try_from(lines.left).unwrap_or(usize::MAX).min(block.len());
        let part = block.get_mut(..size).ok_or(PictureError::Broken)?;
        inflate.fill(part)?;
        lines.check(part)?;
        deflate(&mut compress, part, FlushCompress::None, &mut out)?;
    }
    deflate(&mut compress, &[], FlushCompress::Finish, &mut out)?;
    Ok(out)
}

fn compressor() -> Compress {
    Compress::new(Compression::new(6), true)
}

fn deflate(compress: &mut Compress, mut input: &[u8], flush: FlushCompress, out: &mut Vec<u8>) -> Result<(), PictureError> {
    loop {
        // Always more room than a block and all that is pending can take: where room ran out would show in the codes.
        out.reserve(ROOM);
        let before = compress.total_in();
        let status = compress.compress_vec(input, out, flush).map_err(|_| PictureError::Broken)?;
        let taken = usize::try_from(compress.total_in().saturating_sub(before)).unwrap_or(usize::MAX);
        input = input.get(taken..).unwrap_or_default();
        let finished = status == Status::StreamEnd || flush == FlushCompress::None && input.is_empty();
        if finished {
            return Ok(());
        }
    }
}

/// The image data as one stream. The zlib header is read here and the checksum is not: files whose header names too
/// small a window exist, and every reader shows them; the size is exact either way.
struct Inflate<'a> {
    raw: Decompress,
    current: &'a [u8],
    rest: std::iter::Copied<std::slice::Iter<'a, &'a [u8]>>,
}

impl<'a> Inflate<'a> {
    fn new(data: &'a [&'a [u8]]) -> Result<Self, PictureError> {
        let mut stream = Self { raw: Decompress::new(false), current: &[], rest: data.iter().copied() };
        let (method, flags) = (stream.byte()?, stream.byte()?);
        // Method 8 and no preset dictionary (RFC 1950, 2.2).
        if method & 15 != 8 || flags & 0x20 != 0 { Err(PictureError::Broken) } else { Ok(stream) }
    }

    /// Goes on to the next chunk when this one is used up.
    fn refill(&mut self) -> Result<(), PictureError> {
        while self.current.is_empty() {
            self.current = self.rest.next().ok_or(PictureError::Broken)?;
        }
        Ok(())
    }

    fn byte(&mut self) -> Result<u8, PictureError> {
        self.refill()?;
        let (byte, rest) = self.current.split_first().ok_or(PictureError::Broken)?;
        self.current = rest;
        Ok(*byte)
    }

    /// Fills `part`, or the picture is cut off.
    fn fill(&mut self, mut part: &mut [u8]) -> Result<(), PictureError> {
        let mut ended = false;
        while !part.is_empty() {
            if ended {
                return Err(PictureError::Broken);
            }
            // What is still inside the decoder may do without more input.
            let _ = self.refill();
            let (input, output) = (self.raw.total_in(), self.raw.total_out());
            let status = self.raw.decompress(self.current, part, FlushDecompress::None).map_err(|_| PictureError::Broken)?;
            let taken = usize::try_from(self.raw.total_in().saturating_sub(input)).unwrap_or(usize::MAX);
            let made = usize::try_from(self.raw.total_out().saturating_sub(output)).unwrap_or(usize::MAX);
            self.current = self.current.get(taken..).unwrap_or_default();
            part = part.get_mut(made..).unwrap_or_default();
            ended = status == Status::StreamEnd || taken == 0 && made == 0;
        }
        Ok(())
    }
}

/// Follows the scan lines through the stream.
struct Lines<'a> {
    passes: std::slice::Iter<'a, Pass>,
    line: u64,
    /// Lines of this pass still to come.
    coming: u64,
    /// Bytes until the next filter type.
    until: u64,
    left: u64,
}

impl<'a> Lines<'a> {
    fn new(passes: &'a [Pass]) -> Self {
        let left = passes.iter().fold(0_u64, |sum, pass| sum.saturating_add(pass.line.saturating_mul(pass.lines)));
        Self { passes: passes.iter(), line: 0, coming: 0, until: 0, left }
    }

    /// Checks the filter types in the next `part` of the stream (9.2: 0 to 4).
    fn check(&mut self, part: &[u8]) -> Result<(), PictureError> {
        let length = part.len() as u64;
        let mut at = self.until;
        while at < length {
            if part.get(usize::try_from(at).unwrap_or(usize::MAX)).is_none_or(|filter| *filter > 4) {
                return Err(PictureError::Broken);
            }
            if self.coming == 0 {
                let pass = self.passes.next().ok_or(PictureError::Broken)?;
                (self.line, self.coming) = (pass.line, pass.lines);
            }
            self.coming = self.coming.saturating_sub(1);
            at = at.saturating_add(self.line);
        }
        self.until = at.saturating_sub(length);
        self.left = self.left.saturating_sub(length);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fixtures::png::chunk;
    use sanitizer_verify::Limits;
    use std::io::Write as _;

    #[test]
    fn a_large_picture_gives_the_same_bytes_again() {
        // Noise that was packed better than we do, so that the output outgrows what the input suggests.
        let mut seed = 1_u32;
        let mut lines = Vec::new();
        for _ in 0..1500 {
            lines.push(0);
            lines.extend((0..3000).map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                u8::try_from((seed >> 20).count_ones() / 2).unwrap()
            }));
        }
        let mut best = flate2::write::ZlibEncoder::new(Vec::new(), Compression::best());
        best.write_all(&lines).unwrap();
        let header = [&1000_u32.to_be_bytes()[..], &1500_u32.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
        let file =
            [SIGNATURE.to_vec(), chunk(b"IHDR", &header), chunk(b"IDAT", &best.finish().unwrap()), chunk(b"IEND", &[])].concat();
        let first = rebuild(&file, &mut Budget::new(&Limits::default())).unwrap().bytes;
        let second = rebuild(&first, &mut Budget::new(&Limits::default())).unwrap().bytes;
        assert!(first.len() > file.len() + 1024);
        assert!(first == second);
    }

    #[test]
    fn a_square_of_ours_is_already_as_it_would_be_rebuilt() {
        let square = gray_square(64, |x, y| u8::try_from(x ^ y).unwrap()).unwrap();
        assert_eq!(rebuild(&square, &mut Budget::new(&Limits::default())).unwrap().bytes, square);
    }
}
