//! One child process as the parent sees it: hostile.

use crate::{
    frame::{self, Tag},
    job::{Built, DisarmJob, DraftAnswer, Job, Kind, Verdict, VerifyJob},
    pool::PoolConfig,
    slots::Protection,
    worker::ARGUMENT,
};
use sanitizer_core::{Policy, Run, Stage};
use sanitizer_verify::{Limits, Reason};
use serde::{Serialize, de::DeserializeOwned};
use std::{io, os::unix::process::ExitStatusExt, process::Stdio, time::Duration};
use tokio::{
    io::{AsyncWriteExt, BufReader},
    process::{Child as Process, ChildStdin, ChildStdout, Command},
};

/// How long a child whose pipe broke may take to be gone before it is killed.
const GRACE: Duration = Duration::from_millis(500);

/// A running child.
pub(crate) struct Child {
    process: Process,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    /// Id of the policy this child has been told.
    policy: Option<String>,
    /// What it says protects the machine from it.
    pub protections: Vec<Protection>,
}

/// How a job in a child went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken;

impl From<io::Error> for Broken {
    fn from(_: io::Error) -> Self {
        Self
    }
}

impl Child {
    /// Starts a child and waits until it is ready.
    pub(crate) async fn start(kind: Kind, config: &PoolConfig) -> io::Result<Self> {
        let mut process = Command::new(&config.program)
            .arg(format!("{ARGUMENT}{}", kind.name()))
            .arg(config.memory.to_string())
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let (Some(stdin), Some(stdout)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let mut child =
            Self { process, stdin, stdout: BufReader::with_capacity(64 * 1024, stdout), policy: None, protections: Vec::new() };
        let hello = tokio::time::timeout(config.wall, frame::receive(&mut child.stdout, Tag::Hello)).await;
        let hello = hello.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        child.protections = serde_json::from_slice(&hello)?;
        Ok(child)
    }

    /// Has an item built anew.
    pub(crate) async fn disarm(&mut self, job: &Job, policy: &str, run: &Run) -> Result<(DraftAnswer, Vec<u8>), Broken> {
        self.tell_policy(&job.policy, policy).await?;
        let content = readable(&job.bytes, run.stage);
        let header = DisarmJob { claim: job.claim.clone(), run: run.clone(), size: content.len() as u64 };
        frame::send(&mut self.stdin, Tag::Job, &json(&header)?).await?;
        frame::send_content(&mut self.stdin, content).await?;
        self.stdin.flush().await?;
        let answer: DraftAnswer = parse(&frame::receive(&mut self.stdout, Tag::Draft).await?)?;
        let mut bytes = Vec::new();
        if let Ok(built) = answer.built {
            // The child's word about a size is believed only up to what the policy lets an item grow to.
            if built.size > job.policy.limits.expanded_bytes.saturating_add(job.policy.limits.input_bytes) {
                return Err(Broken);
            }
            bytes = frame::receive_content(&mut self.stdout, built.size).await?;
        }
        Ok((answer, bytes))
    }

    /// Has what was built read again.
    pub(crate) async fn verify(&mut self, bytes: &[u8], built: Built, policy: &str, limits: &Limits) -> Result<Verdict, Broken> {
        let header =
            VerifyJob { format: built.format, limits: limits.clone(), policy: policy.to_owned(), size: bytes.len() as u64 };
        frame::send(&mut self.stdin, Tag::Job, &json(&header)?).await?;
        frame::send_content(&mut self.stdin, bytes).await?;
        self.stdin.flush().await?;
        parse(&frame::receive(&mut self.stdout, Tag::Verdict).await?)
    }

    async fn tell_policy(&mut self, policy: &Policy, id: &str) -> Result<(), Broken> {
        if self.policy.as_deref() != Some(id) {
            frame::send(&mut self.stdin, Tag::Policy, &json(policy)?).await?;
            self.policy = Some(id.to_owned());
        }
        Ok(())
    }

    /// Whether the process is still there.
    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }

    /// Ends a child whose job went wrong and tells from how it ended what to call it.
    pub(crate) async fn autopsy(mut self) -> Reason {
        let Ok(Ok(status)) = tokio::time::timeout(GRACE, self.process.wait()).await else {
            // It answered nonsense and lives, or its end cannot be told.
            self.kill().await;
            return Reason::WorkerDied;
        };
        match status.signal() {
            // Rust aborts when an allocation fails (RLIMIT_AS) and when a stack overflows.
            Some(ABORT) => Reason::OutOfMemory,
            _ => Reason::WorkerDied,
        }
    }

    /// Kills the child and reaps it.
    pub(crate) async fn kill(mut self) {
        // Already gone is as good.
        let _ = self.process.kill().await;
    }
}

/// How much of a message a stub's headers are looked for in, in bytes.
const HEADERS: usize = 256 * 1024;

/// What a run at this stage is given to read: what killed a worker once is not sent whole again.
fn readable(bytes: &[u8], stage: Stage) -> &[u8] {
    let cap = match stage {
        Stage::Full => bytes.len(),
        Stage::StubFromHeaders(_) => HEADERS,
        Stage::StubFromEnvelope(_) => 0,
    };
    bytes.get(..cap).unwrap_or(bytes)
}

/// SIGABRT on every Linux architecture (signal(7)).
const ABORT: i32 = 6;

fn json(value: &impl Serialize) -> Result<Vec<u8>, Broken> {
    serde_json::to_vec(value).map_err(|_| Broken)
}

fn parse<T: DeserializeOwned>(payload: &[u8]) -> Result<T, Broken> {
    serde_json::from_slice(payload).map_err(|_| Broken)
}
