//! The pool: drives the core's `Settle` across a disarm and a verify child.

use crate::{
    answer::Draft,
    attest,
    cage::Layer,
    convert::{self, Converter, ConverterConfig},
    end::Ends,
    hello,
    job::{Built, Done, DraftAnswer, Job, Sharing, Verdict},
    kind::Kind,
    nursery::Nursery,
    sharing,
    slots::Slots,
};
use sanitizer_core::{
    Converted, Policy, Report, Run, Settle,
    settle::{Settled, Step},
};
use sanitizer_verify::{Accept, Clean, Format, Limits, Reason};
use std::{io, path::PathBuf, sync::Arc, time::Duration};

/// How a pool is set up.
#[derive(Clone, Debug)]
pub struct PoolConfig {
    /// Children of each kind.
    pub workers: usize,
    /// Ceiling on a child's address space, in bytes.
    pub memory: u64,
    /// How long one step of a job may take before its child is killed.
    pub wall: Duration,
    /// The program that becomes a worker.
    pub program: PathBuf,
    /// The converter of old formats; none: they are held.
    pub converter: Option<ConverterConfig>,
}

impl PoolConfig {
    /// One child of each kind a core, 1 GiB and two minutes each, the worker program of the running executable, and the
    /// converter if it is installed.
    pub fn for_this_machine() -> io::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self {
            workers: cores,
            memory: 1 << 30,
            wall: Duration::from_mins(2),
            program: hello::program(&std::env::current_exe()?),
            converter: ConverterConfig::of_this_machine(),
        })
    }
}

/// Why a pool did not start.
#[derive(Debug, thiserror::Error)]
pub enum PoolError {
    /// No worker could be started.
    #[error("a worker process could not be started: {0}")]
    Start(#[source] io::Error),
}

/// Supervised worker processes.
pub struct Pool {
    nursery: Arc<Nursery>,
    disarm: Arc<Slots>,
    verify: Arc<Slots>,
    converter: Option<Converter>,
    missing: Vec<Layer>,
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").field("config", self.nursery.config()).finish_non_exhaustive()
    }
}

/// A draft the parent holds between the two children.
struct Held {
    report: Report,
    built: Option<(Built, Vec<u8>)>,
    sharing: Sharing,
}

impl Pool {
    /// Starts the children that wait for jobs.
    pub async fn start(config: PoolConfig) -> Result<Self, PoolError> {
        let nursery = Arc::new(Nursery::open(config).await.map_err(PoolError::Start)?);
        let mut pool = Self {
            disarm: Slots::new(Kind::Disarm, Arc::clone(&nursery)),
            verify: Slots::new(Kind::Verify, Arc::clone(&nursery)),
            converter: nursery.config().converter.clone().map(|config| Converter::new(config, Arc::clone(&nursery))),
            nursery,
            missing: Vec::new(),
        };
        for kind in Kind::ALL {
            let layers = pool.slots(*kind).fill().await.map_err(PoolError::Start)?;
            pool.missing.extend(Layer::ALL.iter().filter(|layer| !layers.contains(layer)));
        }
        pool.missing.sort_unstable();
        pool.missing.dedup();
        Ok(pool)
    }

