//! A message, as the relay takes it in and as a file: every oracle of `fuzz_oracles`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: fuzz_oracles::init(), |input: &[u8]| {
    fuzz_oracles::message(input);
    fuzz_oracles::file("a.eml", input);
});
