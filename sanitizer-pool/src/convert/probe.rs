//! What the self-test tries from inside the converter's jail, and what stops it there.
//!
//! The same bubblewrap with the same arguments, and in LibreOffice's place our own program, which tries one thing and says
//! what came of it. What it says is believed: nothing hostile is in there. Where nothing stops it, it does no harm: what it
//! makes it removes, and what could not be taken back is only asked for.

use crate::{
    cage::probe::{Tried, outcome},
    convert::watch::PROCESSES,
    selftest::Stop,
};
use rustix::{
    mount::MountFlags,
    net::{AddressFamily, SocketType, socket},
};
use std::{
    ffi::OsString,
    fs, hint,
    io::{self, Read as _, Write as _},
    net::TcpStream,
    process::{Command, Stdio},
    time::Duration,
};

/// What a worker that tries something in a jail is called in its argument.
pub(crate) const INSIDE: &str = "inside";

/// The probe that tries nothing, and shows that a jail starts.
pub(super) const CONTROL: &str = "control";

/// How long one that should be ended from outside waits for it.
const PATIENCE: Duration = Duration::from_secs(5);

macro_rules! probes {
    ($($probe:ident $name:literal, $does:literal;)*) => {
        /// Something an attacker who owns LibreOffice would try.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum JailProbe { $(#[doc = $does] $probe,)* }

        impl JailProbe {
            /// Every probe.
            pub const ALL: &'static [Self] = &[$(Self::$probe,)*];

            /// Its name, as a metric's label and as the argument inside.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$probe => $name,)* }
            }

            /// What it tries, in words.
            pub const fn does(self) -> &'static str {
                match self { $(Self::$probe => $does,)* }
            }
        }
    };
}

probes! {
    Open "open", "open a file of the host";
    Create "create", "make a file in /usr";
    Proc "proc", "see a process outside";
    Descriptor "descriptor", "use a descriptor that the service left open";
    Connect "connect", "connect to a port that listens";
    Netlink "netlink", "talk to the kernel's network by netlink";
    Packet "packet", "open a raw socket";
    Ptrace "ptrace", "trace the process above";
    Kill "kill", "signal a process outside";
    Mount "mount", "mount a file system";
    Unshare "unshare", "make namespaces";
    Fill "fill", "fill the file system past its ceiling";
    Breed "breed", "start more processes than allowed";
    Memory "memory", "take more memory than allowed";
}

macro_rules! layers {
    ($($layer:ident $code:literal, $does:literal;)*) => {
        /// What a jail is made of.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum JailLayer { $(#[doc = $does] $layer,)* }

        impl JailLayer {
            /// Every layer.
            pub const ALL: &'static [Self] = &[$(Self::$layer,)*];

            /// Its name in the self-test.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$layer => $code,)* }
            }

            /// What it is, in a clause.
            pub const fn does(self) -> &'static str {
                match self { $(Self::$layer => $does,)* }
            }
        }
    };
}

layers! {
    Namespaces "namespaces", "user, mount, process, network, IPC, host-name and control-group namespaces of its own, and none below";
    ReadOnly "read_only", "what is bound from the host can be read only";
    Descriptors "descriptors", "no descriptor but the two pipes and `/dev/null`, whatever the service has open";
    Capabilities "capabilities", "no capability, and none to be had again";
    SystemCalls "system_calls", "seccomp: the list below";
    Scratch "scratch", "a ceiling on the file system in memory";
    Limits "limits", "limits of the kernel on address space, CPU time, file size, descriptors, processes (the last binds no service of root's)";
    Watch "watch", "the parent counts memory and processes, and ends the jail";
}

impl JailProbe {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|probe| probe.name() == name)
    }
}

/// What one that tries something needs to know.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    /// A port on the host's loopback that listens.
    pub port: u16,
    /// Ceiling on the file system, in bytes.
    pub scratch: u64,
    /// Ceiling on memory, in bytes.
    pub memory: u64,
}

impl Target {
    pub(super) fn arguments(self) -> [String; 3] {
        [u64::from(self.port), self.scratch, self.memory].map(|number| number.to_string())
    }

    fn parse(arguments: &[String]) -> Option<Self> {
        let [port, scratch, memory] = arguments else { return None };
        Some(Self { port: port.parse().ok()?, scratch: scratch.parse().ok()?, memory: memory.parse().ok()? })
    }
}

/// Tries what the arguments name, and says what came of it on standard output.
pub(crate) fn try_inside(arguments: impl Iterator<Item = OsString>) -> io::Result<()> {
    let arguments: Vec<String> = arguments.filter_map(|argument| argument.into_string().ok()).collect();
    let (name, target) = arguments.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let target = Target::parse(target).ok_or(io::ErrorKind::InvalidInput)?;
    let tried = match JailProbe::named(name) {
        Some(probe) => attempt(probe, target),
        None if name == CONTROL => Tried::Done,
        None => return Err(io::ErrorKind::InvalidInput.into()),
    };
    io::stdout().write_all(&serde_json::to_vec(&tried)?)
}

