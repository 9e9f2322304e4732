//! The one worker loop: take → handler → settle; and the keeper beside it: permit, pull, publish, sweep.

use std::future::Future;
use std::time::Duration;

use tokio::sync::watch;

use crate::{Claimed, Custody, Inbox, Kind, Retention, Settlement, Stage};

/// What is done with a claimed item.
pub trait Handler: Send + Sync + 'static {
    /// Works on one item. May be dropped at any await when the lease is lost or the process stops: nothing may depend on its
    /// running to the end, apart from what is settled.
    fn handle(&self, claimed: &Claimed) -> impl Future<Output = Settlement> + Send;
}

/// How a worker loop takes items.
#[derive(Clone, Debug)]
pub struct WorkerConfig {
    /// Which items.
    pub kind: Kind,
    /// For which step.
    pub stage: Stage,
    /// How many handlers run at once.
    pub concurrency: usize,
    /// How long a lease lasts; it is renewed at a third of that while the handler runs.
    pub lease: Duration,
    /// How often to look for items that another process made due. Items of this process wake the loop at once.
    pub poll: Duration,
    /// How long running handlers may go on when the loop is told to stop. Then they are dropped, and their items are taken up
    /// again at the next start.
    pub drain: Duration,
}

impl WorkerConfig {
    /// Four at once, leases of a minute, a look every second, half a minute to finish.
    pub fn new(kind: Kind, stage: Stage) -> Self {
        Self {
            kind,
            stage,
            concurrency: 4,
            lease: Duration::from_secs(60),
            poll: Duration::from_secs(1),
            drain: Duration::from_secs(30),
        }
    }
}

/// Takes items, hands them to `handler`, settles them, until `shutdown` becomes true (or its sender is dropped).
///
/// Errors of the store are logged and tried again with back-off: the loop ends only by `shutdown`.
pub async fn run<H: Handler>(custody: Custody, handler: H, config: WorkerConfig, shutdown: watch::Receiver<bool>) {
    let _ = (custody, handler, config, shutdown);
    unimplemented!()
}

/// What the keeper does and how often.
#[derive(Clone, Debug)]
pub struct KeeperConfig {
    /// Which items it pulls from the inbox.
    pub kind: Kind,
    /// How long the intake stays open after a proof that ledger and audit can be written; it is renewed at a third of that.
    pub permit: Duration,
    /// How often to look for items of another process. Items of this process wake the keeper at once.
    pub poll: Duration,
    /// How long bytes are kept.
    pub retention: Retention,
    /// How often to look for bytes that have been kept long enough.
    pub sweep: Duration,
}

impl KeeperConfig {
    /// A permit of 15 seconds, a look every 200 ms, a sweep every 10 minutes.
    pub fn new(kind: Kind) -> Self {
        Self {
            kind,
            permit: Duration::from_secs(15),
            poll: Duration::from_millis(200),
            retention: Retention::default(),
            sweep: Duration::from_secs(600),
        }
    }
}

/// Keeps an inbox and the ledger together until `shutdown` becomes true (or its sender is dropped): opens the intake while ledger
/// and audit can be written, pulls what came in, publishes what has changed, sweeps.
pub async fn keep(custody: Custody, inbox: Inbox, config: KeeperConfig, shutdown: watch::Receiver<bool>) {
    let _ = (custody, inbox, config, shutdown);
    unimplemented!()
}
