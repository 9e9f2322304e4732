//! The ledger: the state of every item, its bytes, its recipients, and the audit chain. For the back only.

use std::path::PathBuf;
use std::time::Duration;

use crate::audit::{AuditEvent, ChainState, Head};
use crate::{
    Clock, Count, Filter, Inbox, Item, ItemId, Kind, OutputError, ReceiptNumber, SettleError, Settlement, StoreError,
    StoredOutput,
};

/// Where a ledger lives and who opens it.
#[derive(Clone, Debug)]
pub struct CustodyConfig {
    /// The folder: `ledger.sqlite`, `blobs/` and `receipt.key` are made in it.
    pub dir: PathBuf,
    /// The name of this process among those that open the ledger (`relay`, `gateway`). One process at a time may have it: on
    /// opening, the leases that an earlier process of this name left behind are free at once.
    pub node: String,
    /// Where the time comes from.
    pub clock: Clock,
}

impl CustodyConfig {
    /// The ledger in `dir`, opened as `node`.
    pub fn new(dir: impl Into<PathBuf>, node: impl Into<String>) -> Self {
        Self { dir: dir.into(), node: node.into(), clock: Clock::default() }
    }
}

/// An inbox or a ledger could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has the same node name open.
    #[error("another process has the ledger open as {node}")]
    InUse {
        /// The name.
        node: String,
    },
    /// The key file is missing while outputs are stored, is too short, or may be read by others.
    #[error("the receipt key cannot be used: {0}")]
    Key(&'static str),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Which step of an item's way a worker takes items for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// From `ready` or `deferred` to the next hop. Mail only: files wait to be fetched.
    Deliver,
    /// From `received` to `ready` or `held`.
    Sanitize,
}

/// A lease on an item: the right to settle it, until it runs out and someone else takes the item.
#[derive(Debug)]
pub struct Claimed {
    item: Item,
    stage: Stage,
    #[expect(dead_code, reason = "bodies follow")]
    lease: i64,
}

impl Claimed {
    /// The item as it was when it was taken.
    pub fn item(&self) -> &Item {
        &self.item
    }

    /// Its id.
    pub fn id(&self) -> ItemId {
        self.item.id
    }

    /// For which step it was taken.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// How often it was taken for this step, this time included: 1 at the first try. A number that grows without a settlement
    /// in between means that whoever worked on it died; a handler holds such an item rather than dying again.
    pub fn attempts(&self) -> u32 {
        self.item.attempts
    }
}

/// How long bytes are kept. What is proven (rows, reports, audit) stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Originals of items that are at rest: the work window for password tries and re-runs.
    pub originals: Duration,
    /// Outputs: of files to be fetched (which then expire), and of mail that has gone out.
    pub outputs: Duration,
}

impl Default for Retention {
    /// Seven days for both.
    fn default() -> Self {
        let week = Duration::from_secs(7 * 24 * 60 * 60);
        Self { originals: week, outputs: week }
    }
}

/// The ledger, its blobs and its audit chain. Cheap to clone; all clones share one writer.
#[derive(Clone, Debug)]
pub struct Custody {}

impl Custody {
    /// Opens the ledger, or makes it. Blocks for a moment.
    pub fn open(config: &CustodyConfig) -> Result<Self, OpenError> {
        unimplemented!("{config:?}")
    }

    /// Copies items of `kind` from the inbox into the ledger, each with its audit event, and then marks them taken. Returns how
    /// many. Idempotent by id: a crash between the two steps copies nothing twice.
    pub async fn pull(&self, inbox: &Inbox, kind: Kind) -> Result<usize, StoreError> {
        unimplemented!("{inbox:?} {kind:?}")
    }

    /// Proves that ledger and audit can be written, and only then opens the inbox for `time`.
    pub async fn renew_permit(&self, inbox: &Inbox, time: Duration) -> Result<(), StoreError> {
        unimplemented!("{inbox:?} {time:?}")
    }

    /// Writes what has changed about uploaded files into the inbox, where the Internet side may read it. Returns how many.
    pub async fn publish(&self, inbox: &Inbox) -> Result<usize, StoreError> {
        unimplemented!("{inbox:?}")
    }

