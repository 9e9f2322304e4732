//! From the inbox into the ledger, and back what the Internet side may know.

use std::time::Duration;

use rusqlite::{Connection, params};

use super::rows::{self, Arrival, hash_text};
use super::{Custody, Stage};
use crate::audit::{self, Action, AuditEvent};
use crate::inbox::{Publication, Stored, Waiting};
use crate::{Inbox, ItemId, Kind, State, StoreError, db, failpoint};

/// Publications of one run at most.
const NEWS: u32 = 512;

impl Custody {
    /// Copies items of `kind` from the inbox into the ledger, each with its audit event, and then marks them taken. Returns how
    /// many. Idempotent by id: a crash between the two steps copies nothing twice.
    pub async fn pull(&self, inbox: &Inbox, kind: Kind) -> Result<usize, StoreError> {
        let (mut taken, mut copies) = (Vec::new(), Vec::new());
        for waiting in inbox.waiting(kind).await? {
            let blob = blob_of(&waiting.stored);
            if let Some(copy) = self.copy_blob(inbox, waiting).await? {
                taken.push((copy.id, kind, blob));
                copies.push(copy);
            }
        }
        let count = copies.len();
        if count == 0 {
            return Ok(0);
        }
        failpoint::point("pull.after_blobs");
        let (custody, now) = (self.clone(), self.inner.clock.millis());
        let unused = self.inner.writer.run(move |connection| custody.admit_all(connection, copies, now)).await?;
        self.ring(kind, Stage::Sanitize);
        failpoint::point("pull.after_ledger");
        for blob in unused {
            self.inner.blobs.remove(&blob).await?;
        }
        inbox.taken(taken).await?;
        failpoint::point("pull.after_taken");
        Ok(count)
    }

    /// The item with its bytes on this side. `None` if they are gone: another process has just pulled it.
    async fn copy_blob(&self, inbox: &Inbox, mut waiting: Waiting) -> Result<Option<Waiting>, StoreError> {
        if let Stored::Blob(name) = &waiting.stored {
            let Some(copy) = self.inner.blobs.copy_from(inbox.blobs(), name).await? else {
                tracing::warn!(item = %waiting.id, "the bytes of an item in the inbox are not there");
                return Ok(None);
            };
            waiting.stored = Stored::Blob(copy);
        }
        Ok(Some(waiting))
    }

    /// Puts in what is not there yet. Returns the blobs of those that were.
    fn admit_all(&self, connection: &Connection, items: Vec<Waiting>, now: i64) -> Result<Vec<String>, StoreError> {
        let mut unused = Vec::new();
        for waiting in items {
            let arrival = Arrival {
                id: waiting.id,
                parent: None,
                item: &waiting.item,
                size: waiting.size,
                sha256: waiting.sha256,
                received_at: waiting.received_at,
                now,
            };
            if !self.admit(connection, &arrival, &waiting.stored)? {
                unused.extend(blob_of(&waiting.stored));
            }
        }
        Ok(unused)
    }

    /// Puts an item in with its audit event, unless it is there already.
    pub(super) fn admit(&self, connection: &Connection, arrival: &Arrival<'_>, stored: &Stored) -> Result<bool, StoreError> {
        if !rows::insert(connection, arrival, stored)? {
            return Ok(false);
        }
        let item = arrival.item;
        let mut event = self
            .event(Action::Submit, arrival.id)
            .with("kind", item.kind.code())
            .with("sha256", hash_text(&arrival.sha256))
            .with("size", arrival.size.to_string());
        if let Some(parent) = arrival.parent {
            event = event.with("parent", parent.to_string());
        }
        let event = match item.kind {
            Kind::File => event.with("owner", item.owner.as_str()),
            Kind::Mail => event.with("from", item.sender.as_str()).with("to", item.recipients.join(" ")),
        };
        audit::append(connection, arrival.now, &event)?;
        Ok(true)
    }

    /// Proves that ledger and audit can be written, and only then opens the inbox for `time`.
    pub async fn renew_permit(&self, inbox: &Inbox, time: Duration) -> Result<(), StoreError> {
        let (node, now) = (self.inner.node.clone(), self.inner.clock.millis());
        let prove = move |connection: &Connection| {
            // An event that is written and taken back proves that the chain can grow, and does not grow it.
            let written = db::in_savepoint(connection, |connection| {
                audit::append(connection, now, &AuditEvent::new(node, Action::ServiceStart))?;
                Err::<(), Proof>(Proof::Written)
            });
            if let Err(Proof::Failed(error)) = written {
                return Err(error);
            }
            let sql = "INSERT OR REPLACE INTO setting VALUES ('heartbeat', ?1)";
            connection.prepare_cached(sql)?.execute(params![now.to_be_bytes()])?;
            Ok(())
        };
        self.inner.writer.run(prove).await?;
        inbox.permit(self.inner.node.clone(), time).await
    }

    /// Writes what has changed about uploaded files into the inbox, where the Internet side may read it. Returns how many.
    pub async fn publish(&self, inbox: &Inbox) -> Result<usize, StoreError> {
        let news = self.inner.readers.run(changed).await?;
        let (news, versions): (Vec<_>, Vec<_>) = news.into_iter().map(|news| (news.publication, news.version)).unzip();
        let versions: Vec<_> = news.iter().map(|news: &Publication| news.id).zip(versions).collect();
        let count = news.len();
        if count == 0 {
            return Ok(0);
        }
        inbox.published(news).await?;
        failpoint::point("publish.after_inbox");
        let work = move |connection: &Connection| {
            let mut statement = connection.prepare_cached("UPDATE item SET published = ?2 WHERE id = ?1")?;
            for (id, version) in &versions {
                statement.execute(params![id.as_bytes(), version])?;
            }
            Ok::<(), StoreError>(())
        };
        self.inner.writer.run(work).await?;
        Ok(count)
    }
}

/// How the proof of [`Custody::renew_permit`] ends: always with an error, so that it is taken back.
enum Proof {
    Failed(StoreError),
    Written,
}

impl From<StoreError> for Proof {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

fn blob_of(stored: &Stored) -> Option<String> {
    match stored {
        Stored::Blob(name) => Some(name.clone()),
        Stored::Row(_) => None,
    }
}

/// What is new about an item, and up to which version of its row.
struct News {
    publication: Publication,
    version: i64,
}

fn changed(connection: &Connection) -> Result<Vec<News>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT id, state, reason, summary, version FROM item WHERE kind = 1 AND version > published LIMIT ?1")?;
    let mut rows = statement.query([NEWS])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let summary: Option<String> = row.get(3)?;
        let publication = Publication {
            id: ItemId::from_bytes(row.get(0)?),
            state: State::from_number(row.get(1)?).ok_or(StoreError::Damaged("a state"))?,
            reason: row.get(2)?,
            summary: summary.as_deref().map(db::from_json).transpose()?,
        };
        found.push(News { publication, version: row.get(4)? });
    }
    Ok(found)
}
