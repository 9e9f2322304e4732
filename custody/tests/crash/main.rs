//! Kills a process between each two steps of intake, work and delivery, starts it again, and counts: nothing that was said to be
//! committed is lost, and the audit chain is whole.
//!
//! Not a libtest binary: it starts itself as the process to be killed. `cargo test -p custody --test crash [POINT]`.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test that fails may panic")]

mod child;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use custody::audit::ChainState;
use custody::{Custody, CustodyConfig, Filter, Kind, State};

/// Every point of custody that mail or files come by, and the one of the delivery in between.
const POINTS: [&str; 14] = [
    "append.after_blob",
    "append.after_row",
    "inbox.before_commit",
    "inbox.after_commit",
    "pull.after_blobs",
    "pull.after_ledger",
    "pull.after_taken",
    "ledger.before_commit",
    "ledger.after_commit",
    "take.after_commit",
    "worker.before_settle",
    "settle.after_blobs",
    "settle.after_commit",
    child::AFTER_HOP,
];

/// How often a point is passed before it kills.
const PASSES: [u32; 3] = [1, 4, 11];

/// Processes that are killed from outside, each after it has said so many times that an item is committed.
const KILLS: [usize; 8] = [1, 2, 3, 5, 8, 13, 21, 34];

fn main() {
    let mut arguments = std::env::args().skip(1);
    if let Some(dir) = std::env::var_os(child::DIR) {
        child::run(Path::new(&dir));
        return;
    }
    let only = arguments.find(|argument| !argument.starts_with('-'));
    for point in POINTS.into_iter().filter(|point| only.as_deref().is_none_or(|only| point.contains(only))) {
        for pass in PASSES {
            let lost = killed_at(&format!("{point}:{pass}"));
            say(&format!("killed at {point}, pass {pass}: {lost}"));
        }
    }
    if only.is_none() {
        say(&format!("killed from outside, {} times: {}", KILLS.len(), killed_from_outside()));
    }
}

/// One process that aborts at a point, one that finishes.
fn killed_at(setting: &str) -> String {
    let dir = tempfile::tempdir().unwrap();
    let mut committed = Vec::new();
    let status = follow(start(dir.path(), "send", Some(setting)), &mut committed, usize::MAX);
    assert!(!status.success(), "{setting} was never passed");
    finish(dir.path(), &committed)
}

/// Many processes in the same folder, each killed with -9 while it works.
fn killed_from_outside() -> String {
    let dir = tempfile::tempdir().unwrap();
    let mut committed = Vec::new();
    for lines in KILLS {
        follow(start(dir.path(), "send", None), &mut committed, lines);
    }
    finish(dir.path(), &committed)
}

fn start(dir: &Path, role: &str, point: Option<&str>) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env(child::DIR, dir).env(child::ROLE, role).stdout(Stdio::piped());
    match point {
        Some(point) => command.env("CUSTODY_FAILPOINT", point),
        None => command.env_remove("CUSTODY_FAILPOINT"),
    };
    // The abort is what we came for; its message is not.
    if point.is_some() {
        command.stderr(Stdio::null());
    }
    command.spawn().unwrap()
}

/// Reads what the process says is committed; kills it after `lines` of that.
fn follow(mut process: Child, committed: &mut Vec<String>, lines: usize) -> std::process::ExitStatus {
    let output = BufReader::new(process.stdout.take().unwrap());
    for (seen, line) in (1..).zip(output.lines()) {
        committed.push(line.unwrap());
        if seen == lines {
            process.kill().unwrap();
        }
    }
    process.wait().unwrap()
}

/// Starts once more without any intake, lets everything be done, and counts.
fn finish(dir: &Path, committed: &[String]) -> String {
    let status = follow(start(dir, "finish", None), &mut Vec::new(), usize::MAX);
    assert!(status.success());
    let mut delivered: BTreeMap<String, usize> = BTreeMap::new();
    for line in std::fs::read_to_string(dir.join(child::DELIVERED)).unwrap_or_default().lines() {
        *delivered.entry(line.to_owned()).or_default() += 1;
    }
    for id in committed {
        assert!(delivered.contains_key(id), "{id} was committed and is lost");
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(check_ledger(dir, &delivered));
    let twice = delivered.values().filter(|&&times| times > 1).count();
    format!("{} committed, {} delivered, {twice} of them twice, none lost", committed.len(), delivered.len())
}

async fn check_ledger(dir: &Path, delivered: &BTreeMap<String, usize>) {
    let custody = Custody::open(&CustodyConfig::new(dir, "check")).unwrap();
    let chain = custody.verify_audit(None).await.unwrap();
    assert!(matches!(chain, ChainState::SelfConsistent { .. }), "{chain:?}");
    let items = custody.list(Filter::default(), 100_000).await.unwrap();
    for item in &items {
        let at_rest = match item.intake.kind {
            Kind::File => State::Ready,
            Kind::Mail => State::Delivered,
        };
        assert_eq!(item.state, at_rest, "{}", item.id);
        let submitted = custody.audit_about(item.id).await.unwrap();
        let submitted = submitted.iter().filter(|event| event.event.action.code() == "submit").count();
        assert_eq!(submitted, 1, "{}", item.id);
    }
    assert_eq!(items.len(), delivered.len());
}

fn say(text: &str) {
    println!("{text}");
}
