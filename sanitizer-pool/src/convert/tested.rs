//! The parent's side of the self-test in the converter's jail.

use super::{
    ConverterConfig,
    jail::{Jail, Listed},
    probe::{self, CONTROL, JailLayer, JailProbe, Target},
};
use crate::{
    cage::probe::Tried,
    nursery::Nursery,
    selftest::{Depth, Stop},
};
use sanitizer_verify::Reason;
use std::{os::unix::process::ExitStatusExt as _, process::ExitStatus};

/// Ceilings of a jail that is only tried: the same walls, sooner met.
const SCRATCH: u64 = 16 << 20;
const MEMORY: u64 = 128 << 20;

/// Whether there is a jail for the converter, and whether it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JailTest {
    /// LibreOffice or bubblewrap is not installed: old formats are held.
    NotInstalled,
    /// bubblewrap does not start here, as where no user namespaces may be made: old formats are held.
    DoesNotStart,
    /// A row for each probe.
    Tried(Vec<JailRow>),
}

/// One probe in the jail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JailRow {
    /// What was tried.
    pub probe: JailProbe,
    /// What stopped it: first in the whole jail, then without the list of system calls if it was that.
    pub stops: Vec<Stop<JailLayer>>,
}

impl JailTest {
    /// What was tried, if a jail started.
    pub fn rows(&self) -> &[JailRow] {
        if let Self::Tried(rows) = self { rows } else { &[] }
    }

    /// Whether there is a jail in which something was not stopped.
    pub fn is_open(&self) -> bool {
        self.rows().iter().any(|row| !row.stopped())
    }
}

impl JailRow {
    /// Whether it was stopped in the whole jail.
    pub fn stopped(&self) -> bool {
        matches!(self.stops.first(), Some(Stop::By(_)))
    }
}

/// Tries everything.
pub(crate) async fn test(nursery: &Nursery, config: Option<&ConverterConfig>, depth: Depth, port: u16) -> JailTest {
    let Some(config) = config else { return JailTest::NotInstalled };
    let config = ConverterConfig { scratch: config.scratch.min(SCRATCH), memory: config.memory.min(MEMORY), ..config.clone() };
    let target = Target { port, scratch: config.scratch, memory: config.memory };
    let trial = Trial { nursery, config, target };
    if !matches!(trial.said(CONTROL, Listed::Yes).await, Said::Answer(Tried::Done)) {
        return JailTest::DoesNotStart;
    }
    let mut rows = Vec::new();
    for probe in JailProbe::ALL.iter().copied() {
        let mut stops = vec![trial.attempt(probe, Listed::Yes).await];
        if depth == Depth::Layers && stops == [Stop::By(JailLayer::SystemCalls)] {
            stops.push(trial.attempt(probe, Listed::No).await);
        }
        rows.push(JailRow { probe, stops });
    }
    JailTest::Tried(rows)
}

struct Trial<'a> {
    nursery: &'a Nursery,
    config: ConverterConfig,
    target: Target,
}

/// What one that tries something came to.
enum Said {
    Answer(Tried),
    /// No answer, and this end.
    Ended(ExitStatus),
    /// It was ended from outside for this.
    Stopped(Reason),
    Nothing,
}

impl Trial<'_> {
    async fn attempt(&self, probe: JailProbe, listed: Listed) -> Stop<JailLayer> {
        match self.said(probe.name(), listed).await {
            Said::Answer(tried) => probe::refused(probe, tried),
            Said::Ended(status) => killed(status),
            Said::Stopped(Reason::OutOfMemory | Reason::CountLimit) => Stop::By(JailLayer::Watch),
            Said::Stopped(_) | Said::Nothing => Stop::Unclear,
        }
    }

    async fn said(&self, name: &str, listed: Listed) -> Said {
        let arguments: Vec<_> = std::iter::once(name.to_owned()).chain(self.target.arguments()).collect();
        let Ok(jail) = Jail::probing(self.nursery, &self.config, listed, &arguments).await else { return Said::Nothing };
        match tokio::time::timeout(self.config.wall, jail.said(self.config.memory)).await {
            Ok(Ok((said, status))) => serde_json::from_slice(&said).map_or(Said::Ended(status), Said::Answer),
            Ok(Err(reason)) => Said::Stopped(reason),
            Err(_) => Said::Nothing,
        }
    }
}

/// What the kernel killed it for. bubblewrap says a signal as shells do.
fn killed(status: ExitStatus) -> Stop<JailLayer> {
    let signal = status.signal().or_else(|| status.code()?.checked_sub(128));
    match signal {
        Some(libc::SIGSYS) => Stop::By(JailLayer::SystemCalls),
        // A file too large, or the run-time library where an allocation fails.
        Some(libc::SIGXFSZ | libc::SIGABRT) => Stop::By(JailLayer::Limits),
        _ => Stop::Unclear,
    }
}
