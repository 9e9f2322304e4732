//! PNG: the chunks our writer writes, in its order, and no others (ISO/IEC 15948).

use super::{Refusal, bytes::Bytes};
use crate::Budget;
use miniz_oxide::inflate::{
    TINFLStatus,
    core::{DecompressorOxide, decompress, inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER},
};

/// Reads it as our writer emits it: IHDR, gAMA, sRGB, PLTE, tRNS, pHYs, IDAT, IEND, each at most once.
pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    budget.expand(bytes.len() as u64)?;
    let mut file = Bytes::new(bytes, "png.structure");
    file.expect(b"\x89PNG\r\n\x1A\n")?;
    let header = Header::read(chunk(&mut file, *b"IHDR")?.ok_or(Refusal::new("png.header"))?)?;
    budget.picture(u64::from(header.width), u64::from(header.height))?;
    budget.expand(header.size() / 16)?;
    let fits = |content: Option<&[u8]>, legal: &dyn Fn(&[u8]) -> bool, rule| {
        if content.is_none_or(legal) { Ok(()) } else { Err(Refusal::new(rule)) }
    };
    fits(chunk(&mut file, *b"gAMA")?, &|content| content.len() == 4, "png.gamma")?;
    fits(chunk(&mut file, *b"sRGB")?, &|content| matches!(content, [0..=3]), "png.srgb")?;
    let palette = chunk(&mut file, *b"PLTE")?.map_or(0, <[u8]>::len);
    if palette != if header.color == 3 { 3 << header.depth } else { 0 } {
        return Err(Refusal::new("png.palette"));
    }
    fits(chunk(&mut file, *b"tRNS")?, &|content| header.transparent(content), "png.transparency")?;
    fits(chunk(&mut file, *b"pHYs")?, &|content| matches!(content, [_, _, _, _, _, _, _, _, 0..=1]), "png.density")?;
    let data = chunk(&mut file, *b"IDAT")?.ok_or(Refusal::new("png.data"))?;
    scan_lines(data, &header)?;
    match chunk(&mut file, *b"IEND")? {
        Some([]) if file.rest.is_empty() => Ok(()),
        _ => Err(Refusal::new("png.end")),
    }
}

/// The content of the next chunk if it has this name.
fn chunk<'a>(file: &mut Bytes<'a>, name: [u8; 4]) -> Result<Option<&'a [u8]>, Refusal> {
    if file.rest.get(4..8) != Some(&name) {
        return Ok(None);
    }
    let length = usize::try_from(file.u32()?).map_err(|_| file.refusal())?;
    let checked = file.take(length.checked_add(4).ok_or(file.refusal())?)?;
    if file.u32()? != crc(checked) {
        return Err(Refusal::new("png.checksum"));
    }
    Ok(checked.get(4..))
}

/// Annex D.
fn crc(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = table();
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        let [low, ..] = crc.to_le_bytes();
        TABLE.get(usize::from(low ^ byte)).copied().unwrap_or(0) ^ (crc >> 8)
    })
}

#[expect(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "computed by the compiler")]
const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    let mut start = 0_u32;
    while index < 256 {
        let mut value = start;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { 0xEDB8_8320 ^ (value >> 1) } else { value >> 1 };
            bit += 1;
        }
        table[index] = value;
        index += 1;
        start += 1;
    }
    table
}

struct Header {
    width: u32,
    height: u32,
    depth: u8,
    color: u8,
    /// Bytes of a scan line with its filter type, and how many lines, for each pass.
    passes: Vec<(u64, u64)>,
}

impl Header {
    fn read(content: &[u8]) -> Result<Self, Refusal> {
        let mut content = Bytes::new(content, "png.header");
        let (width, height) = (content.u32()?, content.u32()?);
        let [depth, color, 0, 0, interlace @ 0..=1] = *content.rest else { return Err(content.refusal()) };
        let channels = match (color, depth) {
            (0 | 3, 1 | 2 | 4 | 8) | (0, 16) => 1,
            (2, 8 | 16) => 3,
            (4, 8 | 16) => 2,
            (6, 8 | 16) => 4,
            _ => return Err(content.refusal()),
        };
        if width == 0 || height == 0 {
            return Err(content.refusal());
        }
        let bits = u64::from(depth).saturating_mul(channels);
        let mut passes = Vec::new();
        for pass in if interlace == 0 { 0..=0_u32 } else { 1..=7 } {
            let (across, lines) = reduced(pass, u64::from(width), u64::from(height));
            if across > 0 && lines > 0 {
                passes.push((across.saturating_mul(bits).div_ceil(8).saturating_add(1), lines));
            }
        }
        Ok(Self { width, height, depth, color, passes })
    }

    fn size(&self) -> u64 {
        self.passes.iter().fold(0, |sum, (line, lines)| sum.saturating_add(line.saturating_mul(*lines)))
    }

    fn transparent(&self, content: &[u8]) -> bool {
        match self.color {
            0 => content.len() == 2,
            2 => content.len() == 6,
            3 => (1..=1 << self.depth).contains(&content.len()),
            _ => false,
        }
    }
}

