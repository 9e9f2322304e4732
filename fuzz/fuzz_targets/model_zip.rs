//! A modelled zip with payloads that no reader shows: every oracle, and no canary survives.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_core::Role;
use sanitizer_fuzz::model::zip::Archive;

fuzz_target!(init: sanitizer_fuzz::init(), |input: Archive| {
    sanitizer_fuzz::modelled(Some("a.zip"), Role::File, &input.write(2));
});
