//! A modelled mime with payloads that no reader shows: every oracle, and no canary survives.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_core::Role;
use fuzz_oracles::model::mime::Message;

fuzz_target!(init: fuzz_oracles::init(), |input: Message| {
    fuzz_oracles::modelled(None, Role::Message, &input.write());
});