    /// Layers that the children could not lower themselves into on this machine.
    pub fn missing_layers(&self) -> &[Layer] {
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

    /// The converter of old formats, if there is one.
    pub fn converter(&self) -> Option<&Converter> {
        self.converter.as_ref()
    }

    fn slots(&self, kind: Kind) -> &Arc<Slots> {
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
        let mut draft = Held::nothing(&job, Reason::Internal);
        let mut clean = None;
        let mut converted = Converted::default();
        loop {
            match settle.step() {
                Step::Build { hold, stage } => {
                    let mut run = job.run.clone();
                    run.hold = hold.to_vec();
                    run.stage = stage;
                    match self.build(&job, &policy, &mut run, &mut converted).await {
                        Ok((held, reason)) => {
                            draft = held;
                            settle.built(reason);
                        }
                        Err(reason) => {
                            draft = Held::nothing(&job, reason);
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
        let verdict = self.read_again(&bytes, built, &policy.id(), &policy.limits, Sharing::Own).await?;
        Ok(matches!(verdict, Verdict::Accepted(_)))
    }

    async fn build(
        &self,
        job: &Job,
        policy: &str,
        run: &mut Run,
        converted: &mut Converted,
    ) -> Result<(Held, Option<Reason>), Reason> {
        let mut sharing = sharing::of(job, run.stage);
        run.converted = converted.clone();
        let mut draft = self.build_in(job, policy, run, sharing).await?;
        if draft.answer.needs_own {
            sharing = Sharing::Own;
            draft = self.build_in(job, policy, run, sharing).await?;
        }
        if let Some(converter) = self.converter.as_ref().filter(|_| !draft.wanted.is_empty()) {
            convert::parts(converter, job, draft.wanted, converted).await;
            run.converted = converted.clone();
            draft = self.build_in(job, policy, run, sharing).await?;
        }
        let DraftAnswer { report, built, .. } = draft.answer;
        let reason = built.err();
        Ok((Held { report, built: built.ok().map(|built| (built, draft.bytes)), sharing }, reason))
    }

    async fn build_in(&self, job: &Job, policy: &str, run: &Run, sharing: Sharing) -> Result<Draft, Reason> {
        let mut slot = self.disarm.take(sharing).await.map_err(|_| Reason::WorkerDied)?;
        let answered = tokio::time::timeout(self.wall(Kind::Disarm), slot.child.disarm(job, policy, run, sharing)).await;
        match answered {
            Ok(Ok(answered)) => {
                self.disarm.answered(slot, answered.answer.panicked);
                Ok(answered)
            }
            Ok(Err(broken)) => Err(self.disarm.broken(slot, broken).await.reason()),
            Err(_) => Err(self.disarm.late(slot).await.reason()),
        }
    }

    async fn check(&self, draft: &mut Held, job: &Job, policy: &str) -> Result<Checked, Reason> {
        let (built, bytes) = draft.built.take().ok_or(Reason::Internal)?;
        // Anything but a message is a lie of the shared child that made it, and not for another shared child to read.
        let sharing = if built.format == Format::Mail { draft.sharing } else { Sharing::Own };
        match self.read_again(&bytes, built, policy, &job.policy.limits, sharing).await? {
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

    async fn read_again(
        &self,
        bytes: &[u8],
        built: Built,
        policy: &str,
        limits: &Limits,
        sharing: Sharing,
    ) -> Result<Verdict, Reason> {
        if sharing == Sharing::Text {
            let verdict = self.read_again_in(bytes, built, policy, &sharing::limits(limits), sharing).await?;
            // A refusal may be about something inside that a shared child does not look into.
            if matches!(verdict, Verdict::Accepted(_)) {
                return Ok(verdict);
            }
        }
        self.read_again_in(bytes, built, policy, limits, Sharing::Own).await
    }

    async fn read_again_in(
        &self,
        bytes: &[u8],
        built: Built,
        policy: &str,
        limits: &Limits,
        sharing: Sharing,
    ) -> Result<Verdict, Reason> {
        let mut slot = self.verify.take(sharing).await.map_err(|_| Reason::WorkerDied)?;
        match tokio::time::timeout(self.wall(Kind::Verify), slot.child.verify(bytes, built, policy, limits)).await {
            Ok(Ok(answer)) => {
                self.verify.answered(slot, answer.panicked);
                Ok(answer.verdict)
            }
            Ok(Err(broken)) => Err(self.verify.broken(slot, broken).await.reason()),
            Err(_) => Err(self.verify.late(slot).await.reason()),
        }
    }

    fn wall(&self, kind: Kind) -> Duration {
        self.nursery.config().wall.saturating_mul(kind.row().wall) / 100
    }
}

impl Held {
    fn nothing(job: &Job, reason: Reason) -> Self {
        Self { report: Report::held(reason, &job.claim.borrow(), &job.policy, &job.run), built: None, sharing: Sharing::Own }
    }
}

enum Checked {
    Accepted(Box<(Clean, Accept)>),
    Refused(sanitizer_verify::Location),
}
