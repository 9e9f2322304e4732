//! A modelled pdf with payloads that no reader shows: every oracle, and no canary survives.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_core::Role;
use sanitizer_fuzz::model::pdf::Document;

fuzz_target!(init: sanitizer_fuzz::init(), |input: Document| {
    sanitizer_fuzz::modelled(Some("a.pdf"), Role::File, &input.write());
});
