//! Sockets: accepting, how many at a time, how long a client may dawdle, and how it all ends.
//!
//! `axum::serve` sets no timer, so a client that sends its headers a byte a minute would keep a connection for ever;
//! this loop is the same one with a clock and a ceiling.

use axum::{Router, extract::Request};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use std::{future::Future, io, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::Semaphore, time::timeout};
use tower::ServiceExt as _;

/// Connections one listener serves at a time; more wait in the kernel's queue.
const CONNECTIONS: usize = 1024;

/// How long a client may take over its headers.
const HEADERS: Duration = Duration::from_secs(20);

/// How long running requests may take once the end was asked for.
const DRAIN: Duration = Duration::from_secs(30);

/// Serves `router` on `listener` until `stop` comes, then lets running requests end.
pub async fn serve(listener: TcpListener, router: Router, stop: impl Future<Output = ()>) -> io::Result<()> {
    let graceful = GracefulShutdown::new();
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    tokio::pin!(stop);
    loop {
        let seat = tokio::select! {
            () = &mut stop => break,
            seat = Arc::clone(&room).acquire_owned() => seat.map_err(io::Error::other)?,
        };
        let stream = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    // Out of descriptors, or the client went away: neither is a reason to end.
                    tracing::warn!(kind = %error.kind(), "accept failed");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
        };
        let service = TowerToHyperService::new(router.clone().map_request(|request: hyper::Request<Incoming>| {
            let request: Request = request.map(axum::body::Body::new);
            request
        }));
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS)
            .max_buf_size(64 * 1024)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // Errors of a connection are the client's: cut off, malformed, too slow.
            let _ = connection.await;
            drop(seat);
        });
    }
    drop(listener);
    if timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("requests were still running at the end");
    }
    Ok(())
}
