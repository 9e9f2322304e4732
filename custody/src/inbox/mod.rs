//! The inbox: what a listener on the Internet side may do, and nothing more.

use std::path::PathBuf;
use std::time::Duration;

use crate::{AppendError, Clock, ItemId, NewItem, OpenError, ReceiptNumber, Status, StoreError};

/// Where an inbox lives and what it takes.
#[derive(Clone, Debug)]
pub struct InboxConfig {
    /// The folder: `inbox.sqlite` and `inbox-blobs/` are made in it.
    pub dir: PathBuf,
    /// The most bytes one item may have.
    pub max_item: u64,
    /// Where the time comes from.
    pub clock: Clock,
}

impl InboxConfig {
    /// An inbox in `dir` that takes items of up to 500 MB.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), max_item: 500_000_000, clock: Clock::default() }
    }
}

/// The durable way in. Cheap to clone; all clones share one writer.
#[derive(Clone, Debug)]
pub struct Inbox {}

/// Proof that an item and its bytes are on disk. The only thing a 250 or a 201 may be made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    id: ItemId,
    size: u64,
    sha256: [u8; 32],
}

impl Committed {
    /// The item.
    pub fn id(&self) -> ItemId {
        self.id
    }

    /// Its 受付番号.
    pub fn receipt(&self) -> ReceiptNumber {
        ReceiptNumber::of(self.id)
    }

    /// How many bytes it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// SHA-256 of its bytes.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }
}

impl Inbox {
    /// Opens the inbox, or makes it. Blocks for a moment.
    pub fn open(config: &InboxConfig) -> Result<Self, OpenError> {
        unimplemented!("{config:?}")
    }

    /// Takes an item in. When this returns `Committed`, item and bytes survive a killed process and a power cut.
    ///
    /// A duplicate can arise here: if the process dies after the write and before the client has read the answer, the client
    /// sends again. Both are kept.
    pub async fn append(&self, item: NewItem, bytes: Vec<u8>) -> Result<Committed, AppendError> {
        unimplemented!("{item:?} {bytes:?}")
    }

    /// Begins to take in an item whose bytes come in pieces. What is not committed is not there.
    pub async fn begin(&self, item: NewItem) -> Result<Incoming, AppendError> {
        unimplemented!("{item:?}")
    }

    /// Whether an append would be taken now: the back has renewed its permit, so ledger and audit can be written. Ask it early
    /// (at MAIL FROM, before an upload); `append` asks again.
    pub async fn is_open(&self) -> bool {
        unimplemented!()
    }

    /// What the back has published about a file. `None` when there is no such item, and for mail that the back has taken.
    pub async fn status(&self, id: ItemId) -> Result<Option<Status>, StoreError> {
        unimplemented!("{id}")
    }

    /// The newest files of `owner` that are older than `before`, newest first.
    pub async fn list_by_owner(&self, owner: &str, before: Option<ItemId>, limit: u32) -> Result<Vec<Status>, StoreError> {
        unimplemented!("{owner} {before:?} {limit}")
    }

    /// Resolves when an item may have arrived through this handle or a clone of it.
    pub async fn arrived(&self) {
        unimplemented!()
    }

    /// Opens the intake for `time` from now. For the back only.
    pub async fn permit(&self, time: Duration) -> Result<(), StoreError> {
        unimplemented!("{time:?}")
    }
}

/// An item that is coming in. Dropped before [`Incoming::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct Incoming {}

impl Incoming {
    /// Adds bytes.
    pub async fn write(&mut self, chunk: &[u8]) -> Result<(), AppendError> {
        unimplemented!("{chunk:?}")
    }

    /// How many bytes have come so far.
    pub fn len(&self) -> u64 {
        unimplemented!()
    }

    /// Whether no byte has come yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Makes it durable.
    pub async fn commit(self) -> Result<Committed, AppendError> {
        unimplemented!()
    }
}
