//! SMTP framing: no panic on any line, and only CRLF . CRLF ends DATA, however the bytes are cut. The first byte says
//! how long the blocks are.
#![no_main]

use libfuzzer_sys::fuzz_target;
use smtp_relay::protocol::{
    command::Command,
    data::{Ceilings, Decoded, Decoder, Fault},
    hops::Hops,
    lines,
};

const CEILINGS: Ceilings = Ceilings { content: 1 << 16, line: 1 << 12 };

/// The content, where its end was found, and why it is refused. Of what is refused the content does not matter.
fn decode(bytes: &[u8], block: usize) -> (Vec<u8>, Option<usize>, Option<Fault>) {
    let (mut decoder, mut out, mut at, mut end) = (Decoder::new(CEILINGS), Vec::new(), 0, None);
    for block in bytes.chunks(block) {
        if let Decoded::End { taken } = decoder.decode(block, &mut out) {
            end = Some(at + taken);
            break;
        }
        at += block.len();
    }
    let fault = decoder.fault();
    (if fault.is_some() { Vec::new() } else { out }, end, fault)
}

/// The Received fields.
fn hops(content: &[u8], block: usize) -> u32 {
    let mut hops = Hops::default();
    content.chunks(block).for_each(|block| hops.read(block));
    hops.count()
}

fuzz_target!(init: fuzz_oracles::init(), |input: &[u8]| {
    let Some((size, bytes)) = input.split_first() else { return };
    let mut rest = bytes;
    while let Ok(Some((line, taken))) = lines::take(rest) {
        drop(Command::parse(line));
        rest = &rest[taken..];
    }
    let whole = decode(bytes, bytes.len().max(1));
    let cut = decode(bytes, usize::from(*size).max(1));
    assert!(whole == cut, "the cut of the blocks matters");
    assert!(hops(bytes, bytes.len().max(1)) == hops(bytes, usize::from(*size).max(1)), "the cut changes the number of hops");
    if let Some(end) = whole.1 {
        let strict = [b"\r\n".as_slice(), &bytes[..end]].concat();
        assert!(strict.ends_with(b"\r\n.\r\n"), "something else ended DATA");
    }
});
