//! What the parent makes of a report that a child sent: the child is hostile until proven otherwise, and that never.
//!
//! The types already refuse everything but codes, index paths, numbers and names, and a name is made safe again on its way
//! in. Here is the rest: what the parent knows itself it puts in itself, and a tree that no run can have made is refused.

use crate::{
    child::Broken,
    job::{Built, DraftAnswer, Job, WantedPart},
};
use sanitizer_core::{DisplayName, PartReport, Report, Verdict, report};
use sanitizer_verify::{Limits, Location, Reason};

/// Different findings of one part: more than there are kinds and actions of.
const FINDINGS: usize = 1000;

/// The answer with a report that may be kept and shown.
pub(crate) fn believed(answer: DraftAnswer, job: &Job, policy: &str) -> Result<DraftAnswer, Broken> {
    let DraftAnswer { report: said, built, needs_own, panicked, wanted } = answer;
    let mut parts = 0;
    check(&said.part, &Location::root(), &job.policy.limits, &mut parts)?;
    let mut report = Report {
        schema: report::SCHEMA,
        receipt: job.run.receipt.clone(),
        policy: policy.to_owned(),
        // The worker is of the same build.
        engine: report::ENGINE.to_owned(),
        verdict: said.verdict,
        part: said.part,
    };
    report.part.name = job.claim.name.as_deref().map(DisplayName::new);
    report.part.size_in = job.bytes.len() as u64;
    let agrees = match built {
        Ok(Built { format, size }) => report.part.output == Some(format) && report.part.size_out.is_none_or(|said| said == size),
        Err(reason) => report.verdict == Verdict::Held && report.part.reason == Some(reason),
    };
    if !agrees || !wanted.iter().all(|part| is_held_for_want_of_a_converter(&report.part, part)) {
        return Err(Broken::Garbage);
    }
    Ok(DraftAnswer { report, built, needs_own, panicked, wanted })
}

/// Whether the report says so too: what is converted is a part that stands in it.
fn is_held_for_want_of_a_converter(root: &PartReport, wanted: &WantedPart) -> bool {
    let found = wanted.at.steps().iter().try_fold(root, |part, step| part.children.get(usize::try_from(*step).ok()?));
    found.is_some_and(|part| part.format == wanted.format && part.reason == Some(Reason::ConverterMissing))
}

fn check(part: &PartReport, at: &Location, limits: &Limits, parts: &mut u64) -> Result<(), Broken> {
    *parts = parts.saturating_add(1);
    let depth = u32::try_from(at.steps().len()).unwrap_or(u32::MAX);
    let hash = part
        .sha256_in
        .as_ref()
        .is_none_or(|hash| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)));
    let sound = part.location == *at
        && hash
        && part.findings.len() <= FINDINGS
        && depth <= limits.depth
        // The item itself, and children that were only counted as one too many.
        && *parts <= limits.entries.saturating_mul(2).saturating_add(2);
    if !sound {
        return Err(Broken::Garbage);
    }
    for (index, child) in (0..).zip(&part.children) {
        check(child, &at.child(index), limits, parts)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OwnedClaim;
    use sanitizer_core::{Claim, Policy, Run};
    use sanitizer_verify::Format;
    use std::sync::Arc;

    fn job() -> Job {
        Job {
            bytes: Arc::from(&b"bytes"[..]),
            claim: OwnedClaim { name: Some("own.txt".to_owned()), ..OwnedClaim::default() },
            policy: Arc::new(Policy::default()),
            run: Run { receipt: "R-1".to_owned(), ..Run::default() },
        }
    }

    fn answer(change: impl FnOnce(&mut Report)) -> DraftAnswer {
        let mut report = Report::held(Reason::Broken, &Claim::default(), &Policy::default(), &Run::default());
        change(&mut report);
        DraftAnswer { report, built: Err(Reason::Broken), needs_own: false, panicked: false, wanted: Vec::new() }
    }

    fn refused(change: impl FnOnce(&mut Report)) {
        assert!(matches!(believed(answer(change), &job(), "policy"), Err(Broken::Garbage)));
    }

    fn child(at: Location) -> PartReport {
        PartReport::open(at, &Claim::default(), 0)
    }

    #[test]
    fn what_the_parent_knows_it_does_not_take_from_a_child() {
        let lies = |report: &mut Report| {
            report.schema = 7;
            report.receipt = "another's".to_owned();
            report.policy = "mine".to_owned();
            report.engine = "<script>".to_owned();
            report.part.name = Some(DisplayName::new("other.txt"));
            report.part.size_in = 1 << 60;
        };
        let Ok(answer) = believed(answer(lies), &job(), "policy") else { panic!("a sound tree") };
        let report = answer.report;
        assert_eq!((report.schema, report.receipt.as_str(), report.policy.as_str()), (report::SCHEMA, "R-1", "policy"));
        assert_eq!(report.engine, report::ENGINE);
        assert_eq!(report.part.name, Some(DisplayName::new("own.txt")));
        assert_eq!(report.part.size_in, 5);
    }

    #[test]
    fn a_tree_that_no_run_can_have_made_is_refused() {
        refused(|report| report.part.location = Location::from(vec![3]));
        refused(|report| report.part.children.push(child(Location::from(vec![1]))));
        refused(|report| report.part.sha256_in = Some("the text of somebody's letter".to_owned()));
        refused(|report| report.part.sha256_in = Some("A".repeat(64)));
        refused(|report| report.verdict = Verdict::Rebuilt);
        refused(|report| report.part.reason = Some(Reason::Timeout));
        refused(|report| {
            let mut at = Location::root();
            let mut part = &mut report.part;
            for _ in 0..40 {
                at = at.child(0);
                part.children.push(child(at.clone()));
                part = part.children.last_mut().unwrap();
            }
        });
    }

    #[test]
    fn only_a_part_that_is_held_for_want_of_a_converter_is_converted() {
        let asks = |at: &[u32], format| {
            let mut said = answer(|report| {
                let mut old = child(Location::from(vec![0]));
                old.format = Format::Doc;
                old.reason = Some(Reason::ConverterMissing);
                report.part.children.push(old);
            });
            said.wanted.push(WantedPart { at: Location::from(at.to_vec()), format, size: 3 });
            believed(said, &job(), "policy").is_ok()
        };
        assert!(asks(&[0], Format::Doc));
        assert!(!asks(&[0], Format::Xls));
        assert!(!asks(&[], Format::Doc));
        assert!(!asks(&[1], Format::Doc));
    }

    #[test]
    fn an_answer_about_something_built_must_agree_with_itself() {
        let mut said = answer(|report| {
            report.verdict = Verdict::Rebuilt;
            report.part.reason = None;
            report.part.output = Some(Format::Text);
        });
        said.built = Ok(Built { format: Format::Pdf, size: 3 });
        assert!(believed(said, &job(), "policy").is_err());
    }

    #[test]
    fn text_where_a_code_belongs_does_not_even_parse() {
        let json = serde_json::to_string(&answer(|_| ())).unwrap();
        assert!(serde_json::from_str::<DraftAnswer>(&json).is_ok());
        for (is, lie) in [("\"broken\"", "\"free text\""), ("\"held\"", "\"fine\""), ("\"/\"", "\"/etc/passwd\"")] {
            assert!(json.contains(is), "{is}");
            assert!(serde_json::from_str::<DraftAnswer>(&json.replacen(is, lie, 1)).is_err(), "{lie}");
        }
    }
}
