//! The strict pass over MIME: no panic, and every part lies within the message.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_core::syntax::mime;
use sanitizer_verify::Budget;

fuzz_target!(init: fuzz_oracles::init(), |input: &[u8]| {
    let mut budget = Budget::new(&fuzz_oracles::policy().limits);
    if let Ok(entity) = mime::parse(input, &mut budget) {
        let _agrees = mime::agrees(input, &entity);
    }
});
