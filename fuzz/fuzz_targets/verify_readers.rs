//! The border's readers on bytes nobody built: no panic, whatever they say. The first byte chooses the format.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_verify::{Format, Limits, Rebuilt, verify};

fuzz_target!(|input: &[u8]| {
    let Some((choice, bytes)) = input.split_first() else { return };
    let format = Format::ALL[usize::from(*choice) % Format::ALL.len()];
    let limits = Limits { expanded_bytes: 16 << 20, pixels: 1 << 20, ..Limits::default() };
    // Accepted or refused: both are answers.
    drop(verify(Rebuilt::new(format, bytes.to_vec()), &limits));
});
