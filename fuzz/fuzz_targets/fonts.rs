//! Font programs: no panic; what was written can be written again and is the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_core::syntax::font::{Kind, rebuild};
use sanitizer_verify::Budget;

fuzz_target!(init: sanitizer_fuzz::init(), |input: &[u8]| {
    for kind in [Kind::TrueType, Kind::Cff, Kind::OpenType] {
        let limits = sanitizer_fuzz::policy().limits;
        if let Ok(once) = rebuild(input, kind, &mut Budget::new(&limits)) {
            drop(rebuild(&once, kind, &mut Budget::new(&limits)));
        }
    }
});
