//! Programs that only pretend to be a worker: whatever they do, the item is held and the parent goes on.

use crate::{block_on, config, job, start};
use sanitizer_core::Role;
use sanitizer_pool::{Kind, Pool, PoolConfig};
use sanitizer_verify::Reason;
use std::{
    error::Error,
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

/// The build that a worker of ours says it is.
fn build() -> String {
    let mut worker = Command::new(env!("CARGO_BIN_EXE_sanitizer-worker"))
        .args(["--sanitizer-worker=verify", "1073741824", "0"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(worker.stdin.take());
    let said = worker.wait_with_output().unwrap().stdout;
    let hello: serde_json::Value = serde_json::from_slice(&said[5..]).unwrap();
    hello["build"].as_str().unwrap().to_owned()
}

/// A shell command that says a worker's hello.
fn hello(build: &str) -> String {
    let said = format!(r#"{{"build":"{build}","layers":[]}}"#);
    format!("printf '\\001\\{:03o}\\000\\000\\000{said}'", said.len())
}

/// A shell script that says a worker's hello and then does `then`.
fn impostor(dir: &Path, then: &str) -> PoolConfig {
    let program = dir.join("impostor");
    fs::write(&program, format!("#!/bin/sh\n{}\n{then}\n", hello(&build()))).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    PoolConfig { program, workers: 1, wall: Duration::from_secs(1), ..config() }
}

fn held_by(then: &str) -> Reason {
    let dir = tempfile::tempdir().unwrap();
    block_on(async {
        let pool = start(impostor(dir.path(), then)).await;
        assert!(!pool.missing_layers().is_empty(), "an impostor protects nothing");
        let done = pool.sanitize(job("a.txt", Role::File, b"text")).await;
        let ends = pool.ends(Kind::Disarm);
        assert_eq!(ends.answered, 0);
        assert!(ends.abnormal() >= 1);
        done.part.unwrap_err()
    })
}

#[test]
fn a_child_that_never_answers_is_killed_on_time() {
    assert_eq!(held_by("exec sleep 600"), Reason::Timeout);
}

#[test]
fn a_child_that_does_not_even_read_is_killed_on_time() {
    let dir = tempfile::tempdir().unwrap();
    block_on(async {
        let pool = start(impostor(dir.path(), "exec sleep 600")).await;
        let done = pool.sanitize(job("a.txt", Role::File, &vec![b'a'; 8 << 20])).await;
        assert_eq!(done.part.unwrap_err(), Reason::Timeout);
    });
}

#[test]
fn a_child_that_dies_holds_the_item() {
    assert_eq!(held_by("head -c 30 >/dev/null; exit 0"), Reason::WorkerDied);
    assert_eq!(held_by("head -c 30 >/dev/null; kill -TERM $$"), Reason::WorkerDied);
}

#[test]
fn a_child_that_aborts_or_faults_was_at_a_limit() {
    assert_eq!(held_by("head -c 30 >/dev/null; kill -SEGV $$"), Reason::OutOfMemory);
    assert_eq!(held_by("head -c 30 >/dev/null; kill -ABRT $$"), Reason::OutOfMemory);
}

#[test]
fn garbage_half_a_frame_and_huge_lengths_hold_the_item() {
    assert_eq!(held_by("exec cat /dev/urandom"), Reason::WorkerDied);
    assert_eq!(held_by("printf '\\005\\012\\000'; head -c 30 >/dev/null; exit 0"), Reason::WorkerDied);
    assert_eq!(held_by("printf '\\005\\377\\377\\377\\377'; exec sleep 600"), Reason::WorkerDied);
    assert_eq!(held_by("printf '\\005\\002\\000\\000\\000{}'; exec sleep 600"), Reason::WorkerDied);
}

#[test]
fn a_program_without_a_hello_is_no_worker() {
    block_on(async {
        let missing = PoolConfig { program: "/nonexistent".into(), ..config() };
        assert!(Pool::start(missing).await.is_err());
        let silent = PoolConfig { program: "/bin/true".into(), ..config() };
        assert!(Pool::start(silent).await.is_err());
    });
}

#[test]
fn a_worker_of_another_build_is_given_no_job_and_named() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = impostor(dir.path(), "exec sleep 600");
    fs::write(&config.program, format!("#!/bin/sh\n{}\nexec sleep 600\n", hello("0123456789abcdef"))).unwrap();
    config.wall = Duration::from_secs(10);
    let refused = block_on(Pool::start(config)).unwrap_err();
    assert!(refused.to_string().contains("another build"), "{refused}");
    assert!(refused.source().is_some());
}
