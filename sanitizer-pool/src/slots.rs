//! The children of one kind: how many there may be, which are idle, how they ended.

use crate::{child::Child, job::Kind, pool::PoolConfig};
use sanitizer_verify::Reason;
use serde::{Deserialize, Serialize};
use std::{
    io,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::{Semaphore, SemaphorePermit};

/// A protection a child lowered itself into before it read a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    /// A ceiling on its address space.
    Memory,
    /// No core dumps.
    NoCore,
    /// It cannot write to a file.
    NoFileGrowth,
    /// It cannot open a file, a socket or anything else that needs a descriptor.
    NoNewFiles,
    /// It cannot gain privileges by executing something.
    NoNewPrivileges,
    /// Other processes of the same user cannot read its memory.
    NotDumpable,
}

impl Protection {
    /// Every protection of this version.
    pub const ALL: &'static [Self] =
        &[Self::Memory, Self::NoCore, Self::NoFileGrowth, Self::NoNewFiles, Self::NoNewPrivileges, Self::NotDumpable];
}

/// How children ended, counted since start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// Jobs that were answered.
    pub answered: u64,
    /// Children killed on time.
    pub timeout: u64,
    /// Children that hit their memory ceiling.
    pub out_of_memory: u64,
    /// Children that ended in any other way.
    pub died: u64,
}

/// The children of one kind.
pub(crate) struct Slots {
    pub kind: Kind,
    permits: Semaphore,
    idle: Mutex<Vec<Child>>,
    answered: AtomicU64,
    timeout: AtomicU64,
    out_of_memory: AtomicU64,
    died: AtomicU64,
}

/// The right to one child, and the child. Dropping the guard with the child still in it kills the child: a job that
/// was abandoned half-way must not leave a child that would answer the next one.
pub(crate) struct Slot<'a> {
    _permit: SemaphorePermit<'a>,
    pub child: Child,
}

impl Slots {
    pub(crate) fn new(kind: Kind, count: usize) -> Self {
        Self {
            kind,
            permits: Semaphore::new(count),
            idle: Mutex::new(Vec::new()),
            answered: AtomicU64::new(0),
            timeout: AtomicU64::new(0),
            out_of_memory: AtomicU64::new(0),
            died: AtomicU64::new(0),
        }
    }

    /// Waits for a free place and takes an idle child, or starts one.
    pub(crate) async fn take(&self, config: &PoolConfig) -> io::Result<Slot<'_>> {
        let permit = self.permits.acquire().await.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        let child = match self.pop_alive() {
            Some(child) => child,
            None => Child::start(self.kind, config).await?,
        };
        Ok(Slot { _permit: permit, child })
    }

    /// An idle child. One that died while it waited did so without a job, so no job pays for it.
    fn pop_alive(&self) -> Option<Child> {
        loop {
            let mut child = self.lock().pop()?;
            if child.is_alive() {
                return Some(child);
            }
            self.ended(Reason::WorkerDied);
        }
    }

    /// Gives a child back that answered properly.
    pub(crate) fn give_back(&self, slot: Slot<'_>) {
        self.answered.fetch_add(1, Ordering::Relaxed);
        self.lock().push(slot.child);
    }

    /// Puts a fresh child among the idle ones.
    pub(crate) fn add(&self, child: Child) {
        self.lock().push(child);
    }

    /// Counts an abnormal end.
    pub(crate) fn ended(&self, reason: Reason) {
        let counter = match reason {
            Reason::Timeout => &self.timeout,
            Reason::OutOfMemory => &self.out_of_memory,
            _ => &self.died,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn ends(&self) -> Ends {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Ends {
            answered: read(&self.answered),
            timeout: read(&self.timeout),
            out_of_memory: read(&self.out_of_memory),
            died: read(&self.died),
        }
    }

    /// Children that wait for a job.
    pub(crate) fn idle(&self) -> usize {
        self.lock().len()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Child>> {
        // A list of idle children is whole whoever panicked beside it.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
