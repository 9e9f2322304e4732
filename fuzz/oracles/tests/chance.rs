//! Every sample and some hundred models of chance through every oracle, the same each time: what breaks one at once is seen
//! without a fuzzer.
#![allow(clippy::unwrap_used, reason = "a test stops where something is off")]

use arbitrary::{Arbitrary, Unstructured};
use fuzz_oracles::{
    config, file, frames, item, message,
    model::{config::Written, frames::Conversation, mime, ooxml, pdf, zip},
    modelled,
};
use sanitizer_core::Role;
use sanitizer_pool::fuzzing::{Checked, hear};

/// Models made of the bytes of a small generator (xorshift).
fn models<T: for<'a> Arbitrary<'a>>(count: u64, mut each: impl FnMut(T)) {
    for seed in 1..=count {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let bytes: Vec<u8> = std::iter::repeat_with(|| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        })
        .take(64 + usize::try_from(seed % 8).unwrap() * 96)
        .collect();
        if let Ok(model) = Unstructured::new(&bytes).arbitrary() {
            each(model);
        }
    }
}

#[test]
fn every_sample_passes_every_oracle() {
    for sample in fixtures::all().into_iter().filter(|sample| !sample.lossy) {
        file(&sample.name, &sample.bytes);
        item(None, Role::File, &sample.bytes);
    }
    message(&fixtures::demo::mail());
}

#[test]
fn models_of_chance_pass_every_oracle() {
    models(200, |model: zip::Archive| modelled(Some("a.zip"), Role::File, &model.write(2)));
    models(200, |model: pdf::Document| modelled(Some("a.pdf"), Role::File, &model.write()));
    models(100, |model: ooxml::Document| modelled(Some("a.docx"), Role::File, &model.write()));
    models(100, |model: ooxml::Workbook| modelled(Some("a.xlsx"), Role::File, &model.write()));
    models(200, |model: mime::Message| modelled(None, Role::Message, &model.write()));
}

#[test]
fn lies_of_chance_are_not_believed_and_some_go_far() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let (mut heard, mut forged, mut accepted) = (0, 0, 0);
    models(5000, |conversation: Conversation| {
        let (job, disarm, verify) = conversation.write();
        let Some(said) = runtime.block_on(hear(job, &disarm, &verify)) else { return };
        frames::believed(job, &said);
        heard += 1;
        forged += u32::from(matches!(said.checked, Some(Checked::Forged)));
        accepted += u32::from(matches!(said.checked, Some(Checked::Accepted(_))));
    });
    assert!(heard > 50 && forged > 0 && accepted > 0, "{heard} heard, {forged} forged, {accepted} accepted");
}

#[test]
fn configurations_of_chance_are_refused_or_can_be_used() {
    let mut taken = 0;
    models(3000, |written: Written| {
        let [relay, gateway] = written.write();
        taken += u32::from(relay.is_some_and(|text| config::relay(&text)));
        taken += u32::from(gateway.is_some_and(|text| config::gateway(&text)));
    });
    assert!(taken > 10, "{taken} taken");
}
