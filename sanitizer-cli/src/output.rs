//! Writing: data to standard output or, complete or not at all, to a file; words to standard error.

use sanitizer_verify::Clean;
use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

/// Says something to the person at the terminal.
pub(crate) fn say(message: &str) {
    // Nobody listens: no reason to fail.
    let _ = writeln!(io::stderr().lock(), "{message}");
}

/// Writes an accepted output: to standard output for `-`, else beside its place, synced and renamed.
pub(crate) fn write_clean(path: &Path, clean: &Clean) -> io::Result<()> {
    write(path, clean.bytes())
}

/// The same for a report.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if crate::input::is_stdin(path) {
        let mut stdout = io::stdout().lock();
        stdout.write_all(bytes)?;
        return stdout.flush();
    }
    let beside = beside(path);
    let written = create(&beside, bytes).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // The error that matters is the first one.
        let _ = fs::remove_file(&beside);
    }
    written
}

fn create(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// A name in the same folder that no other run uses.
fn beside(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}
