//! HTML to text: no panic, and nothing that could be taken for a control character.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_core::syntax::html::to_text;

fuzz_target!(|input: &[u8]| {
    let text = to_text(&String::from_utf8_lossy(input)).text;
    assert!(!text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')), "a control character");
});
