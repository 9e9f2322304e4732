//! What is dangerous in a file or a mail, and how it is taken out.
//!
//! ```text
//!  Untrusted ─► identify ─► Policy ─► Disarm ─► (verify) ─► Outcome
//!  + Claim      content     rebuild   read, keep what is     part:   Clean | Held(Reason)
//!               decides     or hold   known good, write      report: Report
//!                  ▲                  anew; an old format waits for a converter (convert) and is then built like any other
//!                  └── Context::descend(child): the only recursion, on the same Budget
//! ```
//!
//! Pure: bytes in, [`Outcome`] out. No I/O, no clock, no threads, no environment: everything that is not in the bytes
//! comes in through [`Run`].
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::string_slice)]
#![cfg_attr(
    test,
    allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::string_slice, reason = "tests may be short")
)]

pub mod convert;
pub mod disarm;
pub mod formats;
pub mod identify;
pub mod policy;
pub mod report;
mod run;
mod sanitize;
pub mod settle;
pub mod syntax;

pub use convert::{Converted, Wanted};
pub use disarm::{Context, Disarm, DisarmError};
pub use identify::{Claim, Role};
pub use policy::Policy;
pub use report::{Action, DisplayName, Finding, FindingKind, PartReport, Report, Verdict};
pub use run::{Envelope, Run, Stage};
pub use sanitize::{Draft, Outcome, Part, rebuild, sanitize};
pub use settle::Settle;
