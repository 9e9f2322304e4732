//! GIF: the blocks our writer writes, in its order, and no others (GIF89a).

use super::{Refusal, bytes::Bytes};
use crate::Budget;

/// Reads it as our writer emits it: screen, loop count, and for each frame its control and its pixels.
pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    budget.expand(bytes.len() as u64)?;
    let mut file = Bytes::new(bytes, "gif.structure");
    file.expect(b"GIF89a")?;
    let (width, height) = (file.u16_le()?, file.u16_le()?);
    budget.picture(u64::from(width), u64::from(height))?;
    let (packed, _background, aspect) = (file.u8()?, file.u8()?, file.u8()?);
    if width == 0 || height == 0 || aspect != 0 || packed & 0x78 != 0 {
        return Err(Refusal::new("gif.screen"));
    }
    let shared = colors(&mut file, packed)?;
    if file.have(b"\x21\xFF\x0BNETSCAPE2.0\x03\x01") {
        file.u16_le()?;
        file.expect(&[0])?;
    }
    let mut frames = 0_u32;
    while !file.have(&[0x3B]) {
        frame(&mut file, shared, budget)?;
        frames = frames.saturating_add(1);
    }
    if frames == 0 || !file.rest.is_empty() { Err(Refusal::new("gif.end")) } else { Ok(()) }
}

/// Passes over a color table; gives its number of entries.
fn colors(file: &mut Bytes<'_>, packed: u8) -> Result<usize, Refusal> {
    if packed & 0x80 == 0 {
        return if packed.trailing_zeros() >= 3 { Ok(0) } else { Err(Refusal::new("gif.colors")) };
    }
    let entries: usize = 2 << (packed & 7);
    file.take(entries.saturating_mul(3))?;
    Ok(entries)
}

fn frame(file: &mut Bytes<'_>, shared: usize, budget: &mut Budget) -> Result<(), Refusal> {
    budget.objects(1)?;
    if file.have(&[0x21, 0xF9, 4]) {
        let [packed, _, _, transparent, 0] = *file.take(5)? else { return Err(Refusal::new("gif.control")) };
        if packed & 0xF2 != 0 || packed >> 2 > 3 || packed & 1 == 0 && transparent != 0 {
            return Err(Refusal::new("gif.control"));
        }
    }
    file.expect(&[0x2C])?;
    file.take(4)?;
    let (width, height) = (u64::from(file.u16_le()?), u64::from(file.u16_le()?));
    let packed = file.u8()?;
    if width == 0 || height == 0 || packed & 0x38 != 0 {
        return Err(Refusal::new("gif.frame"));
    }
    budget.picture(width, height)?;
    let pixels = width.saturating_mul(height);
    budget.expand(pixels / 4)?;
    let own = colors(file, packed & 0x87)?;
    let entries = if own > 0 { own } else { shared };
    let size = file.u8()?;
    if !(2..=8).contains(&size) || entries == 0 {
        return Err(Refusal::new("gif.frame"));
    }
    let mut data = Vec::new();
    loop {
        match usize::from(file.u8()?) {
            0 => break,
            length => data.extend_from_slice(file.take(length)?),
        }
    }
    pixels_of(&data, size, pixels, entries)
}

/// The table of strings: of each only its first index and its length.
struct Strings(Vec<(u8, u32)>);

impl Strings {
    /// The single indexes, and two codes that stand for none.
    fn new(clear: u16) -> Self {
        let single = |code: u16| (u8::try_from(code & 0xFF).unwrap_or(0), u32::from(code < clear));
        Self((0..clear.saturating_add(2)).map(single).collect())
    }

    fn get(&self, code: u16) -> Option<(u8, u32)> {
        self.0.get(usize::from(code)).copied()
    }
}

