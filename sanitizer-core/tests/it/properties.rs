//! Five properties of every sample: a second pass changes nothing, no canary survives, truncation never panics, bad
//! samples are held, benign content survives.

use fixtures::{CANARY, Expect, MARKER_ASCII, Sample, scan};
use sanitizer_core::{Claim, Outcome, Policy, Role, Run, Stage, Verdict, rebuild, sanitize};
use sanitizer_verify::Untrusted;

fn run() -> Run {
    Run { receipt: "20261125-TEST-0001".to_owned(), now: 1_795_000_000, stage: Stage::Full, ..Run::default() }
}

fn role(sample: &Sample) -> Role {
    if sample.name.to_ascii_lowercase().ends_with(".eml") { Role::Message } else { Role::File }
}

pub(crate) fn pass(sample: &Sample, bytes: &[u8], name: &str) -> Outcome {
    let claim = Claim { name: Some(name), media_type: None, role: role(sample) };
    sanitize(Untrusted::new(bytes), &claim, &Policy::default(), &run())
}

/// The reason the item was held with; a stub counts as held.
fn held(outcome: &Outcome) -> Option<&'static str> {
    match outcome.report.verdict {
        Verdict::Held => Some(outcome.report.part.reason.map_or("none", sanitizer_verify::Reason::code)),
        _ => None,
    }
}

