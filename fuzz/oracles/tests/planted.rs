//! Bugs planted in a core or a verifier, each with the oracle that stops it. No product crate has any of them: each is a
//! [`Subject`] that passes on to the real core and spoils what comes back. docs/fuzzing.md has the table.

#![allow(clippy::expect_used, clippy::panic, reason = "a test stops where something is off, and a planted bug panics")]

use fuzz_oracles::{
    Accepted, Core, Oracles, Subject, frames,
    model::{self, frames::Conversation},
};
use sanitizer_core::{Claim, Draft, Policy, Role};
use sanitizer_pool::{
    Job,
    fuzzing::{Checked, Heard, hear},
};
use sanitizer_verify::{Accept, Format, Limits, Location, Reason, Rebuilt, Untrusted, trust::ReadAt};
use std::{
    cell::Cell,
    panic::{AssertUnwindSafe, catch_unwind},
};

/// A core with a bug in what it builds.
struct Spoiled<F>(F);

impl<F: Fn(Vec<u8>) -> Vec<u8>> Subject for Spoiled<F> {
    fn rebuild(&self, bytes: &[u8], claim: &Claim<'_>, policy: &Policy) -> Draft {
        let mut draft = Core.rebuild(bytes, claim, policy);
        draft.part = draft.part.map(|built| Rebuilt::new(built.format(), (self.0)(built.into_bytes())));
        draft
    }

    fn verify(&self, built: Rebuilt, limits: &Limits) -> Result<Accepted, String> {
        Core.verify(built, limits)
    }
}

/// The same, and a verifier that accepts whatever it is given.
struct Blind<S>(S);

impl<S: Subject> Subject for Blind<S> {
    fn rebuild(&self, bytes: &[u8], claim: &Claim<'_>, policy: &Policy) -> Draft {
        self.0.rebuild(bytes, claim, policy)
    }

    fn verify(&self, built: Rebuilt, _: &Limits) -> Result<Accepted, String> {
        Ok(Accepted { format: built.format(), bytes: built.into_bytes() })
    }
}

