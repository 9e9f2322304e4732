//! Configurations of the services: no panic; what is taken can be used; what is refused names its line or key. Half of the
//! inputs are text as it is; the rest are configurations that work, with lies in them.
#![no_main]

use arbitrary::Unstructured;
use libfuzzer_sys::fuzz_target;
use fuzz_oracles::{config, model::config::Written};

fuzz_target!(init: fuzz_oracles::init(), |input: &[u8]| {
    let Some((choice, rest)) = input.split_first() else { return };
    if choice % 2 == 0 {
        let Ok(written) = Unstructured::new(rest).arbitrary::<Written>() else { return };
        let [relay, gateway] = written.write();
        relay.map(|text| config::relay(&text));
        gateway.map(|text| config::gateway(&text));
    } else if let Ok(text) = std::str::from_utf8(rest) {
        config::relay(text);
        config::gateway(text);
    }
});
