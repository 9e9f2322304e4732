//! Everything a run depends on that is not in the bytes.

use crate::{DisplayName, convert::Converted};
use sanitizer_verify::{Location, Reason};
use serde::{Deserialize, Serialize};

/// What one run is told from outside. Same bytes, same claim, same policy, same `Run`: same output.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Run {
    /// 受付番号, made at intake from the item's id.
    pub receipt: String,
    /// The moment of the run, in seconds since 1970-01-01T00:00:00Z.
    pub now: i64,
    /// Parts a verifier refused in an earlier round: they are held.
    pub hold: Vec<Location>,
    /// What a converter made of the parts of an earlier round's [`Draft::wanted`](crate::Draft::wanted), or why it made
    /// nothing of them. Beside a run on the wire, never in it.
    #[serde(skip)]
    pub converted: Converted,
    /// How much of the item this run may read.
    pub stage: Stage,
    /// For a mail: who sent it to whom, as SMTP said.
    pub envelope: Option<Envelope>,
}

/// How much of the item a run may read. The later stages exist for mail whose full rebuild killed its worker.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Everything.
    #[default]
    Full,
    /// A stub for the message held with this reason, its headers read once more.
    StubFromHeaders(Reason),
    /// A stub for the message held with this reason, from the envelope alone.
    StubFromEnvelope(Reason),
}

/// An SMTP envelope (RFC 5321, 2.3.1), as far as a stub names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// The reverse-path, empty for a null sender.
    pub from: String,
    /// The forward-paths.
    pub to: Vec<String>,
}

impl Envelope {
    /// The sender, safe to show.
    pub fn display_from(&self) -> DisplayName {
        DisplayName::new(&self.from)
    }
}
