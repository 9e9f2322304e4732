//! A worker and nothing else: for tests, and for programs that use the pool as a library without giving up their
//! first argument.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    sanitizer_pool::enter_if_worker();
    // Started by hand: there is no job.
    ExitCode::from(2)
}
