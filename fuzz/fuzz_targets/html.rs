//! HTML to text: no panic, and a text in proportion.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_core::syntax::html::to_text;

fuzz_target!(init: fuzz_oracles::init(), |input: &[u8]| {
    let text = to_text(&String::from_utf8_lossy(input)).text;
    assert!(text.len() <= 64 * input.len() + 4096, "a text out of proportion");
});
