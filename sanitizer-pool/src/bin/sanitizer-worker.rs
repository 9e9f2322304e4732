//! A worker and nothing else: what a release starts as its children, linked statically (`make release`).
#![forbid(unsafe_code)]

use std::process::ExitCode;

/// That of musl takes half as long again for a whole message.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    sanitizer_pool::enter_if_worker();
    // Started by hand: there is no job.
    ExitCode::from(2)
}
