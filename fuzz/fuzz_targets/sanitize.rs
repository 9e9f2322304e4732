//! The whole core: no panic, the verifier accepts what was built or it is held, a second pass changes nothing, no
//! canary survives. The first byte chooses the name the input claims.
#![no_main]

use fixtures::{CANARY, scan};
use libfuzzer_sys::fuzz_target;
use sanitizer_core::{Claim, Policy, Role, Run, rebuild, sanitize};
use sanitizer_verify::{Format, Limits, Reason, Untrusted, verify};

const NAMES: &[&str] = &["a.bin", "a.csv", "a.docm", "a.docx", "a.gif", "a.jpg", "a.pdf", "a.png", "a.txt", "a.xlsm", "a.xlsx", "a.zip"];

fuzz_target!(|input: &[u8]| {
    let Some((choice, bytes)) = input.split_first() else { return };
    let choice = usize::from(*choice) % (NAMES.len() + 1);
    let (name, role) = NAMES.get(choice).map_or((None, Role::Message), |name| (Some(*name), Role::File));
    let claim = Claim { name, media_type: None, role };
    let limits = Limits { input_bytes: 1 << 20, expanded_bytes: 16 << 20, pixels: 1 << 20, ..Limits::default() };
    let policy = Policy { limits, ..Policy::default() };
    let run = Run { receipt: "FUZZ".to_owned(), ..Run::default() };

    let draft = rebuild(Untrusted::new(bytes), &claim, &policy, &run);
    assert_ne!(draft.report.part.reason, Some(Reason::Internal), "a panic inside");
    let Ok(built) = draft.part else { return };
    let clean = verify(built, &policy.limits).unwrap_or_else(|refusal| panic!("built but refused: {refusal}"));
    assert!(!scan::contains(clean.bytes(), CANARY), "a canary survived");
    // A message gets a new trace header each time.
    if clean.format() != Format::Mail {
        let again = format!("again.{}", clean.format().extension());
        let claim = Claim { name: Some(&again), media_type: None, role };
        let second = sanitize(Untrusted::new(clean.bytes()), &claim, &policy, &run);
        assert_eq!(second.clean().map(sanitizer_verify::Clean::bytes), Some(clean.bytes()), "a second pass differs");
    }
});
