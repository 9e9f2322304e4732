//! Where hostile bytes are parsed: in supervised child processes, never in the process that owns sockets and keys.
//!
//! ```text
//!            Job ──frames──► disarm child ──frames──► built bytes + report
//!  Pool                                                    │ the parent holds them
//!            bytes ─frames─► verify child ──frames──► Accept { sha256, … } ──attest──► Clean
//! ```
//!
//! A child locks itself into a cage (`cage`) before it reads a byte of a job, gets one job at a time over length-capped
//! frames and answers over the same; the parent believes it about nothing that it cannot check. Wall time is the parent's:
//! it kills. Any abnormal end replaces the child and holds the item with the reason. A child serves one item that carries
//! files, or a few small messages without any (`sharing`). Disarm and verify run in different children, so that one bug
//! cannot vouch for itself.
//!
//! Parts in an old format make a detour: the disarm child asks for them, the parent has them converted by LibreOffice in a
//! jail of its own (`convert`), and the item is built again with what came of it, as untrusted as before.
//!
//! A worker is the program `sanitizer-worker` beside the executable, or else the executable itself, started with a hidden
//! first argument: [`enter_if_worker`] is line one of every `main` (`hello`).

mod answer;
mod attest;
mod believe;
mod cage;
mod child;
mod convert;
mod end;
mod frame;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod hello;
mod job;
mod kind;
mod nursery;
mod pool;
mod selftest;
mod sharing;
mod slots;
mod worker;

pub use cage::{Layer, document::tables as cage_tables, probe::Probe};
pub use convert::{
    Conversion, Converter, ConverterConfig,
    probe::{JailLayer, JailProbe},
    tested::{JailRow, JailTest},
};
pub use end::{End, Ends};
pub use job::{Done, Job, OwnedClaim};
pub use kind::Kind;
pub use pool::{Pool, PoolConfig, PoolError};
pub use selftest::{Depth, Row, SelfTest, Stop, self_test};
#[cfg(feature = "planted-exploit")]
pub use worker::enter_if_planted;
pub use worker::enter_if_worker;