/// Size of the reduced image of a pass of Adam7 (8.2); pass 0 is the whole.
fn reduced(pass: u32, width: u64, height: u64) -> (u64, u64) {
    let count = |size: u64, start: u64, step: u64| size.saturating_sub(start).div_ceil(step);
    match pass {
        1 => (count(width, 0, 8), count(height, 0, 8)),
        2 => (count(width, 4, 8), count(height, 0, 8)),
        3 => (count(width, 0, 4), count(height, 4, 8)),
        4 => (count(width, 2, 4), count(height, 0, 4)),
        5 => (count(width, 0, 2), count(height, 2, 4)),
        6 => (count(width, 1, 2), count(height, 0, 2)),
        7 => (width, count(height, 1, 2)),
        _ => (width, height),
    }
}

/// Inflates the image data: exactly as many bytes as the header says, filter types of 0 to 4, a right checksum, and
/// nothing behind.
fn scan_lines(mut data: &[u8], header: &Header) -> Result<(), Refusal> {
    const RULE: Refusal = Refusal::new("png.data");
    let mut inflate = DecompressorOxide::new();
    let mut window = vec![0; 32 * 1024];
    let mut passes = header.passes.iter();
    let (mut line, mut lines) = (0, 0);
    // Bytes until the next filter type, and bytes so far.
    let (mut until, mut total) = (0_u64, 0_u64);
    let mut at = 0;
    loop {
        let (status, taken, made) = decompress(&mut inflate, data, &mut window, at, TINFL_FLAG_PARSE_ZLIB_HEADER);
        data = data.get(taken..).unwrap_or_default();
        let part = window.get(at..at.saturating_add(made)).ok_or(RULE)?;
        let length = part.len() as u64;
        while until < length {
            if lines == 0 {
                (line, lines) = *passes.next().ok_or(RULE)?;
            }
            if part.get(usize::try_from(until).unwrap_or(usize::MAX)).is_none_or(|filter| *filter > 4) {
                return Err(Refusal::new("png.filter"));
            }
            lines = lines.saturating_sub(1);
            until = until.saturating_add(line);
        }
        until = until.saturating_sub(length);
        total = total.saturating_add(length);
        at = at.saturating_add(made).checked_rem(window.len()).unwrap_or(0);
        match status {
            TINFLStatus::HasMoreOutput => {}
            TINFLStatus::Done if total == header.size() && data.is_empty() => return Ok(()),
            _ => return Err(RULE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn file(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut out = b"\x89PNG\r\n\x1A\n".to_vec();
        for (name, content) in chunks {
            out.extend_from_slice(&u32::try_from(content.len()).unwrap().to_be_bytes());
            let checked = [&name[..], content].concat();
            out.extend_from_slice(&checked);
            out.extend_from_slice(&crc(&checked).to_be_bytes());
        }
        out
    }

    fn judge(bytes: &[u8]) -> Result<(), &'static str> {
        read(bytes, &mut Budget::new(&Limits::default())).map_err(|refusal| refusal.rule)
    }

    /// Two by two pixels of RGB.
    const IHDR: &[u8] = &[0, 0, 0, 2, 0, 0, 0, 2, 8, 2, 0, 0, 0];

    fn data(lines: &[u8]) -> Vec<u8> {
        miniz_oxide::deflate::compress_to_vec_zlib(lines, 6)
    }

    #[test]
    fn what_is_allowed_passes() {
        let lines = data(&[0, 1, 2, 3, 4, 5, 6, 4, 1, 2, 3, 4, 5, 6]);
        assert_eq!(judge(&file(&[(b"IHDR", IHDR), (b"IDAT", &lines), (b"IEND", &[])])), Ok(()));
        let full = [(b"IHDR", IHDR), (b"gAMA", &[0, 0, 1, 1]), (b"pHYs", &[0, 0, 0, 1, 0, 0, 0, 1, 1]), (b"IDAT", &lines[..])];
        assert_eq!(judge(&[file(&full), file(&[(b"IEND", &[])])[8..].to_vec()].concat()), Ok(()));
    }

    #[test]
    fn what_is_not_allowed_does_not() {
        let lines = data(&[0, 1, 2, 3, 4, 5, 6, 4, 1, 2, 3, 4, 5, 6]);
        let short = data(&[0, 1, 2, 3, 4, 5, 6]);
        let filter = data(&[5, 1, 2, 3, 4, 5, 6, 4, 1, 2, 3, 4, 5, 6]);
        let text: (&[u8; 4], &[u8]) = (b"tEXt", b"a\0b");
        let head: (&[u8; 4], &[u8]) = (b"IHDR", IHDR);
        let end: (&[u8; 4], &[u8]) = (b"IEND", &[]);
        assert_eq!(judge(&file(&[head, text, (b"IDAT", &lines), end])), Err("png.data"));
        assert_eq!(judge(&file(&[head, (b"IDAT", &lines), text, end])), Err("png.end"));
        assert_eq!(judge(&file(&[head, (b"IDAT", &short), end])), Err("png.data"));
        assert_eq!(judge(&file(&[head, (b"IDAT", &filter), end])), Err("png.filter"));
        assert_eq!(judge(&file(&[head, (b"IDAT", &[&lines[..], &[0]].concat()), end])), Err("png.data"));
        assert_eq!(judge(&[file(&[head, (b"IDAT", &lines), end]), vec![0]].concat()), Err("png.end"));
        let mut flipped = file(&[head, (b"IDAT", &lines), end]);
        flipped[20] ^= 1;
        assert_eq!(judge(&flipped), Err("png.checksum"));
        let bomb = [0, 1, 0, 0, 0, 1, 0, 0, 8, 2, 0, 0, 0];
        assert_eq!(judge(&file(&[(b"IHDR", &bomb), (b"IDAT", &lines), end])), Err("limit.pixels"));
    }
}
