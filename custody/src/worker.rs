//! The one worker loop: take → handler → settle; and the keeper beside it: permit, pull, publish, sweep.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::{Claimed, Custody, Inbox, Kind, Retention, SettleError, Settlement, Stage, StoreError, failpoint};

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
    /// How many handlers run at once. As many items again are leased ahead, so that none waits for the next commit.
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
            lease: Duration::from_mins(1),
            poll: Duration::from_secs(1),
            drain: Duration::from_secs(30),
        }
    }
}

/// Takes items, hands them to `handler`, settles them, until `shutdown` becomes true (or its sender is dropped).
///
/// Errors of the store are logged and tried again with back-off: the loop ends only by `shutdown`.
pub async fn run<H: Handler>(custody: Custody, handler: H, config: WorkerConfig, mut shutdown: watch::Receiver<bool>) {
    let crew = Arc::new(Crew::new(handler, custody.clone(), &config, shutdown.clone()));
    let mut running = JoinSet::new();
    let mut pause = Pause::default();
    while !*shutdown.borrow() {
        while running.try_join_next().is_some() {}
        let room = crew.places.available_permits();
        if room == 0 {
            // Whoever ends first makes room.
            tokio::select! {
                _ = crew.places.acquire() => {}
                () = told_to_stop(&mut shutdown) => {}
            }
            continue;
        }
        match custody.take(config.kind, config.stage, room, config.lease).await {
            Ok(claimed) => {
                pause = Pause::default();
                let full = claimed.len() == room;
                for claimed in claimed {
                    let Ok(place) = Arc::clone(&crew.places).try_acquire_owned() else { break };
                    running.spawn(Arc::clone(&crew).work(claimed, place));
                }
                if !full {
                    let wait = wait(&custody, &config).await;
                    tokio::select! {
                        () = custody.due(config.kind, config.stage) => {}
                        () = tokio::time::sleep(wait) => {}
                        () = told_to_stop(&mut shutdown) => {}
                    }
                }
            }
            Err(error) => {
                tracing::error!(%error, "no work can be taken from the ledger");
                pause.wait(&mut shutdown).await;
            }
        }
    }
    drain(running, config.drain).await;
}

/// How long to sleep when nothing was due.
async fn wait(custody: &Custody, config: &WorkerConfig) -> Duration {
    match custody.next_due(config.kind, config.stage).await {
        Ok(Some(due)) => due.max(Duration::from_millis(1)).min(config.poll),
        Ok(None) | Err(_) => config.poll,
    }
}

/// Lets running handlers end, for a while. What is dropped here is taken up again at the next start.
async fn drain(mut running: JoinSet<()>, time: Duration) {
    let all = async { while running.join_next().await.is_some() {} };
    if tokio::time::timeout(time, all).await.is_err() {
        tracing::warn!(items = running.len(), "stopped in the middle of work; it is taken up at the next start");
    }
    running.shutdown().await;
}

async fn told_to_stop(shutdown: &mut watch::Receiver<bool>) {
    // A dropped sender means that whoever could tell us is gone.
    let _ = shutdown.wait_for(|stop| *stop).await;
}

/// What the tasks of one loop share.
///
/// A place is an item that is leased and not handled yet, a turn is a handler that runs. A settlement that waits for its commit has
/// neither: handlers go on meanwhile, and the writer commits for many at once.
struct Crew<H> {
    handler: H,
    custody: Custody,
    lease: Duration,
    places: Arc<Semaphore>,
    turns: Semaphore,
    shutdown: watch::Receiver<bool>,
}

impl<H: Handler> Crew<H> {
    fn new(handler: H, custody: Custody, config: &WorkerConfig, shutdown: watch::Receiver<bool>) -> Self {
        let turns = config.concurrency.clamp(1, Semaphore::MAX_PERMITS / 2);
        let (places, turns) = (Arc::new(Semaphore::new(turns.saturating_mul(2))), Semaphore::new(turns));
        Self { handler, custody, lease: config.lease, places, turns, shutdown }
    }

    /// One item: the handler runs while the lease is renewed beside it; then its settlement is recorded.
    async fn work(self: Arc<Self>, claimed: Claimed, place: OwnedSemaphorePermit) {
        let settlement = tokio::select! {
            settlement = self.handle(&claimed) => settlement,
            () = hold_on(&self.custody, &claimed, self.lease) => {
                tracing::warn!(item = %claimed.id(), "the lease was lost while a handler ran; its work is dropped");
                return;
            }
        };
        drop(place);
        if let Some(settlement) = settlement {
            failpoint::point("worker.before_settle");
            settle(&self.custody, &claimed, settlement, self.lease).await;
        }
    }

    /// `None` if the loop was told to stop before the item's turn: it is taken up at the next start.
    async fn handle(&self, claimed: &Claimed) -> Option<Settlement> {
        let _turn = self.turns.acquire().await.ok()?;
        if *self.shutdown.borrow() {
            return None;
        }
        Some(guarded(self.handler.handle(claimed)).await)
    }
}

