//! The converter: LibreOffice, one process a document, in a jail of bubblewrap, started ahead where that pays.
//!
//! ```text
//!  disarm child ──wants /1, doc──► parent ──doc──► jail: sh ─► soffice ──docx──► parent
//!  disarm child ◄──job again, with the docx for /1─┘         identified, built anew, verified: as untrusted as the doc was
//! ```
//!
//! What the jail is made of stands in `jail`, what LibreOffice is told in `profile` and `inside.sh`. The parent counts the
//! jail's memory and time, reads no more than it allows, and believes nothing: a document that takes LibreOffice over has
//! a jail without network, files, neighbours or a second document, and can but write bytes that are then parsed in a cage.

pub(crate) mod calls;
mod jail;
mod launch;
pub(crate) mod probe;
mod profile;
pub(crate) mod tested;
mod watch;
pub(crate) mod wire;

use crate::{job::Job, nursery::Nursery};
use jail::Jail;
use sanitizer_core::{Converted, Wanted};
use sanitizer_verify::{Format, Reason};
use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::sync::Semaphore;

/// Where distributions and the project's own packages put LibreOffice's programs.
const PROGRAMS: &[&str] = &[
    "/usr/lib/libreoffice/program",
    "/usr/lib64/libreoffice/program",
    "/opt/libreoffice/program",
    "/usr/local/lib/libreoffice/program",
];

/// Where bubblewrap is.
const BUBBLEWRAP: &[&str] = &["/usr/bin/bwrap", "/usr/local/bin/bwrap"];

/// All conversions of one item may take so many times what one may.
const ITEM: u32 = 4;

/// Does what a worker of this name is started for, if it is the converter's business, and gives its exit code.
pub(crate) fn enter(name: &str, arguments: impl Iterator<Item = OsString>) -> Option<i32> {
    match name {
        // Returns only if it did not become another program; the parent sees that nobody speaks.
        launch::JAIL => Some(launch::become_bubblewrap(arguments).raw_os_error().unwrap_or(1)),
        probe::INSIDE => Some(i32::from(probe::try_inside(arguments).is_err())),
        _ => None,
    }
}

/// How a converter is set up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConverterConfig {
    /// bubblewrap's executable.
    pub bubblewrap: PathBuf,
    /// LibreOffice's folder of programs, with `soffice.bin` and `oosplash`.
    pub libreoffice: PathBuf,
    /// Documents converted at once.
    pub at_once: usize,
    /// Jails kept ready with LibreOffice started, from the first document on: where none comes, none waits. Each takes some
    /// 150 MB.
    pub ready: usize,
    /// How long one document may take.
    pub wall: Duration,
    /// Ceiling on the memory of all processes of a jail together, in bytes.
    pub memory: u64,
    /// Size of a jail's file system, which is in memory as well, and of what it may answer, in bytes.
    pub scratch: u64,
}

impl ConverterConfig {
    /// What is installed here, if both programs are: one document a core, none started ahead, a minute, 1 GiB, 256 MiB.
    pub fn of_this_machine() -> Option<Self> {
        let bubblewrap = BUBBLEWRAP.iter().map(Path::new).find(|path| path.is_file())?;
        let libreoffice = PROGRAMS.iter().map(Path::new).find(|path| path.join("soffice.bin").is_file())?;
        Some(Self {
            bubblewrap: bubblewrap.to_owned(),
            libreoffice: libreoffice.to_owned(),
            at_once: std::thread::available_parallelism().map_or(1, usize::from),
            ready: 0,
            wall: Duration::from_mins(1),
            memory: 1 << 30,
            scratch: 256 << 20,
        })
    }
}

/// Converts documents of old formats.
#[derive(Clone)]
pub struct Converter(Arc<Inner>);

struct Inner {
    config: ConverterConfig,
    nursery: Arc<Nursery>,
    permits: Semaphore,
    waiting: Mutex<Waiting>,
}

/// Jails without a document.
#[derive(Default)]
struct Waiting {
    ready: Vec<Jail>,
    /// Being started for `ready`.
    coming: usize,
}

