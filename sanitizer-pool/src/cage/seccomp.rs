//! The system calls a child may make. Any other kills the process with SIGSYS.

use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch,
};
use std::collections::BTreeMap;

/// A list of system calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    /// For a child that computes: reads frames, writes frames, has memory.
    Compute,
}

/// One row of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowed {
    pub name: &'static str,
    number: i64,
    pub when: When,
    /// Why, for docs/sandbox.md.
    pub why: &'static str,
}

/// Under which condition on the arguments.
#[derive(Clone, Copy, Debug)]
pub(super) enum When {
    Always,
    /// The descriptor is one of these.
    Descriptor(&'static [u64]),
    /// Not executable.
    NotExecutable,
    /// Not executable, and not of a file.
    AnonymousNotExecutable,
    /// SIGABRT to the process itself.
    OwnAbort,
}

impl When {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Always => "",
            Self::Descriptor(&[0]) => "from descriptor 0 only",
            Self::Descriptor(_) => "to descriptors 1 and 2 only (2 is closed)",
            Self::NotExecutable => "without `PROT_EXEC`",
            Self::AnonymousNotExecutable => "without `PROT_EXEC`, `MAP_ANONYMOUS` only",
            Self::OwnAbort => "`SIGABRT` to itself only",
        }
    }
}

/// The number of a call on this architecture.
macro_rules! number {
    (brk) => {
        libc::SYS_brk
    };
    (clock_gettime) => {
        libc::SYS_clock_gettime
    };
    (exit) => {
        libc::SYS_exit
    };
    (exit_group) => {
        libc::SYS_exit_group
    };
    (futex) => {
        libc::SYS_futex
    };
    (getpid) => {
        libc::SYS_getpid
    };
    (getrandom) => {
        libc::SYS_getrandom
    };
    (gettid) => {
        libc::SYS_gettid
    };
    (madvise) => {
        libc::SYS_madvise
    };
    (mmap) => {
        libc::SYS_mmap
    };
    (mprotect) => {
        libc::SYS_mprotect
    };
    (mremap) => {
        libc::SYS_mremap
    };
    (munmap) => {
        libc::SYS_munmap
    };
    (read) => {
        libc::SYS_read
    };
    (restart_syscall) => {
        libc::SYS_restart_syscall
    };
    (rt_sigaction) => {
        libc::SYS_rt_sigaction
    };
    (rt_sigprocmask) => {
        libc::SYS_rt_sigprocmask
    };
    (rt_sigreturn) => {
        libc::SYS_rt_sigreturn
    };
    (sched_yield) => {
        libc::SYS_sched_yield
    };
    (sigaltstack) => {
        libc::SYS_sigaltstack
    };
    (tgkill) => {
        libc::SYS_tgkill
    };
    (write) => {
        libc::SYS_write
    };
    (writev) => {
        libc::SYS_writev
    };
}

macro_rules! allow {
    ($($call:ident $when:expr, $why:literal;)*) => {
        &[$(Allowed { name: stringify!($call), number: number!($call), when: $when, why: $why },)*]
    };
}

const COMPUTE: &[Allowed] = allow! {
    brk When::Always, "memory";
    clock_gettime When::Always, "where the vDSO has no clock";
    exit When::Always, "the end";
    exit_group When::Always, "the end";
    futex When::Always, "locks of the standard library";
    getpid When::Always, "asked by abort()";
    getrandom When::Always, "seeds of hash maps";
    gettid When::Always, "asked by abort()";
    madvise When::Always, "memory given back";
    mmap When::AnonymousNotExecutable, "memory";
    mprotect When::NotExecutable, "memory of the allocator's arenas";
    mremap When::Always, "memory that grows";
    munmap When::Always, "memory given back";
    read When::Descriptor(&[0]), "frames in";
    restart_syscall When::Always, "goes on after a stop signal";
    rt_sigaction When::Always, "a fault handler that steps aside";
    rt_sigprocmask When::Always, "asked by abort()";
    rt_sigreturn When::Always, "the way out of a fault handler";
    sched_yield When::Always, "locks of the standard library";
    sigaltstack When::Always, "the end of a thread";
    tgkill When::OwnAbort, "abort(): memory at an end; else it would look like a violation";
    write When::Descriptor(&[1, 2]), "frames out; the last words of the run-time library, to nowhere";
    writev When::Descriptor(&[1, 2]), "frames out";
};

impl Filter {
    pub(super) const fn allowed(self) -> &'static [Allowed] {
        match self {
            Self::Compute => COMPUTE,
        }
    }
}

/// Puts the filter on this process: `false` where it could not be.
pub(super) fn apply(filter: Filter) -> bool {
    compile(filter).is_ok_and(|program| seccompiler::apply_filter(&program).is_ok())
}

fn compile(filter: Filter) -> Result<BpfProgram, BackendError> {
    let mut rules = BTreeMap::new();
    for allowed in filter.allowed() {
        rules.insert(allowed.number, conditions(allowed.when)?);
    }
    let architecture: TargetArch = std::env::consts::ARCH.try_into()?;
    SeccompFilter::new(rules, SeccompAction::KillProcess, SeccompAction::Allow, architecture)?.try_into()
}

/// Alternatives of which one must hold; none: always.
fn conditions(when: When) -> Result<Vec<SeccompRule>, BackendError> {
    let is = |argument, value| SeccompCondition::new(argument, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, value);
    let bits = |argument, mask: i32, value: i32| {
        let operator = SeccompCmpOp::MaskedEq(u64::from(mask.unsigned_abs()));
        SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, u64::from(value.unsigned_abs()))
    };
    let not_executable = bits(2, libc::PROT_EXEC, 0)?;
    Ok(match when {
        When::Always => Vec::new(),
        When::Descriptor(allowed) => {
            allowed.iter().map(|number| SeccompRule::new(vec![is(0, *number)?])).collect::<Result<_, _>>()?
        }
        When::NotExecutable => vec![SeccompRule::new(vec![not_executable])?],
        When::AnonymousNotExecutable => {
            vec![SeccompRule::new(vec![not_executable, bits(3, libc::MAP_ANONYMOUS, libc::MAP_ANONYMOUS)?])?]
        }
        When::OwnAbort => {
            let own = u64::from(std::process::id());
            vec![SeccompRule::new(vec![is(0, own)?, is(2, u64::from(libc::SIGABRT.unsigned_abs()))?])?]
        }
    })
}
