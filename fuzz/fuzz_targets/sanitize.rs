//! The whole core without a name to go by: content alone decides.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: fuzz_oracles::init(), |input: &[u8]| {
    fuzz_oracles::item(None, sanitizer_core::Role::File, input);
});
