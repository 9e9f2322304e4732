//! Inputs, policy and pool.

use crate::{
    args::{Arguments, RunArguments},
    exit::{Exit, Failure},
    output,
};
use sanitizer_core::{Policy, Role, Run};
use sanitizer_pool::{Job, OwnedClaim, Pool, PoolConfig};
use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// What every job of this run shares.
pub(crate) struct Session {
    pub pool: Pool,
    policy: Arc<Policy>,
    run: Run,
}

impl Session {
    /// Reads the policy and starts `workers` children of each kind.
    pub(crate) async fn start(arguments: &Arguments, run: &RunArguments, workers: usize) -> Result<Self, Failure> {
        let policy = Arc::new(policy(arguments.policy.as_deref())?);
        let pool = Pool::start(workers_of(arguments, workers)?).await.map_err(|error| no_worker(&error))?;
        let missing: Vec<_> =
            pool.missing_layers().iter().filter(|layer| layer.is_required()).map(|layer| layer.code()).collect();
        if !missing.is_empty() && !arguments.quiet {
            // Best effort: whoever runs a command line on a file of theirs is better off with fewer layers than with none.
            output::say(&format!("sanitizer: this machine cannot lock workers in fully, missing: {}", missing.join(", ")));
        }
        let now = run.now.unwrap_or_else(jiff::Timestamp::now).as_second();
        Ok(Self { pool, policy, run: Run { receipt: run.receipt.clone(), now, ..Run::default() } })
    }

    /// A job for these bytes.
    pub(crate) fn job(&self, bytes: Vec<u8>, name: Option<String>, role: Role) -> Job {
        Job {
            bytes: Arc::from(bytes),
            claim: OwnedClaim { name, media_type: None, role },
            policy: Arc::clone(&self.policy),
            run: self.run.clone(),
        }
    }

    /// The policy's limits and id.
    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }
}

/// The pool's configuration, with so many children of each kind.
pub(crate) fn workers_of(arguments: &Arguments, workers: usize) -> Result<PoolConfig, Failure> {
    Ok(PoolConfig {
        workers,
        memory: arguments.memory << 20,
        wall: Duration::from_secs(arguments.timeout),
        ..PoolConfig::for_this_machine().map_err(|error| no_worker(&error))?
    })
}

pub(crate) fn no_worker(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Exit::Temporary, format!("no worker: {error}"))
}

/// The policy in `file`, or the embedded default.
pub(crate) fn policy(file: Option<&Path>) -> Result<Policy, Failure> {
    let Some(path) = file else { return Ok(Policy::default()) };
    let text = fs::read_to_string(path).map_err(|error| Failure::new(Exit::Config, format!("{}: {error}", path.display())))?;
    Policy::from_toml(&text).map_err(|error| Failure::new(Exit::Config, format!("{}: {error}", path.display())))
}

/// All bytes of `path`, or of standard input for `-`; never more than `limit` and one.
pub(crate) fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let capped = limit.saturating_add(1);
    if is_stdin(path) {
        io::stdin().lock().take(capped).read_to_end(&mut bytes)?;
    } else {
        fs::File::open(path)?.take(capped).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// The name a file claims: its last component.
pub(crate) fn claimed_name(path: &Path, given: Option<&String>) -> Option<String> {
    let own = || path.file_name().filter(|_| !is_stdin(path)).map(|name| name.to_string_lossy().into_owned());
    given.cloned().or_else(own)
}

/// An input and where its output goes below `--out-dir`.
pub(crate) struct Found {
    pub path: PathBuf,
    pub folder: PathBuf,
}

/// Files as they are named and, with `recursive`, those below folders, in order of their names.
pub(crate) fn find(inputs: &[PathBuf], recursive: bool) -> Result<Vec<Found>, Failure> {
    let mut found = Vec::new();
    for input in inputs {
        if !is_stdin(input) && input.is_dir() {
            if !recursive {
                return Err(Failure::new(Exit::Usage, format!("{} is a folder: add -r to walk into it", input.display())));
            }
            walk(input, Path::new(""), &mut found)
                .map_err(|error| Failure::new(Exit::Io, format!("{}: {error}", input.display())))?;
        } else {
            found.push(Found { path: input.clone(), folder: PathBuf::new() });
        }
    }
    Ok(found)
}

fn walk(dir: &Path, relative: &Path, found: &mut Vec<Found>) -> io::Result<()> {
    let mut entries = fs::read_dir(dir)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), &relative.join(entry.file_name()), found)?;
        } else if kind.is_file() {
            found.push(Found { path: entry.path(), folder: relative.to_owned() });
        }
    }
    Ok(())
}
