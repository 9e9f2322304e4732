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
    Pending::open(path)?.finish(bytes)
}

/// A place something will be written to: opened early, so that a place that cannot be written to is found before any
/// work is done. Dropped unfinished, it leaves nothing, and what stood there before stays.
pub(crate) struct Pending {
    path: PathBuf,
    /// The file beside its place; none for standard output.
    beside: Option<(PathBuf, fs::File)>,
}

impl Pending {
    /// Opens a file beside `path`.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let beside = if crate::input::is_stdin(path) {
            None
        } else {
            let beside = beside(path);
            let file = fs::File::create(&beside)?;
            Some((beside, file))
        };
        Ok(Self { path: path.to_owned(), beside })
    }

    /// Writes everything and puts it in its place.
    pub(crate) fn finish(mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.beside {
            None => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(bytes)?;
                stdout.flush()
            }
            Some((beside, file)) => {
                file.write_all(bytes)?;
                file.sync_all()?;
                fs::rename(&*beside, &self.path)?;
                self.beside = None;
                Ok(())
            }
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some((beside, _)) = &self.beside {
            // The error that matters has been reported.
            let _ = fs::remove_file(beside);
        }
    }
}

/// A name in the same folder that no other run uses.
fn beside(path: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.part", std::process::id()));
    path.with_file_name(name)
}