impl std::fmt::Debug for Converter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Converter").field("config", &self.0.config).finish_non_exhaustive()
    }
}

/// What came of one document, and the time it took without waiting for a place.
#[derive(Debug)]
pub struct Conversion {
    /// The document in the current format, untrusted; or why there is none.
    pub made: Result<Vec<u8>, Reason>,
    /// Wall time.
    pub took: Duration,
}

impl Converter {
    pub(crate) fn new(config: ConverterConfig, nursery: Arc<Nursery>) -> Self {
        let permits = Semaphore::new(config.at_once.max(1));
        Self(Arc::new(Inner { config, nursery, permits, waiting: Mutex::default() }))
    }

    /// Jails in which LibreOffice waits for a document.
    pub fn idle(&self) -> usize {
        self.lock().ready.len()
    }

    /// Converts one document of `format`, within `limit` and what the configuration allows.
    pub async fn convert(&self, bytes: &[u8], format: Format, limit: Duration) -> Conversion {
        let Ok(_permit) = self.0.permits.acquire().await else {
            return Conversion { made: Err(Reason::Internal), took: Duration::ZERO };
        };
        let started = Instant::now();
        let wall = limit.min(self.0.config.wall);
        let made = match tokio::time::timeout(wall, self.in_a_jail(bytes, format)).await {
            Ok(made) => made,
            // The jail went with the future that owned it.
            Err(_) => Err(Reason::Timeout),
        };
        if let Err(reason) = &made {
            tracing::warn!(%format, %reason, "a document was not converted");
        }
        Conversion { made, took: started.elapsed() }
    }

    async fn in_a_jail(&self, bytes: &[u8], format: Format) -> Result<Vec<u8>, Reason> {
        let ready = self.pop();
        self.replenish();
        let jail = match ready {
            Some(jail) => jail,
            None => self.start().await.map_err(|error| {
                tracing::error!(kind_of_error = %error.kind(), "no converter: bubblewrap or LibreOffice did not start");
                Reason::ConverterMissing
            })?,
        };
        jail.convert(bytes, format, &self.0.config).await
    }

    /// A jail that waits. One that died or spoke while it waited did so without a document, so no document pays for it.
    fn pop(&self) -> Option<Jail> {
        loop {
            let mut jail = self.lock().ready.pop()?;
            if jail.is_sound() {
                return Some(jail);
            }
        }
    }

    /// Has as many started as are missing, without waiting for them.
    fn replenish(&self) {
        let mut waiting = self.lock();
        let missing = self.0.config.ready.saturating_sub(waiting.ready.len().saturating_add(waiting.coming));
        waiting.coming = waiting.coming.saturating_add(missing);
        drop(waiting);
        for _ in 0..missing {
            let converter = self.clone();
            tokio::spawn(async move {
                let started = converter.start().await;
                let mut waiting = converter.lock();
                waiting.coming = waiting.coming.saturating_sub(1);
                match started {
                    Ok(jail) => waiting.ready.push(jail),
                    Err(error) => tracing::error!(kind_of_error = %error.kind(), "no converter could be started ahead"),
                }
            });
        }
    }

    async fn start(&self) -> io::Result<Jail> {
        let started = Jail::start(&self.0.nursery, &self.0.config);
        tokio::time::timeout(self.0.config.wall, started).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        // A list of waiting jails is whole whoever panicked beside it.
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Converts what an item's disarm child asked for, one part after the other so that neighbours get their turn.
pub(crate) async fn parts(converter: &Converter, job: &Job, wanted: Vec<Wanted>, converted: &mut Converted) {
    let mut left = converter.0.config.wall.saturating_mul(ITEM);
    for Wanted { at, format, bytes } in wanted {
        if converted.get(&at).is_some() {
            continue;
        }
        let bytes = if at.is_root() { &job.bytes[..] } else { &bytes };
        let Conversion { made, took } = converter.convert(bytes, format, left).await;
        left = left.saturating_sub(took);
        converted.insert(at, made.map(Arc::from));
    }
}
