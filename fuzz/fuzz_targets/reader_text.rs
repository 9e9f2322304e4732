//! The border's readers of text and CSV on bytes nobody built: no panic, whatever they say.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_verify::Format;

fuzz_target!(init: fuzz_oracles::init(), |input: &[u8]| fuzz_oracles::reader(&[Format::Text, Format::Csv], input));
