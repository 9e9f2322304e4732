//! Many jobs at once, each with a canary of its own, while children are killed, run out of time and out of memory among
//! them: nobody's answer, report or log line ever holds another's canary, and the pool is whole afterwards.
//!
//! Alone in its process, so that descriptors and children can be counted. `SOAK_SECONDS` makes it go on for so long.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is off")]

use rustix::process::{Pid, Signal, kill_process};
use sanitizer_core::{Policy, Role, Run};
use sanitizer_pool::{Done, End, Job, Kind, OwnedClaim, Pool, PoolConfig};
use sanitizer_verify::Reason;
use std::{
    fs, io,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Jobs in a round.
const JOBS: u64 = 240;

/// Children killed from outside in a round.
const KILLS: u64 = 12;

const WORKERS: usize = 3;

/// A job that hangs takes this long; far more than any other.
const WALL: Duration = Duration::from_secs(15);

/// What a job is made to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Text,
    Mail,
    MailWithFile,
    Dies(&'static str, Reason),
}

/// Numbers that look random and are the same every time (splitmix64).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % below
    }
}

fn fate(number: u64, numbers: &mut Numbers) -> Fate {
    // Two that hang are enough: each takes a worker for its whole wall time.
    if number % (JOBS / 2) == 7 {
        return Fate::Dies("hang", Reason::Timeout);
    }
    match numbers.next(16) {
        0..=3 => Fate::Text,
        4..=8 => Fate::Mail,
        9..=10 => Fate::MailWithFile,
        11 => Fate::Dies("exhaust", Reason::OutOfMemory),
        12 => Fate::Dies("overflow", Reason::OutOfMemory),
        13 => Fate::Dies("connect 9", Reason::WorkerDied),
        14 => Fate::Dies("panic", Reason::WorkerDied),
        _ => Fate::Dies("length", Reason::WorkerDied),
    }
}

fn canary(round: u64, number: u64) -> String {
    format!("CANARY-{round:04}-{number:04}-OWN")
}

fn job(fate: Fate, kind: Kind, canary: &str) -> Job {
    let head = format!("From: a@example.jp\r\nTo: b@city.example.lg.jp\r\nSubject: {canary}\r\nMIME-Version: 1.0\r\n");
    let (role, text) = match fate {
        Fate::Text => (Role::File, format!("{canary}\r\n").repeat(20)),
        Fate::Mail => (Role::Message, format!("{head}Content-Type: text/plain\r\n\r\n{canary}\r\n")),
        Fate::MailWithFile => (
            Role::Message,
            format!(
                "{head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{canary}\r\n\
                 --b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\n{canary}\r\n--b--\r\n"
            ),
        ),
        Fate::Dies(order, _) => (Role::File, format!("{canary} EXPLOIT {} {order};", kind.name())),
    };
    let name = (role == Role::File).then(|| format!("{canary}.txt"));
    Job {
        bytes: Arc::from(text.as_bytes()),
        claim: OwnedClaim { name, media_type: None, role },
        policy: Arc::new(Policy::default()),
        run: Run { receipt: canary.to_owned(), ..Run::default() },
    }
}

/// What the parent logs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Our child processes that are not merely waiting to be reaped.
fn children() -> Vec<i32> {
    let own = std::process::id().to_string();
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").unwrap().flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse() else { continue };
        // A process may be gone by now.
        let Ok(stat) = fs::read_to_string(entry.path().join("stat")) else { continue };
        let mut fields = stat.rsplit(") ").next().unwrap().split(' ');
        let (state, parent) = (fields.next(), fields.next());
        if parent == Some(&own) && state != Some("Z") {
            found.push(pid);
        }
    }
    found
}

fn descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Waits for what must come, as long as it may take on a busy machine.
async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..1200 {
        if holds() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{what}");
}

/// No canary in here but this one.
fn only(own: &str, text: &str) {
    for (at, _) in text.match_indices("CANARY-") {
        let found = text.get(at..at + own.len()).unwrap_or_default();
        assert_eq!(found, own, "another job's canary");
    }
}

