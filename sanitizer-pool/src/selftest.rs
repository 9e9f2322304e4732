//! The self-test: what the cage of each kind and the converter's jail stop on this machine, and which layer it is that does.

use crate::{
    cage::{
        Layer,
        probe::{Probe, Tried},
    },
    child::Broken,
    convert::tested::{self, JailTest},
    end::End,
    frame::{self, Tag},
    kind::Kind,
    nursery::{Nursery, Purpose},
    pool::{PoolConfig, PoolError},
};
use std::net::{Ipv4Addr, TcpListener};

/// What the self-test found.
#[derive(Clone, Debug)]
pub struct SelfTest {
    /// A row for each probe in each kind of cage.
    pub rows: Vec<Row>,
    /// Layers a child of some kind is not in.
    pub missing: Vec<Layer>,
    /// The converter's jail.
    pub jail: JailTest,
}

/// One probe in one kind of cage.
#[derive(Clone, Debug)]
pub struct Row {
    /// In whose cage.
    pub kind: Kind,
    /// What was tried.
    pub probe: Probe,
    /// What stopped it: first in the whole cage, then with that layer and those before it left out.
    pub stops: Vec<Stop>,
}

/// What stopped an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop<L = Layer> {
    /// This layer.
    By(L),
    /// Nothing.
    Nothing,
    /// Cannot be told: the child ended in another way, or did not start.
    Unclear,
}

/// How deep a self-test looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Each attempt once, in the whole cage.
    Cage,
    /// Also what would have stopped it with one layer after the other left out.
    Layers,
}

impl SelfTest {
    /// Whether all that was tried in the cages was stopped; the jail speaks for itself.
    pub fn passed(&self) -> bool {
        !self.rows.is_empty() && self.rows.iter().all(Row::stopped)
    }
}

impl Row {
    /// Whether it was stopped in the whole cage.
    pub fn stopped(&self) -> bool {
        matches!(self.stops.first(), Some(Stop::By(_)))
    }
}

/// Tries everything in every kind of cage, and in the converter's jail.
pub async fn self_test(config: &PoolConfig, depth: Depth) -> Result<SelfTest, PoolError> {
    let nursery = Nursery::open(config.clone()).await.map_err(PoolError::Start)?;
    // Something to connect to; nobody accepts, the kernel does.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(PoolError::Start)?;
    let port = listener.local_addr().map_err(PoolError::Start)?.port();
    let mut found = SelfTest { rows: Vec::new(), missing: Vec::new(), jail: JailTest::NotInstalled };
    for kind in Kind::ALL.iter().copied() {
        let child = nursery.start(Purpose::Serve(kind)).await.map_err(PoolError::Start)?;
        found.missing.extend(Layer::ALL.iter().filter(|layer| !child.layers.contains(layer)));
        child.kill().await;
        for probe in Probe::ALL.iter().copied() {
            let most = if depth == Depth::Layers { probe.behind().len() } else { 0 };
            let cuts = (0..=most).filter_map(|cut| probe.behind().get(..cut));
            let mut stops = Vec::new();
            for without in cuts {
                stops.push(attempt(&nursery, kind, probe, without, port).await);
            }
            found.rows.push(Row { kind, probe, stops });
        }
    }
    // Open to whatever this process starts, as one that somebody leaked into a service would be.
    let _leaked = rustix::io::dup(&listener).map_err(|error| PoolError::Start(error.into()))?;
    found.jail = tested::test(&nursery, config.converter.as_ref(), depth, port).await;
    found.missing.sort_unstable();
    found.missing.dedup();
    Ok(found)
}

async fn attempt(nursery: &Nursery, kind: Kind, probe: Probe, without: &[Layer], port: u16) -> Stop {
    let Ok(mut child) = nursery.start(Purpose::Probe { kind, probe, without, port }).await else { return Stop::Unclear };
    let answer = tokio::time::timeout(nursery.config().wall, frame::receive(&mut child.stdout, Tag::Tried)).await;
    match answer {
        Ok(Ok(tried)) => {
            child.kill().await;
            serde_json::from_slice(&tried).map_or(Stop::Unclear, |tried| refused(probe, tried))
        }
        Ok(Err(_)) => match child.autopsy(Broken::Pipe).await {
            End::Violation => Stop::By(Layer::SystemCalls),
            End::Memory => Stop::By(Layer::Memory),
            End::Stack => Stop::By(Layer::Stack),
            // SIGXFSZ.
            End::Signal if probe == Probe::Grow => Stop::By(Layer::NoFileGrowth),
            _ => Stop::Unclear,
        },
        Err(_) => {
            child.kill().await;
            Stop::Unclear
        }
    }
}

/// Which layer it is that answers with this error number.
fn refused(probe: Probe, tried: Tried) -> Stop {
    let number = match tried {
        Tried::Done => return Stop::Nothing,
        Tried::Unclear => return Stop::Unclear,
        Tried::Refused(number) => number,
    };
    Stop::By(match (probe, number) {
        (Probe::Open | Probe::Create | Probe::Proc | Probe::Connect | Probe::Grow, libc::EMFILE) => Layer::NoDescriptors,
        // For root a process starts, and then finds no program; a trace over Landlock's border is one of its own.
        (Probe::Open | Probe::Create | Probe::Proc | Probe::Exec | Probe::Fork, libc::EACCES) | (Probe::Ptrace, libc::EPERM) => {
            Layer::NoFiles
        }
        (Probe::Connect, libc::EACCES) => Layer::NoNetwork,
        (Probe::Connect, libc::ENETUNREACH | libc::ECONNREFUSED) => Layer::Namespaces,
        (Probe::Kill, libc::EPERM) => Layer::NoSignals,
        (Probe::Fork | Probe::Thread, libc::EAGAIN) => Layer::NoProcesses,
        (Probe::Unlimit, libc::EPERM) => Layer::NoCapabilities,
        (Probe::WriteElsewhere, libc::EBADF) => Layer::Descriptors,
        _ => return Stop::Unclear,
    })
}
