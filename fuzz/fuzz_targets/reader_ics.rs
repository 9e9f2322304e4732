//! The border's reader of ics on bytes nobody built: no panic, whatever it says.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_verify::Format;

fuzz_target!(init: sanitizer_fuzz::init(), |input: &[u8]| sanitizer_fuzz::reader(&[Format::Ics], input));
