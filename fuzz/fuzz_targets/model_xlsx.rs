//! A modelled xlsx with payloads that no reader shows: every oracle, and no canary survives.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_core::Role;
use sanitizer_fuzz::model::ooxml::Workbook;

fuzz_target!(init: sanitizer_fuzz::init(), |input: Workbook| {
    sanitizer_fuzz::modelled(Some("a.xlsx"), Role::File, &input.write());
});
