//! Text and CSV: every oracle of `fuzz_oracles`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: fuzz_oracles::init(), |input: &[u8]| {
    fuzz_oracles::file("a.txt", input);
    fuzz_oracles::file("a.csv", input);
});
