//! What two hostile children say about one item: honest answers with lies in their values, in their lengths, in their order.

use super::lies::{self, Lie};
use crate::policy;
use arbitrary::Arbitrary;
use fixtures::zip::{Archive, Entry};
use sanitizer_core::{Role, rebuild};
use sanitizer_pool::{Job, OwnedClaim};
use sanitizer_verify::{Untrusted, verify};
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};

/// The item, and what is said of it.
#[derive(Arbitrary, Debug)]
pub struct Conversation {
    item: u8,
    draft: Vec<Lie>,
    verdict: Vec<Lie>,
    disarm: Vec<Twist>,
    verify: Vec<Twist>,
}

/// A lie about a frame.
#[derive(Arbitrary, Debug)]
enum Twist {
    Tag(u8, u8),
    Length(u8, u32),
    Byte(u8, u16, u8),
    Cut(u8, u16),
    Split(u8, u16),
    Empty(u8, u8),
    Twice(u8),
    Drop(u8),
    Behind(Vec<u8>),
}

/// One frame: what it says it is, how long it says it is, and what it is.
#[derive(Clone)]
struct Frame {
    tag: u8,
    length: u32,
    payload: Vec<u8>,
}

/// The tags of what children say: `sanitizer-pool/src/frame.rs`.
const DATA: u8 = 4;
const DRAFT: u8 = 5;
const VERDICT: u8 = 6;

/// An item and what honest children say of it.
struct Honest {
    job: Job,
    draft: Value,
    content: Vec<Vec<u8>>,
    verdict: Value,
}

const RTF: &[u8] = b"{\\rtf1\\ansi text}";

static HONEST: LazyLock<Vec<Honest>> = LazyLock::new(|| {
    let archive = Archive::of(vec![Entry::stored("a.txt", b"text"), Entry::stored("old.rtf", RTF)]).bytes();
    let mail = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: s\r\n\r\ntext\r\n";
    vec![
        Honest::of("a.txt", Role::File, b"text"),
        Honest::of("", Role::Message, mail),
        Honest::of("a.zip", Role::File, &archive),
        Honest::of("a.rtf", Role::File, RTF),
        Honest::of("a.pdf", Role::File, b"%PDF-1.7 no more than this"),
    ]
});

impl Honest {
    fn of(name: &str, role: Role, bytes: &[u8]) -> Self {
        let claim = OwnedClaim { name: Some(name.to_owned()).filter(|name| !name.is_empty()), media_type: None, role };
        let job = Job { bytes: Arc::from(bytes), claim, policy: Arc::new(policy()), run: crate::run() };
        let borrowed = sanitizer_core::Claim { name: job.claim.name.as_deref(), media_type: None, role };
        let draft = rebuild(Untrusted::new(bytes), &borrowed, &job.policy, &job.run);
        let wanted: Vec<_> =
            draft.wanted.iter().map(|part| json!({ "at": part.at, "format": part.format, "size": part.bytes.len() })).collect();
        let built = match &draft.part {
            Ok(part) => json!({ "Ok": { "format": part.format(), "size": part.bytes().len() } }),
            Err(reason) => json!({ "Err": reason }),
        };
        let mut content: Vec<_> = draft.part.iter().map(|part| part.bytes().to_vec()).collect();
        content.extend(draft.wanted.into_iter().map(|part| part.bytes));
        content.retain(|bytes| !bytes.is_empty());
        let checked = draft.part.ok().map(|part| verify(part, &job.policy.limits));
        let verdict = match checked {
            Some(Ok(clean)) => json!({ "Accepted": clean.receipt(job.policy.id()) }),
            _ => json!({ "Refused": "/" }),
        };
        let report = draft.report;
        Self {
            job,
            draft: json!({ "report": report, "built": built, "needs_own": false, "panicked": false, "wanted": wanted }),
            content,
            verdict: json!({ "verdict": verdict, "panicked": false }),
        }
    }
}

impl Conversation {
    /// What honest children say.
    pub const fn honest(item: u8) -> Self {
        Self { item, draft: Vec::new(), verdict: Vec::new(), disarm: Vec::new(), verify: Vec::new() }
    }

    /// The job, what the disarm child writes, what the verify child writes.
    pub fn write(&self) -> (&'static Job, Vec<u8>, Vec<u8>) {
        let honest = &HONEST[usize::from(self.item) % HONEST.len()];
        let mut disarm = vec![Frame::of(DRAFT, lies::told(honest.draft.clone(), &self.draft).to_string().into_bytes())];
        disarm.extend(honest.content.iter().map(|bytes| Frame::of(DATA, bytes.clone())));
        let verdict = lies::told(honest.verdict.clone(), &self.verdict).to_string().into_bytes();
        (&honest.job, twisted(disarm, &self.disarm), twisted(vec![Frame::of(VERDICT, verdict)], &self.verify))
    }
}

impl Frame {
    fn of(tag: u8, payload: Vec<u8>) -> Self {
        Self { tag, length: u32::try_from(payload.len()).unwrap_or(u32::MAX), payload }
    }
}

fn twisted(mut frames: Vec<Frame>, twists: &[Twist]) -> Vec<u8> {
    let mut behind = Vec::new();
    for twist in twists.iter().take(8) {
        twist.apply(&mut frames, &mut behind);
    }
    let mut wire = Vec::new();
    for frame in &frames {
        wire.push(frame.tag);
        wire.extend_from_slice(&frame.length.to_le_bytes());
        wire.extend_from_slice(&frame.payload);
    }
    wire.extend_from_slice(&behind);
    wire
}

impl Twist {
    fn apply(&self, frames: &mut Vec<Frame>, behind: &mut Vec<u8>) {
        let (Self::Tag(at, _)
        | Self::Length(at, _)
        | Self::Byte(at, ..)
        | Self::Cut(at, _)
        | Self::Split(at, _)
        | Self::Empty(at, _)
        | Self::Twice(at)
        | Self::Drop(at)) = self
        else {
            if let Self::Behind(bytes) = self {
                behind.extend_from_slice(bytes);
            }
            return;
        };
        if frames.is_empty() {
            return;
        }
        let at = usize::from(*at) % frames.len();
        let frame = &mut frames[at];
        match self {
            Self::Tag(_, tag) => frame.tag = *tag,
            Self::Length(_, length) => frame.length = *length,
            Self::Byte(_, place, byte) => {
                let place = usize::from(*place) % frame.payload.len().max(1);
                frame.payload.get_mut(place).into_iter().for_each(|old| *old = *byte);
            }
            Self::Cut(_, length) => frame.payload.truncate((*length).into()),
            Self::Split(_, place) => {
                let second = frame.payload.split_off(usize::from(*place) % frame.payload.len().max(1));
                let first = std::mem::take(&mut frame.payload);
                let tag = frame.tag;
                frames.splice(at..=at, [Frame::of(tag, first), Frame::of(tag, second)]);
            }
            Self::Empty(_, tag) => frames.insert(at, Frame::of(*tag, Vec::new())),
            Self::Twice(_) => frames.insert(at, frames[at].clone()),
            _ => drop(frames.remove(at)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sanitizer_pool::fuzzing::{Checked, hear};

    #[test]
    fn honest_children_are_believed() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut accepted = 0;
        let mut wanted = 0;
        for item in 0..5 {
            let (job, disarm, verify) = Conversation::honest(item).write();
            let heard = runtime.block_on(hear(job, &disarm, &verify)).unwrap();
            accepted += usize::from(matches!(heard.checked, Some(Checked::Accepted(_))));
            wanted += heard.wanted.len();
        }
        assert_eq!((accepted, wanted), (3, 2));
    }
}
