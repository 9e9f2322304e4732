//! `/livez`, `/readyz` and `/metrics`, for a management address: never on an Internet listener.

use crate::{metrics, shutdown::Shutdown};
use axum::{Router, extract::State, http::StatusCode, routing::get};
use custody::{Custody, Inbox};
use sanitizer_pool::Pool;
use std::{io, sync::Arc};
use tokio::net::TcpListener;

/// What readiness is told from. A front has an inbox alone.
#[derive(Clone, Debug)]
pub struct Probe {
    /// The inbox.
    pub inbox: Inbox,
    /// Ledger and pool, where this process has them.
    pub back: Option<(Custody, Arc<Pool>)>,
}

/// The routes, to be served or merged.
pub fn router(probe: Probe) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(render))
        .with_state(probe)
}

/// Serves the routes until shutdown.
pub async fn serve(listener: TcpListener, probe: Probe, mut shutdown: Shutdown) -> io::Result<()> {
    axum::serve(listener, router(probe)).with_graceful_shutdown(async move { shutdown.requested().await }).await
}

/// Ready when what comes in can be taken: the back has proven that ledger and audit can be written.
async fn ready(State(probe): State<Probe>) -> (StatusCode, &'static str) {
    if probe.inbox.is_open().await {
        (StatusCode::OK, "ready\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "intake is closed\n")
    }
}

async fn render(State(probe): State<Probe>) -> String {
    if let Some((custody, pool)) = &probe.back {
        metrics::observe(custody, pool).await;
    }
    metrics::render()
}
