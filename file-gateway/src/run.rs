//! Running: what is opened in which order, who serves what, and how it ends.

use crate::{
    accounts::{AccountError, Accounts},
    audit::Auditor,
    config::Config,
    faces::{self, Face},
    serve::serve,
    state::{Internet, Lgwan, Shared},
};
use custody::{
    Clock, Custody, Inbox, InboxConfig, Kind,
    audit::{Action, AuditEvent},
};
use sanitizer_pool::Pool;
use sanitizer_service::{
    Back, StartError,
    management::{self, Probe},
    metrics,
    shutdown::{self, Shutdown},
};
use std::{io, net::SocketAddr, path::Path, sync::Arc};
use tokio::{net::TcpListener, task::JoinSet};

/// This process's name among those that open the ledger.
const NODE: &str = "gateway";

/// Why the gateway did not run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The accounts file.
    #[error(transparent)]
    Accounts(#[from] AccountError),
    /// A listener could not be opened.
    #[error("{name} cannot listen on {address}: {source}")]
    Bind {
        /// Which.
        name: &'static str,
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The inbox could not be opened.
    #[error(transparent)]
    Inbox(#[from] custody::OpenError),
    /// The operating system failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The back did not start.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// The accounts file in a state directory.
pub fn accounts(state_dir: &Path) -> Result<Accounts, AccountError> {
    Accounts::open(&state_dir.join("accounts.sqlite"))
}

/// Runs the gateway until a signal.
pub async fn run(config: Config) -> Result<(), RunError> {
    let shutdown = shutdown::on_signals()?;
    run_until(config, shutdown).await
}

/// Runs the gateway until `shutdown`.
pub async fn run_until(config: Config, shutdown: Shutdown) -> Result<(), RunError> {
    metrics::install();
    let config = Arc::new(config);
    let role = config.service.role;
    // Listeners first: whoever starts a second gateway learns of it before anything is opened.
    let listeners = Listeners::open(&config).await?;
    let mut inbox_config = InboxConfig::new(&config.service.state_dir);
    inbox_config.max_item = config.upload.max_bytes;
    let inbox = Inbox::open(&inbox_config)?;
    let back =
        if role.has_back() { Some(Back::start(&config.service, &inbox, NODE, Kind::File, &shutdown).await?) } else { None };
    let auditor = back.as_ref().map_or_else(Auditor::log_only, |back| Auditor::start(back.custody.clone()));
    let accounts = accounts(&config.service.state_dir)?;
    let mut shared = Shared::new(Face::Internet, accounts, Arc::clone(&config), Clock::default(), auditor);
    shared.exposed = back.as_ref().is_some_and(|back| back.exposed);
    record(back.as_ref(), Action::ServiceStart).await;

    let mut serving = JoinSet::new();
    let hands = back.as_ref().map(|back| (back.custody.clone(), Arc::clone(&back.pool)));
    listeners.serve(&mut serving, &shared, &inbox, hands, &shutdown);
    while let Some(ended) = serving.join_next().await {
        ended.map_err(io::Error::other)??;
    }
    record(back.as_ref(), Action::ServiceStop).await;
    if let Some(back) = back {
        back.stopped().await;
    }
    Ok(())
}

async fn record(back: Option<&Back>, action: Action) {
    let Some(back) = back else { return };
    if let Err(error) = back.custody.audit(AuditEvent::new("file-gateway", action)).await {
        // Intake stays closed by itself while the audit cannot be written.
        tracing::error!(%error, "audit event not written");
    }
}

/// Every socket this process listens on.
struct Listeners {
    internet: Option<TcpListener>,
    lgwan: Option<TcpListener>,
    management: TcpListener,
}

impl Listeners {
    async fn open(config: &Config) -> Result<Self, RunError> {
        let role = config.service.role;
        let internet = if role.has_front() { Some(listen("internet", config.listen.internet).await?) } else { None };
        let lgwan = if role.has_back() { Some(listen("lgwan", config.listen.lgwan).await?) } else { None };
        Ok(Self { internet, lgwan, management: listen("management", config.listen.management).await? })
    }

    fn serve(
        self,
        serving: &mut JoinSet<io::Result<()>>,
        shared: &Shared,
        inbox: &Inbox,
        back: Option<(Custody, Arc<Pool>)>,
        shutdown: &Shutdown,
    ) {
        if let Some(listener) = self.internet {
            let router = faces::internet(Internet::new(shared, inbox.clone()));
            serving.spawn(serve(listener, router, stop(shutdown)));
        }
        if let (Some(listener), Some((custody, pool))) = (self.lgwan, back.clone()) {
            let policy = Arc::clone(&shared.config.service.policy);
            let router = faces::lgwan(Lgwan::new(shared, custody, pool, policy));
            serving.spawn(serve(listener, router, stop(shutdown)));
        }
        let probe = Probe { inbox: inbox.clone(), back };
        serving.spawn(serve(self.management, management::router(probe), stop(shutdown)));
    }
}

async fn listen(name: &'static str, address: SocketAddr) -> Result<TcpListener, RunError> {
    let bound = TcpListener::bind(address).await;
    let listener = bound.map_err(|source| RunError::Bind { name, address, source })?;
    let address = listener.local_addr()?;
    tracing::info!(event = "listening", face = name, %address, "listening");
    Ok(listener)
}

fn stop(shutdown: &Shutdown) -> impl Future<Output = ()> + Send + use<> {
    let mut shutdown = shutdown.clone();
    async move { shutdown.requested().await }
}
