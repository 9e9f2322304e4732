//! The relay's receiver: messages go into custody's inbox, and the 250 comes from its proof.

use super::{Content, Peer, Receiver};
use crate::{
    protocol::{
        address::{Address, ForwardPath},
        data::Fault,
        reply::{Refusal, Reply},
        session::Envelope,
    },
    route::Routes,
};
use custody::{AppendError, Inbox, Incoming, NewItem, failpoint};
use std::sync::Arc;

/// Takes messages for the recipients that the routes know.
#[derive(Clone, Debug)]
pub struct Intake {
    inbox: Inbox,
    routes: Arc<Routes>,
}

impl Intake {
    /// A receiver into `inbox`.
    pub const fn new(inbox: Inbox, routes: Arc<Routes>) -> Self {
        Self { inbox, routes }
    }
}

/// The relay's own words about an item, as custody keeps them.
pub mod context {
    use serde::{Deserialize, Serialize};

    /// Where a message came from.
    #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(tag = "origin", rename_all = "snake_case", deny_unknown_fields)]
    pub enum Context {
        /// Through the Internet listener.
        Internet {
            /// The client's address.
            peer: String,
            /// What it called itself.
            helo: String,
        },
        /// We wrote it: a delivery status notification.
        Notification {
            /// The item it speaks of.
            about: String,
        },
    }

    impl Context {
        /// As custody stores it.
        pub fn write(&self) -> String {
            // An enum of strings always serializes.
            serde_json::to_string(self).unwrap_or_default()
        }

        /// Reads it back; nothing if it is not ours.
        pub fn read(text: &str) -> Option<Self> {
            serde_json::from_str(text).ok()
        }
    }
}

impl From<AppendError> for Refusal {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Closed => Self::Busy,
            AppendError::TooLarge { .. } => Self::Fault(Fault::TooLarge),
            AppendError::Store(error) => {
                tracing::error!(%error, "the inbox cannot be written");
                Self::Storage
            }
        }
    }
}

impl Receiver for Intake {
    type Content = Incoming;

    async fn admit(&self) -> Result<(), Refusal> {
        if self.inbox.is_open().await { Ok(()) } else { Err(Refusal::Busy) }
    }

    fn recipient(&self, to: &ForwardPath) -> Result<Address, Refusal> {
        self.routes.accept(to)
    }

    async fn begin(&self, envelope: &Envelope, peer: &Peer) -> Result<Incoming, Refusal> {
        let to = envelope.to.iter().map(ToString::to_string).collect();
        let context = context::Context::Internet { peer: peer.address.ip().to_string(), helo: peer.name.clone() };
        let item = NewItem::mail(envelope.from.to_string(), to).with_context(context.write());
        Ok(self.inbox.begin(item).await?)
    }
}

impl Content for Incoming {
    async fn write(&mut self, block: &[u8]) -> Result<(), Refusal> {
        Ok(Self::write(self, block).await?)
    }

    async fn commit(self) -> Result<Reply, Refusal> {
        failpoint::point("relay-before-commit");
        let committed = Self::commit(self).await?;
        // Dying here is the one place where intake can make a duplicate: the client has no answer and sends again.
        failpoint::point("relay-before-reply");
        Ok(Reply::queued(&committed))
    }
}
