//! The border: what a `Clean` is, and the strict readers that alone can make one.
//!
//! ```text
//! Untrusted ──(sanitizer-core writes anew)──► Rebuilt ──verify──► Clean
//!   came in                                    ours, unproven      may leave
//! ```
//!
//! This crate knows none of the others. What decodes a format here is not what the core builds it with: a mistake in
//! one library must not be able to vouch for itself. It does no I/O, reads no clock and starts no thread.
#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::string_slice)]
#![cfg_attr(
    test,
    allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::string_slice, reason = "tests may be short")
)]

pub mod format;
pub mod limits;
pub mod location;
mod outline;
pub mod readers;
pub mod reason;
pub mod trust;
mod verify;

pub use format::Format;
pub use limits::{Budget, Exceeded, Limits};
pub use location::Location;
pub use outline::{Outline, Page, outline};
pub use readers::Refusal;
pub use reason::Reason;
pub use trust::{Accept, Clean, ReadAt, Rebuilt, Untrusted};
pub use verify::verify;
