//! A modelled mime with payloads that no reader shows: every oracle, and no canary survives.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_core::Role;
use sanitizer_fuzz::model::mime::Message;

fuzz_target!(init: sanitizer_fuzz::init(), |input: Message| {
    sanitizer_fuzz::modelled(None, Role::Message, &input.write());
});
