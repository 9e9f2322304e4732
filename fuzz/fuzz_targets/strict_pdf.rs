//! The strict pass over PDF: no panic, every object of a small file can be asked for.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_core::syntax::pdf::File;
use sanitizer_verify::Budget;

fuzz_target!(init: fuzz_oracles::init(), |input: &[u8]| {
    let mut budget = Budget::new(&fuzz_oracles::policy().limits);
    let Ok(mut file) = File::open(input, &mut budget) else { return };
    for number in 0..64 {
        drop(file.get((number, 0), &mut budget));
    }
});
