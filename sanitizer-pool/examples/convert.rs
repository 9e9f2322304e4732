//! A .doc of 100 KB through converter, rebuild and verify, beside a bare `soffice --convert-to` of the same file: with a
//! LibreOffice started for it, and with one that waits. `make bench`, or:
//! `cargo run --release -p sanitizer-pool --example convert [FILE.doc]`.

#![expect(clippy::print_stdout, reason = "a program that prints its result")]

use sanitizer_core::{Policy, Role, Run};
use sanitizer_pool::{ConverterConfig, Job, OwnedClaim, Pool, PoolConfig};
use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Turns; the median counts.
const TURNS: usize = 9;

/// Paragraphs of the document: about 100 KB as a .doc.
const PARAGRAPHS: usize = 200;

fn main() -> Outcome<()> {
    sanitizer_pool::enter_if_worker();
    let dir = env::temp_dir().join(format!("sanitizer-convert-{}", std::process::id()));
    fs::create_dir(&dir)?;
    let measured = measure(&dir);
    fs::remove_dir_all(&dir)?;
    measured
}

fn measure(dir: &Path) -> Outcome<()> {
    let file = match env::args_os().nth(1) {
        Some(file) => PathBuf::from(file),
        None => written(dir)?,
    };
    let bytes: Arc<[u8]> = Arc::from(fs::read(&file)?);
    println!("{} KB", bytes.len() / 1000);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let cold = runtime.block_on(Pool::start(with(0)?))?;
    let warm = runtime.block_on(Pool::start(with(1)?))?;
    let (mut bare, mut fresh, mut waiting) = (Vec::new(), Vec::new(), Vec::new());
    // The first turn fills profile and caches of all three, and has one started ahead.
    for turn in 0..=TURNS {
        let begun = Instant::now();
        convert(dir, &file, "docx", "docx")?;
        let took_bare = begun.elapsed();
        let took_fresh = runtime.block_on(timed(&cold, &bytes))?;
        while turn > 0 && warm.converter().is_some_and(|converter| converter.idle() == 0) {
            std::thread::sleep(Duration::from_millis(50));
        }
        let took_waiting = runtime.block_on(timed(&warm, &bytes))?;
        if turn > 0 {
            bare.push(took_bare);
            fresh.push(took_fresh);
            waiting.push(took_waiting);
        }
    }
    let (bare, fresh, waiting) = (median(bare), median(fresh), median(waiting));
    println!("soffice --convert-to            {:.2} s", bare.as_secs_f64());
    println!("through us, started for it      {:.2} s   {:.2} x", fresh.as_secs_f64(), fresh.div_duration_f64(bare));
    println!("through us, started ahead       {:.2} s   {:.2} x", waiting.as_secs_f64(), waiting.div_duration_f64(bare));
    Ok(())
}

fn with(ready: usize) -> Outcome<PoolConfig> {
    let converter = ConverterConfig::of_this_machine().ok_or("LibreOffice or bubblewrap is not installed")?;
    let converter = Some(ConverterConfig { ready, ..converter });
    Ok(PoolConfig { workers: 1, converter, ..PoolConfig::for_this_machine()? })
}

async fn timed(pool: &Pool, bytes: &Arc<[u8]>) -> Outcome<Duration> {
    let claim = OwnedClaim { name: Some("a.doc".to_owned()), media_type: None, role: Role::File };
    let job = Job { bytes: Arc::clone(bytes), claim, policy: Arc::new(Policy::default()), run: Run::default() };
    let begun = Instant::now();
    let done = pool.sanitize(job).await;
    done.part.map_err(|reason| format!("held: {reason}"))?;
    Ok(begun.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// A document of Japanese text, written by LibreOffice.
fn written(dir: &Path) -> Outcome<PathBuf> {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:version=\"1.2\" \
         office:mimetype=\"application/vnd.oasis.opendocument.text\"><office:body><office:text>",
    );
    for number in 0..PARAGRAPHS {
        let line = "本市における令和八年度の予算の執行状況について、関係する各課から報告を受けた内容を次のとおり取りまとめた。"
            .repeat(4);
        write!(text, "<text:p>{number}　{line}</text:p>")?;
    }
    text += "</office:text></office:body></office:document>";
    let source = dir.join("a.fodt");
    fs::write(&source, text)?;
    convert(dir, &source, "doc:MS Word 97", "doc")
}

fn convert(dir: &Path, file: &Path, filter: &str, to: &str) -> Outcome<PathBuf> {
    let profile = format!("-env:UserInstallation=file://{}/profile", dir.display());
    let out = dir.join("out");
    let status = Command::new("soffice")
        .args([profile.as_str(), "--headless", "--convert-to", filter, "--outdir"])
        .args([&out, file])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    let made = out.join(file.file_name().unwrap_or_default()).with_extension(to);
    if status.success() && made.exists() { Ok(made) } else { Err("soffice did not convert".into()) }
}
