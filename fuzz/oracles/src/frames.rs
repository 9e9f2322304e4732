//! What must hold of whatever the parent believes: asked anew here, without the code that decided it.

use sanitizer_core::{DisplayName, PartReport, Report, Verdict, convert, formats, report};
use sanitizer_pool::{
    Job,
    fuzzing::{Checked, Heard},
};
use sanitizer_verify::{Location, Reason};

/// Stops the target where the parent believed what it must not.
pub fn believed(job: &Job, heard: &Heard) {
    let said = &heard.report;
    let own = (report::SCHEMA, report::ENGINE, job.run.receipt.as_str(), job.policy.id(), job.bytes.len() as u64);
    let shown = (said.schema, said.engine.as_str(), said.receipt.as_str(), said.policy.clone(), said.part.size_in);
    assert_eq!(shown, own, "the child's word about what the parent knows");
    assert_eq!(said.part.name, job.claim.name.as_deref().map(DisplayName::new), "the child's word about the name");
    tree(&said.part, &Location::root(), job);
    asked(said, heard);
    match &heard.built {
        Ok((format, _)) => assert_eq!(said.part.output, Some(*format), "the report is about something else"),
        Err(reason) => {
            assert_eq!((said.verdict, said.part.reason), (Verdict::Held, Some(*reason)), "held, and the report says not");
            assert!(heard.checked.is_none(), "something was checked where nothing was built");
        }
    }
    if let Some(Checked::Accepted(accepted)) = &heard.checked {
        let (clean, receipt) = accepted.as_ref();
        assert_eq!(heard.built, Ok((clean.format(), clean.bytes().len() as u64)), "accepted is what was built");
        assert_eq!(receipt.sha256, sha256(clean.bytes()), "an acceptance of other bytes");
        assert_eq!(
            (receipt.format, receipt.policy.as_str()),
            (clean.format(), job.policy.id().as_str()),
            "an acceptance as another"
        );
        assert_eq!(receipt.version, sanitizer_verify::trust::VERSION, "an acceptance by another verifier");
    }
}

/// A tree that a run can have made: every part in its place, and no text but names that are safe to show.
fn tree(part: &PartReport, at: &Location, job: &Job) {
    assert_eq!(part.location, *at, "a part in another's place");
    assert!(at.steps().len() <= job.policy.limits.depth as usize, "deeper than any run goes");
    let name = part.name.as_ref().map_or("", DisplayName::as_str);
    assert_eq!(DisplayName::new(name).as_str(), name, "a name that is not safe to show");
    let hash = part.sha256_in.as_deref().unwrap_or("");
    assert!(hash.len() <= 64 && hash.chars().all(|c| c.is_ascii_hexdigit()), "text where a hash belongs");
    for (index, child) in (0..).zip(&part.children) {
        tree(child, &at.child(index), job);
    }
}

/// What is converted stands in the report as held for it, and is no more than a sound child asks for.
fn asked(said: &Report, heard: &Heard) {
    let bytes: usize = heard.wanted.iter().map(|wanted| wanted.bytes.len()).sum();
    assert!(heard.wanted.len() <= convert::MOST && bytes as u64 <= convert::MOST_BYTES, "more than a sound child asks for");
    for wanted in &heard.wanted {
        assert!(formats::converted_to(wanted.format).is_some(), "nothing converts this");
        let parts = said.part.walk();
        let held = parts.iter().any(|part| {
            part.location == wanted.at && part.format == wanted.format && part.reason == Some(Reason::ConverterMissing)
        });
        assert!(held, "converted, and the report says not");
    }
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes).into()
}
