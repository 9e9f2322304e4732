//! The ledger: the state of every item, its bytes, its recipients, and the audit chain. For the back only.

mod key;
mod lease;
mod outputs;
mod pull;
mod query;
mod rows;
mod settle;
mod sweep;
mod touch;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, params};
use tokio::sync::Notify;

use crate::audit::{self, Action, AuditEvent, ChainState, Head, Recorded};
use crate::blobs::Blobs;
use crate::db::{self, CommitPoints, Readers, Writer};
use crate::{Clock, Item, ItemId, Kind, State, StoreError};
use key::Key;

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
    /// The node name is empty or has other characters than letters, digits, `-` and `_`.
    #[error("not a node name")]
    Name,
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

impl Stage {
    /// The state of an item while someone has it for this step.
    pub(crate) fn working(self) -> State {
        match self {
            Self::Deliver => State::Delivering,
            Self::Sanitize => State::Sanitizing,
        }
    }
}

/// A lease on an item: the right to settle it, until it runs out and someone else takes the item.
#[derive(Debug)]
pub struct Claimed {
    item: Item,
    stage: Stage,
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
        let week = Duration::from_hours(7 * 24);
        Self { originals: week, outputs: week }
    }
}

/// The ledger, its blobs and its audit chain. Cheap to clone; all clones share one writer.
#[derive(Clone, Debug)]
pub struct Custody {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    node: String,
    writer: Writer,
    readers: Readers,
    blobs: Blobs,
    key: Key,
    clock: Clock,
    wake: Wake,
    /// Held as long as the ledger is open under this name.
    _lock: File,
}

/// Bells for the loops of this process, one for each kind and stage.
#[derive(Debug, Default)]
struct Wake {
    deliver_mail: Notify,
    deliver_file: Notify,
    sanitize_mail: Notify,
    sanitize_file: Notify,
}

impl Wake {
    fn bell(&self, kind: Kind, stage: Stage) -> &Notify {
        match (kind, stage) {
            (Kind::File, Stage::Deliver) => &self.deliver_file,
            (Kind::File, Stage::Sanitize) => &self.sanitize_file,
            (Kind::Mail, Stage::Deliver) => &self.deliver_mail,
            (Kind::Mail, Stage::Sanitize) => &self.sanitize_mail,
        }
    }
}

impl Custody {
    /// Opens the ledger, or makes it. Blocks for a moment.
    pub fn open(config: &CustodyConfig) -> Result<Self, OpenError> {
        std::fs::create_dir_all(&config.dir).map_err(StoreError::from)?;
        let lock = lock(&config.dir, &config.node)?;
        let path = config.dir.join("ledger.sqlite");
        let connection = db::open(&path)?;
        db::migrate(&connection, include_str!("schema.sql"))?;
        let key = key::open(&config.dir, &connection)?;
        recover(&connection, &config.node, config.clock.millis())?;
        let points = CommitPoints { before: "ledger.before_commit", after: "ledger.after_commit" };
        let inner = Inner {
            node: config.node.clone(),
            writer: Writer::start(connection, points)?,
            readers: Readers::new(path),
            blobs: Blobs::open(&config.dir.join("blobs"))?,
            key,
            clock: config.clock.clone(),
            wake: Wake::default(),
            _lock: lock,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Resolves when an item of this process may have become due for `stage`.
    pub(crate) async fn due(&self, kind: Kind, stage: Stage) {
        self.inner.wake.bell(kind, stage).notified().await;
    }

    fn ring(&self, kind: Kind, stage: Stage) {
        self.inner.wake.bell(kind, stage).notify_one();
    }

    /// An event of this service about an item.
    fn event(&self, action: Action, target: ItemId) -> AuditEvent {
        AuditEvent::new(self.inner.node.as_str(), action).about(target)
    }

    /// Writes an event into the audit chain that changes no item: log-ins, downloads, settings.
    pub async fn audit(&self, event: AuditEvent) -> Result<(), StoreError> {
        let now = self.inner.clock.millis();
        self.inner.writer.run(move |connection| audit::append(connection, now, &event)).await
    }

    /// Walks the whole chain. With `expected`, a head that was kept elsewhere, it also says whether that one is still in it.
    pub async fn verify_audit(&self, expected: Option<Head>) -> Result<ChainState, StoreError> {
        self.inner.readers.run(move |connection| audit::verify(connection, expected)).await
    }

    /// The end of the chain now: to be kept off the box.
    pub async fn audit_head(&self) -> Result<Head, StoreError> {
        self.inner.readers.run(audit::head).await
    }

    /// Up to `limit` events after the one numbered `after` (0: from the first), oldest first.
    /// [`Recorded::to_json`] makes the lines of an export.
    pub async fn audit_after(&self, after: u64, limit: u32) -> Result<Vec<Recorded>, StoreError> {
        self.inner.readers.run(move |connection| audit::after(connection, after, limit)).await
    }

    /// Every event about one item, oldest first.
    pub async fn audit_about(&self, target: ItemId) -> Result<Vec<Recorded>, StoreError> {
        self.inner.readers.run(move |connection| audit::about(connection, target)).await
    }
}

/// One process at a time works under a name, so that what an earlier one had leased is known to be free. The lock goes with the
/// process, however it ends.
fn lock(dir: &Path, node: &str) -> Result<File, OpenError> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if node.is_empty() || node.len() > 64 || !node.chars().all(plain) {
        return Err(OpenError::Name);
    }
    let file = File::create(dir.join(format!("{node}.lock"))).map_err(StoreError::from)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { node: node.to_owned() }),
        Err(TryLockError::Error(error)) => Err(StoreError::from(error).into()),
    }
}

/// What an earlier process of this name had leased is due at once.
fn recover(connection: &Connection, node: &str, now: i64) -> Result<(), StoreError> {
    connection.execute("UPDATE item SET due = ?2, holder = NULL WHERE holder = ?1", params![node, now])?;
    Ok(())
}