/// A handler that panics leaves its item to be tried again later; the loop goes on.
async fn guarded(handling: impl Future<Output = Settlement>) -> Settlement {
    let mut handling = std::pin::pin!(handling);
    let step = std::future::poll_fn(|context| {
        let polled = std::panic::catch_unwind(AssertUnwindSafe(|| handling.as_mut().poll(context)));
        // After a panic the future is dropped and never polled again.
        polled.unwrap_or_else(|_| Poll::Ready(Settlement::Retry { after: AFTER_PANIC, reason: "internal".to_owned() }))
    });
    step.await
}

/// Ends only when the lease is lost.
async fn hold_on(custody: &Custody, claimed: &Claimed, lease: Duration) {
    let mut every = tokio::time::interval(lease / 3);
    every.tick().await;
    loop {
        every.tick().await;
        match custody.renew(claimed, lease).await {
            Ok(()) => {}
            Err(SettleError::LeaseLost) => return,
            Err(error) => tracing::warn!(%error, item = %claimed.id(), "a lease could not be renewed"),
        }
    }
}

/// Records a settlement, through failures of the store too: what was delivered must not be delivered again for a full disk.
async fn settle(custody: &Custody, claimed: &Claimed, settlement: Settlement, lease: Duration) {
    let mut wait = Duration::from_millis(50);
    loop {
        match custody.settle(claimed, settlement.clone()).await {
            Ok(()) | Err(SettleError::Store(StoreError::Stopped)) => return,
            Err(SettleError::LeaseLost) => {
                tracing::warn!(item = %claimed.id(), "the lease was lost; nothing was settled");
                return;
            }
            Err(error @ (SettleError::Illegal(_) | SettleError::Malformed(_))) => {
                tracing::error!(%error, item = %claimed.id(), "a handler gave back what cannot be settled");
                let again = Settlement::Retry { after: lease, reason: "internal".to_owned() };
                if let Err(error) = custody.settle(claimed, again).await {
                    tracing::error!(%error, item = %claimed.id(), "an item waits for its lease to run out");
                }
                return;
            }
            Err(SettleError::Store(error)) => {
                tracing::error!(%error, item = %claimed.id(), "a settlement could not be recorded yet");
                tokio::time::sleep(wait).await;
                wait = wait.saturating_mul(2).min(LONGEST_PAUSE);
            }
        }
    }
}

/// How long an item waits whose handler has panicked.
const AFTER_PANIC: Duration = Duration::from_secs(30);

/// The longest wait between two tries of a store that fails.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// A pause that grows from failure to failure.
#[derive(Default)]
struct Pause(u32);

impl Pause {
    async fn wait(&mut self, shutdown: &mut watch::Receiver<bool>) {
        let time = Duration::from_millis(50).saturating_mul(2_u32.saturating_pow(self.0)).min(LONGEST_PAUSE);
        self.0 = self.0.saturating_add(1);
        tokio::select! {
            () = tokio::time::sleep(time) => {}
            () = told_to_stop(shutdown) => {}
        }
    }
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
            sweep: Duration::from_mins(10),
        }
    }
}

/// Keeps an inbox and the ledger together until `shutdown` becomes true (or its sender is dropped): opens the intake while ledger
/// and audit can be written, pulls what came in, publishes what has changed, sweeps. When it ends, the intake closes.
pub async fn keep(custody: Custody, inbox: Inbox, config: KeeperConfig, mut shutdown: watch::Receiver<bool>) {
    let pulling = pull(&custody, &inbox, &config);
    let permitting = renew_permit(&custody, &inbox, config.permit);
    let sweeping = sweep(&custody, &inbox, &config);
    tokio::select! {
        () = pulling => {}
        () = permitting => {}
        () = sweeping => {}
        () = told_to_stop(&mut shutdown) => {}
    }
    if let Err(error) = custody.renew_permit(&inbox, Duration::ZERO).await {
        tracing::warn!(%error, "the intake could not be closed; its permit runs out by itself");
    }
}

async fn pull(custody: &Custody, inbox: &Inbox, config: &KeeperConfig) {
    let mut wait = config.poll;
    loop {
        let pulled = match custody.pull(inbox, config.kind).await {
            // Uploaders wait for news of their files; mail has no one to tell.
            Ok(pulled) if config.kind == Kind::File => custody.publish(inbox).await.map(|news| pulled.max(news)),
            other => other,
        };
        match pulled {
            Ok(0) => wait = config.poll,
            Ok(_) => continue,
            Err(error) => {
                tracing::error!(%error, "the ledger could not take over from the inbox");
                wait = wait.saturating_mul(2).min(LONGEST_PAUSE);
            }
        }
        tokio::select! {
            () = inbox.arrived() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

async fn renew_permit(custody: &Custody, inbox: &Inbox, time: Duration) {
    let mut every = tokio::time::interval((time / 3).max(Duration::from_millis(1)));
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        if let Err(error) = custody.renew_permit(inbox, time).await {
            tracing::error!(%error, "ledger or audit cannot be written; the intake closes");
        }
    }
}

async fn sweep(custody: &Custody, inbox: &Inbox, config: &KeeperConfig) {
    let mut every = tokio::time::interval(config.sweep.max(Duration::from_millis(1)));
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        if let Err(error) = custody.sweep(inbox, config.retention).await {
            tracing::error!(%error, "what has been kept long enough could not be removed");
        }
    }
}
