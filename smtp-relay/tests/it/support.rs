//! Real processes on free loopback ports in temporary folders, a small client, and sinks that can be told what to refuse.

use custody::{Custody, CustodyConfig, Filter, Item, audit::ChainState};
use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

/// How long anything may take on a machine that does other things as well. Nothing waits that long when all is well.
const PATIENCE: Duration = Duration::from_secs(90);

/// A folder with everything one test has.
pub(crate) struct House {
    pub dir: tempfile::TempDir,
    hop: SocketAddr,
    extra: String,
}

/// A running process; killed when dropped.
pub(crate) struct Process {
    child: Child,
    log: PathBuf,
}

impl House {
    /// A house whose mail goes to `hop`; `extra` is put into the configuration.
    pub(crate) fn new(hop: SocketAddr, extra: &str) -> Self {
        Self::with_dir(tempfile::tempdir().unwrap(), hop, extra)
    }

    /// The same in a folder that has a mailbox already.
    pub(crate) fn with_dir(dir: tempfile::TempDir, hop: SocketAddr, extra: &str) -> Self {
        Self { dir, hop, extra: extra.to_owned() }
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.dir.path().join("state")
    }

    /// Starts the relay, to be ended at `failpoint` if there is one.
    pub(crate) fn relay(&self, failpoint: Option<&str>) -> Process {
        self.start("all", failpoint)
    }

    /// Starts one side of it.
    pub(crate) fn relay_as(&self, role: &str) -> Process {
        self.start(role, None)
    }

    fn start(&self, role: &str, failpoint: Option<&str>) -> Process {
        let config = self.dir.path().join("relay.toml");
        let text = format!(
            "[service]\nstate_dir = \"{}\"\ndrain_seconds = 20\n[sandbox]\nlevel = \"best-effort\"\nworkers = 2\n\
             [smtp]\nhost = \"relay.example.lg.jp\"\nlisten = \"127.0.0.1:0\"\nmetrics = \"127.0.0.1:0\"\nbounce_hop = \"lgwan\"\n\
             [[route]]\ndomains = [\"city.example.lg.jp\"]\nnext_hop = \"lgwan\"\n\
             [next_hop.lgwan]\naddress = \"{}\"\ntimeout_seconds = 20\n{}",
            self.state().display(),
            self.hop,
            self.extra
        );
        fs::write(&config, text).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_smtp-relay"));
        command.arg("run").arg("--role").arg(role).arg("--config").arg(&config);
        if let Some(point) = failpoint {
            command.env("CUSTODY_FAILPOINT", point);
        }
        Process::start(command, &self.dir.path().join(format!("{role}.log")))
    }

    /// The ledger beside a running relay.
    pub(crate) fn ledger(&self) -> Custody {
        Custody::open(&CustodyConfig::new(self.state(), "test")).unwrap()
    }

    /// Every item, newest first.
    pub(crate) fn items(&self) -> Vec<Item> {
        block_on(async { self.ledger().list(Filter::default(), 1000).await.unwrap() })
    }

    /// The number of events in the audit chain, which must be whole.
    pub(crate) fn audited(&self) -> u64 {
        match block_on(async { self.ledger().verify_audit(None).await.unwrap() }) {
            ChainState::SelfConsistent { head } => head.seq,
            state => panic!("the audit chain is not whole: {state:?}"),
        }
    }
}

pub(crate) fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Runtime::new().unwrap().block_on(future)
}

impl Process {
    fn start(mut command: Command, log: &Path) -> Self {
        let file = fs::File::create(log).unwrap();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(file).spawn().unwrap();
        Self { child, log: log.to_owned() }
    }

    /// A real mailbox on a free port.
    pub(crate) fn mailbox(dir: &Path) -> (Self, SocketAddr) {
        Self::mailbox_at(dir, "127.0.0.1:0".parse().unwrap())
    }

