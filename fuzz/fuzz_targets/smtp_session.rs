//! SMTP framing: no panic on any line, and only CRLF . CRLF ends DATA, however the bytes are cut. The first byte says
//! how long the blocks are.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smtp_relay::protocol::{
    command::Command,
    data::{Ceilings, Decoded, Decoder},
    hops::Hops,
    lines,
};

const CEILINGS: Ceilings = Ceilings { content: 1 << 16, line: 1 << 12 };

/// The content, and where its end was found.
fn decode(bytes: &[u8], block: usize) -> (Vec<u8>, Option<usize>) {
    let (mut decoder, mut out, mut at) = (Decoder::new(CEILINGS), Vec::new(), 0);
    for block in bytes.chunks(block) {
        if let Decoded::End { taken } = decoder.decode(block, &mut out) {
            return (out, Some(at + taken));
        }
        at += block.len();
    }
    (out, None)
}

/// The Received fields.
fn hops(content: &[u8], block: usize) -> u32 {
    let mut hops = Hops::default();
    content.chunks(block).for_each(|block| hops.read(block));
    hops.count()
}

fuzz_target!(|input: &[u8]| {
    let Some((size, bytes)) = input.split_first() else { return };
    let mut rest = bytes;
    while let Ok(Some((line, taken))) = lines::take(rest) {
        drop(Command::parse(line));
        rest = &rest[taken..];
    }
    let (whole, end) = decode(bytes, bytes.len().max(1));
    let (cut, cut_end) = decode(bytes, usize::from(*size).max(1));
    assert_eq!((&whole, end), (&cut, cut_end), "the cut of the blocks matters");
    assert_eq!(hops(&whole, whole.len().max(1)), hops(&whole, usize::from(*size).max(1)), "the cut of the blocks matters");
    if let Some(end) = end {
        let strict = [b"\r\n".as_slice(), &bytes[..end]].concat();
        assert!(strict.ends_with(b"\r\n.\r\n"), "something else ended DATA");
    }
});
