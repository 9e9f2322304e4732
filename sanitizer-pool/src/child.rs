//! One child process as the parent sees it: hostile.

use crate::{
    answer::{self, Draft},
    cage::Layer,
    convert::wire,
    end::End,
    frame::{self, Tag},
    job::{Built, DisarmJob, Job, Sharing, VerdictAnswer, VerifyJob},
};
use rustix::process::Pid;
use sanitizer_core::{Policy, Run, Stage};
use sanitizer_verify::Limits;
use serde::Serialize;
use std::{io, time::Duration};
use tokio::{
    io::{AsyncWriteExt, BufReader},
    process::{Child as Process, ChildStdin, ChildStdout},
};

/// How long a child whose pipe broke may take to be gone before it is killed.
const GRACE: Duration = Duration::from_millis(500);

/// A process that has said its hello.
pub(crate) struct Started {
    process: Process,
    pub stdin: ChildStdin,
    pub stdout: BufReader<ChildStdout>,
    /// The layers it says it is in.
    pub layers: Vec<Layer>,
}

/// A running worker.
pub(crate) struct Child {
    inner: Started,
    /// Id of the policy this child has been told.
    policy: Option<String>,
    /// Jobs it has answered.
    pub served: u32,
}

/// How a job in a child went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    /// A pipe is broken: the child is gone or about to be.
    Pipe,
    /// It said what no worker says.
    Garbage,
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::InvalidData { Self::Garbage } else { Self::Pipe }
    }
}

impl Started {
    pub(crate) fn new(mut process: Process) -> io::Result<Self> {
        let (Some(stdin), Some(stdout)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        Ok(Self { process, stdin, stdout: BufReader::with_capacity(64 * 1024, stdout), layers: Vec::new() })
    }

    /// Its process id, while it has not been waited for.
    pub(crate) fn pid(&self) -> Option<Pid> {
        Pid::from_raw(i32::try_from(self.process.id()?).ok()?)
    }

    /// Ends a child whose job went wrong, and tells how it ended.
    pub(crate) async fn autopsy(mut self, broken: Broken) -> End {
        if broken == Broken::Pipe
            && let Ok(Ok(status)) = tokio::time::timeout(GRACE, self.process.wait()).await
        {
            return End::of(status);
        }
        // It talked nonsense or closed its pipe, and lives.
        self.kill().await;
        End::Garbage
    }

    /// Kills the process and reaps it.
    pub(crate) async fn kill(mut self) {
        // Already gone is as good.
        let _ = self.process.kill().await;
    }
}

impl Child {
    pub(crate) const fn new(inner: Started) -> Self {
        Self { inner, policy: None, served: 0 }
    }

    /// Has an item built anew.
    pub(crate) async fn disarm(&mut self, job: &Job, policy: &str, run: &Run, sharing: Sharing) -> Result<Draft, Broken> {
        self.tell_policy(&job.policy, policy).await?;
        let content = readable(&job.bytes, run.stage);
        let converted = wire::announce(&run.converted);
        let header = DisarmJob { claim: job.claim.clone(), run: run.clone(), sharing, size: content.len() as u64, converted };
        frame::send(&mut self.inner.stdin, Tag::Job, &json(&header)?).await?;
        frame::send_content(&mut self.inner.stdin, content).await?;
        wire::send_converted(&mut self.inner.stdin, &run.converted).await?;
        self.inner.stdin.flush().await?;
        let draft = answer::draft(&mut self.inner.stdout, job, policy).await?;
        self.answered()?;
        Ok(draft)
    }

    /// Has what was built read again.
    pub(crate) async fn verify(
        &mut self,
        bytes: &[u8],
        built: Built,
        policy: &str,
        limits: &Limits,
    ) -> Result<VerdictAnswer, Broken> {
        let header =
            VerifyJob { format: built.format, limits: limits.clone(), policy: policy.to_owned(), size: bytes.len() as u64 };
        frame::send(&mut self.inner.stdin, Tag::Job, &json(&header)?).await?;
        frame::send_content(&mut self.inner.stdin, bytes).await?;
        self.inner.stdin.flush().await?;
        let answer = answer::verdict(&mut self.inner.stdout, limits).await?;
        self.answered()?;
        Ok(answer)
    }

    fn answered(&mut self) -> Result<(), Broken> {
        self.served = self.served.saturating_add(1);
        answer::nothing_more(self.inner.stdout.buffer())
    }

    async fn tell_policy(&mut self, policy: &Policy, id: &str) -> Result<(), Broken> {
        if self.policy.as_deref() != Some(id) {
            frame::send(&mut self.inner.stdin, Tag::Policy, &json(policy)?).await?;
            self.policy = Some(id.to_owned());
        }
        Ok(())
    }

    /// Whether the process is still there.
    pub(crate) fn is_alive(&mut self) -> bool {
        matches!(self.inner.process.try_wait(), Ok(None))
    }

    /// Whether it is there and silent: one that speaks before it is asked is given no job.
    pub(crate) fn is_sound(&mut self) -> bool {
        rustix::io::ioctl_fionread(self.inner.stdout.get_ref()).is_ok_and(|unread| unread == 0) && self.is_alive()
    }

    /// See [`Started::autopsy`].
    pub(crate) async fn autopsy(self, broken: Broken) -> End {
        self.inner.autopsy(broken).await
    }

    /// Kills the child and reaps it.
    pub(crate) async fn kill(self) {
        self.inner.kill().await;
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

fn json(value: &impl Serialize) -> Result<Vec<u8>, Broken> {
    serde_json::to_vec(value).map_err(|_| Broken::Garbage)
}
