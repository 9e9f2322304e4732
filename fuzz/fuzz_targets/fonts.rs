//! Font programs: no panic; what was written can be written again and is the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_core::syntax::font::{Kind, rebuild};
use sanitizer_verify::Budget;

fuzz_target!(init: fuzz_oracles::init(), |input: &[u8]| {
    for kind in [Kind::TrueType, Kind::Cff, Kind::OpenType] {
        let limits = fuzz_oracles::policy().limits;
        if let Ok(once) = rebuild(input, kind, &mut Budget::new(&limits)) {
            drop(rebuild(&once, kind, &mut Budget::new(&limits)));
        }
    }
});
