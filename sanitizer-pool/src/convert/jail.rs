//! One LibreOffice in one jail, for one document.
//!
//! The jail is bubblewrap's: every namespace anew (no network, no other process, no user of the host's), all capabilities
//! gone and no namespaces below, `/usr` and LibreOffice's tables read-only, one file system in memory with a ceiling, no
//! home, no host file that could be written, and the system calls of `calls` only. `launch` starts it. bubblewrap is the first process of the process namespace, so that its end is
//! everybody's, and its own end follows the parent's. Document and result go through pipes: nothing of either is ever a
//! file of the host.

use super::{
    ConverterConfig,
    launch::{JAIL, LISTED, UNLISTED},
    probe, profile, watch,
};
use crate::{nursery::Nursery, worker::ARGUMENT};
use rustix::process::{Pid, Signal, kill_process_group};
use sanitizer_core::formats;
use sanitizer_verify::{Format, Reason};
use std::{
    io,
    path::Path,
    process::{ExitStatus, Stdio},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    process::{Child, ChildStdin, ChildStdout, Command},
};

/// What runs inside.
const INSIDE: &str = include_str!("inside.sh");

/// What it says when LibreOffice waits for a document.
const READY: &[u8] = b"ready\n";

/// What is bound read-only beside `/usr`, where it exists.
const TABLES: &[&str] = &["/etc/fonts", "/etc/libreoffice", "/var/lib/libreoffice", "/var/cache/fontconfig"];

/// Address space of one process. LibreOffice maps far more than it uses; what it uses is counted by `watch`.
const ADDRESS_SPACE: u64 = 4 << 30;

/// A jail with LibreOffice waiting in it. Dropping it ends everything inside.
#[derive(Debug)]
pub(super) struct Jail {
    process: Child,
    /// Until the document has been written to it: closing it is how the document ends.
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
}

impl Jail {
    /// Starts one and waits until LibreOffice does.
    pub(super) async fn start(nursery: &Nursery, config: &ConverterConfig) -> io::Result<Self> {
        let mut jail = Self::of(nursery.spawn(command(&nursery.config().program, config)).await?)?;
        let mut said = [0; READY.len()];
        jail.stdout.read_exact(&mut said).await?;
        if said == *READY { Ok(jail) } else { Err(io::ErrorKind::InvalidData.into()) }
    }

    /// Starts one with our own program in LibreOffice's place, which tries something.
    pub(super) async fn probing(
        nursery: &Nursery,
        config: &ConverterConfig,
        listed: Listed,
        arguments: &[String],
    ) -> io::Result<Self> {
        Self::of(nursery.spawn(probing(&nursery.config().program, config, listed, arguments)).await?)
    }

    fn of(mut process: Child) -> io::Result<Self> {
        let (Some(stdin), Some(stdout)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        Ok(Self { process, stdin: Some(stdin), stdout })
    }

    /// What is said inside until the end, and the end; or what it was ended for.
    pub(super) async fn said(mut self, memory: u64) -> Result<(Vec<u8>, ExitStatus), Reason> {
        /// More than anything has to say.
        const MOST: u64 = 4096;
        let root = self.pid().ok_or(Reason::Internal)?;
        let Self { process, stdout, .. } = &mut self;
        let ending = async {
            let mut said = Vec::new();
            stdout.take(MOST).read_to_end(&mut said).await.map_err(|_| Reason::ConvertFailed)?;
            let status = process.wait().await.map_err(|_| Reason::ConvertFailed)?;
            Ok((said, status))
        };
        tokio::select! {
            ended = ending => ended,
            reason = watch::over(root, memory) => Err(reason),
        }
    }

    /// Whether it is there and silent.
    pub(super) fn is_sound(&mut self) -> bool {
        let silent = rustix::io::ioctl_fionread(&self.stdout).is_ok_and(|unread| unread == 0);
        silent && matches!(self.process.try_wait(), Ok(None))
    }

    /// Converts a document, and ends.
    pub(super) async fn convert(mut self, bytes: &[u8], format: Format, config: &ConverterConfig) -> Result<Vec<u8>, Reason> {
        let order = order(format).ok_or(Reason::Internal)?;
        let root = self.pid().ok_or(Reason::ConvertFailed)?;
        tokio::select! {
            made = self.exchange(&order, bytes, config.scratch) => made,
            reason = watch::over(root, config.memory) => Err(reason),
        }
    }

    async fn exchange(&mut self, order: &str, bytes: &[u8], most: u64) -> Result<Vec<u8>, Reason> {
        let Self { process, stdin, stdout } = self;
        let mut stdin = stdin.take().ok_or(Reason::Internal)?;
        let writing = async move {
            // One that does not read to the end will not answer well either: its end says so.
            if stdin.write_all(order.as_bytes()).await.is_ok() {
                let _ = stdin.write_all(bytes).await;
            }
            drop(stdin);
            Ok(())
        };
        let reading = async {
            let mut made = Vec::new();
            stdout.take(most.saturating_add(1)).read_to_end(&mut made).await.map_err(|_| Reason::ConvertFailed)?;
            if made.len() as u64 > most { Err(Reason::UnpackedLimit) } else { Ok(made) }
        };
        let ((), made) = tokio::try_join!(writing, reading)?;
        let status = process.wait().await.map_err(|_| Reason::ConvertFailed)?;
        if status.success() && !made.is_empty() { Ok(made) } else { Err(Reason::ConvertFailed) }
    }

    fn pid(&self) -> Option<Pid> {
        Pid::from_raw(i32::try_from(self.process.id()?).ok()?)
    }
}

impl Drop for Jail {
    fn drop(&mut self) {
        // The group is bubblewrap outside and, until it has said that it follows the other's death, inside.
        if let Some(group) = self.pid() {
            let _ = kill_process_group(group, Signal::KILL);
        }
    }
}

/// What `inside.sh` reads before the document: extensions and filters of both sides. Naming the filter to read with keeps
/// LibreOffice from guessing another one of its two hundred; for doc and xls it is left to choose between those of
/// different versions (Word 6, 95, 97; Excel 5, 95, 97), of which each refuses the others' files.
fn order(format: Format) -> Option<String> {
    let (reads, writes) = match format {
        Format::Doc => ("", "MS Word 2007 XML"),
        Format::Odt => ("writer8", "MS Word 2007 XML"),
        Format::Rtf => ("Rich Text Format", "MS Word 2007 XML"),
        Format::Ods => ("calc8", "Calc MS Excel 2007 XML"),
        Format::Xls => ("", "Calc MS Excel 2007 XML"),
        _ => return None,
    };
    let to = formats::converted_to(format)?.extension();
    Some(format!("{}\n{to}\n{reads}\n{writes}\n", format.extension()))
}

/// Whether the list of system calls is put on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Listed {
    Yes,
    /// To see what is behind it: the self-test's alone.
    No,
}

