//! The strict pass over ZIP: no panic; what it lets through reads the same twice, within the budget.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_core::syntax::zip::Archive;
use sanitizer_verify::Budget;

fuzz_target!(init: fuzz_oracles::init(), |input: &[u8]| {
    let limits = fuzz_oracles::policy().limits;
    let mut budget = Budget::new(&limits);
    let Ok(mut archive) = Archive::open(input, &mut budget) else { return };
    for index in 0..archive.entries().len() {
        let first = archive.read(index, &mut budget);
        if let Ok(first) = &first {
            assert!(archive.read(index, &mut Budget::new(&limits)).is_ok_and(|second| second == *first), "two readings of a member");
        }
    }
});
