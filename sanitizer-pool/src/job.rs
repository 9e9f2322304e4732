//! What goes into the pool and what comes out, and how both look on the wire.

use sanitizer_core::{Claim, Policy, Report, Role, Run};
use sanitizer_verify::{Accept, Clean, Format, Limits, Location, Reason};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// One item to sanitize.
#[derive(Clone, Debug)]
pub struct Job {
    /// The bytes as they came in.
    pub bytes: Arc<[u8]>,
    /// What the sender says they are.
    pub claim: OwnedClaim,
    /// The policy.
    pub policy: Arc<Policy>,
    /// Everything else.
    pub run: Run,
}

/// A [`Claim`] that owns its text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnedClaim {
    /// File name.
    pub name: Option<String>,
    /// Media type.
    pub media_type: Option<String>,
    /// Where the item stands.
    pub role: Role,
}

impl OwnedClaim {
    pub(crate) fn borrow(&self) -> Claim<'_> {
        Claim { name: self.name.as_deref(), media_type: self.media_type.as_deref(), role: self.role }
    }
}

/// How an item ended.
#[derive(Clone, Debug)]
pub struct Done {
    /// The clean item with the verifier's receipt, or why there is none.
    pub part: Result<(Clean, Accept), Reason>,
    /// What was found and done.
    pub report: Report,
}

/// Whom a child may serve beside this item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sharing {
    /// Nobody: the child is replaced after it.
    Own,
    /// Up to [`sharing::MOST`](crate::sharing::MOST) small messages that carry nothing but their text.
    Text,
}

/// A job on its way into a disarm child.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DisarmJob {
    pub claim: OwnedClaim,
    pub run: Run,
    pub sharing: Sharing,
    /// Bytes of content that follow.
    pub size: u64,
    /// What a converter made of parts, in the order in which it follows the content.
    pub converted: Vec<ConvertedPart>,
}

/// What a converter made of the part at a place: so many bytes that follow, or nothing.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ConvertedPart {
    pub at: Location,
    pub made: Result<u64, Reason>,
}

/// A disarm child's answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DraftAnswer {
    pub report: Report,
    pub built: Result<Built, Reason>,
    /// The item carries more than its text: in a child that is shared nothing of that was read.
    pub needs_own: bool,
    /// A panic was caught on the way.
    pub panicked: bool,
    /// Parts to be converted, in the order in which they follow what was built.
    pub wanted: Vec<WantedPart>,
}

/// A part that is to be converted; so many bytes of it follow, none for the item itself.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedPart {
    pub at: Location,
    pub format: Format,
    pub size: u64,
}

/// What a disarm child built.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Built {
    pub format: Format,
    /// Bytes of content that follow.
    pub size: u64,
}

/// A job on its way into a verify child.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct VerifyJob {
    pub format: Format,
    pub limits: Limits,
    pub policy: String,
    /// Bytes of content that follow.
    pub size: u64,
}

/// A verify child's answer.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerdictAnswer {
    pub verdict: Verdict,
    /// A panic was caught on the way.
    pub panicked: bool,
}

/// What the verifier says.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Verdict {
    Accepted(Accept),
    Refused(Location),
}
