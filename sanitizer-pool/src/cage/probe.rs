//! What the self-test tries from inside a cage, and what the kernel says to it.

use super::Layer;
use nix::unistd::Pid as NixPid;
use rustix::process::{Pid, Resource, Rlimit, getppid, setrlimit, test_kill_process};
use serde::{Deserialize, Serialize};
use std::{
    fs, hint,
    io::{self, Write as _},
    net::TcpStream,
    os::{fd::AsFd as _, unix::process::CommandExt as _},
    process::Command,
    time::Duration,
};

macro_rules! probes {
    ($($probe:ident $name:literal, $does:literal, $behind:expr;)*) => {
        /// Something an attacker inside a child would try.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Probe { $(#[doc = $does] $probe,)* }

        impl Probe {
            /// Every probe.
            pub const ALL: &'static [Self] = &[$(Self::$probe,)*];

            /// Its name, as a metric's label and as the worker's argument.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$probe => $name,)* }
            }

            /// What it tries, in words.
            pub const fn does(self) -> &'static str {
                match self { $(Self::$probe => $does,)* }
            }

            /// Layers that are left out one after the other, to see what would have held behind them.
            pub(crate) const fn behind(self) -> &'static [Layer] {
                match self { $(Self::$probe => $behind,)* }
            }
        }
    };
}

const FILTER: &[Layer] = &[Layer::SystemCalls];
const FILTER_AND_DESCRIPTORS: &[Layer] = &[Layer::SystemCalls, Layer::NoDescriptors];
const THEN_LANDLOCK: &[Layer] = &[Layer::SystemCalls, Layer::NoDescriptors, Layer::NoFiles];

probes! {
    Open "open", "open a file", FILTER_AND_DESCRIPTORS;
    Create "create", "make a file", FILTER_AND_DESCRIPTORS;
    Proc "proc", "read /proc/self/maps", FILTER_AND_DESCRIPTORS;
    Connect "connect", "connect to a port that listens", THEN_LANDLOCK;
    Exec "exec", "run a program", FILTER_AND_DESCRIPTORS;
    Fork "fork", "start a process", FILTER;
    Thread "thread", "start a thread", FILTER;
    Ptrace "ptrace", "trace the parent", FILTER;
    Kill "kill", "signal the parent", FILTER;
    MapExec "mmap_exec", "make memory executable", &[];
    Unlimit "unlimit", "raise a limit again", FILTER;
    Unshare "unshare", "make namespaces", &[];
    Grow "grow", "write to a file in memory", FILTER_AND_DESCRIPTORS;
    WriteElsewhere "write_elsewhere", "write to a descriptor it was not given", FILTER;
    Memory "memory", "take more memory than its ceiling", &[];
    Stack "stack", "take more stack than its ceiling", &[];
}

impl Probe {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|probe| probe.name() == name)
    }
}

/// What the attempt came to; a child that the kernel killed for it says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Tried {
    /// Nothing stopped it.
    Done,
    /// The kernel refused with this error number.
    Refused(i32),
    /// There was something else in the way, so this says nothing.
    Unclear,
}

/// What a probe needs to know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Target {
    /// A port on loopback that listens.
    pub port: u16,
    /// The ceiling on the address space, in bytes.
    pub memory: u64,
}

/// Tries it. Does not return if the kernel kills for it.
pub(crate) fn attempt(probe: Probe, target: Target) -> Tried {
    match probe {
        Probe::Open => outcome(fs::File::open("/etc/passwd")),
        Probe::Create => outcome(fs::File::create_new(format!("/tmp/sanitizer-self-test-{}", std::process::id()))),
        Probe::Proc => outcome(fs::read("/proc/self/maps")),
        Probe::Connect => outcome(TcpStream::connect_timeout(&([127, 0, 0, 1], target.port).into(), Duration::from_millis(200))),
        Probe::Exec => outcome::<()>(Err(Command::new("/bin/true").exec())),
        Probe::Fork => outcome(Command::new("/bin/true").spawn()),
        Probe::Thread => outcome(std::thread::Builder::new().stack_size(64 << 10).spawn(|| ())),
        Probe::Ptrace => parent_then(|parent| {
            nix::sys::ptrace::attach(NixPid::from_raw(parent.as_raw_nonzero().get())).map_err(io::Error::from)
        }),
        // Signal 0 asks whether it could be sent.
        Probe::Kill => parent_then(|parent| test_kill_process(parent).map_err(io::Error::from)),
        Probe::MapExec => outcome(memmap2::MmapMut::map_anon(4096).and_then(memmap2::MmapMut::make_exec)),
        Probe::Unlimit => {
            let limit = Rlimit { current: Some(64), maximum: Some(64) };
            outcome(setrlimit(Resource::Nofile, limit).map_err(io::Error::from))
        }
        Probe::Unshare => outcome(nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWUSER).map_err(io::Error::from)),
        Probe::Grow => outcome(grow()),
        Probe::WriteElsewhere => outcome(rustix::io::write(io::stderr().as_fd(), b"x").map_err(io::Error::from)),
        Probe::Memory => exhaust_memory(target.memory),
        Probe::Stack => exhaust_stack(u64::MAX),
    }
}

fn grow() -> io::Result<()> {
    let file = rustix::fs::memfd_create("self-test", rustix::fs::MemfdFlags::empty())?;
    rustix::io::write(&file, b"x")?;
    Ok(())
}

/// What the kernel said, as an outcome.
pub(crate) fn outcome<T>(result: io::Result<T>) -> Tried {
    match result {
        Ok(_) => Tried::Done,
        Err(error) => error.raw_os_error().map_or(Tried::Unclear, Tried::Refused),
    }
}

fn parent_then(act: impl Fn(Pid) -> io::Result<()>) -> Tried {
    getppid().map_or(Tried::Unclear, |parent| outcome(act(parent)))
}

/// In pieces, as a parser would, until the ceiling and a quarter.
fn exhaust_memory(ceiling: u64) -> Tried {
    const PIECE: usize = 16 << 20;
    let mut pieces = Vec::new();
    let mut taken = 0;
    while taken < ceiling.saturating_add(ceiling / 4) {
        pieces.push(hint::black_box(vec![0u8; PIECE]));
        taken = taken.saturating_add(PIECE as u64);
    }
    hint::black_box(&pieces);
    Tried::Done
}

#[expect(clippy::arithmetic_side_effects, reason = "the sum is only there to keep the frames")]
fn exhaust_stack(depth: u64) -> Tried {
    fn deeper(depth: u64) -> u64 {
        let frame = hint::black_box([depth; 128]);
        if depth == 0 { 0 } else { deeper(depth - 1).wrapping_add(frame[64]) }
    }
    hint::black_box(deeper(depth.min(1 << 20)));
    let _ = io::stdout().flush();
    Tried::Done
}
