//! Starting the back: pool, ledger, keeper and sanitizing workers.

use crate::{Config, SandboxLevel, Sanitize, shutdown::Shutdown};
use custody::{
    Custody, CustodyConfig, Inbox, Kind, Stage,
    worker::{self, KeeperConfig, WorkerConfig},
};
use sanitizer_pool::{Pool, PoolError, Protection};
use std::{io::IsTerminal as _, sync::Arc};
use tokio::task::JoinSet;

/// The running back of one face.
#[derive(Debug)]
pub struct Back {
    /// The ledger.
    pub custody: Custody,
    /// The pool.
    pub pool: Arc<Pool>,
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
    /// The kernel lacks protections and the configuration requires them.
    #[error("this machine lacks protections for worker processes: {}; set sandbox.level = \"best-effort\" for development only", list(.0))]
    Sandbox(Vec<Protection>),
}

fn list(protections: &[Protection]) -> String {
    protections.iter().map(|protection| format!("{protection:?}")).collect::<Vec<_>>().join(", ")
}

impl Back {
    /// Opens the ledger as `node`, starts the pool, and works on items of `kind` that come through `inbox`.
    pub async fn start(config: &Config, inbox: &Inbox, node: &str, kind: Kind, shutdown: &Shutdown) -> Result<Self, StartError> {
        let pool = Arc::new(Pool::start(config.pool.clone()).await?);
        check_protections(config.sandbox, pool.missing_protections())?;
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
        Ok(Self { custody, pool, tasks })
    }

    /// Waits until every loop has ended after a shutdown.
    pub async fn stopped(mut self) {
        while self.tasks.join_next().await.is_some() {}
    }
}

fn check_protections(level: SandboxLevel, missing: &[Protection]) -> Result<(), StartError> {
    match (level, missing) {
        (_, []) => Ok(()),
        (SandboxLevel::Require, missing) => Err(StartError::Sandbox(missing.to_vec())),
        (SandboxLevel::BestEffort, missing) => {
            warn_in_red(&format!("SANDBOX BEST EFFORT: this machine lacks {}", list(missing)));
            Ok(())
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
