//! The fuzz targets' door: what the parent makes of bytes that hostile children wrote, without the children. Nothing here
//! decides anything; the steps are those of `pool`.

use crate::{
    answer, attest,
    cage::Layer,
    job::{Job, Verdict},
};
use sanitizer_core::{Report, Wanted};
use sanitizer_verify::{Accept, Clean, Format, Location, Reason};

/// What the parent believes after one item's children have spoken.
#[derive(Debug)]
pub struct Heard {
    /// The report it would keep.
    pub report: Report,
    /// What it holds between the two children.
    pub built: Result<(Format, u64), Reason>,
    /// What it would have converted.
    pub wanted: Vec<Wanted>,
    /// What the verify child's answer came to; nothing if it was not asked or talked nonsense.
    pub checked: Option<Checked>,
}

/// What the parent makes of a verify child's answer.
#[derive(Debug)]
pub enum Checked {
    /// It may leave.
    Accepted(Box<(Clean, Accept)>),
    /// The receipt is not about what the parent holds.
    Forged,
    /// Refused at this place.
    Refused(Location),
}

/// The layers a hello names.
pub async fn hello(mut wire: &[u8]) -> Option<Vec<Layer>> {
    answer::hello(&mut wire).await.ok()
}

/// One item's way through the parent, with what its two children wrote. Nothing: the disarm child talked nonsense.
pub async fn hear(job: &Job, mut disarm: &[u8], mut verify: &[u8]) -> Option<Heard> {
    let policy = job.policy.id();
    let draft = answer::draft(&mut disarm, job, &policy).await.ok()?;
    answer::nothing_more(disarm).ok()?;
    let built = draft.answer.built;
    let mut heard = Heard {
        report: draft.answer.report,
        built: built.map(|built| (built.format, built.size)),
        wanted: draft.wanted,
        checked: None,
    };
    let Ok(built) = built else { return Some(heard) };
    let verdict = answer::verdict(&mut verify, &job.policy.limits).await;
    heard.checked =
        verdict.and_then(|said| answer::nothing_more(verify).map(|()| said.verdict)).ok().map(|verdict| match verdict {
            Verdict::Accepted(receipt) => match attest::clean(draft.bytes, built, &policy, &receipt) {
                Some(clean) => Checked::Accepted(Box::new((clean, receipt))),
                None => Checked::Forged,
            },
            Verdict::Refused(at) => Checked::Refused(at),
        });
    Some(heard)
}
