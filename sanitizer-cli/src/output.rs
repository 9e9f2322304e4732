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
    target: Target,
}

enum Target {
    Stdout,
    /// A pipe or a device, which is written to and never replaced.
    Stream(fs::File),
    /// A file beside the place it goes to.
    File {
        place: PathBuf,
        beside: PathBuf,
        file: fs::File,
    },
    Finished,
}

impl Pending {
    /// Opens what stands at `path` if it is a pipe or a device, else a file beside it.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let target = if crate::input::is_stdin(path) {
            Target::Stdout
        } else {
            match fs::metadata(path) {
                Ok(there) if there.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
                Ok(there) if !there.is_file() => Target::Stream(fs::OpenOptions::new().write(true).open(path)?),
                // A link stays one; what it leads to is replaced.
                Ok(_) => Target::beside(fs::canonicalize(path)?)?,
                Err(_) => Target::beside(path.to_owned())?,
            }
        };
        Ok(Self { target })
    }

    /// Writes everything and puts it in its place.
    pub(crate) fn finish(mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.target {
            Target::Stdout => {
                let mut stdout = io::stdout().lock();
                stdout.write_all(bytes)?;
                stdout.flush()?;
            }
            Target::Stream(stream) => {
                stream.write_all(bytes)?;
                stream.flush()?;
            }
            Target::File { place, beside, file } => {
                file.write_all(bytes)?;
                file.sync_all()?;
                fs::rename(beside, place)?;
            }
            Target::Finished => {}
        }
        self.target = Target::Finished;
        Ok(())
    }
}

impl Target {
    fn beside(place: PathBuf) -> io::Result<Self> {
        let beside = beside(&place);
        let file = fs::File::create(&beside)?;
        Ok(Self::File { place, beside, file })
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Target::File { beside, .. } = &self.target {
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
