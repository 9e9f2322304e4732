//! The way in: build, let the verifier check, hold what it refused and build again.

use crate::{
    Claim, Context, DisplayName, Policy, Report, Role, Run, Stage, Wanted, formats,
    report::Verdict,
    settle::{Settle, Settled, Step},
};
use sanitizer_verify::{Clean, Format, Reason, Rebuilt, Untrusted, verify};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a disarm worker makes: something built but not proven, or a reason, and what was found.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The built item. For a message held as a whole this is its stub, and the report's verdict says held.
    pub part: Result<Rebuilt, Reason>,
    /// What was found and done.
    pub report: Report,
    /// Parts in an old format that are held only for want of a converter: with what one made of them in
    /// [`Run::converted`], the item can be built again.
    pub wanted: Vec<Wanted>,
}

/// How an item ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The whole, or why there is none.
    pub part: Part,
    /// Parts that leave beside the whole (none of the present formats makes any).
    pub extras: Vec<(DisplayName, Clean)>,
    /// What was found and done.
    pub report: Report,
}

/// The whole of an item after sanitizing.
#[derive(Clone, Debug)]
pub enum Part {
    /// Accepted by the verifier.
    Clean(Clean),
    /// Held.
    Held(Reason),
}

impl Outcome {
    /// The clean item, if there is one.
    pub fn clean(&self) -> Option<&Clean> {
        match &self.part {
            Part::Clean(clean) => Some(clean),
            Part::Held(_) => None,
        }
    }
}

impl Draft {
    fn held(reason: Reason, claim: &Claim<'_>, policy: &Policy, run: &Run) -> Self {
        Self { part: Err(reason), report: Report::held(reason, claim, policy, run), wanted: Vec::new() }
    }
}

/// Builds one item anew; what the disarm worker does. Never panics: a panic inside becomes `Held(Internal)`.
pub fn rebuild(input: Untrusted<'_>, claim: &Claim<'_>, policy: &Policy, run: &Run) -> Draft {
    catch_unwind(AssertUnwindSafe(|| rebuild_unguarded(input, claim, policy, run)))
        .unwrap_or_else(|_| Draft::held(Reason::Internal, claim, policy, run))
}

fn rebuild_unguarded(input: Untrusted<'_>, claim: &Claim<'_>, policy: &Policy, run: &Run) -> Draft {
    let stage = match run.stage {
        Stage::Full => None,
        Stage::StubFromHeaders(reason) => Some((reason, Some(input))),
        Stage::StubFromEnvelope(reason) => Some((reason, None)),
    };
    if let Some((reason, headers)) = stage {
        return stub(reason, headers, Report::held(reason, claim, policy, run), policy, run);
    }
    let mut cx = Context::new(policy, run);
    let part = cx.descend(input, claim);
    let (report, wanted) = cx.finish();
    let report = Report::close(report, policy, run);
    match part {
        // Each recipient of a message held as a whole learns of it.
        Err(reason) if claim.role == Role::Message => Draft { wanted, ..stub(reason, Some(input), report, policy, run) },
        part => Draft { part, report, wanted },
    }
}

fn stub(reason: Reason, headers: Option<Untrusted<'_>>, mut report: Report, policy: &Policy, run: &Run) -> Draft {
    report.verdict = Verdict::Held;
    let rebuilt = formats::mail::stub(reason, headers, &report, policy, run);
    report.part.output = Some(Format::Mail);
    Draft { part: Ok(rebuilt), report, wanted: Vec::new() }
}

/// Sanitizes one item in this process: for the library, tests and fuzzing. Services use sanitizer-pool, which drives
/// the same [`Settle`] across two worker processes.
///
/// Never fails and never panics: every error is a `Held`.
pub fn sanitize(input: Untrusted<'_>, claim: &Claim<'_>, policy: &Policy, run: &Run) -> Outcome {
    let mut settle = Settle::new(claim.role, run.stage);
    let mut run = run.clone();
    let mut draft = Draft::held(Reason::Internal, claim, policy, &run);
    let mut clean = None;
    loop {
        match settle.step() {
            Step::Build { hold, stage } => {
                run.hold = hold.to_vec();
                run.stage = stage;
                draft = rebuild(input, claim, policy, &run);
                settle.built(draft.part.as_ref().err().copied());
            }
            Step::Check => {
                let part = std::mem::replace(&mut draft.part, Err(Reason::Internal));
                let checked = part.and_then(|rebuilt| {
                    catch_unwind(AssertUnwindSafe(|| verify(rebuilt, &policy.limits))).map_err(|_| Reason::Internal)
                });
                match checked {
                    Ok(Ok(accepted)) => {
                        clean = Some(accepted);
                        settle.accepted();
                    }
                    Ok(Err(refusal)) => settle.refused(&draft.report.part, &refusal.at),
                    Err(reason) => settle.failed(reason),
                }
            }
            Step::Done(Settled::Accepted) => {
                let part = clean.map_or(Part::Held(Reason::Internal), Part::Clean);
                return Outcome { part, extras: Vec::new(), report: draft.report };
            }
            Step::Done(Settled::Held(reason)) => {
                draft.report.hold(reason);
                return Outcome { part: Part::Held(reason), extras: Vec::new(), report: draft.report };
            }
        }
    }
}
