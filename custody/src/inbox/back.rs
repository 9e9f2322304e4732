//! The back's side of the inbox: the permit, what waits, what was taken, what is published. No listener calls these.

use std::time::Duration;

use rusqlite::{Connection, Row, params};

use super::{Inbox, Stored};
use crate::blobs::Blobs;
use crate::db;
use crate::{ItemId, Kind, NewItem, State, StoreError, Summary};

/// Items of one pull at most.
const BATCH: i64 = 128;

/// Bytes of one pull, from which on no further item joins it.
const BATCH_BYTES: u64 = 16 * 1024 * 1024;

/// Files that no row knows are removed when they are this old: longer than any upload.
const STRAY: Duration = Duration::from_hours(24);

/// An item that the back has not taken yet.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) id: ItemId,
    pub(crate) item: NewItem,
    pub(crate) size: u64,
    pub(crate) sha256: [u8; 32],
    pub(crate) received_at: i64,
    pub(crate) stored: Stored,
}

/// What the Internet side may know of an item.
#[derive(Debug)]
pub(crate) struct Publication {
    pub(crate) id: ItemId,
    pub(crate) state: State,
    pub(crate) reason: Option<String>,
    pub(crate) summary: Option<Summary>,
}

impl Inbox {
    /// Opens the intake for `time` from now, in the name of `node`: it is open while any node says so.
    pub(crate) async fn permit(&self, node: String, time: Duration) -> Result<(), StoreError> {
        let until = self.inner.clock.millis().saturating_add(db::millis(time));
        let work = move |connection: &Connection| {
            let sql = "INSERT OR REPLACE INTO permit(node, until) VALUES (?1, ?2)";
            connection.prepare_cached(sql)?.execute(params![node, until])?;
            Ok(())
        };
        self.inner.writer.run(work).await
    }

    /// The oldest items that have not been taken.
    pub(crate) async fn waiting(&self, kind: Kind) -> Result<Vec<Waiting>, StoreError> {
        let work = move |connection: &Connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, kind, sender, recipients, owner, name, media_type, context, size, sha256, received_at, blob, bytes
                 FROM item WHERE taken = 0 AND kind = ?1 ORDER BY seq LIMIT ?2",
            )?;
            let mut rows = statement.query(params![kind.number(), BATCH])?;
            let (mut found, mut bytes) = (Vec::new(), 0_u64);
            while let Some(row) = rows.next()? {
                let item = match waiting(row, kind) {
                    Ok(item) => item,
                    Err(StoreError::Damaged(what)) => {
                        // One damaged entry stops no other. It stays for a person to look at.
                        tracing::error!(what, "an item in the inbox is damaged");
                        continue;
                    }
                    Err(error) => return Err(error),
                };
                bytes = bytes.saturating_add(item.size);
                found.push(item);
                if bytes > BATCH_BYTES {
                    break;
                }
            }
            Ok(found)
        };
        self.inner.readers.run(work).await
    }

    /// Forgets what the ledger has: mail wholly, of files the bytes.
    pub(crate) async fn taken(&self, items: Vec<(ItemId, Kind, Option<String>)>) -> Result<(), StoreError> {
        let blobs: Vec<String> = items.iter().filter_map(|(_, _, blob)| blob.clone()).collect();
        let work = move |connection: &Connection| {
            for (id, kind, _) in &items {
                let sql = match kind {
                    Kind::File => "UPDATE item SET taken = 1, bytes = NULL, blob = NULL WHERE id = ?1",
                    Kind::Mail => "DELETE FROM item WHERE id = ?1",
                };
                connection.prepare_cached(sql)?.execute(params![id.as_bytes()])?;
            }
            Ok::<(), StoreError>(())
        };
        self.inner.writer.run(work).await?;
        for blob in blobs {
            self.discard(Some(blob)).await;
        }
        Ok(())
    }

    /// Writes where uploaded files are.
    pub(crate) async fn published(&self, news: Vec<Publication>) -> Result<(), StoreError> {
        let work = move |connection: &Connection| {
            let mut statement =
                connection.prepare_cached("UPDATE item SET state = ?2, reason = ?3, summary = ?4 WHERE id = ?1")?;
            for news in &news {
                let summary = news.summary.as_ref().map(db::to_json).transpose()?;
                statement.execute(params![news.id.as_bytes(), news.state.number(), news.reason, summary])?;
            }
            Ok(())
        };
        self.inner.writer.run(work).await
    }

    pub(crate) fn blobs(&self) -> &Blobs {
        &self.inner.blobs
    }

    /// Removes taken items older than `age`, and files that crashes left behind.
    pub(crate) async fn sweep(&self, age: Duration) -> Result<(), StoreError> {
        let before = self.inner.clock.millis().saturating_sub(db::millis(age));
        let work = move |connection: &Connection| {
            let sql = "DELETE FROM item WHERE taken = 1 AND received_at < ?1";
            connection.prepare_cached(sql)?.execute([before])?;
            Ok::<(), StoreError>(())
        };
        self.inner.writer.run(work).await?;
        for name in self.inner.blobs.strays(STRAY).await? {
            let wanted = name.clone();
            let work = move |connection: &Connection| {
                let sql = "SELECT EXISTS (SELECT 1 FROM item WHERE blob = ?1)";
                Ok::<bool, StoreError>(connection.prepare_cached(sql)?.query_row([wanted], |row| row.get(0))?)
            };
            if !self.inner.readers.run(work).await? {
                self.inner.blobs.remove_stray(&name).await?;
            }
        }
        Ok(())
    }
}

fn waiting(row: &Row<'_>, kind: Kind) -> Result<Waiting, StoreError> {
    let recipients: String = row.get(3)?;
    let (blob, bytes): (Option<String>, Option<Vec<u8>>) = (row.get(11)?, row.get(12)?);
    let stored = match (blob, bytes) {
        (Some(name), None) => Stored::Blob(name),
        (None, Some(bytes)) => Stored::Row(bytes),
        _ => return Err(StoreError::Damaged("an item in the inbox")),
    };
    Ok(Waiting {
        id: ItemId::from_bytes(row.get(0)?),
        item: NewItem {
            kind,
            sender: row.get(2)?,
            recipients: db::from_json(&recipients)?,
            owner: row.get(4)?,
            name: row.get(5)?,
            media_type: row.get(6)?,
            context: row.get(7)?,
        },
        size: u64::try_from(row.get::<_, i64>(8)?).map_err(|_| StoreError::Damaged("a length"))?,
        sha256: row.get(9)?,
        received_at: row.get(10)?,
        stored,
    })
}
