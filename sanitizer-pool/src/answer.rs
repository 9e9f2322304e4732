//! What the parent reads of a child's answer. Every number in it is the child's word, weighed here before it costs
//! anything; what is handed on may be kept and shown.

use crate::{
    believe,
    cage::Layer,
    child::Broken,
    convert::wire,
    frame::{self, Tag},
    hello::Hello,
    job::{DraftAnswer, Job, Verdict, VerdictAnswer},
};
use sanitizer_core::Wanted;
use sanitizer_verify::Limits;
use serde::de::DeserializeOwned;
use std::io;
use tokio::io::AsyncRead;

/// A disarm child's answer with all that followed it.
pub(crate) struct Draft {
    /// The answer, believed.
    pub answer: DraftAnswer,
    /// What was built; empty if nothing was.
    pub bytes: Vec<u8>,
    /// Parts that are to be converted.
    pub wanted: Vec<Wanted>,
}

/// A child's hello: the layers it says it is in.
pub(crate) async fn hello(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<Layer>> {
    serde_json::from_slice::<Hello>(&frame::receive(from, Tag::Hello).await?)?.layers()
}

/// A disarm child's answer to `job` under the policy with this id.
pub(crate) async fn draft(from: &mut (impl AsyncRead + Unpin), job: &Job, policy: &str) -> Result<Draft, Broken> {
    let answer = parse(&frame::receive(from, Tag::Draft).await?)?;
    let answer = believe::believed(answer, job, policy)?;
    let mut bytes = Vec::new();
    if let Ok(built) = answer.built {
        // The child's word about a size is believed only up to what the policy lets an item grow to.
        if built.size > job.policy.limits.expanded_bytes.saturating_add(job.policy.limits.input_bytes) {
            return Err(Broken::Garbage);
        }
        bytes = frame::receive_content(from, built.size).await?;
    }
    let wanted = wire::receive_wanted(from, &answer.wanted).await?;
    Ok(Draft { answer, bytes, wanted })
}

/// A verify child's answer.
pub(crate) async fn verdict(from: &mut (impl AsyncRead + Unpin), limits: &Limits) -> Result<VerdictAnswer, Broken> {
    let answer: VerdictAnswer = parse(&frame::receive(from, Tag::Verdict).await?)?;
    if let Verdict::Refused(at) = &answer.verdict
        && at.steps().len() > usize::try_from(limits.depth).unwrap_or(usize::MAX)
    {
        return Err(Broken::Garbage);
    }
    Ok(answer)
}

/// One answer a job: a child that has said more than that is none of ours any more.
pub(crate) const fn nothing_more(unread: &[u8]) -> Result<(), Broken> {
    if unread.is_empty() { Ok(()) } else { Err(Broken::Garbage) }
}

fn parse<T: DeserializeOwned>(payload: &[u8]) -> Result<T, Broken> {
    serde_json::from_slice(payload).map_err(|_| Broken::Garbage)
}
