//! Starting the back: pool, ledger, keeper and sanitizing workers.

use crate::{Config, SandboxLevel, Sanitize, metrics, shutdown::Shutdown};
use custody::{
    Custody, CustodyConfig, Inbox, Kind, Stage,
    worker::{self, KeeperConfig, WorkerConfig},
};
use sanitizer_pool::{Depth, JailTest, Layer, Pool, PoolError, SelfTest, self_test};
use std::{io::IsTerminal as _, sync::Arc};
use tokio::task::JoinSet;

/// The running back of one face.
#[derive(Debug)]
pub struct Back {
    /// The ledger.
    pub custody: Custody,
    /// The pool.
    pub pool: Arc<Pool>,
    /// Whether hostile bytes are parsed without all the layers a production machine must have: shown in red.
    pub exposed: bool,
    tasks: JoinSet<()>,
}

/// Why a service did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The ledger could not be opened.
    #[error(transparent)]
    Ledger(#[from] custody::OpenError),
    /// The pool could not be started.
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// The kernel lacks layers of the workers' cage and the configuration requires them.
    #[error("this machine cannot lock worker processes in: {0}; sandbox.level = \"best-effort\" is for development only")]
    Sandbox(String),
}

impl Back {
    /// Opens the ledger as `node`, starts the pool, and works on items of `kind` that come through `inbox`.
    pub async fn start(config: &Config, inbox: &Inbox, node: &str, kind: Kind, shutdown: &Shutdown) -> Result<Self, StartError> {
        let tested = self_test(&config.pool, Depth::Cage).await?;
        metrics::self_test(&tested);
        let mut exposed = check_cage(config.sandbox, &tested)?;
        let mut pool = config.pool.clone();
        match check_jail(config.sandbox, &tested.jail) {
            Jailed::Sound => {}
            Jailed::Off => pool.converter = None,
            Jailed::Exposed => exposed = true,
        }
        let pool = Arc::new(Pool::start(pool).await?);
        let custody = Custody::open(&CustodyConfig::new(&config.state_dir, node))?;
        let mut tasks = JoinSet::new();
        tasks.spawn(worker::keep(custody.clone(), inbox.clone(), KeeperConfig::new(kind), shutdown.receiver()));
        let handler = Sanitize::new(custody.clone(), Arc::clone(&pool), Arc::clone(&config.policy));
        // Twice the children: while one item is in a disarm child another can be in a verify child.
        let workers = WorkerConfig {
            concurrency: config.pool.workers.saturating_mul(2),
            drain: config.drain,
            ..WorkerConfig::new(kind, Stage::Sanitize)
        };
        tasks.spawn(worker::run(custody.clone(), handler, workers, shutdown.receiver()));
        Ok(Self { custody, pool, exposed, tasks })
    }

