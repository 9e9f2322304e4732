//! The loops: everything goes through, whatever handlers do, and they stop when they are told.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use custody::worker::{Handler, KeeperConfig, WorkerConfig, keep, run};
use custody::{
    Claimed, Custody, CustodyConfig, Filter, Inbox, InboxConfig, Kind, RecipientOutcome, RecipientResult, Settlement, Stage,
    State,
};
use tokio::sync::watch;

use crate::support::{mail, sanitized};

/// Sanitizes, or says that every recipient has the mail. Panics the first `panics` times.
#[derive(Default)]
struct Willing {
    panics: AtomicUsize,
    handled: Arc<AtomicUsize>,
}

impl Handler for Willing {
    async fn handle(&self, claimed: &Claimed) -> Settlement {
        tokio::task::yield_now().await;
        let left = self.panics.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
        assert!(left.is_err(), "a handler that panics");
        self.handled.fetch_add(1, Ordering::SeqCst);
        match claimed.stage() {
            Stage::Sanitize => sanitized(b"clean"),
            Stage::Deliver => {
                let delivered = |position| RecipientResult { position, outcome: RecipientOutcome::Delivered, status: None };
                Settlement::Delivery { results: (0..2).map(delivered).collect(), follow_up: Vec::new() }
            }
        }
    }
}

/// Never ends.
struct Stuck;

impl Handler for Stuck {
    async fn handle(&self, _: &Claimed) -> Settlement {
        std::future::pending().await
    }
}

/// Begins, and ends when it is let go.
struct Gated {
    handled: Arc<AtomicUsize>,
    gate: watch::Receiver<bool>,
}

impl Handler for Gated {
    async fn handle(&self, _: &Claimed) -> Settlement {
        self.handled.fetch_add(1, Ordering::SeqCst);
        self.gate.clone().wait_for(|go| *go).await.unwrap();
        sanitized(b"clean")
    }
}

fn open(dir: &std::path::Path) -> (Custody, Inbox) {
    (Custody::open(&CustodyConfig::new(dir, "test")).unwrap(), Inbox::open(&InboxConfig::new(dir)).unwrap())
}

async fn until_open(inbox: &Inbox) {
    while !inbox.is_open().await {
        tokio::task::yield_now().await;
    }
}

async fn until_all(custody: &Custody, state: State, count: usize) {
    let filter = Filter { states: vec![state], ..Filter::default() };
    while custody.list(filter.clone(), 1000).await.unwrap().len() < count {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_goes_all_the_way_and_the_loops_stop() {
    let dir = tempfile::tempdir().unwrap();
    let (custody, inbox) = open(dir.path());
    let (stop, stopping) = watch::channel(false);
    let keeper = tokio::spawn(keep(custody.clone(), inbox.clone(), KeeperConfig::new(Kind::Mail), stopping.clone()));
    let loops = [Stage::Sanitize, Stage::Deliver].map(|stage| {
        let config = WorkerConfig { poll: Duration::from_mins(10), ..WorkerConfig::new(Kind::Mail, stage) };
        tokio::spawn(run(custody.clone(), Willing::default(), config, stopping.clone()))
    });
    until_open(&inbox).await;
    for _ in 0..50 {
        inbox.append(mail(), b"mail".to_vec()).await.unwrap();
    }
    until_all(&custody, State::Delivered, 50).await;
    stop.send(true).unwrap();
    keeper.await.unwrap();
    for worker in loops {
        worker.await.unwrap();
    }
    assert!(!inbox.is_open().await);
}

#[tokio::test]
async fn a_handler_that_panics_stops_nothing_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let (custody, inbox) = open(dir.path());
    custody.renew_permit(&inbox, Duration::from_mins(10)).await.unwrap();
    let panicked = inbox.append(mail(), b"mail".to_vec()).await.unwrap().id();
    custody.pull(&inbox, Kind::Mail).await.unwrap();
    let (stop, stopping) = watch::channel(false);
    let handler = Willing { panics: AtomicUsize::new(1), ..Willing::default() };
    let handled = Arc::clone(&handler.handled);
    let config = WorkerConfig { concurrency: 1, ..WorkerConfig::new(Kind::Mail, Stage::Sanitize) };
    let worker = tokio::spawn(run(custody.clone(), handler, config, stopping));
    while custody.item(panicked).await.unwrap().unwrap().reason.as_deref() != Some("internal") {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let next = inbox.append(mail(), b"mail".to_vec()).await.unwrap().id();
    custody.pull(&inbox, Kind::Mail).await.unwrap();
    until_all(&custody, State::Ready, 1).await;
    assert_eq!(custody.item(next).await.unwrap().unwrap().state, State::Ready);
    assert_eq!(custody.item(panicked).await.unwrap().unwrap().state, State::Received);
    assert_eq!(handled.load(Ordering::SeqCst), 1);
    stop.send(true).unwrap();
    worker.await.unwrap();
}

#[tokio::test]
async fn what_is_stuck_is_dropped_at_the_stop_and_taken_up_by_the_next_process() {
    let dir = tempfile::tempdir().unwrap();
    let (custody, inbox) = open(dir.path());
    custody.renew_permit(&inbox, Duration::from_mins(10)).await.unwrap();
    inbox.append(mail(), b"mail".to_vec()).await.unwrap();
    custody.pull(&inbox, Kind::Mail).await.unwrap();
    let (stop, stopping) = watch::channel(false);
    let config = WorkerConfig { drain: Duration::from_millis(5), ..WorkerConfig::new(Kind::Mail, Stage::Sanitize) };
    let worker = tokio::spawn(run(custody.clone(), Stuck, config.clone(), stopping));
    until_all(&custody, State::Sanitizing, 1).await;
    stop.send(true).unwrap();
    worker.await.unwrap();
    drop((custody, inbox));

    let (custody, _inbox) = open(dir.path());
    let (_stop, stopping) = watch::channel(false);
    tokio::spawn(run(custody.clone(), Willing::default(), config, stopping));
    until_all(&custody, State::Ready, 1).await;
}

#[tokio::test]
async fn as_many_items_again_are_leased_ahead_and_not_touched_after_the_stop() {
    let dir = tempfile::tempdir().unwrap();
    let (custody, inbox) = open(dir.path());
    custody.renew_permit(&inbox, Duration::from_mins(10)).await.unwrap();
    for _ in 0..5 {
        inbox.append(mail(), b"mail".to_vec()).await.unwrap();
    }
    custody.pull(&inbox, Kind::Mail).await.unwrap();
    let (stop, stopping) = watch::channel(false);
    let handled = Arc::new(AtomicUsize::new(0));
    let (go, gate) = watch::channel(false);
    let handler = Gated { handled: Arc::clone(&handled), gate };
    let config = WorkerConfig { concurrency: 1, ..WorkerConfig::new(Kind::Mail, Stage::Sanitize) };
    let worker = tokio::spawn(run(custody.clone(), handler, config, stopping));
    until_all(&custody, State::Sanitizing, 2).await;
    while handled.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    stop.send(true).unwrap();
    go.send(true).unwrap();
    worker.await.unwrap();
    assert_eq!(handled.load(Ordering::SeqCst), 1);
    until_all(&custody, State::Ready, 1).await;
    until_all(&custody, State::Sanitizing, 1).await;
    until_all(&custody, State::Received, 3).await;
}
