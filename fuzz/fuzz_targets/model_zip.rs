//! A modelled zip with payloads that no reader shows: every oracle, and no canary survives.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_core::Role;
use fuzz_oracles::model::zip::Archive;

fuzz_target!(init: fuzz_oracles::init(), |input: Archive| {
    fuzz_oracles::modelled(Some("a.zip"), Role::File, &input.write(2));
});
