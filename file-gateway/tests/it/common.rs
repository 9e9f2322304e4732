//! The program itself, started in a directory of its own on free ports, and a client that speaks plain HTTP/1.1.

use std::{
    fmt::Write as _,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

/// A running gateway.
pub(crate) struct Gateway {
    child: Child,
    pub(crate) dir: tempfile::TempDir,
    pub(crate) internet: SocketAddr,
    pub(crate) lgwan: SocketAddr,
    pub(crate) management: SocketAddr,
}

/// How long anything may take before the test fails; generous, because nothing is measured.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

impl Gateway {
    /// Starts it with more lines of configuration, and waits until it takes files.
    pub(crate) fn start(lines: &str) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), lines)
    }

    pub(crate) fn start_in(dir: tempfile::TempDir, lines: &str) -> Self {
        let any = "127.0.0.1:0";
        let config = format!(
            "{lines}\n[listen]\ninternet = \"{any}\"\nlgwan = \"{any}\"\nmanagement = \"{any}\"\n[sandbox]\nlevel = \"best-effort\"\nworkers = 1\n"
        );
        std::fs::write(dir.path().join("gateway.toml"), config).unwrap();
        let mut child = program(dir.path(), &["run"]).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, addresses) = mpsc::channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let Ok(line) = serde_json::from_str::<serde_json::Value>(&line) else { continue };
                if line["event"] == "listening" {
                    let address: SocketAddr = line["address"].as_str().unwrap().parse().unwrap();
                    let _ = sender.send((line["face"].as_str().unwrap().to_owned(), address));
                }
            }
        });
        let found: std::collections::HashMap<_, _> =
            (0..3).map(|_| addresses.recv_timeout(PATIENCE).expect("three listeners")).collect();
        let gateway = Self { child, dir, internet: found["internet"], lgwan: found["lgwan"], management: found["management"] };
        until("the gateway takes files", || Client::new(gateway.management).get("/readyz").status == 200);
        gateway
    }

    /// Makes an account and returns its password.
    pub(crate) fn account(&self, name: &str, address: &str) -> String {
        let arguments = ["account", "add", name, "--email", address, "--generate"];
        let made = program(self.dir.path(), &arguments).output().unwrap();
        assert!(made.status.success(), "{made:?}");
        String::from_utf8(made.stdout).unwrap().trim_end().split_once(' ').unwrap().1.to_owned()
    }

    /// Asks it to stop and waits; gives back its directory.
    pub(crate) fn stop(mut self) -> (bool, tempfile::TempDir) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let ended = self.child.wait().unwrap().success();
        (ended, std::mem::replace(&mut self.dir, tempfile::tempdir().unwrap()))
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // Ended already when it was stopped.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn program(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_file-gateway"));
    command.args(arguments).arg("--config").arg(dir.join("gateway.toml")).arg("--state-dir").arg(dir.join("state"));
    command.stdin(Stdio::null());
    command
}

/// Waits for something to become true.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "not in time: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A client with cookies.
pub(crate) struct Client {
    address: SocketAddr,
    cookies: Vec<(String, String)>,
}

pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Response {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}", self.text()))
    }
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self { address, cookies: Vec::new() }
    }

    pub(crate) fn get(&mut self, path: &str) -> Response {
        self.send("GET", path, &[], b"")
    }

    pub(crate) fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address);
        for (name, value) in headers {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        if !self.cookies.is_empty() {
            let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            write!(head, "Cookie: {}\r\n", cookies.join("; ")).unwrap();
        }
        if method != "GET" {
            write!(head, "Content-Length: {}\r\n", body.len()).unwrap();
        }
        head.push_str("\r\n");
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut reader = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(reader.read_line(&mut head).unwrap(), 0, "a whole head");
        }
        // By its length, because not every server closes when it is asked to.
        let mut body = vec![0; body_length(&head)];
        reader.read_exact(&mut body).unwrap();
        self.keep_cookies(&head);
        Response { status: head[9..12].parse().unwrap(), head, body }
    }

    fn keep_cookies(&mut self, head: &str) {
        for line in head.lines().filter(|line| line.to_ascii_lowercase().starts_with("set-cookie:")) {
            let (name, value) = line[11..].trim().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            self.cookies.push((name.to_owned(), value.to_owned()));
        }
    }

    /// Signs in and returns the session's proof for forms.
    pub(crate) fn sign_in(&mut self, name: &str, password: &str) -> String {
        let page = self.get("/login").text();
        let body = format!("proof={}&name={name}&password={password}", between(&page, "name=\"proof\" value=\"", "\""));
        let answer = self.send("POST", "/login", &[("Content-Type", "application/x-www-form-urlencoded")], body.as_bytes());
        assert_eq!(answer.status, 303, "{}", answer.text());
        between(&self.get("/").text(), "name=\"csrf\" value=\"", "\"")
    }
}

fn body_length(head: &str) -> usize {
    let value = |line: &str| line.to_ascii_lowercase().strip_prefix("content-length:").map(|value| value.trim().parse().unwrap());
    head.lines().find_map(value).unwrap_or(0)
}

pub(crate) fn between(text: &str, before: &str, after: &str) -> String {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("{before} is not in\n{text}"));
    rest.split_once(after).unwrap().0.to_owned()
}
