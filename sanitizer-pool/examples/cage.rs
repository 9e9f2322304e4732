//! What the cage costs: birth and death of a locked-in child beside a plain process, and the way of a 5 KB text through
//! a disarm and a verify child that wait. Part of `make bench`: `cage WORKER`, where WORKER is the program of a release that
//! becomes a worker.
//!
//! CPU is that of this process and all that it started and reaped, by /proc, whose clock ticks every 10 ms: so many of each.

#![expect(clippy::print_stdout, reason = "a program that prints its result")]

use sanitizer_core::{Policy, Role, Run};
use sanitizer_pool::{Job, OwnedClaim, Pool, PoolConfig};
use sanitizer_verify::Reason;
use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Workers of each kind in a pool that only starts and ends.
const WORKERS: usize = 50;

/// Such pools.
const POOLS: usize = 10;

/// Documents through each worker.
const DOCUMENTS: u32 = 200;

/// Jobs of each kind.
const JOBS: u32 = 2000;

fn main() -> Outcome<()> {
    let worker = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: cage WORKER")?);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let plain = plain(Path::new("/bin/true"))?;
    // Without a job it ends at once: what its image alone costs.
    let bare = self::plain(&worker)?;
    let (parent, child) = runtime.block_on(caged(&worker))?;
    println!(
        "birth and death, CPU     /bin/true {plain:.2} ms   worker program {bare:.2} ms   caged worker {child:.2} ms   {:.2} x",
        child / plain
    );
    println!("  with the pool's own    caged worker {:.2} ms", parent + child);
    let (mail, mail_cpu) = runtime.block_on(jobs(&worker, Role::Message))?;
    let (file, file_cpu) = runtime.block_on(jobs(&worker, Role::File))?;
    println!("5 KB through both        message {mail:.3} ms   file, in children of its own {file:.3} ms   {:.1} x", file / mail);
    println!(
        "  CPU                    message {mail_cpu:.3} ms   file, in children of its own {file_cpu:.3} ms   {:.1} x",
        file_cpu / mail_cpu
    );
    let one = runtime.block_on(rate(&worker, 1))?;
    let two = runtime.block_on(rate(&worker, 2))?;
    println!("documents a second       two workers {:.2} x one", two / one);
    Ok(())
}

/// Milliseconds of CPU so far, of this process and of those it reaped (proc(5): fields 14 to 17, ticks of 10 ms).
fn cpus() -> Outcome<(f64, f64)> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit(") ").next().unwrap_or_default();
    let ticks: Result<Vec<f64>, _> = after_name.split(' ').skip(11).take(4).map(str::parse).collect();
    let ticks = ticks?;
    let (own, reaped) = ticks.split_at_checked(2).ok_or("a line of proc(5) that is too short")?;
    Ok((own.iter().sum::<f64>() * 10.0, reaped.iter().sum::<f64>() * 10.0))
}

/// Both together.
fn cpu() -> Outcome<f64> {
    cpus().map(|(own, reaped)| own + reaped)
}

#[expect(clippy::cast_precision_loss, reason = "some thousands")]
fn plain(program: &Path) -> Outcome<f64> {
    let before = cpus()?.1;
    let count = WORKERS * POOLS * 2;
    for _ in 0..count {
        let mut child = Command::new(program).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        child.wait()?;
    }
    Ok((cpus()?.1 - before) / count as f64)
}

fn config(worker: &Path, workers: usize) -> Outcome<PoolConfig> {
    Ok(PoolConfig { program: worker.to_owned(), workers, wall: Duration::from_mins(1), ..PoolConfig::for_this_machine()? })
}

/// Of the pool, and of a child.
#[expect(clippy::cast_precision_loss, reason = "some thousands")]
async fn caged(worker: &Path) -> Outcome<(f64, f64)> {
    let before = cpus()?;
    for _ in 0..POOLS {
        drop(Pool::start(config(worker, WORKERS)?).await?);
        // They are reaped in the background. One whose end nobody was told of waits for the next child's.
        let own = std::process::id();
        for _ in 0..50 {
            if fs::read_to_string(format!("/proc/self/task/{own}/children"))?.trim().is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (after, count) = (cpus()?, (WORKERS * POOLS * 2) as f64);
    Ok(((after.0 - before.0) / count, (after.1 - before.1) / count))
}

/// Milliseconds a job, one after the other, and milliseconds of CPU.
async fn jobs(worker: &Path, role: Role) -> Outcome<(f64, f64)> {
    let pool = Pool::start(config(worker, 2)?).await?;
    let head = "From: a@example.jp\r\nTo: b@example.lg.jp\r\nSubject: a\r\nMIME-Version: 1.0\r\n\
                Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n";
    let text = "お世話になっております。先日の見積書の件でご連絡いたしました。\r\n".repeat(54);
    let (bytes, name) = match role {
        Role::Message => (format!("{head}{text}"), None),
        _ => (text, Some("a.txt".to_owned())),
    };
    let job = Job {
        bytes: Arc::from(bytes.as_bytes()),
        claim: OwnedClaim { name, media_type: None, role },
        policy: Arc::new(Policy::default()),
        run: Run::default(),
    };
    for _ in 0..10 {
        pool.sanitize(job.clone()).await.part.map_err(Reason::code)?;
    }
    let (before, began) = (cpu()?, Instant::now());
    for _ in 0..JOBS {
        pool.sanitize(job.clone()).await.part.map_err(Reason::code)?;
    }
    let wall = began.elapsed().as_secs_f64() * 1000.0 / f64::from(JOBS);
    Ok((wall, (cpu()? - before) / f64::from(JOBS)))
}

/// Documents a second through so many workers, each with one job on its way.
async fn rate(worker: &Path, workers: usize) -> Outcome<f64> {
    let pool = Arc::new(Pool::start(config(worker, workers)?).await?);
    let samples = fixtures::all();
    let sample = samples
        .iter()
        .filter(|sample| Path::new(&sample.name).extension().is_some_and(|extension| extension == "docx"))
        .max_by_key(|sample| sample.bytes.len());
    let sample = sample.ok_or("no docx among the samples")?;
    let job = Job {
        bytes: Arc::from(sample.bytes.as_slice()),
        claim: OwnedClaim { name: Some(sample.name.clone()), ..OwnedClaim::default() },
        policy: Arc::new(Policy::default()),
        run: Run::default(),
    };
    let began = Instant::now();
    let lanes: Vec<_> = (0..workers)
        .map(|_| {
            let (pool, job) = (Arc::clone(&pool), job.clone());
            tokio::spawn(async move {
                for _ in 0..DOCUMENTS {
                    pool.sanitize(job.clone()).await.part.map_err(Reason::code)?;
                }
                Ok::<(), &str>(())
            })
        })
        .collect();
    let documents = DOCUMENTS * u32::try_from(lanes.len())?;
    for lane in lanes {
        lane.await??;
    }
    Ok(f64::from(documents) / began.elapsed().as_secs_f64())
}
