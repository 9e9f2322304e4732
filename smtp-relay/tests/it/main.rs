//! The relay's tests: conversations without a process, and real processes end to end.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "helpers of tests: a step that fails must stop the test and say why"
)]

mod attachments;
mod conversation;
mod delivery;
mod intake;
mod kill;
mod old;
mod sink;
mod support;
