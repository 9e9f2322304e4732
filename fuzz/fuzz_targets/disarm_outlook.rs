//! Outlook messages and encapsulations, as files of that name: every oracle of `sanitizer_fuzz`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: sanitizer_fuzz::init(), |input: &[u8]| {
    sanitizer_fuzz::file("a.msg", input);
    sanitizer_fuzz::file("winmail.dat", input);
});
