//! What every fuzz target asserts, in one place, and the inputs that know the structure of what they write.
//!
//! ```text
//!  bytes ──► rebuild ──► built ──► verify ──► accepted ──► rebuild and verify again
//!              │           │          │           │               │
//!           no panic   within the  accepts it,  no canary   the same bytes
//!                        limits    and nothing  (models)
//!                                  with a sting
//! ```
//!
//! Canaries are asserted where a model knows that a payload stands in something no reader shows. In raw bytes the
//! fuzzer moves a payload into visible text, where it has every right to be.
//!
//! What is asked is a [`Subject`]: the real core in every target, a core with a bug planted in it in `tests/planted.rs`,
//! which shows that the oracle meant for it stops it.
#![allow(
    clippy::panic,
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "an oracle stops the target, and a model writes for nobody but the fuzzer"
)]

pub mod config;
pub mod frames;
pub mod model;
mod subject;

pub use subject::{Accepted, Core, Subject};

use sanitizer_core::{Claim, Policy, Role, Run};
use sanitizer_verify::{Format, Limits, Reason, Rebuilt};

/// Small enough that no input of a fuzzer is slow.
pub fn policy() -> Policy {
    let limits = Limits { input_bytes: 1 << 20, expanded_bytes: 16 << 20, pixels: 1 << 20, ..Limits::default() };
    Policy { limits, ..Policy::default() }
}

fn run() -> Run {
    Run { receipt: "20261125-FUZZ-0001".to_owned(), now: 1_795_000_000, ..Run::default() }
}

/// The oracles, asked of a subject.
#[derive(Clone, Copy, Debug)]
pub struct Oracles<S>(pub S);

/// What every accepted output is given behind it, and no reader may take.
const STING: &[u8] = b"\0sting";

impl<S: Subject> Oracles<S> {
    /// The oracles of one item: no panic, within the limits, accepted by the verifier or held, no sting accepted, the same in
    /// a second pass.
    pub fn item(&self, name: Option<&str>, role: Role, bytes: &[u8]) -> Option<Accepted> {
        let policy = policy();
        let claim = Claim { name, media_type: None, role };
        let draft = self.0.rebuild(bytes, &claim, &policy);
        assert_ne!(draft.report.part.reason, Some(Reason::Internal), "a panic inside");
        let Ok(built) = draft.part else { return None };
        // What is written may be a little longer than what was counted: headers, tables, base64.
        let ceiling = usize::try_from(policy.limits.expanded_bytes).unwrap_or(usize::MAX).saturating_mul(2);
        assert!(built.bytes().len() <= ceiling, "an output beyond the limits");
        let accepted = self.0.verify(built, &policy.limits).unwrap_or_else(|refusal| panic!("built but refused: {refusal}"));
        self.stung(&accepted, &policy);
        if accepted.format != Format::Mail {
            self.same_again(&accepted, &policy);
        }
        Some(accepted)
    }

    /// A verifier that is awake refuses its own output with something behind it.
    fn stung(&self, accepted: &Accepted, policy: &Policy) {
        let stung = Rebuilt::new(accepted.format, [accepted.bytes.as_slice(), STING].concat());
        assert!(self.0.verify(stung, &policy.limits).is_err(), "the verifier took a sting");
    }

    /// A second pass changes nothing. (A message gets a new trace header each time; its own tests compare the parts.)
    fn same_again(&self, accepted: &Accepted, policy: &Policy) {
        let name = format!("again.{}", accepted.format.extension());
        let claim = Claim { name: Some(&name), media_type: None, role: Role::File };
        // An output may be longer than its input, and the input was as long as is allowed.
        let limits = Limits { input_bytes: policy.limits.input_bytes.saturating_mul(4), ..policy.limits.clone() };
        let policy = Policy { limits, ..policy.clone() };
        let second = self.0.rebuild(&accepted.bytes, &claim, &policy);
        assert_eq!(second.report.part.reason, None, "held in the second pass");
        let second = second.part.ok().and_then(|built| self.0.verify(built, &policy.limits).ok());
        assert!(second.is_some_and(|second| second.bytes == accepted.bytes), "a second pass differs");
    }

    /// A model's file or message: also, no payload survives in any decoding, and what the model wrote is not taken for ours.
    pub fn modelled(&self, name: Option<&str>, role: Role, bytes: &[u8]) {
        let Some(accepted) = self.item(name, role, bytes) else { return };
        assert!(!fixtures::scan::contains(&accepted.bytes, model::TOKEN), "a payload survived");
        if fixtures::scan::contains(bytes, model::TOKEN) {
            let original = Rebuilt::new(accepted.format, bytes.to_vec());
            assert!(self.0.verify(original, &policy().limits).is_err(), "the verifier took the original with its payload");
        }
    }

    /// A reader of the border on bytes nobody built: accepted or refused are both answers.
    pub fn reader(&self, formats: &[Format], bytes: &[u8]) {
        for format in formats {
            drop(self.0.verify(Rebuilt::new(*format, bytes.to_vec()), &policy().limits));
        }
    }
}

/// The oracles of one item, asked of the core.
pub fn item(name: Option<&str>, role: Role, bytes: &[u8]) {
    Oracles(Core).item(name, role, bytes);
}

/// A file of a name.
pub fn file(name: &str, bytes: &[u8]) {
    item(Some(name), Role::File, bytes);
}

/// A message.
pub fn message(bytes: &[u8]) {
    item(None, Role::Message, bytes);
}

/// A model's file or message. `FUZZ_DUMP=path` keeps what the model wrote.
pub fn modelled(name: Option<&str>, role: Role, bytes: &[u8]) {
    if let Some(path) = std::env::var_os("FUZZ_DUMP") {
        std::fs::write(path, bytes).expect("FUZZ_DUMP names a place that can be written to");
    }
    Oracles(Core).modelled(name, role, bytes);
}

/// A reader of the border on bytes nobody built.
pub fn reader(formats: &[Format], bytes: &[u8]) {
    Oracles(Core).reader(formats, bytes);
}

/// Lets a panic that the core catches on purpose (of a parser that is not ours) pass; what reaches the target still
/// stops it.
#[expect(clippy::print_stderr, reason = "libFuzzer's log is where a crash is read")]
pub fn init() {
    std::panic::set_hook(Box::new(|info| eprintln!("{info}")));
}