    /// Takes up to `limit` items that are due for `stage`, longest due first, and leases them for `lease`.
    pub async fn take(&self, kind: Kind, stage: Stage, limit: usize, lease: Duration) -> Result<Vec<Claimed>, StoreError> {
        unimplemented!("{kind:?} {stage:?} {limit} {lease:?}")
    }

    /// Holds on to a lease for `lease` more from now.
    pub async fn renew(&self, claimed: &Claimed, lease: Duration) -> Result<(), SettleError> {
        unimplemented!("{claimed:?} {lease:?}")
    }

    /// Records how the work ended: state, outputs, report, recipients and audit in one transaction. A lost lease settles nothing.
    ///
    /// A duplicate can arise here: if the process dies after the next hop has taken a mail and before this returns, the mail is
    /// delivered again to the recipients of that try.
    pub async fn settle(&self, claimed: &Claimed, settlement: Settlement) -> Result<(), SettleError> {
        unimplemented!("{claimed:?} {settlement:?}")
    }

    /// The original bytes of an item: for sanitizing, never to leave. `None` once the work window has passed.
    pub async fn original(&self, id: ItemId) -> Result<Option<Vec<u8>>, StoreError> {
        unimplemented!("{id}")
    }

    /// The first output of an item (the whole).
    pub async fn output(&self, id: ItemId) -> Result<StoredOutput, OutputError> {
        self.output_at(id, 0).await
    }

    /// The output at `index`: 0 is the whole, the others leave beside it.
    pub async fn output_at(&self, id: ItemId, index: u32) -> Result<StoredOutput, OutputError> {
        unimplemented!("{id} {index}")
    }

    /// Records that `actor` has been given the output of a file. The first time makes it `delivered`.
    pub async fn fetched(&self, id: ItemId, actor: &str) -> Result<(), SettleError> {
        unimplemented!("{id} {actor}")
    }

    /// Holds an item that is `ready` after all (its output does not match its receipt).
    pub async fn hold(&self, id: ItemId, reason: &str, actor: &str) -> Result<(), SettleError> {
        unimplemented!("{id} {reason} {actor}")
    }

    /// Sends a held item through sanitizing again.
    pub async fn rerun(&self, id: ItemId, actor: &str) -> Result<(), SettleError> {
        unimplemented!("{id} {actor}")
    }

    /// One item.
    pub async fn item(&self, id: ItemId) -> Result<Option<Item>, StoreError> {
        unimplemented!("{id}")
    }

    /// The item with a 受付番号.
    pub async fn by_receipt(&self, receipt: ReceiptNumber) -> Result<Option<Item>, StoreError> {
        unimplemented!("{receipt}")
    }

    /// The newest items that match, newest first. The last one's id is the next page's `before`.
    pub async fn list(&self, filter: Filter, limit: u32) -> Result<Vec<Item>, StoreError> {
        unimplemented!("{filter:?} {limit}")
    }

    /// The report on an item, as it was settled.
    pub async fn report(&self, id: ItemId) -> Result<Option<Vec<u8>>, StoreError> {
        unimplemented!("{id}")
    }

    /// How many items are in which state, and since when.
    pub async fn counts(&self) -> Result<Vec<Count>, StoreError> {
        unimplemented!()
    }

    /// Writes an event into the audit chain that changes no item: log-ins, downloads, settings.
    pub async fn audit(&self, event: AuditEvent) -> Result<(), StoreError> {
        unimplemented!("{event:?}")
    }

    /// Walks the whole chain. With `expected`, a head that was kept elsewhere, it also says whether that one is still in it.
    pub async fn verify_audit(&self, expected: Option<Head>) -> Result<ChainState, StoreError> {
        unimplemented!("{expected:?}")
    }

    /// Writes up to `limit` events from `after` on (not included) as JSON Lines; returns the lines and the last seq written.
    pub async fn export_audit(&self, after: u64, limit: u32) -> Result<(String, u64), StoreError> {
        unimplemented!("{after} {limit}")
    }

    /// Removes bytes that have been kept long enough, expires files nobody fetched, and removes what crashes left behind.
    /// Returns how many items were touched.
    pub async fn sweep(&self, retention: Retention) -> Result<usize, StoreError> {
        unimplemented!("{retention:?}")
    }
}
