//! Where hostile bytes are parsed: in supervised child processes, never in the process that owns sockets and keys.
//!
//! ```text
//!            Job ──frames──► disarm child ──frames──► built bytes + report
//!  Pool                                                    │ the parent holds them
//!            bytes ─frames─► verify child ──frames──► Accept { sha256, … } ──attest──► Clean
//! ```
//!
//! A child gets one job at a time over length-capped frames and answers over the same; the parent believes it about
//! nothing that it cannot check. Wall time is the parent's: it kills. Any abnormal end replaces the child and holds
//! the item with the reason. Disarm and verify run in different children, so that one bug cannot vouch for itself.
//!
//! A worker is the same executable, started with a hidden first argument: [`enter_if_worker`] is line one of every
//! `main`.

mod attest;
mod child;
mod frame;
mod job;
mod pool;
mod slots;
mod worker;

pub use job::{Done, Job, Kind, OwnedClaim};
pub use pool::{Pool, PoolConfig, PoolError};
pub use slots::{Ends, Protection};
pub use worker::enter_if_worker;
