//! A next hop in this process that can be told what to refuse: the relay's own `protocol`, with a mood.

use smtp_relay::{
    inbound::{self, Content, DoorLimits, Peer, Receiver, ServerConfig, Timeouts},
    mailbox::{self, Mailbox},
    protocol::{
        address::{Address, ForwardPath},
        data::Ceilings,
        reply::{Refusal, Reply},
        session::{Envelope, Rules},
    },
};
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{net::TcpListener, runtime::Runtime, sync::watch};

/// A running sink; stops when dropped.
pub(crate) struct Sink {
    pub address: SocketAddr,
    pub rules: Arc<Mutex<BTreeMap<&'static str, Refusal>>>,
    /// Connections that said EHLO and began a message, by the client's port.
    pub connections: Arc<Mutex<Vec<u16>>>,
    /// Messages that were begun.
    pub begun: Arc<AtomicUsize>,
    _runtime: Runtime,
    _stop: watch::Sender<bool>,
}

/// What the sink does with recipients, by local-part, and with content, under `"(content)"`.
struct Moody {
    mailbox: Mailbox,
    rules: Arc<Mutex<BTreeMap<&'static str, Refusal>>>,
    connections: Arc<Mutex<Vec<u16>>>,
    begun: Arc<AtomicUsize>,
}

struct Taking {
    inner: mailbox::Incoming,
    refusal: Option<Refusal>,
}

impl Sink {
    /// Starts a sink on `address` (port 0: any) that writes into `dir/maildir`.
    pub(crate) fn start(dir: &Path, address: &str, rules: &[(&'static str, Refusal)]) -> Self {
        let runtime = Runtime::new().unwrap();
        let rules = Arc::new(Mutex::new(rules.iter().copied().collect()));
        let (connections, begun) = (Arc::default(), Arc::default());
        let moody = Moody {
            mailbox: Mailbox::open(&dir.join("maildir")).unwrap(),
            rules: Arc::clone(&rules),
            connections: Arc::clone(&connections),
            begun: Arc::clone(&begun),
        };
        let listener = runtime.block_on(TcpListener::bind(address)).unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = watch::channel(false);
        runtime.spawn(inbound::serve(listener, Arc::new(moody), config(), stopped));
        Self { address, rules, connections, begun, _runtime: runtime, _stop: stop }
    }

    /// Changes its mind.
    pub(crate) fn set(&self, rules: &[(&'static str, Refusal)]) {
        *self.rules.lock().unwrap() = rules.iter().copied().collect();
    }
}

fn config() -> ServerConfig {
    let minute = Duration::from_mins(1);
    ServerConfig {
        rules: Rules {
            host: "sink.example".to_owned(),
            content: Ceilings { content: 100_000_000, line: 1000 },
            max_hops: u32::MAX,
            max_recipients: 100,
            max_errors: 100,
            max_idle_commands: 1000,
            max_messages: 1000,
        },
        door: DoorLimits { connections: 100, per_peer: 100 },
        timeouts: Timeouts { read: minute, write: minute, content: minute },
        drain: Duration::ZERO,
    }
}

impl Receiver for Moody {
    type Content = Taking;

    async fn admit(&self) -> Result<(), Refusal> {
        Ok(())
    }

    fn recipient(&self, to: &ForwardPath) -> Result<Address, Refusal> {
        let ForwardPath::Mailbox(address) = to else { return Err(Refusal::UnknownMailbox) };
        match self.rules.lock().unwrap().get(address.local()) {
            Some(refusal) => Err(*refusal),
            None => Ok(address.clone()),
        }
    }

    async fn begin(&self, envelope: &Envelope, peer: &Peer) -> Result<Taking, Refusal> {
        self.connections.lock().unwrap().push(peer.address.port());
        self.begun.fetch_add(1, Ordering::SeqCst);
        let refusal = self.rules.lock().unwrap().get("(content)").copied();
        Ok(Taking { inner: self.mailbox.begin(envelope, peer).await?, refusal })
    }
}

impl Content for Taking {
    async fn write(&mut self, block: &[u8]) -> Result<(), Refusal> {
        self.inner.write(block).await
    }

    async fn commit(self) -> Result<Reply, Refusal> {
        match self.refusal {
            Some(refusal) => Err(refusal),
            None => self.inner.commit().await,
        }
    }
}
