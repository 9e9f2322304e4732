//! The process that is killed: takes in mails and files, small and large, sanitizes and delivers them, all at once.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use custody::worker::{Handler, KeeperConfig, WorkerConfig, keep, run as work};
use custody::{
    Claimed, Custody, CustodyConfig, Filter, Inbox, InboxConfig, Kind, NewItem, NewOutput, RecipientOutcome, RecipientResult,
    Settlement, Stage, State, Summary, Verdict, failpoint,
};
use tokio::sync::watch;

/// The folder to work in; set only for the process that is to be killed.
pub(crate) const DIR: &str = "CUSTODY_CRASH_DIR";
/// `send`: takes in and works until it is killed. `finish`: works until nothing is left.
pub(crate) const ROLE: &str = "CUSTODY_CRASH_ROLE";
/// After the next hop has a mail, before custody knows.
pub(crate) const AFTER_HOP: &str = "deliver.after_hop";
/// What the next hop has: one id a line.
pub(crate) const DELIVERED: &str = "delivered";

/// Items that a sender hands in before it ends by itself: no point may need more.
const ITEMS: usize = 400;

struct Sanitizer(Custody);

impl Handler for Sanitizer {
    async fn handle(&self, claimed: &Claimed) -> Settlement {
        let original = self.0.original(claimed.id()).await.unwrap().unwrap();
        assert_eq!(original.len() as u64, claimed.item().size);
        let output = NewOutput {
            name: claimed.item().intake.name.clone(),
            media_type: String::new(),
            bytes: original,
            receipt: b"accepted".to_vec(),
        };
        let summary = Summary { verdict: Verdict::Rebuilt, codes: Vec::new(), counts: [].into() };
        Settlement::Sanitized { outputs: vec![output], report: b"{}".to_vec(), summary }
    }
}

struct Deliverer {
    custody: Custody,
    hop: PathBuf,
}

impl Handler for Deliverer {
    async fn handle(&self, claimed: &Claimed) -> Settlement {
        self.custody.output(claimed.id()).await.unwrap();
        note(&self.hop, claimed);
        failpoint::point(AFTER_HOP);
        let delivered = |position| RecipientResult { position, outcome: RecipientOutcome::Delivered, status: None };
        Settlement::Delivery { results: (0..2).map(delivered).collect(), follow_up: Vec::new() }
    }
}

fn note(hop: &Path, claimed: &Claimed) {
    let mut file = OpenOptions::new().create(true).append(true).open(hop).unwrap();
    file.write_all(format!("{}\n", claimed.id()).as_bytes()).unwrap();
}

#[tokio::main(worker_threads = 2)]
pub(crate) async fn run(dir: &Path) {
    let custody = Custody::open(&CustodyConfig::new(dir, "crash")).unwrap();
    let inbox = Inbox::open(&InboxConfig::new(dir)).unwrap();
    let (_stop, stopping) = watch::channel(false);
    for kind in Kind::ALL {
        let config = KeeperConfig { poll: Duration::from_millis(5), ..KeeperConfig::new(kind) };
        tokio::spawn(keep(custody.clone(), inbox.clone(), config, stopping.clone()));
        let config = WorkerConfig::new(kind, Stage::Sanitize);
        tokio::spawn(work(custody.clone(), Sanitizer(custody.clone()), config, stopping.clone()));
    }
    let deliverer = Deliverer { custody: custody.clone(), hop: dir.join(DELIVERED) };
    let config = WorkerConfig::new(Kind::Mail, Stage::Deliver);
    tokio::spawn(work(custody.clone(), deliverer, config, stopping));
    while !inbox.is_open().await {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    if std::env::var(ROLE).as_deref() == Ok("send") {
        send(&inbox).await;
    }
    finish(&custody, &inbox, dir).await;
}

/// Three senders at once; what is said on standard output has been committed.
async fn send(inbox: &Inbox) {
    let said = Arc::new(std::sync::Mutex::new(std::io::stdout()));
    let mut senders = tokio::task::JoinSet::new();
    for sender in 0..3 {
        let (inbox, said) = (inbox.clone(), Arc::clone(&said));
        senders.spawn(async move {
            for n in (sender..ITEMS).step_by(3) {
                let to = vec!["a@example.jp".to_owned(), "b@example.jp".to_owned()];
                let item = if n % 5 == 4 { NewItem::file("hanako", "x", "") } else { NewItem::mail("s@example.jp", to) };
                let size = if n % 4 == 3 { 70_000 } else { 5_000 };
                let committed = inbox.append(item, vec![0; size]).await.unwrap();
                writeln!(said.lock().unwrap(), "{}", committed.id()).unwrap();
            }
        });
    }
    senders.join_all().await;
}

/// Until the inbox has handed over everything and everything is at rest. Files are fetched by their owner here.
async fn finish(custody: &Custody, inbox: &Inbox, dir: &Path) {
    loop {
        let mut pulled = 0;
        for kind in Kind::ALL {
            pulled += custody.pull(inbox, kind).await.unwrap();
        }
        let items = custody.list(Filter::default(), 100_000).await.unwrap();
        let at_rest = |kind| if kind == Kind::File { State::Ready } else { State::Delivered };
        if pulled == 0 && items.iter().all(|item| item.state == at_rest(item.intake.kind)) {
            let mut hop = OpenOptions::new().create(true).append(true).open(dir.join(DELIVERED)).unwrap();
            for file in items.iter().filter(|item| item.intake.kind == Kind::File) {
                writeln!(hop, "{}", file.id).unwrap();
            }
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
