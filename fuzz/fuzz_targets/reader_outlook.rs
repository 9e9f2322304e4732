//! The readers of Outlook's containers on bytes nobody built: no panic, and the same letter each time.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_core::syntax::mapi;
use sanitizer_verify::Budget;

fuzz_target!(init: fuzz_oracles::init(), |input: &[u8]| {
    for read in [mapi::msg, mapi::tnef] {
        let limits = fuzz_oracles::policy().limits;
        let [one, two] = [(); 2].map(|()| format!("{:?}", read(input, &mut Budget::new(&limits))));
        assert_eq!(one, two);
    }
});
