//! The charset of text that does not say, or lies: validity first, then frequency (`chardetng`).

use super::Charset;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{EUC_JP, Encoding, GB18030, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Frequencies are clear long before this many bytes.
const SAMPLE: usize = 64 * 1024;

/// What `bytes` are most likely in. Always an answer; whether it fits, decoding tells.
pub fn detect(bytes: &[u8]) -> Charset {
    if let Some(charset) = super::byte_order_mark(bytes) {
        return charset;
    }
    if bytes.contains(&0x1B) && !Charset::Iso2022Jp.decode(bytes).malformed {
        return Charset::Iso2022Jp;
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return Charset::Table(encoding);
    }
    if fits(UTF_8, bytes) {
        return Charset::UTF_8;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes.get(..SAMPLE).unwrap_or(bytes), true);
    let guess = detector.guess(Some(b"jp"), Utf8Detection::Deny);
    // A guess that does not fit is none; Japanese comes first here.
    let order = [guess, SHIFT_JIS, EUC_JP, GB18030, WINDOWS_1252];
    Charset::Table(order.into_iter().find(|encoding| fits(encoding, bytes)).unwrap_or(guess))
}

fn fits(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).is_some()
}

/// UTF-16 shows by zero bytes at one side of the pairs: line ends and digits are there even in Japanese text.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = bytes.get(..SAMPLE).unwrap_or(bytes);
    let (mut even, mut odd) = (0_usize, 0_usize);
    for pair in sample.chunks_exact(2) {
        even = even.saturating_add(usize::from(pair.first() == Some(&0)));
        odd = odd.saturating_add(usize::from(pair.last() == Some(&0)));
    }
    let enough = sample.len().div_euclid(40).max(1);
    let encoding = match (even, odd) {
        (0, odd) if odd >= enough => UTF_16LE,
        (even, 0) if even >= enough => UTF_16BE,
        _ => return None,
    };
    (bytes.len().is_multiple_of(2) && fits(encoding, bytes)).then_some(encoding)
}
