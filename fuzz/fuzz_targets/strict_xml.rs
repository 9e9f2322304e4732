//! The strict reader of XML: no panic, depth and events bounded by the length.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_core::syntax::xml::{Document, Event};
use sanitizer_verify::Budget;

fuzz_target!(init: fuzz_oracles::init(), |input: &[u8]| {
    let mut budget = Budget::new(&fuzz_oracles::policy().limits);
    let Ok(document) = Document::decode(input, &mut budget) else { return };
    let mut reader = document.reader(|_| false);
    let mut events = 0_usize;
    while let Ok(event) = reader.next() {
        events += 1;
        assert!(events <= 2 * input.len() + 2, "more events than bytes");
        if matches!(event, Event::End) && reader.depth() == 0 {
            break;
        }
    }
});