/// Runs `check` over all samples and reports every failure at once.
pub(crate) fn for_all(check: impl Fn(&Sample) -> Result<(), String>) {
    let samples = fixtures::all();
    assert!(!samples.is_empty());
    let failures: Vec<_> = samples
        .iter()
        .filter_map(|sample| check(sample).err().map(|failure| format!("{} ({}): {failure}", sample.name, sample.about)))
        .collect();
    assert!(failures.is_empty(), "{} failures:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_sample_ends_as_expected() {
    for_all(|sample| {
        let outcome = pass(sample, &sample.bytes, &sample.name);
        match (sample.expect, held(&outcome)) {
            (Expect::Clean, None) | (Expect::CleanOrHeld, _) => Ok(()),
            (Expect::Held(want), Some(got)) if want == got => Ok(()),
            (want, got) => Err(format!("expected {want:?}, got {got:?}: {:?}", outcome.report.part.findings)),
        }
    });
}

#[test]
fn no_canary_survives_in_output_or_report() {
    for_all(|sample| {
        let outcome = pass(sample, &sample.bytes, &sample.name);
        if outcome.clean().is_some_and(|clean| scan::contains(clean.bytes(), CANARY)) {
            return Err("a canary survived in the output".to_owned());
        }
        let report = serde_json::to_string(&outcome.report).unwrap();
        if report.contains(CANARY) { Err("a canary stands in the report".to_owned()) } else { Ok(()) }
    });
}

#[test]
fn benign_content_survives() {
    for_all(|sample| {
        let outcome = pass(sample, &sample.bytes, &sample.name);
        match outcome.clean() {
            Some(clean) if sample.marked && held(&outcome).is_none() && !scan::contains(clean.bytes(), MARKER_ASCII) => {
                Err("the marker is gone".to_owned())
            }
            _ => Ok(()),
        }
    });
}

#[test]
fn a_second_pass_changes_nothing() {
    for_all(|sample| {
        let outcome = pass(sample, &sample.bytes, &sample.name);
        let Some(clean) = outcome.clean().filter(|_| !sample.lossy && held(&outcome).is_none()) else { return Ok(()) };
        // A message gets a new trace header on each pass: see mail.rs.
        if clean.format() == sanitizer_verify::Format::Mail {
            return Ok(());
        }
        let name = format!("again.{}", clean.format().extension());
        let again = pass(sample, clean.bytes(), &name);
        match again.clean() {
            None => Err(format!("held in the second pass: {:?} {:?}", again.report.part.reason, again.report.part.findings)),
            Some(second) if second.bytes() != clean.bytes() => Err("changed in the second pass".to_owned()),
            Some(_) => Ok(()),
        }
    });
}

#[test]
fn the_same_input_gives_the_same_output() {
    for_all(|sample| {
        let first = pass(sample, &sample.bytes, &sample.name);
        let second = pass(sample, &sample.bytes, &sample.name);
        if first.clean() == second.clean() && first.report == second.report { Ok(()) } else { Err("differs".to_owned()) }
    });
}

#[test]
fn no_truncation_panics_is_refused_by_the_verifier_or_lets_a_canary_through() {
    for_all(|sample| {
        let claim = Claim { name: Some(&sample.name), media_type: None, role: role(sample) };
        let failures: Vec<_> = (0..64).filter_map(|step| cut(sample, &claim, step).err()).collect();
        if failures.is_empty() { Ok(()) } else { Err(failures.join("; ")) }
    });
}

/// Cuts a sample after `step` of 64 parts of it and looks at what comes of the rest.
fn cut(sample: &Sample, claim: &Claim<'_>, step: usize) -> Result<(), String> {
    let end = sample.bytes.len() * step / 64;
    let draft = rebuild(Untrusted::new(&sample.bytes[..end]), claim, &Policy::default(), &run());
    if draft.report.part.reason == Some(sanitizer_verify::Reason::Internal) {
        return Err(format!("panicked when cut at {end}"));
    }
    let named = |extensions: &[&str]| extensions.iter().any(|extension| sample.name.to_ascii_lowercase().ends_with(extension));
    let part = &draft.report.part;
    // Half a package is damaged; its name is right all the same.
    if named(&[".docx", ".xlsx"])
        && sample.expect != Expect::Held("type_mismatch")
        && part.reason == Some(sanitizer_verify::Reason::TypeMismatch)
    {
        return Err(format!("cut at {end}, it is held for its name"));
    }
    let Ok(rebuilt) = draft.part else { return Ok(()) };
    let clean = sanitizer_verify::verify(rebuilt, &Policy::default().limits)
        .map_err(|refusal| format!("cut at {end}, the verifier refused what was built: {refusal}"))?;
    // A payload cut in two is plain visible text in these.
    if !named(&[".eml", ".txt", ".csv"]) && scan::contains(clean.bytes(), CANARY) {
        return Err(format!("a canary survived the cut at {end}"));
    }
    // Half of these is damaged, and whoever gets what is left of it is told.
    if part.findings.is_empty() && named(&[".docx", ".xlsx", ".zip", ".png", ".gif", ".jpg"]) {
        return Err(format!("cut at {end}, it was released without a finding"));
    }
    Ok(())
}

#[test]
fn an_empty_file_is_called_empty() {
    let outcome = sanitize(Untrusted::new(b""), &Claim { name: Some("a.pdf"), ..Claim::default() }, &Policy::default(), &run());
    assert_eq!(outcome.report.part.reason, Some(sanitizer_verify::Reason::Broken));
    let kinds: Vec<_> = outcome.report.part.findings.iter().map(|finding| finding.kind.code()).collect();
    assert_eq!(kinds, ["core.empty"]);
}

#[test]
fn bombs_leave_their_neighbors_alone() {
    let sample = fixtures::zip::samples().into_iter().find(|sample| sample.name == "zip-bomb-neighbor.zip").unwrap();
    let outcome = pass(&sample, &sample.bytes, &sample.name);
    let reasons = |part: &sanitizer_core::PartReport| part.children.iter().map(|child| child.reason).collect::<Vec<_>>();
    let part = &outcome.report.part;
    assert_eq!(part.children.len(), 4);
    assert_eq!(part.children[1].children.len(), 2);
    // A bomb is held, or arrives without what made it one; what stands beside it arrives.
    assert_eq!(reasons(part).last(), Some(&None));
    assert_eq!(reasons(&part.children[1]).last(), Some(&None));
    assert!(outcome.clean().unwrap().bytes().len() < 1 << 20);
}
