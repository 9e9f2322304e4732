//! The policy file: no panic; what is read has an id and can be used.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_core::Policy;

fuzz_target!(init: fuzz_oracles::init(), |input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Ok(policy) = Policy::from_toml(text) {
        assert!(!policy.id().is_empty());
    }
});
