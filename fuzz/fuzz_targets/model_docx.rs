//! A modelled docx with payloads that no reader shows: every oracle, and no canary survives.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_core::Role;
use fuzz_oracles::model::ooxml::Document;

fuzz_target!(init: fuzz_oracles::init(), |input: Document| {
    fuzz_oracles::modelled(Some("a.docx"), Role::File, &input.write());
});
