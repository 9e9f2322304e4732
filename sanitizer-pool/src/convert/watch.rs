//! Counts the memory of everything in a jail, from outside.
//!
//! A limit of address space would have to be so high for LibreOffice that a few processes pass any ceiling together, and
//! control groups are not every service's to make. So the parent adds up what all processes below bubblewrap keep of their
//! own, ten times a second while a document is converted. Files in the jail have the ceiling of its file system.

use rustix::process::Pid;
use sanitizer_verify::Reason;
use std::{fs, time::Duration};

/// How often.
const INTERVAL: Duration = Duration::from_millis(100);

/// Processes of a jail at once; LibreOffice takes four. `RLIMIT_NPROC` says so too, but does not bind a service of root's.
pub(super) const PROCESSES: usize = 64;

/// Ends when the processes below `root` keep more than `ceiling` bytes or are too many, and says which.
pub(super) async fn over(root: Pid, ceiling: u64) -> Reason {
    loop {
        match kept(root) {
            None => return Reason::CountLimit,
            Some(bytes) if bytes > ceiling => return Reason::OutOfMemory,
            Some(_) => tokio::time::sleep(INTERVAL).await,
        }
    }
}

/// Bytes that `root` and all below it keep of their own; `None` if they are too many.
fn kept(root: Pid) -> Option<u64> {
    let mut sum = 0_u64;
    let mut open = vec![root.as_raw_nonzero().get()];
    for _ in 0..PROCESSES {
        let Some(pid) = open.pop() else { return Some(sum) };
        sum = sum.saturating_add(own_pages(pid));
        open.extend(children(pid));
    }
    None
}

/// Processes that any thread of this one started.
fn children(pid: i32) -> Vec<i32> {
    let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    let lists = threads.flatten().filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    lists.flat_map(|list| list.split_ascii_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>()).collect()
}

/// `RssAnon` of one process, in bytes; 0 when it is gone.
fn own_pages(pid: i32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok());
    kib.unwrap_or(0).saturating_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_of_a_process_and_of_its_children_is_seen() {
        let own = kept(rustix::process::getpid()).unwrap();
        assert!(own > 1 << 16, "{own}");
        let block = std::hint::black_box(vec![1_u8; 64 << 20]);
        assert!(kept(rustix::process::getpid()).unwrap() >= own + (48 << 20));
        drop(block);
    }
}
