//! How a child ended, and what that is called.

use sanitizer_verify::Reason;
use std::{
    os::unix::process::ExitStatusExt as _,
    process::ExitStatus,
    sync::atomic::{AtomicU64, Ordering},
};

/// How a child ended other than by an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// Killed by the parent: its time was over.
    Timeout,
    /// SIGABRT: the run-time library aborts when memory is at an end.
    Memory,
    /// SIGSEGV: the stack at its ceiling (see `cage/limits.rs`). A wild access in somebody's `unsafe` looks the same.
    Stack,
    /// SIGSYS: a system call that is not on the list.
    Violation,
    /// A panic, caught and said, or the exit code of one.
    Panic,
    /// It ended by itself, with whatever code.
    Exit,
    /// Any other signal, from whomever.
    Signal,
    /// It lives, and says what no worker says; the parent kills it.
    Garbage,
}

impl End {
    /// Every end.
    pub const ALL: &'static [Self] =
        &[Self::Timeout, Self::Memory, Self::Stack, Self::Violation, Self::Panic, Self::Exit, Self::Signal, Self::Garbage];

    /// Its name, as a metric's label.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Memory => "oom",
            Self::Stack => "stack",
            Self::Violation => "seccomp",
            Self::Panic => "panic",
            Self::Exit => "exit",
            Self::Signal => "signal",
            Self::Garbage => "garbage",
        }
    }

    /// The reason with which the item is held.
    pub const fn reason(self) -> Reason {
        match self {
            Self::Timeout => Reason::Timeout,
            Self::Memory | Self::Stack => Reason::OutOfMemory,
            Self::Violation | Self::Panic | Self::Exit | Self::Signal | Self::Garbage => Reason::WorkerDied,
        }
    }

    /// What a process that is gone died of.
    pub(crate) fn of(status: ExitStatus) -> Self {
        match (status.signal(), status.code()) {
            (Some(libc::SIGABRT), _) => Self::Memory,
            (Some(libc::SIGSEGV), _) => Self::Stack,
            (Some(libc::SIGSYS), _) => Self::Violation,
            (Some(_), _) => Self::Signal,
            (None, Some(PANIC)) => Self::Panic,
            (None, _) => Self::Exit,
        }
    }
}

/// The exit code of a Rust program whose main thread panicked.
pub(crate) const PANIC: i32 = 101;

impl std::fmt::Display for End {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// How the children of one kind ended, counted since start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// Jobs that were answered.
    pub answered: u64,
    others: [u64; End::ALL.len()],
}

impl Ends {
    /// How often this end was met.
    pub fn of(&self, end: End) -> u64 {
        End::ALL.iter().position(|other| *other == end).and_then(|at| self.others.get(at)).copied().unwrap_or(0)
    }

    /// All but answers.
    pub fn abnormal(&self) -> u64 {
        self.others.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }
}

/// The counters behind [`Ends`].
#[derive(Debug, Default)]
pub(crate) struct Counters {
    answered: AtomicU64,
    others: [AtomicU64; End::ALL.len()],
}

impl Counters {
    pub(crate) fn answered(&self) {
        self.answered.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn ended(&self, end: End) {
        let at = End::ALL.iter().position(|other| *other == end);
        if let Some(counter) = at.and_then(|at| self.others.get(at)) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn read(&self) -> Ends {
        let mut ends = Ends { answered: self.answered.load(Ordering::Relaxed), ..Ends::default() };
        for (into, counter) in ends.others.iter_mut().zip(&self.others) {
            *into = counter.load(Ordering::Relaxed);
        }
        ends
    }
}
