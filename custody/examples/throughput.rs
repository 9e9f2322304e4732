//! How many items a second custody carries: `cargo run --release -p custody --example throughput [FOLDER]`.
//!
//! For 1, 8 and 64 senders at once, 5 KB an item: appends a second, and items a second all the way (append, pull, take, sanitize,
//! take, deliver, settle) with handlers that do nothing. The folder should be on the disk in question: every commit waits for it.

#![expect(clippy::print_stdout, reason = "a program that prints its result")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use custody::worker::{Handler, KeeperConfig, WorkerConfig, keep, run};
use custody::{
    Claimed, Custody, CustodyConfig, Inbox, InboxConfig, Kind, NewItem, NewOutput, RecipientOutcome, RecipientResult, Settlement,
    Stage, State, Summary, Verdict,
};
use tokio::sync::watch;
use tokio::task::JoinSet;

const ITEMS: usize = 4000;
const SIZE: usize = 5000;
const SENDERS: [usize; 3] = [1, 8, 64];

/// Reads what a real handler would read, and gives back what one would give.
struct Idle(Custody);

impl Handler for Idle {
    async fn handle(&self, claimed: &Claimed) -> Settlement {
        let retry = || Settlement::Retry { after: Duration::from_secs(1), reason: "bench".to_owned() };
        match claimed.stage() {
            Stage::Sanitize => {
                let Ok(Some(bytes)) = self.0.original(claimed.id()).await else { return retry() };
                let output = NewOutput { name: String::new(), media_type: String::new(), bytes, receipt: vec![0; 200] };
                let summary = Summary { verdict: Verdict::Rebuilt, codes: Vec::new(), counts: [].into() };
                Settlement::Sanitized { outputs: vec![output], report: vec![b' '; 1000], summary }
            }
            Stage::Deliver => {
                if self.0.output(claimed.id()).await.is_err() {
                    return retry();
                }
                let result = RecipientResult { position: 0, outcome: RecipientOutcome::Delivered, status: None };
                Settlement::Delivery { results: vec![result], follow_up: Vec::new() }
            }
        }
    }
}

async fn send(inbox: &Inbox, senders: usize) -> Result<(), Box<dyn Error>> {
    let mut tasks = JoinSet::new();
    for _ in 0..senders {
        let inbox = inbox.clone();
        tasks.spawn(async move {
            for _ in 0..ITEMS / senders {
                let item = NewItem::mail("sender@example.jp", vec!["clerk@city.example.jp".to_owned()]);
                inbox.append(item, vec![b'x'; SIZE]).await?;
            }
            Ok::<(), custody::AppendError>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done??;
    }
    Ok(())
}

async fn appends(dir: &Path, senders: usize) -> Result<(f64, f64), Box<dyn Error>> {
    let (custody, inbox) = open(dir)?;
    custody.renew_permit(&inbox, Duration::from_hours(1)).await?;
    let began = (Instant::now(), cpu_seconds());
    send(&inbox, senders).await?;
    Ok(rate(began))
}

async fn all_the_way(dir: &Path, senders: usize) -> Result<(f64, f64), Box<dyn Error>> {
    let (custody, inbox) = open(dir)?;
    custody.renew_permit(&inbox, Duration::from_hours(1)).await?;
    let (_stop, stopping) = watch::channel(false);
    let mut loops = JoinSet::new();
    loops.spawn(keep(custody.clone(), inbox.clone(), KeeperConfig::new(Kind::Mail), stopping.clone()));
    for stage in [Stage::Sanitize, Stage::Deliver] {
        let config = WorkerConfig { concurrency: 64, ..WorkerConfig::new(Kind::Mail, stage) };
        loops.spawn(run(custody.clone(), Idle(custody.clone()), config, stopping.clone()));
    }
    let began = (Instant::now(), cpu_seconds());
    send(&inbox, senders).await?;
    let sent = u64::try_from(ITEMS / senders * senders)?;
    loop {
        let counts = custody.counts().await?;
        if counts.iter().any(|count| count.state == State::Delivered && count.items == sent) {
            return Ok(rate(began));
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn open(dir: &Path) -> Result<(Custody, Inbox), Box<dyn Error>> {
    Ok((Custody::open(&CustodyConfig::new(dir, "bench"))?, Inbox::open(&InboxConfig::new(dir))?))
}

/// Items a second, and microseconds of CPU an item.
#[expect(clippy::cast_precision_loss, reason = "a few thousand")]
fn rate((began, spent): (Instant, f64)) -> (f64, f64) {
    (ITEMS as f64 / began.elapsed().as_secs_f64(), (cpu_seconds() - spent) * 1e6 / ITEMS as f64)
}

/// CPU that this process has used, from fields 14 and 15 of `/proc/self/stat` (hundredths of a second).
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let dir = folder.join(format!("custody-throughput-{}", std::process::id()));
    println!("senders  appends/s  CPU µs  all the way/s  CPU µs");
    for senders in SENDERS {
        let (appended, spent) = appends(&dir.join(format!("a{senders}")), senders).await?;
        print!("{senders:7}  {appended:9.0}  {spent:6.0}");
        let (through, spent) = all_the_way(&dir.join(format!("w{senders}")), senders).await?;
        println!("  {through:13.0}  {spent:6.0}");
    }
    std::fs::remove_dir_all(&dir)?;
    Ok(())
}
