//! The pool against real worker processes, and against programs that only pretend to be one.
#![allow(clippy::unwrap_used, reason = "a test stops where something is off")]

mod cage;
mod convert;
mod hostile;
mod jail;
mod trust;
mod working;

use sanitizer_core::{Policy, Role, Run};
use sanitizer_pool::{Job, OwnedClaim, Pool, PoolConfig};
use std::{path::PathBuf, sync::Arc, time::Duration};

fn config() -> PoolConfig {
    PoolConfig {
        workers: 2,
        memory: 1 << 30,
        wall: Duration::from_mins(1),
        program: PathBuf::from(env!("CARGO_BIN_EXE_sanitizer-worker")),
        converter: None,
    }
}

fn job(name: &str, role: Role, bytes: &[u8]) -> Job {
    Job {
        bytes: Arc::from(bytes),
        claim: OwnedClaim { name: Some(name.to_owned()), media_type: None, role },
        policy: Arc::new(Policy::default()),
        run: Run { receipt: "20261125-TEST-0001".to_owned(), now: 1_795_000_000, ..Run::default() },
    }
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(future)
}

async fn start(config: PoolConfig) -> Pool {
    Pool::start(config).await.unwrap()
}