/// Decodes the codes (appendix F) to their end code: exactly `pixels` indexes, all of them in the palette, nothing
/// behind. Only lengths and first indexes are computed; no pixel is stored.
fn pixels_of(data: &[u8], size: u8, pixels: u64, entries: usize) -> Result<(), Refusal> {
    const RULE: Refusal = Refusal::new("gif.pixels");
    let clear = 1_u16 << size;
    let mut strings = Strings::new(clear);
    let mut width = u32::from(size) + 1;
    let mut previous: Option<u16> = None;
    let mut total = 0_u64;
    let (mut buffer, mut count) = (0_u32, 0_u32);
    let mut bytes = data.iter();
    loop {
        while count < width {
            buffer |= u32::from(*bytes.next().ok_or(RULE)?) << count;
            count = count.saturating_add(8);
        }
        let code = u16::try_from(buffer & 1_u32.wrapping_shl(width).wrapping_sub(1)).map_err(|_| RULE)?;
        buffer >>= width;
        count = count.saturating_sub(width);
        if code == clear {
            strings = Strings::new(clear);
            (width, previous) = (u32::from(size) + 1, None);
            continue;
        }
        if code == clear.saturating_add(1) {
            let exact = total == pixels && bytes.next().is_none();
            return if exact { Ok(()) } else { Err(RULE) };
        }
        if usize::from(code) < usize::from(clear) && usize::from(code) >= entries {
            return Err(Refusal::new("gif.palette"));
        }
        if let Some(before) = previous {
            let (first, length) = strings.get(before).ok_or(RULE)?;
            if strings.0.len() < 4096 {
                strings.0.push((first, length.saturating_add(1)));
            }
        }
        let (_, length) = strings.get(code).ok_or(RULE)?;
        total = total.saturating_add(u64::from(length));
        if total > pixels {
            return Err(RULE);
        }
        previous = Some(code);
        if strings.0.len() == 1 << width && width < 12 {
            width = width.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn judge(bytes: &[u8]) -> Result<(), &'static str> {
        read(bytes, &mut Budget::new(&Limits::default())).map_err(|refusal| refusal.rule)
    }

    /// Two by two pixels of two colors, whose codes are clear, 0, 1, 1, 0, end in three bits each and then four.
    fn file(extra: &[u8], codes: &[u8], end: &[u8]) -> Vec<u8> {
        let mut out = b"GIF89a\x02\0\x02\0\x80\0\0\0\0\0\xFF\xFF\xFF".to_vec();
        out.extend_from_slice(extra);
        out.extend_from_slice(b"\x2C\0\0\0\0\x02\0\x02\0\0\x02");
        out.push(u8::try_from(codes.len()).unwrap());
        out.extend_from_slice(codes);
        out.push(0);
        out.extend_from_slice(end);
        out
    }

    fn codes(codes: &[(u32, u32)]) -> Vec<u8> {
        let (mut buffer, mut count) = (0_u64, 0);
        for (code, width) in codes {
            buffer |= u64::from(*code) << count;
            count += width;
        }
        buffer.to_le_bytes()[..count.div_ceil(8) as usize].to_vec()
    }

    #[test]
    fn exactly_the_pixels_pass() {
        let right = codes(&[(4, 3), (0, 3), (1, 3), (1, 3), (0, 4), (5, 4)]);
        assert_eq!(judge(&file(&[], &right, &[0x3B])), Ok(()));
        assert_eq!(judge(&file(b"\x21\xF9\x04\x05\0\0\0\0", &right, &[0x3B])), Ok(()));
        let few = codes(&[(4, 3), (0, 3), (1, 3), (5, 3)]);
        assert_eq!(judge(&file(&[], &few, &[0x3B])), Err("gif.pixels"));
        let many = codes(&[(4, 3), (0, 3), (1, 3), (1, 3), (0, 4), (0, 4), (5, 4)]);
        assert_eq!(judge(&file(&[], &many, &[0x3B])), Err("gif.pixels"));
        let off = codes(&[(4, 3), (0, 3), (1, 3), (2, 3), (0, 4), (5, 4)]);
        assert_eq!(judge(&file(&[], &off, &[0x3B])), Err("gif.palette"));
        assert_eq!(judge(&file(&[], &[&right[..], &[0]].concat(), &[0x3B])), Err("gif.pixels"));
    }

    #[test]
    fn other_blocks_do_not() {
        let right = codes(&[(4, 3), (0, 3), (1, 3), (1, 3), (0, 4), (5, 4)]);
        assert_eq!(judge(&file(b"\x21\xFE\x01a\0", &right, &[0x3B])), Err("gif.structure"));
        assert_eq!(judge(&file(&[], &right, &[0x3B, 0])), Err("gif.end"));
        assert_eq!(judge(&file(&[], &right, &[])), Err("gif.structure"));
    }
}
