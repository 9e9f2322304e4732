//! Resource limits. Each is set as soft and hard limit, so that it cannot be raised again.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::{fs, os::unix::fs::MetadataExt as _};

/// The most a stack may grow to, in bytes.
const STACK: u64 = 7 << 20;

/// Room between our ceiling and the one the process was started with, in bytes.
const STACK_MARGIN: u64 = 1 << 20;

fn limit(resource: Resource, value: u64) -> bool {
    setrlimit(resource, Rlimit { current: Some(value), maximum: Some(value) }).is_ok()
}

/// The folder of the process's threads has a link for each beside its own two.
pub(super) fn one_thread() -> bool {
    fs::metadata("/proc/self/task").is_ok_and(|tasks| tasks.nlink() == 3)
}

pub(super) fn memory(bytes: u64) -> bool {
    limit(Resource::As, bytes)
}

/// Below what the process was started with. That is what tells the two limits apart afterwards: the run-time library
/// takes a fault on the guard page it knows of for an overflow and aborts, as it does when memory is at an end. With the
/// ceiling moved up, an overflow faults elsewhere and ends as SIGSEGV.
pub(super) fn stack() -> bool {
    let inherited = getrlimit(Resource::Stack).current.unwrap_or(u64::MAX);
    limit(Resource::Stack, STACK.min(inherited.saturating_sub(STACK_MARGIN)))
}

pub(super) fn no_core() -> bool {
    limit(Resource::Core, 0)
}

pub(super) fn no_file_growth() -> bool {
    limit(Resource::Fsize, 0)
}

pub(super) fn no_processes() -> bool {
    limit(Resource::Nproc, 0)
}

pub(super) fn no_descriptors() -> bool {
    limit(Resource::Nofile, 0)
}
