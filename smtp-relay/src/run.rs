//! `smtp-relay run`: puts the roles together, and takes them down in order.
//!
//! ```text
//! front: listener ──► Inbox                      back: keeper ─► ledger ─► sanitize ─► deliver ─► next hop
//! stop:  1 no new connections, 421 between messages   2 messages coming in are finished   3 loops drain   4 exit 0
//! ```

use crate::{
    config::Config,
    deliver::{Deliver, Hop},
    inbound::{self, Intake},
};
use custody::{
    Custody, Inbox, InboxConfig, Kind, Stage,
    audit::{Action, AuditEvent},
    worker::{self, WorkerConfig},
};
use sanitizer_service::{
    Back, StartError, logging,
    management::{self, Probe},
    metrics,
    shutdown::{self, Shutdown},
};
use std::{collections::BTreeMap, io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{net::TcpListener, task::JoinSet};

/// The name under which the relay opens the ledger and writes into the audit.
const NODE: &str = "relay";

/// Why the relay did not start, or did not stop in good order.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// An address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The inbox cannot be opened.
    #[error("inbox: {0}")]
    Inbox(#[from] custody::OpenError),
    /// Runtime or signals.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The back did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The audit could not be written.
    #[error("audit: {0}")]
    Store(#[from] custody::StoreError),
}

/// Runs until SIGTERM or SIGINT.
pub async fn run(config: Config) -> Result<(), RunError> {
    logging::install(config.service.log);
    metrics::install();
    let shutdown = shutdown::on_signals()?;
    let inbox = Inbox::open(&InboxConfig {
        max_item: config.server.rules.content.content,
        ..InboxConfig::new(&config.service.state_dir)
    })?;
    let mut tasks = JoinSet::new();
    let listener = if config.service.role.has_front() { Some(listen("smtp", config.listen).await?) } else { None };
    let back = if config.service.role.has_back() { Some(start_back(&config, &inbox, &shutdown).await?) } else { None };
    if let Some(address) = config.metrics {
        let probe = Probe { inbox: inbox.clone(), back: back.as_ref().map(Running::probe) };
        let listener = listen("metrics", address).await?;
        let shutdown = shutdown.clone();
        tasks.spawn(async move {
            if let Err(error) = management::serve(listener, probe, shutdown).await {
                tracing::error!(%error, "management listener ended");
            }
        });
    }
    if let Some(listener) = listener {
        // The Internet side is handed an inbox, and nothing else of ours.
        let intake = Arc::new(Intake::new(inbox, Arc::new(config.routes.clone())));
        tasks.spawn(inbound::serve(listener, intake, config.server.clone(), shutdown.receiver()));
    }
    while let Some(ended) = tasks.join_next().await {
        if ended.is_err() {
            // The others go on: what is in the house is still delivered.
            tracing::error!("a listener ended badly");
        }
    }
    let mut shutdown = shutdown;
    shutdown.requested().await;
    if let Some(back) = back {
        back.stopped().await?;
    }
    tracing::info!(event = "stopped");
    Ok(())
}

/// Binds, and says where: with port 0 the system chooses.
pub(crate) async fn listen(what: &'static str, address: SocketAddr) -> Result<TcpListener, RunError> {
    let bound = TcpListener::bind(address).await;
    let listener = bound.map_err(|source| RunError::Bind { address, source })?;
    let address = listener.local_addr()?;
    tracing::info!(event = "listening", what, %address);
    Ok(listener)
}

/// The back with its delivering loop.
struct Running {
    back: Back,
    hops: Arc<BTreeMap<String, Hop>>,
    delivering: tokio::task::JoinHandle<()>,
}

async fn start_back(config: &Config, inbox: &Inbox, shutdown: &Shutdown) -> Result<Running, RunError> {
    let back = Back::start(&config.service, inbox, NODE, Kind::Mail, shutdown).await?;
    back.custody.audit(AuditEvent::new(NODE, Action::ServiceStart).with("version", env!("CARGO_PKG_VERSION"))).await?;
    let hops: BTreeMap<_, _> = config.hops.iter().map(|(name, hop)| (name.clone(), Hop::new(hop.clone()))).collect();
    let hops = Arc::new(hops);
    let handler = Deliver::new(
        back.custody.clone(),
        Arc::new(config.routes.clone()),
        Arc::clone(&hops),
        config.schedule,
        config.server.rules.host.clone(),
        Arc::clone(&config.service.policy),
    );
    let workers = WorkerConfig {
        concurrency: config.delivering,
        drain: config.service.drain,
        poll: Duration::from_millis(500),
        ..WorkerConfig::new(Kind::Mail, Stage::Deliver)
    };
    let delivering = tokio::spawn(worker::run(back.custody.clone(), handler, workers, shutdown.receiver()));
    Ok(Running { back, hops, delivering })
}

impl Running {
    fn probe(&self) -> (Custody, Arc<sanitizer_pool::Pool>) {
        (self.back.custody.clone(), Arc::clone(&self.back.pool))
    }

    /// Waits for the loops and closes what is open.
    async fn stopped(self) -> Result<(), RunError> {
        let custody = self.back.custody.clone();
        self.back.stopped().await;
        if self.delivering.await.is_err() {
            tracing::error!("the delivering loop ended badly");
        }
        for hop in self.hops.values() {
            hop.close().await;
        }
        custody.audit(AuditEvent::new(NODE, Action::ServiceStop)).await?;
        Ok(())
    }
}
