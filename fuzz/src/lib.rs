//! What every fuzz target asserts, in one place.
//!
//! ```text
//!  bytes ──► rebuild ──► built ──► verify ──► clean ──► sanitize again
//!              │           │          │          │            │
//!           no panic   within the   accepts   no canary   the same bytes
//!                        limits     it        (models)
//! ```
//!
//! Canaries are asserted where a model knows that a payload stands in something no reader shows. In raw bytes the
//! fuzzer moves a payload into visible text, where it has every right to be.
#![allow(clippy::panic, reason = "an oracle stops the target")]

pub mod config;
pub mod frames;
pub mod model;

use sanitizer_core::{Claim, Policy, Role, Run, rebuild, sanitize};
use sanitizer_verify::{Clean, Format, Limits, Reason, Rebuilt, Untrusted, verify};

/// Small enough that no input of a fuzzer is slow.
pub fn policy() -> Policy {
    let limits = Limits { input_bytes: 1 << 20, expanded_bytes: 16 << 20, pixels: 1 << 20, ..Limits::default() };
    Policy { limits, ..Policy::default() }
}

fn run() -> Run {
    Run { receipt: "20261125-FUZZ-0001".to_owned(), now: 1_795_000_000, ..Run::default() }
}

/// The oracles of one item: no panic, within the limits, accepted by the verifier or held, the same in a second pass.
pub fn item(name: Option<&str>, role: Role, bytes: &[u8]) -> Option<Clean> {
    let policy = policy();
    let claim = Claim { name, media_type: None, role };
    let draft = rebuild(Untrusted::new(bytes), &claim, &policy, &run());
    assert_ne!(draft.report.part.reason, Some(Reason::Internal), "a panic inside");
    let Ok(built) = draft.part else { return None };
    let clean = verify(built, &policy.limits).unwrap_or_else(|refusal| panic!("built but refused: {refusal}"));
    // What is written may be a little longer than what was counted: headers, tables, base64.
    let ceiling = usize::try_from(policy.limits.expanded_bytes).unwrap_or(usize::MAX).saturating_mul(2);
    assert!(clean.bytes().len() <= ceiling, "an output beyond the limits");
    if clean.format() != Format::Mail {
        same_again(&clean, &policy);
    }
    Some(clean)
}

/// A second pass changes nothing. (A message gets a new trace header each time; its own tests compare the parts.)
fn same_again(clean: &Clean, policy: &Policy) {
    let name = format!("again.{}", clean.format().extension());
    let claim = Claim { name: Some(&name), media_type: None, role: Role::File };
    // An output may be longer than its input, and the input was as long as is allowed.
    let limits = Limits { input_bytes: policy.limits.input_bytes.saturating_mul(4), ..policy.limits.clone() };
    let policy = Policy { limits, ..policy.clone() };
    let second = sanitize(Untrusted::new(clean.bytes()), &claim, &policy, &run());
    assert_eq!(second.report.part.reason, None, "held in the second pass");
    assert!(second.clean().is_some_and(|second| second.bytes() == clean.bytes()), "a second pass differs");
}

/// A file of a name.
pub fn file(name: &str, bytes: &[u8]) {
    item(Some(name), Role::File, bytes);
}

/// A message.
pub fn message(bytes: &[u8]) {
    item(None, Role::Message, bytes);
}

/// A model's file or message: also, no payload survives in any decoding. `FUZZ_DUMP=path` keeps what the model wrote.
pub fn modelled(name: Option<&str>, role: Role, bytes: &[u8]) {
    if let Some(path) = std::env::var_os("FUZZ_DUMP") {
        std::fs::write(path, bytes).expect("FUZZ_DUMP names a place that can be written to");
    }
    if let Some(clean) = item(name, role, bytes) {
        assert!(!fixtures::scan::contains(clean.bytes(), model::TOKEN), "a payload survived");
    }
}

/// A reader of the border on bytes nobody built: accepted or refused are both answers.
pub fn reader(formats: &[Format], bytes: &[u8]) {
    for format in formats {
        drop(verify(Rebuilt::new(*format, bytes.to_vec()), &policy().limits));
    }
}

/// Lets a panic that the core catches on purpose (of a parser that is not ours) pass; what reaches the target still
/// stops it.
pub fn init() {
    std::panic::set_hook(Box::new(|info| eprintln!("{info}")));
}
