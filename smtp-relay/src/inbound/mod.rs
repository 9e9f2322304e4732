//! The Internet side: a listener, its limits, and what a session asks for.
//!
//! ```text
//! accept ─► limits::Door ─► connection::talk ─► protocol::Session
//!                                │ content
//!                                ▼
//!                          Receiver::begin ─► Content::write … ─► Content::commit ─► Reply (from a proof)
//! ```
//!
//! This is what `--role front` runs. It holds an `Inbox` and nothing else: no ledger, no key, no next hop.

mod connection;
mod intake;
mod limits;

pub use connection::{Timeouts, talk};
pub use intake::{Intake, context};
pub use limits::{Door, DoorLimits, Place};

use crate::protocol::{
    address::{Address, ForwardPath},
    reply::{Refusal, Reply},
    session::{Envelope, Rules},
};
use std::{future::Future, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{net::TcpListener, sync::watch, task::JoinSet, time};

/// Who is at the other end, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its address.
    pub address: SocketAddr,
    /// What it called itself in EHLO or HELO.
    pub name: String,
}

/// Where messages go once SMTP has taken them.
pub trait Receiver: Send + Sync + 'static {
    /// A message that is coming in.
    type Content: Content;

    /// Whether a message may begin now.
    fn admit(&self) -> impl Future<Output = Result<(), Refusal>> + Send;

    /// Whether mail for `to` is taken here, and under which address.
    fn recipient(&self, to: &ForwardPath) -> Result<Address, Refusal>;

    /// Begins to take a message.
    fn begin(&self, envelope: &Envelope, peer: &Peer) -> impl Future<Output = Result<Self::Content, Refusal>> + Send;
}

/// A message that is coming in. Dropped before it is committed, it leaves nothing behind.
pub trait Content: Send {
    /// Adds bytes.
    fn write(&mut self, block: &[u8]) -> impl Future<Output = Result<(), Refusal>> + Send;

    /// Makes it durable. The reply can only come from a proof: see [`Reply::queued`].
    fn commit(self) -> impl Future<Output = Result<Reply, Refusal>> + Send;
}

/// Everything a listener is told.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Ceilings of each session.
    pub rules: Rules,
    /// How many at once.
    pub door: DoorLimits,
    /// How long to wait for what.
    pub timeouts: Timeouts,
    /// How long messages that are coming in may go on when the listener is told to stop.
    pub drain: Duration,
}

/// Serves until `stop` becomes true. Sessions between two messages are then closed with 421; a message that is coming in may be
/// finished within the drain time.
pub async fn serve<R: Receiver>(listener: TcpListener, receiver: Arc<R>, config: ServerConfig, mut stop: watch::Receiver<bool>) {
    let door = Door::new(config.door.clone());
    let config = Arc::new(config);
    let mut sessions = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = sessions.join_next() => continue,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of descriptors, mostly: waiting is all that helps, and those who wait outside will come again.
                tracing::warn!(kind = ?error.kind(), "accept failed");
                time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let (receiver, config, stop) = (Arc::clone(&receiver), Arc::clone(&config), stop.clone());
        match door.enter(address.ip()) {
            Some(place) => {
                sessions.spawn(async move {
                    talk(stream, address, &*receiver, &config, stop).await;
                    drop(place);
                });
            }
            None => limits::turn_away(&stream),
        }
    }
    drop(listener);
    let drained = time::timeout(config.drain, async { while sessions.join_next().await.is_some() {} }).await;
    if drained.is_err() {
        tracing::warn!(sessions = sessions.len(), "sessions cut off at the end of the drain time");
        sessions.shutdown().await;
    }
}
