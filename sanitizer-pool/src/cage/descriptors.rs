//! Closing what the child inherited.

use std::{fs, io};

/// Standard output, the highest descriptor that carries frames.
const LAST_FRAME: i32 = 1;

/// Closes everything but standard input and output, and looks whether that is so.
///
/// Whoever started the service may have leaked descriptors into it, and standard error is of no use here. Nothing in this
/// process owns any of them at this point: `main` has only begun.
pub(super) fn close_all_but_frames() -> bool {
    let Ok(open) = open() else { return false };
    for descriptor in open {
        // One of them belonged to the listing itself and is closed already.
        let _ = nix::unistd::close(descriptor);
    }
    // The one left is the second listing's own.
    open_again().is_ok_and(|open| open <= 1)
}

fn open() -> io::Result<Vec<i32>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc/self/fd")? {
        let name = entry?.file_name();
        let number = name.to_str().and_then(|name| name.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
        if number > LAST_FRAME {
            found.push(number);
        }
    }
    Ok(found)
}

fn open_again() -> io::Result<usize> {
    Ok(open()?.len())
}
