//! The whole core without a name to go by: content alone decides.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: sanitizer_fuzz::init(), |input: &[u8]| {
    sanitizer_fuzz::item(None, sanitizer_core::Role::File, input);
});
