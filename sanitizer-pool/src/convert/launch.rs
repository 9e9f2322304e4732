//! From a worker to bubblewrap: what has to be done between the service's process and the jail's first.
//!
//! bubblewrap hands every descriptor it inherits on to what it runs, and reads its lists of system calls from descriptors.
//! So the service starts our own program, which closes all descriptors but the pipes of the jail, whoever leaked them into
//! the service, writes the lists to sealed files in memory, and becomes bubblewrap. Nothing here has seen a document.

use super::calls;
use crate::cage::descriptors;
use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, memfd_create, seek};
use std::{
    ffi::{OsStr, OsString},
    fs::File,
    io::{self, Write as _},
    os::{fd::AsRawFd as _, unix::process::CommandExt as _},
    process::Command,
};

/// What a worker that becomes a jail is called in its argument.
pub(crate) const JAIL: &str = "jail";

/// Whether the lists of system calls are put on: the self-test leaves them out to see what is behind them.
pub(super) const LISTED: &str = "listed";
pub(super) const UNLISTED: &str = "unlisted";

/// Becomes bubblewrap. Arguments: `listed` or not, bubblewrap's path, its own. Returns only if that failed, and why.
pub(crate) fn become_bubblewrap(mut arguments: impl Iterator<Item = OsString>) -> io::Error {
    let (Some(listed), Some(bubblewrap)) = (arguments.next(), arguments.next()) else {
        return io::ErrorKind::InvalidInput.into();
    };
    if !descriptors::close_above(descriptors::STANDARD) {
        return io::ErrorKind::PermissionDenied.into();
    }
    let lists = if listed == OsStr::new(UNLISTED) { Ok(Vec::new()) } else { lists() };
    match lists {
        Err(error) => error,
        Ok(lists) => {
            let mut command = Command::new(bubblewrap);
            for list in &lists {
                command.arg("--add-seccomp-fd").arg(list.as_raw_fd().to_string());
            }
            command.args(arguments).exec()
        }
    }
}

/// The lists in files that bubblewrap inherits, and that nobody can change any more.
fn lists() -> io::Result<Vec<File>> {
    calls::programs().map_err(|_| io::ErrorKind::Unsupported)?.iter().map(|program| sealed(program)).collect()
}

fn sealed(content: &[u8]) -> io::Result<File> {
    // Inherited on purpose: there is no flag that closes it at the start of a program.
    let mut file = File::from(memfd_create("calls", MemfdFlags::ALLOW_SEALING)?);
    file.write_all(content)?;
    fcntl_add_seals(&file, SealFlags::WRITE | SealFlags::GROW | SealFlags::SHRINK | SealFlags::SEAL)?;
    seek(&file, rustix::fs::SeekFrom::Start(0))?;
    Ok(file)
}