    pub(crate) fn mailbox_at(dir: &Path, address: SocketAddr) -> (Self, SocketAddr) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_smtp-relay"));
        command.arg("mailbox").arg("--listen").arg(address.to_string()).arg("--maildir").arg(dir.join("maildir"));
        let process = Self::start(command, &dir.join("mailbox.log"));
        let address = process.address("mailbox").expect("the mailbox did not start");
        (process, address)
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// Where it listens for `what`; nothing if it ended before it did.
    pub(crate) fn address(&self, what: &str) -> Option<SocketAddr> {
        let (json, text) = (format!("\"what\":\"{what}\""), format!("\"{what}\""));
        let find = || {
            let log = self.log();
            let line = log.lines().find(|line| line.contains("listening") && (line.contains(&json) || line.contains(&text)))?;
            let at = line.find("127.0.0.1:")?;
            let end = line[at..].find(|char: char| !char.is_ascii_digit() && char != '.' && char != ':');
            line[at..].get(..end.unwrap_or(line.len() - at))?.parse().ok()
        };
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(address) = find() {
                return Some(address);
            }
            if self.has_ended() {
                return None;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("{what} is not listening: {}", self.log());
    }

    /// Whether the process is gone, without taking its exit status away from anybody.
    pub(crate) fn has_ended(&self) -> bool {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        stat.rsplit_once(") ").is_none_or(|(_, rest)| rest.starts_with('Z'))
    }

    /// Waits until it has ended by itself.
    pub(crate) fn wait(&mut self) -> std::process::ExitStatus {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("still running: {}", self.log());
    }

    /// kill -9.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// kill -TERM.
    pub(crate) fn terminate(&self) {
        let status = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status().unwrap();
        assert!(status.success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if std::thread::panicking() {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            let lines: Vec<_> = log.lines().rev().take(25).collect();
            eprintln!("--- {}\n{}", self.log.display(), lines.into_iter().rev().collect::<Vec<_>>().join("\n"));
        }
    }
}

/// Waits until `check` gives something.
pub(crate) fn eventually<T>(what: &str, mut check: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if let Some(found) = check() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("never happened: {what}");
}

/// Messages in a mailbox's Maildir, in no order.
pub(crate) fn arrived(dir: &Path) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(dir.join("maildir/new")).into_iter().flatten();
    entries.map(|entry| fs::read(entry.unwrap().path()).unwrap()).collect()
}

/// Waits until so many messages are in the Maildir.
pub(crate) fn wait_for(dir: &Path, count: usize) -> Vec<Vec<u8>> {
    eventually(&format!("{count} messages in the mailbox"), || {
        let messages = arrived(dir);
        (messages.len() >= count).then_some(messages)
    })
}

/// A client that says one line at a time and reads the reply.
pub(crate) struct Client {
    reader: BufReader<TcpStream>,
}

impl Client {
    /// Connects and reads the greeting.
    pub(crate) fn connect(address: SocketAddr) -> std::io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut client = Self { reader: BufReader::new(stream) };
        client.reply()?;
        Ok(client)
    }

    /// The code a new connection is greeted with.
    pub(crate) fn greeting(address: SocketAddr) -> std::io::Result<u16> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Self { reader: BufReader::new(stream) }.reply()
    }

    /// The code of the next reply.
    pub(crate) fn reply(&mut self) -> std::io::Result<u16> {
        loop {
            let mut line = String::new();
            if self.reader.read_line(&mut line)? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            if line.as_bytes().get(3) == Some(&b' ') {
                return Ok(line[..3].parse().unwrap());
            }
        }
    }

    /// Sends bytes as they are.
    pub(crate) fn raw(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.reader.get_mut().write_all(bytes)
    }

    /// Says a line and gives the code of the reply.
    pub(crate) fn say(&mut self, line: &str) -> std::io::Result<u16> {
        self.raw(format!("{line}\r\n").as_bytes())?;
        self.reply()
    }

    /// Sends one message; the code that ended it.
    pub(crate) fn send(&mut self, from: &str, to: &[&str], message: &[u8]) -> std::io::Result<u16> {
        let code = self.say(&format!("MAIL FROM:<{from}>"))?;
        if code != 250 {
            return Ok(code);
        }
        for to in to {
            let code = self.say(&format!("RCPT TO:<{to}>"))?;
            if code != 250 {
                return Ok(code);
            }
        }
        let code = self.say("DATA")?;
        if code != 354 {
            return Ok(code);
        }
        self.raw(&stuffed(message))?;
        self.reply()
    }
}

fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for line in message.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            out.push(b'.');
        }
        out.extend_from_slice(line);
    }
    out.extend_from_slice(b".\r\n");
    out
}

/// Connects, waiting for the relay to open its intake, sends one message, and gives the code.
pub(crate) fn send(relay: SocketAddr, from: &str, to: &[&str], message: &[u8]) -> u16 {
    eventually("the relay takes mail", || {
        let mut client = Client::connect(relay).ok()?;
        client.say("EHLO client.example").ok()?;
        let code = client.send(from, to, message).ok()?;
        (code != 451).then_some(code)
    })
}

/// A plain text mail that can be told from others by its subject.
pub(crate) fn text_mail(subject: &str) -> Vec<u8> {
    format!(
        "From: Sender <sender@example.com>\r\nTo: taro@city.example.lg.jp\r\nSubject: {subject}\r\n\
         Date: Wed, 25 Nov 2026 09:00:00 +0900\r\nMessage-ID: <{subject}@example.com>\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n本文です {subject}\r\n"
    )
    .into_bytes()
}

/// A port nobody listens on at the moment.
pub(crate) fn free_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// How often `text` stands in `bytes`.
pub(crate) fn count(bytes: &[u8], text: &str) -> usize {
    bytes.windows(text.len()).filter(|window| *window == text.as_bytes()).count()
}