fn judge(fate: Fate, own: &str, done: &Done, killed: bool) {
    let report = serde_json::to_string(&done.report).unwrap();
    only(own, &report);
    let part = done.part.as_ref().map_err(|reason| *reason);
    let output = part.map(|(clean, _)| String::from_utf8_lossy(clean.bytes()).into_owned());
    if let Ok(output) = &output {
        only(own, output);
    }
    match (fate, output) {
        (Fate::Dies(_, reason), output) => {
            let outside = killed && output == Err(Reason::WorkerDied);
            assert!(output == Err(reason) || outside, "{fate:?}: {output:?}");
        }
        // A message becomes a stub if its child was killed from outside.
        (Fate::Text | Fate::Mail | Fate::MailWithFile, Ok(output)) => assert!(output.contains(own)),
        (_, Err(reason)) => assert!(killed && reason == Reason::WorkerDied, "{fate:?}: {reason}"),
    }
}

async fn round(pool: &Arc<Pool>, round: u64) {
    let mut numbers = Numbers(round);
    let mut jobs = Vec::new();
    for number in 0..JOBS {
        let kind = Kind::ALL[usize::try_from(numbers.next(2)).unwrap()];
        let (fate, own) = (fate(number, &mut numbers), canary(round, number));
        let (pool, job) = (Arc::clone(pool), job(fate, kind, &own));
        jobs.push(tokio::spawn(async move { (fate, own, pool.sanitize(job).await) }));
    }
    for _ in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(numbers.next(60))).await;
        let below = children();
        if let Some(pid) = below.get(usize::try_from(numbers.next(below.len().max(1) as u64)).unwrap()) {
            // It may be gone by now.
            let _ = kill_process(Pid::from_raw(*pid).unwrap(), Signal::KILL);
        }
    }
    for job in jobs {
        let (fate, own, done) = job.await.unwrap();
        judge(fate, &own, &done, true);
    }
}

/// Nothing is killed any more: every job comes through, all workers at once.
async fn whole(pool: &Arc<Pool>) {
    for kind in Kind::ALL {
        eventually("children wait again", || pool.idle(*kind) >= WORKERS).await;
    }
    let jobs: Vec<_> = (0..20)
        .map(|number| {
            let (pool, own) = (Arc::clone(pool), canary(9999, number));
            tokio::spawn(async move {
                let done = pool.sanitize(job(Fate::Mail, Kind::Disarm, &own)).await;
                judge(Fate::Mail, &own, &done, false);
            })
        })
        .collect();
    for job in jobs {
        job.await.unwrap();
    }
    // Ready ones, those that share, and the room; the dead are reaped.
    let most = 2 * (WORKERS + WORKERS) + 1;
    eventually("no child too many", || children().len() <= most).await;
}

#[test]
fn nobody_sees_another_jobs_canary_and_the_pool_stays_whole() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt().json().with_writer(move || writer.clone()).init();
    let soak: u64 = std::env::var("SOAK_SECONDS").ok().map_or(0, |seconds| seconds.parse().unwrap());
    let until = Instant::now() + Duration::from_secs(soak);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let program = PathBuf::from(env!("CARGO_BIN_EXE_exploited-worker"));
        let before = descriptors();
        let pool =
            Pool::start(PoolConfig { workers: WORKERS, memory: 256 << 20, wall: WALL, program, converter: None }).await.unwrap();
        let pool = Arc::new(pool);
        let mut rounds = 0;
        loop {
            round(&pool, rounds).await;
            whole(&pool).await;
            rounds += 1;
            if Instant::now() >= until {
                break;
            }
        }
        // In a round those that hang may be killed before their time is over; this one is left alone.
        let own = canary(rounds, 0);
        let fate = Fate::Dies("hang", Reason::Timeout);
        judge(fate, &own, &pool.sanitize(job(fate, Kind::Disarm, &own)).await, false);
        let met = |end| Kind::ALL.iter().map(|kind| pool.ends(*kind).of(end)).sum::<u64>();
        for end in [End::Timeout, End::Memory, End::Stack, End::Violation, End::Panic, End::Garbage] {
            assert!(met(end) > 0, "{end} was among it");
        }
        drop(pool);
        eventually("no process is left", || children().is_empty()).await;
        eventually("no descriptor is left", || descriptors() <= before).await;
    });
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("a worker ended without an answer"));
    assert!(!log.contains("CANARY"), "a log line holds content or a name");
}
