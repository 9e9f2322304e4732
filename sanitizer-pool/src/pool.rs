//! The pool: drives the core's `Settle` across a disarm and a verify child.

use crate::{
    attest,
    child::Child,
    job::{Built, Done, Job, Kind, Verdict},
    slots::{Ends, Protection, Slots},
};
use sanitizer_core::{
    Policy, Report, Run, Settle,
    settle::{Settled, Step},
};
use sanitizer_verify::{Accept, Clean, Format, Limits, Reason};
use std::{io, path::PathBuf, time::Duration};

/// How a pool is set up.
#[derive(Clone, Debug)]
pub struct PoolConfig {
    /// Children of each kind.
    pub workers: usize,
    /// Ceiling on a child's address space, in bytes.
    pub memory: u64,
    /// How long one step of a job may take before its child is killed.
    pub wall: Duration,
    /// The executable that becomes a worker; usually this one.
    pub program: PathBuf,
}

impl PoolConfig {
    /// One child of each kind a core, 1 GiB and two minutes each, the running executable as program.
    pub fn for_this_machine() -> io::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self { workers: cores, memory: 1 << 30, wall: Duration::from_mins(2), program: std::env::current_exe()? })
    }
}

/// Why a pool did not start.
#[derive(Debug, thiserror::Error)]
pub enum PoolError {
    /// No worker could be started.
    #[error("a worker process could not be started")]
    Start(#[source] io::Error),
}

/// Supervised worker processes.
pub struct Pool {
    config: PoolConfig,
    disarm: Slots,
    verify: Slots,
    missing: Vec<Protection>,
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").field("config", &self.config).finish_non_exhaustive()
    }
}

/// A draft the parent holds between the two children.
struct Held {
    report: Report,
    built: Option<(Built, Vec<u8>)>,
}

impl Pool {
    /// Starts all children.
    pub async fn start(config: PoolConfig) -> Result<Self, PoolError> {
        let workers = config.workers.max(1);
        let mut pool = Self {
            disarm: Slots::new(Kind::Disarm, workers),
            verify: Slots::new(Kind::Verify, workers),
            config,
            missing: Vec::new(),
        };
        for slots in [&pool.disarm, &pool.verify] {
            for _ in 0..workers {
                let child = Child::start(slots.kind, &pool.config).await.map_err(PoolError::Start)?;
                let missing = Protection::ALL.iter().copied().filter(|wanted| !child.protections.contains(wanted));
                pool.missing.extend(missing);
                slots.add(child);
            }
        }
        pool.missing.sort_unstable();
        pool.missing.dedup();
        Ok(pool)
    }

    /// Protections that the children could not lower themselves into on this machine.
    pub fn missing_protections(&self) -> &[Protection] {
        &self.missing
    }

    /// How children of a kind ended since start.
    pub fn ends(&self, kind: Kind) -> Ends {
        self.slots(kind).ends()
    }

    /// Children of a kind that wait for a job.
    pub fn idle(&self, kind: Kind) -> usize {
        self.slots(kind).idle()
    }

    fn slots(&self, kind: Kind) -> &Slots {
        match kind {
            Kind::Disarm => &self.disarm,
            Kind::Verify => &self.verify,
        }
    }

    /// Sanitizes one item. Never fails: whatever goes wrong is a `Held` with its reason.
    ///
    /// Dropping the future kills the child that works on it.
    pub async fn sanitize(&self, job: Job) -> Done {
        let policy = job.policy.id();
        let mut settle = Settle::new(job.claim.role, job.run.stage);
        let mut draft = Held { report: nothing(&job, Reason::Internal), built: None };
        let mut clean = None;
        loop {
            match settle.step() {
                Step::Build { hold, stage } => {
                    let mut run = job.run.clone();
                    run.hold = hold.to_vec();
                    run.stage = stage;
                    match self.build(&job, &policy, &run).await {
                        Ok((held, reason)) => {
                            draft = held;
                            settle.built(reason);
                        }
                        Err(reason) => {
                            draft = Held { report: nothing(&job, reason), built: None };
                            settle.failed(reason);
                        }
                    }
                }
                Step::Check => match self.check(&mut draft, &job, &policy).await {
                    Ok(Checked::Accepted(accepted)) => {
                        clean = Some(*accepted);
                        settle.accepted();
                    }
                    Ok(Checked::Refused(at)) => settle.refused(&draft.report.part, &at),
                    Err(reason) => settle.failed(reason),
                },
                Step::Done(Settled::Accepted) => {
                    return Done { part: clean.ok_or(Reason::Internal), report: draft.report };
                }
                Step::Done(Settled::Held(reason)) => {
                    draft.report.hold(reason);
                    return Done { part: Err(reason), report: draft.report };
                }
            }
        }
    }

