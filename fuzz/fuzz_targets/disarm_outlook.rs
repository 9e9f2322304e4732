//! Outlook messages and encapsulations, as files of that name: every oracle of `fuzz_oracles`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: fuzz_oracles::init(), |input: &[u8]| {
    fuzz_oracles::file("a.msg", input);
    fuzz_oracles::file("winmail.dat", input);
});