/// What the oracle said that stopped it.
fn stopped(oracles: impl FnOnce()) -> String {
    let stopped = catch_unwind(AssertUnwindSafe(oracles)).expect_err("the planted bug went through every oracle");
    let text = stopped.downcast_ref::<String>().cloned();
    text.or_else(|| stopped.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default()
}

fn stops<S: Subject>(subject: S, name: &str, bytes: &[u8], oracle: &str) {
    let said = stopped(|| Oracles(subject).modelled(Some(name), Role::File, bytes));
    assert!(said.contains(oracle), "stopped by another oracle: {said}");
}

fn sample(samples: Vec<fixtures::Sample>, name: &str) -> Vec<u8> {
    samples.into_iter().find(|sample| sample.name == name).expect("the sample is there").bytes
}

const TEXT: &[u8] = b"a benign text";

#[test]
fn the_real_core_passes_every_oracle_with_what_the_bugs_below_are_planted_in() {
    Oracles(Core).modelled(Some("a.txt"), Role::File, TEXT);
    Oracles(Core).modelled(Some("a.zip"), Role::File, &archive());
    Oracles(Core).modelled(Some("a.pdf"), Role::File, &linked());
    Oracles(Core).modelled(None, Role::Message, b"From: a@example.com\r\n\r\ntext\r\n");
}

#[test]
fn a_panic_is_stopped_where_it_reaches_the_target_and_where_the_core_caught_it() {
    struct Open;
    impl Subject for Open {
        fn rebuild(&self, _: &[u8], _: &Claim<'_>, _: &Policy) -> Draft {
            panic!("planted")
        }
        fn verify(&self, built: Rebuilt, limits: &Limits) -> Result<Accepted, String> {
            Core.verify(built, limits)
        }
    }

    /// The panic is inside the core's own guard: its bytes are read through something that panics.
    struct Caught;
    impl ReadAt for Caught {
        fn size(&self) -> u64 {
            1
        }
        fn read_exact_at(&self, _: u64, _: &mut [u8]) -> std::io::Result<()> {
            panic!("planted")
        }
    }
    impl Subject for Caught {
        fn rebuild(&self, _: &[u8], claim: &Claim<'_>, policy: &Policy) -> Draft {
            sanitizer_core::rebuild(Untrusted::from_reader(self), claim, policy, &sanitizer_core::Run::default())
        }
        fn verify(&self, built: Rebuilt, limits: &Limits) -> Result<Accepted, String> {
            Core.verify(built, limits)
        }
    }

    stops(Open, "a.txt", TEXT, "planted");
    stops(Caught, "a.txt", TEXT, "a panic inside");
}

#[test]
fn a_panic_of_the_verifier_is_stopped() {
    struct Panics;
    impl Subject for Panics {
        fn rebuild(&self, bytes: &[u8], claim: &Claim<'_>, policy: &Policy) -> Draft {
            Core.rebuild(bytes, claim, policy)
        }
        fn verify(&self, _: Rebuilt, _: &Limits) -> Result<Accepted, String> {
            panic!("planted")
        }
    }
    stops(Panics, "a.txt", TEXT, "planted");
    assert!(stopped(|| Oracles(Panics).reader(&[Format::Pdf], b"%PDF-")).contains("planted"));
}

#[test]
fn a_payload_that_survives_is_stopped() {
    // Text may say anything, so no verifier can refuse it; and the core does not change it in a second pass.
    let leak = |mut bytes: Vec<u8>| {
        if !bytes.ends_with(model::canary().as_bytes()) {
            bytes.extend_from_slice(model::canary().as_bytes());
        }
        bytes
    };
    stops(Spoiled(leak), "a.txt", TEXT, "a payload survived");
}

/// An archive with a text and a program that carries the payload.
fn archive() -> Vec<u8> {
    use fixtures::zip::{Archive, Entry};
    let program = [b"MZ\x90\0".as_slice(), model::canary().as_bytes()].concat();
    Archive::of(vec![Entry::stored("a.txt", TEXT), Entry::stored("setup.exe", &program)]).bytes()
}

/// A PDF with a link to the web.
fn linked() -> Vec<u8> {
    sample(fixtures::pdf::samples(), "pdf-links.pdf")
}

/// A core that lets links through as they are.
fn lets_links_through(bytes: Vec<u8>) -> Vec<u8> {
    let (web, file) = (b"https://www.city", b"file:///www.city");
    let mut bytes = bytes;
    let at = bytes.windows(web.len()).position(|window| window == web || window == file);
    let at = at.expect("the link is in the output");
    bytes[at..at + file.len()].copy_from_slice(file);
    bytes
}

#[test]
fn a_link_that_the_core_missed_is_stopped_by_the_verifier() {
    stops(Spoiled(lets_links_through), "a.pdf", &linked(), "built but refused");
}

#[test]
fn a_blind_verifier_is_stopped_whatever_it_is_blind_to() {
    stops(Blind(Core), "a.txt", TEXT, "the verifier took a sting");
    stops(Blind(Core), "a.pdf", &linked(), "the verifier took a sting");
    // The core misses a link, and nobody looks.
    stops(Blind(Spoiled(lets_links_through)), "a.pdf", &linked(), "the verifier took a sting");
}

#[test]
fn a_verifier_that_reads_the_form_and_is_blind_to_the_content_is_stopped() {
    /// Sees that something is behind the end, and nothing else.
    struct SeesTheEnd;
    impl Subject for SeesTheEnd {
        fn rebuild(&self, bytes: &[u8], claim: &Claim<'_>, policy: &Policy) -> Draft {
            Core.rebuild(bytes, claim, policy)
        }
        fn verify(&self, built: Rebuilt, limits: &Limits) -> Result<Accepted, String> {
            if built.bytes().ends_with(b"sting") { Err("stung".to_owned()) } else { Blind(Core).verify(built, limits) }
        }
    }
    stops(SeesTheEnd, "a.zip", &archive(), "the verifier took the original with its payload");
}

#[test]
fn a_second_pass_that_differs_is_stopped() {
    let grows = |mut bytes: Vec<u8>| {
        bytes.push(b'.');
        bytes
    };
    stops(Spoiled(grows), "a.txt", TEXT, "a second pass differs");
}

#[test]
fn a_second_pass_that_holds_is_stopped() {
    /// Holds what it built itself.
    struct Forgetful(Cell<bool>);
    impl Subject for Forgetful {
        fn rebuild(&self, bytes: &[u8], claim: &Claim<'_>, policy: &Policy) -> Draft {
            let bytes = if self.0.replace(true) { b"%PDF-1.7 broken" } else { bytes };
            Core.rebuild(bytes, claim, policy)
        }
        fn verify(&self, built: Rebuilt, limits: &Limits) -> Result<Accepted, String> {
            Core.verify(built, limits)
        }
    }
    stops(Forgetful(Cell::new(false)), "a.txt", TEXT, "held in the second pass");
}

#[test]
fn an_output_over_the_budget_is_stopped() {
    let bloats = |_| vec![b'a'; 40 << 20];
    stops(Spoiled(bloats), "a.txt", TEXT, "an output beyond the limits");
}

/// What the parent makes of honest children about the item with this number.
fn heard(item: u8) -> (&'static Job, Heard) {
    let (job, disarm, verify) = Conversation::honest(item).write();
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime starts");
    (job, runtime.block_on(hear(job, &disarm, &verify)).expect("honest children are believed"))
}

fn disbelieved(item: u8, plant: impl FnOnce(&mut Heard), oracle: &str) {
    let (job, mut heard) = heard(item);
    frames::believed(job, &heard);
    plant(&mut heard);
    let said = stopped(|| frames::believed(job, &heard));
    assert!(said.contains(oracle), "stopped by another oracle: {said}");
}

#[test]
fn a_parent_that_believes_a_child_is_stopped() {
    let root = Location::root;
    disbelieved(0, |heard| heard.report.receipt.push('x'), "about what the parent knows");
    disbelieved(0, |heard| heard.report.part.size_in += 1, "about what the parent knows");
    disbelieved(0, |heard| heard.report.part.name = None, "about the name");
    disbelieved(0, |heard| heard.report.part.location = root().child(0), "in another's place");
    disbelieved(0, |heard| heard.report.part.output = Some(Format::Pdf), "about something else");
    disbelieved(0, |heard| heard.built = Err(Reason::Broken), "the report says not");
    disbelieved(2, |heard| heard.wanted[0].at = root(), "the report says not");
    disbelieved(2, |heard| heard.wanted[0].format = Format::Executable, "nothing converts this");
    let (_, mut other) = heard(1);
    disbelieved(0, |heard| heard.checked = other.checked.take(), "accepted is what was built");
    let forge = |change: fn(&mut Accept)| {
        move |heard: &mut Heard| match &mut heard.checked {
            Some(Checked::Accepted(accepted)) => change(&mut accepted.1),
            other => panic!("{other:?}"),
        }
    };
    disbelieved(0, forge(|receipt| receipt.sha256[0] ^= 1), "an acceptance of other bytes");
    disbelieved(0, forge(|receipt| receipt.policy.push('x')), "an acceptance as another");
    disbelieved(0, forge(|receipt| receipt.version.push('x')), "an acceptance by another verifier");
}
