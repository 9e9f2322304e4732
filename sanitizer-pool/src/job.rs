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

/// A kind of child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Builds items anew.
    Disarm,
    /// Accepts or refuses what was built.
    Verify,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Disarm, Self::Verify];

    /// Its name, as in metrics and as the worker's argument.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Disarm => "disarm",
            Self::Verify => "verify",
        }
    }
}

/// A job on its way into a disarm child.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DisarmJob {
    pub claim: OwnedClaim,
    pub run: Run,
    /// Bytes of content that follow.
    pub size: u64,
}

/// A disarm child's answer.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct DraftAnswer {
    pub report: Report,
    pub built: Result<Built, Reason>,
}

/// What a disarm child built.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
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
pub(crate) enum Verdict {
    Accepted(Accept),
    Refused(Location),
}