    /// Waits until every loop has ended after a shutdown.
    pub async fn stopped(mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

/// Whether something is missing that a production machine must have; an error where the configuration insists on it.
fn check_cage(level: SandboxLevel, tested: &SelfTest) -> Result<bool, StartError> {
    let (required, wanted): (Vec<Layer>, Vec<Layer>) = tested.missing.iter().partition(|layer| layer.is_required());
    for layer in wanted {
        tracing::warn!(event = "sandbox_layer_missing", %layer, "this kernel lacks a layer that others stand in for");
    }
    let mut lacks: Vec<String> = required.iter().map(|layer| format!("{layer} is missing")).collect();
    let open = tested.rows.iter().filter(|row| !row.stopped());
    lacks.extend(open.map(|row| format!("nothing stops {} in {}", row.probe.name(), row.kind.name())));
    match (level, lacks.is_empty()) {
        (_, true) => Ok(false),
        (SandboxLevel::Require, false) => Err(StartError::Sandbox(lacks.join(", "))),
        (SandboxLevel::BestEffort, false) => {
            warn_in_red(&format!("SANDBOX BEST EFFORT: this machine cannot lock worker processes in: {}", lacks.join(", ")));
            Ok(true)
        }
    }
}

/// What becomes of the converter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Jailed {
    /// It is in a jail that holds, or not installed.
    Sound,
    /// It is not used, and what would need it is held as `converter_missing`: everything else works without it.
    Off,
    /// It is used in a jail that does not hold, because the configuration says so.
    Exposed,
}

fn check_jail(level: SandboxLevel, tested: &JailTest) -> Jailed {
    match tested {
        JailTest::NotInstalled => {
            tracing::info!(event = "converter_missing", "LibreOffice or bubblewrap is not installed: old formats are held");
            return Jailed::Sound;
        }
        JailTest::DoesNotStart => {
            tracing::error!(event = "converter_off", "bubblewrap does not start on this machine: old formats are held");
            return Jailed::Off;
        }
        JailTest::Tried(_) => {}
    }
    let open: Vec<_> = tested.rows().iter().filter(|row| !row.stopped()).map(|row| row.probe.name()).collect();
    match (level, open.is_empty()) {
        (_, true) => Jailed::Sound,
        (SandboxLevel::Require, false) => {
            let open = open.join(", ");
            tracing::error!(event = "converter_off", open, "the converter's jail does not hold: old formats are held");
            Jailed::Off
        }
        (SandboxLevel::BestEffort, false) => {
            warn_in_red(&format!("SANDBOX BEST EFFORT: nothing stops this in the converter's jail: {}", open.join(", ")));
            Jailed::Exposed
        }
    }
}

/// A line that is red where someone looks, and a log line in any case.
#[expect(clippy::print_stderr, reason = "for the person at the terminal, beside the log")]
fn warn_in_red(message: &str) {
    tracing::error!(event = "sandbox_best_effort", "{message}");
    if std::io::stderr().is_terminal() {
        eprintln!("\x1b[1;31m{message}\x1b[0m");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sanitizer_pool::{JailLayer, JailProbe, JailRow, Kind, Probe, Row, Stop};

    fn tested(missing: &[Layer], stop: Stop) -> SelfTest {
        let row = Row { kind: Kind::Disarm, probe: Probe::Connect, stops: vec![stop] };
        SelfTest { rows: vec![row], missing: missing.to_vec(), jail: JailTest::NotInstalled }
    }

    #[test]
    fn a_missing_layer_is_named_and_nothing_starts_unless_told_otherwise() {
        let missing = tested(&[Layer::NoFiles], Stop::By(Layer::SystemCalls));
        let error = check_cage(SandboxLevel::Require, &missing).unwrap_err();
        assert!(error.to_string().contains("no_files is missing"), "{error}");
        assert!(check_cage(SandboxLevel::BestEffort, &missing).unwrap());
    }

    #[test]
    fn what_nothing_stops_is_named_too() {
        let open = tested(&[], Stop::Nothing);
        let error = check_cage(SandboxLevel::Require, &open).unwrap_err();
        assert!(error.to_string().contains("nothing stops connect in disarm"), "{error}");
        assert!(check_cage(SandboxLevel::BestEffort, &open).unwrap());
    }

    #[test]
    fn a_layer_that_others_stand_in_for_may_be_missing() {
        assert!(!check_cage(SandboxLevel::Require, &tested(&[Layer::NoSignals], Stop::By(Layer::SystemCalls))).unwrap());
    }

    #[test]
    fn a_jail_that_does_not_hold_switches_the_converter_off_and_nothing_else() {
        let jail = |stop| JailTest::Tried(vec![JailRow { probe: JailProbe::Mount, stops: vec![stop] }]);
        for (level, tested, expected) in [
            (SandboxLevel::Require, jail(Stop::By(JailLayer::SystemCalls)), Jailed::Sound),
            (SandboxLevel::Require, JailTest::NotInstalled, Jailed::Sound),
            (SandboxLevel::Require, JailTest::DoesNotStart, Jailed::Off),
            (SandboxLevel::BestEffort, JailTest::DoesNotStart, Jailed::Off),
            (SandboxLevel::Require, jail(Stop::Nothing), Jailed::Off),
            (SandboxLevel::Require, jail(Stop::Unclear), Jailed::Off),
            (SandboxLevel::BestEffort, jail(Stop::Nothing), Jailed::Exposed),
        ] {
            assert_eq!(check_jail(level, &tested), expected, "{level:?} {tested:?}");
        }
    }
}
