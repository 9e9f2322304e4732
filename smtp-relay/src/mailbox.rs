//! `smtp-relay mailbox`: a sink for development and tests. Takes any mail on loopback and writes a Maildir.
//!
//! It uses the relay's own `protocol` and `inbound`, and writes as a Maildir is written: into `tmp`, synced, renamed into `new`,
//! folder synced. Only then is there a [`Stored`], and only a `Stored` makes its 250.

use crate::{
    inbound::{Content, Peer, Receiver},
    protocol::{
        address::{Address, ForwardPath},
        reply::{Refusal, Reply},
        session::Envelope,
    },
};
use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

/// Proof that a message is durable in the Maildir.
#[derive(Debug)]
pub struct Stored(());

/// A Maildir.
#[derive(Clone, Debug)]
pub struct Mailbox {
    dir: Arc<PathBuf>,
    count: Arc<AtomicU64>,
}

/// A message on its way into a Maildir.
#[derive(Debug)]
pub struct Incoming {
    mailbox: Mailbox,
    bytes: Vec<u8>,
}

impl Mailbox {
    /// Opens the Maildir in `dir`, or makes it.
    pub fn open(dir: &Path) -> io::Result<Self> {
        for part in ["tmp", "new", "cur"] {
            fs::create_dir_all(dir.join(part))?;
        }
        Ok(Self { dir: Arc::new(dir.to_owned()), count: Arc::default() })
    }

    fn store(&self, bytes: &[u8]) -> io::Result<Stored> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}.M{}P{}Q{count}.mailbox", since.as_secs(), since.subsec_micros(), std::process::id());
        let (temporary, last) = (self.dir.join("tmp").join(&name), self.dir.join("new").join(&name));
        let mut file = File::create_new(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&temporary, &last)?;
        File::open(self.dir.join("new"))?.sync_all()?;
        Ok(Stored(()))
    }
}

impl Receiver for Mailbox {
    type Content = Incoming;

    async fn admit(&self) -> Result<(), Refusal> {
        Ok(())
    }

    fn recipient(&self, to: &ForwardPath) -> Result<Address, Refusal> {
        match to {
            ForwardPath::Mailbox(address) => Ok(address.clone()),
            ForwardPath::Postmaster => Err(Refusal::UnknownMailbox),
        }
    }

    async fn begin(&self, envelope: &Envelope, _peer: &Peer) -> Result<Incoming, Refusal> {
        // Final delivery records the envelope (RFC 5321, 4.4); the addresses are safe to write by construction.
        let mut head = format!("Return-Path: <{}>\r\n", envelope.from);
        for to in &envelope.to {
            // Writing to a String cannot fail.
            let _ = write!(head, "Delivered-To: {to}\r\n");
        }
        Ok(Incoming { mailbox: self.clone(), bytes: head.into_bytes() })
    }
}

impl Content for Incoming {
    async fn write(&mut self, block: &[u8]) -> Result<(), Refusal> {
        self.bytes.extend_from_slice(block);
        Ok(())
    }

    async fn commit(self) -> Result<Reply, Refusal> {
        let stored = tokio::task::spawn_blocking(move || self.mailbox.store(&self.bytes)).await;
        match stored {
            Ok(Ok(proof)) => Ok(Reply::stored(&proof)),
            Ok(Err(error)) => {
                tracing::error!(kind = ?error.kind(), "the maildir cannot be written");
                Err(Refusal::Storage)
            }
            Err(_) => Err(Refusal::Storage),
        }
    }
}