fn attempt(probe: JailProbe, target: Target) -> Tried {
    match probe {
        JailProbe::Open => outcome(fs::File::open("/etc/passwd")),
        JailProbe::Create => outcome(create()),
        JailProbe::Proc => outcome(neighbor()),
        JailProbe::Descriptor => outcome(leaked()),
        JailProbe::Connect => {
            outcome(TcpStream::connect_timeout(&([127, 0, 0, 1], target.port).into(), Duration::from_millis(200)))
        }
        JailProbe::Netlink => outcome(socket(AddressFamily::NETLINK, SocketType::RAW, None).map_err(io::Error::from)),
        JailProbe::Packet => outcome(socket(AddressFamily::PACKET, SocketType::RAW, None).map_err(io::Error::from)),
        // Seizing neither stops it nor outlives this process.
        JailProbe::Ptrace => {
            outcome(nix::sys::ptrace::seize(nix::unistd::getppid(), nix::sys::ptrace::Options::empty()).map_err(io::Error::from))
        }
        // Signal 0 asks whether it could be sent; to -1: to any process at all but the jail's first and this one.
        JailProbe::Kill => outcome(nix::sys::signal::kill(nix::unistd::Pid::from_raw(-1), None).map_err(io::Error::from)),
        JailProbe::Mount => mount(),
        JailProbe::Unshare => outcome(nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWUSER).map_err(io::Error::from)),
        JailProbe::Fill => outcome(fill(target.scratch)),
        JailProbe::Breed => outcome(breed()),
        JailProbe::Memory => take(target.memory),
    }
}

fn create() -> io::Result<()> {
    let path = format!("/usr/sanitizer-self-test-{}", std::process::id());
    fs::File::create_new(&path)?;
    fs::remove_file(path)
}

/// Of a type that does not exist, so that nothing is mounted where nothing forbids it.
fn mount() -> Tried {
    match outcome(rustix::mount::mount("none", "/tmp", "sanitizer-self-test", MountFlags::empty(), None).map_err(io::Error::from))
    {
        Tried::Refused(libc::ENODEV) => Tried::Done,
        other => other,
    }
}

/// A process that is neither the jail's first nor this one.
fn neighbor() -> io::Result<()> {
    let own = std::process::id();
    let numbers = fs::read_dir("/proc")?.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let mut others = numbers.filter(|number| *number != 1 && *number != own);
    others.next().map(|_| ()).ok_or_else(|| io::Error::from_raw_os_error(libc::ESRCH))
}

/// A descriptor that is neither of the three standard ones nor the listing's own.
fn leaked() -> io::Result<()> {
    let numbers = fs::read_dir("/proc/self/fd")?.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let above = numbers.filter(|number| *number > 2).count();
    if above > 1 { Ok(()) } else { Err(io::Error::from_raw_os_error(libc::EBADF)) }
}

/// In two files, so that it is the file system's ceiling that is met and not that of one file.
fn fill(scratch: u64) -> io::Result<()> {
    let names = ["first", "second"].map(|name| format!("/tmp/sanitizer-self-test-{}-{name}", std::process::id()));
    let filled = names.iter().try_for_each(|name| fill_one(name, scratch.saturating_sub(scratch / 4)));
    for name in &names {
        // One of them may not have been made.
        let _ = fs::remove_file(name);
    }
    filled
}

fn fill_one(name: &str, size: u64) -> io::Result<()> {
    let mut file = fs::File::create_new(name)?;
    io::copy(&mut io::repeat(0).take(size), &mut file).map(|_| ())
}

/// Starts so many that the parent has to see them.
fn breed() -> io::Result<()> {
    let mut children = Vec::new();
    let started = (0..PROCESSES.saturating_mul(2)).try_for_each(|_| {
        children.push(Command::new("/usr/bin/sleep").arg("60").stdout(Stdio::null()).spawn()?);
        Ok(())
    });
    if started.is_ok() {
        std::thread::sleep(PATIENCE);
    }
    for mut child in children {
        // Gone already is as good.
        let _ = child.kill();
    }
    started
}

/// Takes and uses a quarter more than the ceiling, and waits for the parent to see it.
fn take(ceiling: u64) -> Tried {
    const PIECE: usize = 16 << 20;
    let mut pieces = Vec::new();
    let mut taken = 0_u64;
    while taken < ceiling.saturating_add(ceiling / 4) {
        pieces.push(hint::black_box(vec![1_u8; PIECE]));
        taken = taken.saturating_add(PIECE as u64);
    }
    std::thread::sleep(PATIENCE);
    hint::black_box(&pieces);
    Tried::Done
}

/// Which layer it is that answers with this error number.
pub(super) fn refused(probe: JailProbe, tried: Tried) -> Stop<JailLayer> {
    let number = match tried {
        Tried::Done => return Stop::Nothing,
        Tried::Unclear => return Stop::Unclear,
        Tried::Refused(number) => number,
    };
    Stop::By(match (probe, number) {
        (_, libc::ENOSYS) => JailLayer::SystemCalls,
        (JailProbe::Open, libc::ENOENT)
        | (JailProbe::Proc | JailProbe::Kill, libc::ESRCH)
        | (JailProbe::Connect, libc::ENETUNREACH | libc::ECONNREFUSED)
        | (JailProbe::Unshare, libc::ENOSPC) => JailLayer::Namespaces,
        (JailProbe::Create, libc::EROFS) => JailLayer::ReadOnly,
        (JailProbe::Descriptor, libc::EBADF) => JailLayer::Descriptors,
        (JailProbe::Packet | JailProbe::Ptrace | JailProbe::Mount | JailProbe::Unshare, libc::EPERM) => JailLayer::Capabilities,
        (JailProbe::Fill, libc::ENOSPC) => JailLayer::Scratch,
        (JailProbe::Fill, libc::EFBIG) | (JailProbe::Breed, libc::EAGAIN) | (JailProbe::Memory, libc::ENOMEM) => {
            JailLayer::Limits
        }
        _ => return Stop::Unclear,
    })
}
