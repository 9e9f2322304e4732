//! Which items may share a child, and why that is sound.
//!
//! One item, one address space: a child that has read a file serves nobody after it. The exception is a small message that
//! carries nothing but its own text, because births and deaths would cost more than such a message does.
//!
//! The guard is not the guess made here from outside but what the child does: for a shared message it works with a nesting
//! depth of one, so that the first attached part, whatever it calls itself, ends the run before a byte of it is
//! identified or read, and the item goes to a child of its own. The verify child does the same. So all that a message
//! reaches in a shared child is the code for header fields, MIME structure, character sets and HTML tokens: small, of our
//! own or without `unsafe` on that path, and fuzzed. Whoever took it over all the same could read or falsify the text of
//! at most [`MOST`] small messages that follow; no file, no key, and no acceptance, which is another child's.

use crate::job::{Job, Sharing};
use sanitizer_core::{Role, Stage};
use sanitizer_verify::Limits;

/// Messages that one child serves, at most.
///
/// Two births and deaths cost as much CPU as about a dozen such messages: spread over a hundred they are a tenth of each.
/// More would gain next to nothing, and give whoever took over a child more mail to see.
pub(crate) const MOST: u32 = 100;

/// A longer message goes to a child of its own, in bytes.
pub(crate) const LARGEST: usize = 64 * 1024;

/// What a message with attachments has in its bytes. Only to spare it a vain first try.
const CARRIES: &[&[u8]] = &[b"filename", b"content-type: application/", b"content-type: image/", b"content-type: message/"];

/// The limits in a shared child: the message itself, and nothing inside it.
pub(crate) fn limits(limits: &Limits) -> Limits {
    Limits { depth: limits.depth.min(1), ..limits.clone() }
}

/// How a job is tried first.
pub(crate) fn of(job: &Job, stage: Stage) -> Sharing {
    let is_small_message = job.claim.role == Role::Message && stage == Stage::Full && job.bytes.len() <= LARGEST;
    if is_small_message && !carries(&job.bytes) { Sharing::Text } else { Sharing::Own }
}

fn carries(message: &[u8]) -> bool {
    let lower = message.to_ascii_lowercase();
    CARRIES.iter().any(|mark| lower.windows(mark.len()).any(|window| window == *mark))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::OwnedClaim;
    use sanitizer_core::{Claim, Policy, Run, rebuild};
    use sanitizer_verify::{Format, Rebuilt, Untrusted, verify};
    use std::{path::Path, sync::Arc};

    fn job(role: Role, bytes: &[u8]) -> Job {
        Job {
            bytes: Arc::from(bytes),
            claim: OwnedClaim { role, ..OwnedClaim::default() },
            policy: Arc::new(Policy::default()),
            run: Run::default(),
        }
    }

    #[test]
    fn only_a_small_message_without_attachments_is_tried_in_a_shared_child() {
        let text = b"Subject: a\r\n\r\ntext";
        assert_eq!(of(&job(Role::Message, text), Stage::Full), Sharing::Text);
        assert_eq!(of(&job(Role::File, text), Stage::Full), Sharing::Own);
        assert_eq!(of(&job(Role::Message, &vec![b'a'; LARGEST + 1]), Stage::Full), Sharing::Own);
        let stub = Stage::StubFromHeaders(sanitizer_verify::Reason::Timeout);
        assert_eq!(of(&job(Role::Message, text), stub), Sharing::Own);
        assert_eq!(of(&job(Role::Message, b"Content-Disposition: attachment; FileName=a.pdf"), Stage::Full), Sharing::Own);
    }

    #[test]
    fn in_a_shared_child_no_attached_part_is_identified_or_read() {
        let own = Policy::default();
        let shared = Policy { limits: limits(&own.limits), ..own.clone() };
        let claim = Claim { name: None, media_type: None, role: Role::Message };
        let mut with_parts = 0;
        for sample in fixtures::all() {
            if Path::new(&sample.name).extension().is_none_or(|extension| extension != "eml") {
                continue;
            }
            let built = |policy| rebuild(Untrusted::new(&sample.bytes), &claim, policy, &Run::default());
            let draft = built(&shared);
            for part in draft.report.part.children {
                with_parts += 1;
                assert_eq!((part.format, part.sha256_in, part.children.len()), (Format::Unknown, None, 0), "{}", sample.name);
            }
            // And what carries a part is not accepted in a shared verify child.
            let whole = built(&own);
            let carries = whole.report.part.children.iter().any(|part| part.output.is_some());
            if let (true, Ok(part)) = (carries, whole.part) {
                assert!(verify(Rebuilt::new(part.format(), part.into_bytes()), &shared.limits).is_err(), "{}", sample.name);
            }
        }
        assert!(with_parts > 5, "there are such samples");
    }
}
