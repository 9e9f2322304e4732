//! The border's reader of jpeg on bytes nobody built: no panic, whatever it says.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_verify::Format;

fuzz_target!(init: fuzz_oracles::init(), |input: &[u8]| fuzz_oracles::reader(&[Format::Jpeg], input));
