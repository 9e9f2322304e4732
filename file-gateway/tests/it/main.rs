//! The gateway's promises: its routers asked without a socket, and the program itself from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "test support: what does not work must stop the test"
)]

mod bed;
mod browser;
mod common;
mod faces;
mod files;
mod forms;
mod mail;
mod old;
mod problems;
mod process;
