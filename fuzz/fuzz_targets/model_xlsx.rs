//! A modelled xlsx with payloads that no reader shows: every oracle, and no canary survives.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_core::Role;
use fuzz_oracles::model::ooxml::Workbook;

fuzz_target!(init: fuzz_oracles::init(), |input: Workbook| {
    fuzz_oracles::modelled(Some("a.xlsx"), Role::File, &input.write());
});
