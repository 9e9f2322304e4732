//! Closing what the child inherited.

use std::{fs, io};

/// Standard output, the highest descriptor that carries frames. Standard error is of no use in a cage.
pub(super) const FRAMES: i32 = 1;

/// Standard error, the highest that every program expects.
pub(crate) const STANDARD: i32 = 2;

/// Closes everything above descriptor `last`, and looks whether that is so.
///
/// Whoever started the service may have leaked descriptors into it. Nothing in this process owns any of them at this
/// point: `main` has only begun.
pub(crate) fn close_above(last: i32) -> bool {
    let Ok(open) = open(last) else { return false };
    for descriptor in open {
        // One of them belonged to the listing itself and is closed already.
        let _ = nix::unistd::close(descriptor);
    }
    // The one left is the second listing's own.
    self::open(last).is_ok_and(|open| open.len() <= 1)
}

fn open(last: i32) -> io::Result<Vec<i32>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc/self/fd")? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
        if number > last {
            found.push(number);
        }
    }
    Ok(found)
}