/// LibreOffice in its jail.
fn command(program: &Path, config: &ConverterConfig) -> Command {
    let mut command = walls(program, config, Listed::Yes);
    shut(&mut command, config);
    command.args(["/bin/sh", "-c", INSIDE, "inside"]).arg(&config.libreoffice).arg(profile::registry());
    command
}

/// Our own program in the same jail: it is bound there as well, and nothing else differs.
fn probing(program: &Path, config: &ConverterConfig, listed: Listed, arguments: &[String]) -> Command {
    let mut command = walls(program, config, listed);
    command.arg("--ro-bind").args([program, Path::new("/probe")]);
    shut(&mut command, config);
    command.arg("/probe").arg(format!("{ARGUMENT}{}", probe::INSIDE)).args(arguments);
    command
}

fn walls(program: &Path, config: &ConverterConfig, listed: Listed) -> Command {
    let mut command = Command::new(program);
    let listed = if listed == Listed::Yes { LISTED } else { UNLISTED };
    command.arg(format!("{ARGUMENT}{JAIL}")).arg(listed).arg(&config.bubblewrap);
    command.args(["--unshare-all", "--unshare-user", "--disable-userns", "--uid", "65534", "--gid", "65534"]);
    command.args(["--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "jail", "--clearenv"]);
    command.args(["--setenv", "HOME", "/tmp", "--setenv", "PATH", "/usr/bin", "--setenv", "LANG", "C.UTF-8"]);
    // A sleeping headless LibreOffice draws with nothing but this.
    command.args(["--setenv", "SAL_USE_VCLPLUGIN", "svp"]);
    // It numbers what it writes, such as a chart's axes, by chance, and with this by the same chance each time: a second try
    // of an item builds the same bytes.
    command.args(["--setenv", "SAL_RAND_REPEATABLE", "1", "--ro-bind", "/usr", "/usr"]);
    command.args(["--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--symlink", "usr/bin", "/bin"]);
    for table in TABLES {
        command.args(["--ro-bind-try", table, table]);
    }
    command.args(["--proc", "/proc", "--dev", "/dev", "--size"]).arg(config.scratch.to_string()).args(["--tmpfs", "/tmp"]);
    if !config.libreoffice.starts_with("/usr") {
        let installed = config.libreoffice.parent().unwrap_or(&config.libreoffice);
        command.arg("--ro-bind").args([installed, installed]);
    }
    command
        .env_clear()
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .kill_on_drop(true);
    command
}

/// After the last bind; what runs inside follows.
fn shut(command: &mut Command, config: &ConverterConfig) {
    // What bubblewrap itself made is in memory too, and has no ceiling.
    command.args(["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/tmp", "--"]).args(limits(config));
}

fn limits(config: &ConverterConfig) -> Vec<String> {
    let limit = |name: &str, value: u64| format!("--{name}={value}:{value}");
    vec![
        "/usr/bin/prlimit".to_owned(),
        limit("as", ADDRESS_SPACE),
        limit("core", 0),
        limit("cpu", config.wall.as_secs().saturating_mul(2).max(1)),
        limit("fsize", config.scratch),
        limit("nofile", 1024),
        limit("nproc", watch::PROCESSES as u64),
        "--".to_owned(),
    ]
}
