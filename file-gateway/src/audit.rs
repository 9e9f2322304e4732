//! The way from a face into the audit chain: events go in, nothing comes out.
//!
//! The internet face must write down who signed in and must not hold the ledger; so it holds the sending end of a
//! channel, and the back, which holds the ledger, writes.

use crate::problem::Failure;
use custody::{Custody, audit::AuditEvent};
use tokio::sync::{mpsc, oneshot};

/// The sending end.
#[derive(Clone, Debug)]
pub struct Auditor(Option<mpsc::Sender<Entry>>);

type Entry = (AuditEvent, oneshot::Sender<bool>);

/// Events that may wait for the ledger.
const WAITING: usize = 256;

impl Auditor {
    /// Starts writing into the chain of `custody`.
    pub fn start(custody: Custody) -> Self {
        let (sender, mut events) = mpsc::channel::<Entry>(WAITING);
        tokio::spawn(async move {
            while let Some((event, done)) = events.recv().await {
                let written = custody.audit(event).await;
                if let Err(error) = &written {
                    tracing::error!(%error, "audit event not written");
                }
                // The request may have ended meanwhile.
                let _ = done.send(written.is_ok());
            }
        });
        Self(Some(sender))
    }

    /// For a front without a ledger: its events stand in its log alone, until custody can carry them across.
    pub const fn log_only() -> Self {
        Self(None)
    }

    /// Writes an event; returns when it is durable. What cannot be written down does not happen.
    pub(crate) async fn write(&self, event: AuditEvent) -> Result<(), Failure> {
        let Some(sender) = &self.0 else {
            tracing::info!(action = ?event.action, "audit");
            return Ok(());
        };
        let (done, written) = oneshot::channel();
        sender.send((event, done)).await.map_err(|_| Failure::IntakeClosed)?;
        if written.await == Ok(true) { Ok(()) } else { Err(Failure::IntakeClosed) }
    }
}