    /// Whether `bytes` are in the form in which `format` may leave. Makes no `Clean`: nobody built them.
    pub async fn verify(&self, bytes: Vec<u8>, format: Format, policy: &Policy) -> Result<bool, Reason> {
        let built = Built { format, size: bytes.len() as u64 };
        let verdict = self.read_again(&bytes, built, &policy.id(), &policy.limits).await?;
        Ok(matches!(verdict, Verdict::Accepted(_)))
    }

    async fn build(&self, job: &Job, policy: &str, run: &Run) -> Result<(Held, Option<Reason>), Reason> {
        let mut slot = self.disarm.take(&self.config).await.map_err(|_| Reason::WorkerDied)?;
        match tokio::time::timeout(self.config.wall, slot.child.disarm(job, policy, run)).await {
            Ok(Ok((answer, bytes))) => {
                self.disarm.give_back(slot);
                let mut report = answer.report;
                // What the parent knows itself it does not take from a child.
                report.receipt.clone_from(&job.run.receipt);
                policy.clone_into(&mut report.policy);
                report.part.size_in = job.bytes.len() as u64;
                let reason = answer.built.err();
                Ok((Held { report, built: answer.built.ok().map(|built| (built, bytes)) }, reason))
            }
            Ok(Err(_)) => Err(self.bury(&self.disarm, slot.child).await),
            Err(_) => {
                slot.child.kill().await;
                self.disarm.ended(Reason::Timeout);
                Err(Reason::Timeout)
            }
        }
    }

    async fn check(&self, draft: &mut Held, job: &Job, policy: &str) -> Result<Checked, Reason> {
        let (built, bytes) = draft.built.take().ok_or(Reason::Internal)?;
        match self.read_again(&bytes, built, policy, &job.policy.limits).await? {
            Verdict::Accepted(receipt) => {
                let clean = attest::clean(bytes, built, policy, &receipt).ok_or(Reason::VerifyFailed)?;
                Ok(Checked::Accepted(Box::new((clean, receipt))))
            }
            Verdict::Refused(at) => {
                tracing::warn!(format = %built.format, place = %at, "the verifier refused what was built");
                Ok(Checked::Refused(at))
            }
        }
    }

    async fn read_again(&self, bytes: &[u8], built: Built, policy: &str, limits: &Limits) -> Result<Verdict, Reason> {
        let mut slot = self.verify.take(&self.config).await.map_err(|_| Reason::WorkerDied)?;
        match tokio::time::timeout(self.config.wall, slot.child.verify(bytes, built, policy, limits)).await {
            Ok(Ok(verdict)) => {
                self.verify.give_back(slot);
                Ok(verdict)
            }
            Ok(Err(_)) => Err(self.bury(&self.verify, slot.child).await),
            Err(_) => {
                slot.child.kill().await;
                self.verify.ended(Reason::Timeout);
                Err(Reason::Timeout)
            }
        }
    }

    async fn bury(&self, slots: &Slots, child: Child) -> Reason {
        let reason = child.autopsy().await;
        slots.ended(reason);
        tracing::warn!(kind = slots.kind.name(), %reason, "a worker ended without an answer");
        reason
    }
}

fn nothing(job: &Job, reason: Reason) -> Report {
    Report::held(reason, &job.claim.borrow(), &job.policy, &job.run)
}

enum Checked {
    Accepted(Box<(Clean, Accept)>),
    Refused(sanitizer_verify::Location),
}
