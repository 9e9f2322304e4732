//! The inbox: what a listener on the Internet side may do, and nothing more.

mod back;
mod incoming;

use std::path::PathBuf;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension, Row, params};
use sha2::{Digest, Sha256};
use tokio::sync::Notify;

use crate::blobs::{Blobs, INLINE};
use crate::db::{self, CommitPoints, Readers, Writer};
use crate::failpoint;
use crate::{AppendError, Clock, ItemId, NewItem, OpenError, ReceiptNumber, State, Status, StoreError};

pub(crate) use back::{Publication, Waiting};
pub use incoming::Incoming;

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
pub struct Inbox {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    writer: Writer,
    readers: Readers,
    blobs: Blobs,
    max_item: u64,
    clock: Clock,
    arrived: Notify,
}

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

/// Bytes of an item: in the row, or in a blob of this name.
#[derive(Clone, Debug)]
pub(crate) enum Stored {
    Blob(String),
    Row(Vec<u8>),
}

impl Inbox {
    /// Opens the inbox, or makes it. Blocks for a moment.
    pub fn open(config: &InboxConfig) -> Result<Self, OpenError> {
        std::fs::create_dir_all(&config.dir).map_err(StoreError::from)?;
        let path = config.dir.join("inbox.sqlite");
        let connection = db::open(&path)?;
        db::migrate(&connection, include_str!("schema.sql"))?;
        let points = CommitPoints { before: "inbox.before_commit", after: "inbox.after_commit" };
        let inner = Inner {
            writer: Writer::start(connection, points)?,
            readers: Readers::new(path),
            blobs: Blobs::open(&config.dir.join("inbox-blobs"))?,
            max_item: config.max_item,
            clock: config.clock.clone(),
            arrived: Notify::new(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Takes an item in. When this returns `Committed`, item and bytes survive a killed process and a power cut.
    ///
    /// A duplicate can arise here: if the process dies after the write and before the client has read the answer, the client
    /// sends again. Both are kept.
    pub async fn append(&self, item: NewItem, bytes: Vec<u8>) -> Result<Committed, AppendError> {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if size > self.inner.max_item {
            return Err(AppendError::TooLarge { limit: self.inner.max_item });
        }
        let sha256: [u8; 32] = Sha256::digest(&bytes).into();
        let stored = if bytes.len() <= INLINE {
            Stored::Row(bytes)
        } else {
            // A sender who would be refused anyway costs no write.
            self.check_permit().await?;
            Stored::Blob(self.inner.blobs.put(bytes).await?)
        };
        self.record(item, size, sha256, stored).await
    }

    /// Begins to take in an item whose bytes come in pieces. What is not committed is not there.
    pub async fn begin(&self, item: NewItem) -> Result<Incoming, AppendError> {
        self.check_permit().await?;
        Ok(Incoming::new(self.clone(), item))
    }

    /// Whether an append would be taken now: the back has renewed its permit, so ledger and audit can be written. Ask it early
    /// (at MAIL FROM, before an upload); `append` asks again.
    pub async fn is_open(&self) -> bool {
        self.check_permit().await.is_ok()
    }

    async fn check_permit(&self) -> Result<(), AppendError> {
        let now = self.inner.clock.millis();
        self.inner.readers.run(move |connection| permitted(connection, now)).await
    }

    /// Writes the row; the bytes are durable already, or stand in it.
    async fn record(&self, item: NewItem, size: u64, sha256: [u8; 32], stored: Stored) -> Result<Committed, AppendError> {
        failpoint::point("append.after_blob");
        let now = self.inner.clock.now();
        let id = ItemId::at(now);
        let blob = match &stored {
            Stored::Blob(name) => Some(name.clone()),
            Stored::Row(_) => None,
        };
        let work = move |connection: &Connection| {
            permitted(connection, now.as_millisecond())?;
            insert(connection, id, &item, (size, sha256), now.as_millisecond(), &stored)?;
            Ok(Committed { id, size, sha256 })
        };
        let committed = self.inner.writer.run(work).await;
        failpoint::point("append.after_row");
        match &committed {
            Ok(_) => self.inner.arrived.notify_one(),
            Err(AppendError::Closed | AppendError::TooLarge { .. }) => self.discard(blob).await,
            // Unknown whether the row is there: the blob stays until the sweep knows.
            Err(AppendError::Store(_)) => {}
        }
        committed
    }

    async fn discard(&self, blob: Option<String>) {
        if let Some(name) = blob
            && let Err(error) = self.inner.blobs.remove(&name).await
        {
            tracing::warn!(%error, "a blob of the inbox could not be removed; the next sweep tries again");
        }
    }

    /// What the back has published about a file. `None` when there is no such item, and for mail that the back has taken.
    pub async fn status(&self, id: ItemId) -> Result<Option<Status>, StoreError> {
        let work = move |connection: &Connection| {
            let sql = format!("{SELECT_STATUS} WHERE id = ?1");
            connection.prepare_cached(&sql)?.query_row(params![id.as_bytes()], |row| Ok(status(row))).optional()
        };
        self.inner.readers.run(move |connection| work(connection)?.transpose()).await
    }

    /// The newest files of `owner` that are older than `before`, newest first.
    pub async fn list_by_owner(&self, owner: &str, before: Option<ItemId>, limit: u32) -> Result<Vec<Status>, StoreError> {
        let owner = owner.to_owned();
        let before = before.map_or([0xFF; 16], |id| *id.as_bytes());
        let work = move |connection: &Connection| {
            let sql = format!("{SELECT_STATUS} WHERE kind = 1 AND owner = ?1 AND id < ?2 ORDER BY id DESC LIMIT ?3");
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map(params![owner, before, limit], |row| Ok(status(row)))?;
            rows.map(|row| row?).collect()
        };
        self.inner.readers.run(work).await
    }

    /// Resolves when an item may have arrived through this handle or a clone of it.
    pub async fn arrived(&self) {
        self.inner.arrived.notified().await;
    }
}

fn permitted(connection: &Connection, now: i64) -> Result<(), AppendError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM permit WHERE until > ?1)";
    if connection.prepare_cached(sql)?.query_row([now], |row| row.get(0))? { Ok(()) } else { Err(AppendError::Closed) }
}

fn insert(
    connection: &Connection,
    id: ItemId,
    item: &NewItem,
    (size, sha256): (u64, [u8; 32]),
    now: i64,
    stored: &Stored,
) -> Result<(), StoreError> {
    let (blob, bytes) = match stored {
        Stored::Blob(name) => (Some(name), None),
        Stored::Row(bytes) => (None, Some(bytes)),
    };
    let mut statement = connection.prepare_cached(
        "INSERT INTO item(id, kind, sender, recipients, owner, name, media_type, context, size, sha256, received_at, blob, bytes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    statement.execute(params![
        id.as_bytes(),
        item.kind.number(),
        item.sender,
        db::to_json(&item.recipients)?,
        item.owner,
        item.name,
        item.media_type,
        item.context,
        db::length(size)?,
        sha256,
        now,
        blob,
        bytes
    ])?;
    Ok(())
}

const SELECT_STATUS: &str = "SELECT id, owner, name, size, received_at, state, reason, summary FROM item";

fn status(row: &Row<'_>) -> Result<Status, StoreError> {
    let id = ItemId::from_bytes(row.get(0)?);
    let summary: Option<String> = row.get(7)?;
    Ok(Status {
        id,
        receipt: ReceiptNumber::of(id),
        owner: row.get(1)?,
        name: row.get(2)?,
        size: u64::try_from(row.get::<_, i64>(3)?).map_err(|_| StoreError::Damaged("a length"))?,
        received_at: db::time(row.get(4)?)?,
        state: State::from_number(row.get(5)?).ok_or(StoreError::Damaged("a state"))?,
        reason: row.get(6)?,
        summary: summary.as_deref().map(db::from_json).transpose()?,
    })
}
