//! A message, as the relay takes it in and as a file: every oracle of `sanitizer_fuzz`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: sanitizer_fuzz::init(), |input: &[u8]| {
    sanitizer_fuzz::message(input);
    sanitizer_fuzz::file("a.eml", input);
});
