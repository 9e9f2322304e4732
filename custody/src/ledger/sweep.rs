//! Bytes are kept for the work window and then removed; rows, reports and audit stay.

use std::time::Duration;

use rusqlite::{Connection, params};

use super::rows::Move;
use super::{Custody, Retention};
use crate::audit::{self, Action};
use crate::{Inbox, ItemId, Kind, State, StoreError, db, failpoint};

/// Items of one transaction at most.
const BATCH: i64 = 256;

/// Files that no row knows are removed when they are this old: longer than any settlement takes.
const STRAY: Duration = Duration::from_hours(24);

/// What a sweep removes of an item.
#[derive(Clone, Copy)]
enum Part {
    Original,
    Outputs,
}

impl Custody {
    /// Removes bytes that have been kept long enough, expires files nobody fetched, and removes what crashes left behind, in the
    /// inbox too. Returns how many times an item was touched.
    pub async fn sweep(&self, inbox: &Inbox, retention: Retention) -> Result<usize, StoreError> {
        let mut touched = 0_usize;
        for (part, age) in [(Part::Outputs, retention.outputs), (Part::Original, retention.originals)] {
            loop {
                let count = self.sweep_part(part, age).await?;
                touched = touched.saturating_add(count);
                if i64::try_from(count).unwrap_or(i64::MAX) < BATCH {
                    break;
                }
            }
        }
        self.remove_strays().await?;
        inbox.sweep(retention.originals.max(retention.outputs)).await?;
        Ok(touched)
    }

    async fn sweep_part(&self, part: Part, age: Duration) -> Result<usize, StoreError> {
        let (custody, now) = (self.clone(), self.inner.clock.millis());
        let before = now.saturating_sub(db::millis(age));
        let work = move |connection: &Connection| {
            let old = old(connection, part, before)?;
            let mut blobs = Vec::new();
            for &(id, kind, state) in &old {
                blobs.extend(custody.forget(connection, part, (id, kind, state), now)?);
            }
            Ok::<_, StoreError>((old.len(), blobs))
        };
        let (count, blobs) = self.inner.writer.run(work).await?;
        failpoint::point("sweep.after_commit");
        for blob in blobs {
            self.inner.blobs.remove(&blob).await?;
        }
        Ok(count)
    }

    /// Removes one part of an item and says so in the audit. Returns the blobs that are free now.
    fn forget(
        &self,
        connection: &Connection,
        part: Part,
        (id, kind, state): (ItemId, Kind, State),
        now: i64,
    ) -> Result<Vec<String>, StoreError> {
        let (table, word) = match part {
            Part::Original => ("original", "original"),
            Part::Outputs => ("output", "outputs"),
        };
        let mut statement =
            connection.prepare_cached(&format!("SELECT blob FROM {table} WHERE item = ?1 AND blob IS NOT NULL"))?;
        let blobs = statement.query_map(params![id.as_bytes()], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
        connection.prepare_cached(&format!("DELETE FROM {table} WHERE item = ?1"))?.execute(params![id.as_bytes()])?;
        audit::append(connection, now, &self.event(Action::RetentionDelete, id).with("part", word))?;
        if matches!(part, Part::Outputs) {
            connection.prepare_cached("UPDATE item SET outputs = 0 WHERE id = ?1")?.execute(params![id.as_bytes()])?;
        }
        let at_an_end = match part {
            Part::Original => state == State::Held,
            Part::Outputs => kind == Kind::File && state == State::Ready,
        };
        if at_an_end {
            let expire = Move { id, from: state, to: State::Expired, now, due: None, reason: Some("expired"), attempts: 0 };
            expire.run::<SweepError>(connection).map_err(|SweepError(error)| error)?;
            audit::append(connection, now, &self.event(Action::Expire, id))?;
        }
        Ok(blobs)
    }

    async fn remove_strays(&self) -> Result<(), StoreError> {
        for name in self.inner.blobs.strays(STRAY).await? {
            let wanted = name.clone();
            let work = move |connection: &Connection| {
                let sql = "SELECT EXISTS (SELECT 1 FROM original WHERE blob = ?1)
                       OR EXISTS (SELECT 1 FROM output WHERE blob = ?1)";
                Ok::<bool, StoreError>(connection.prepare_cached(sql)?.query_row([wanted], |row| row.get(0))?)
            };
            if !self.inner.readers.run(work).await? {
                self.inner.blobs.remove_stray(&name).await?;
            }
        }
        Ok(())
    }
}

/// Items at rest whose part is older than `before`. Ids begin with the time of intake, so the index finds them.
fn old(connection: &Connection, part: Part, before: i64) -> Result<Vec<(ItemId, Kind, State)>, StoreError> {
    let table = match part {
        Part::Original => "original",
        Part::Outputs => "output WHERE place = 0",
    };
    let sql = format!(
        "SELECT item.id, item.kind, item.state FROM (SELECT item FROM {table}) AS kept JOIN item ON item.id = kept.item
         WHERE kept.item < ?1 AND item.changed_at < ?2
           AND (item.state IN (?3, ?4, ?5, ?6) OR (item.state = ?7 AND item.kind = ?8))
         LIMIT ?9"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![
        first_id_at(before),
        before,
        State::Held.number(),
        State::Delivered.number(),
        State::Bounced.number(),
        State::Expired.number(),
        State::Ready.number(),
        Kind::File.number(),
        BATCH
    ])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let kind = Kind::from_number(row.get(1)?).ok_or(StoreError::Damaged("a kind"))?;
        let state = State::from_number(row.get(2)?).ok_or(StoreError::Damaged("a state"))?;
        found.push((ItemId::from_bytes(row.get(0)?), kind, state));
    }
    Ok(found)
}

/// The smallest id of a moment: its first six bytes are the time in milliseconds (RFC 9562 §5.7).
fn first_id_at(millis: i64) -> [u8; 16] {
    (u128::try_from(millis).unwrap_or(0) << 80).to_be_bytes()
}

/// The step is one the state machine has; a store that fails is all that can happen.
struct SweepError(StoreError);

impl From<StoreError> for SweepError {
    fn from(error: StoreError) -> Self {
        Self(error)
    }
}

impl From<crate::IllegalTransition> for SweepError {
    fn from(_: crate::IllegalTransition) -> Self {
        Self(StoreError::Damaged("a state"))
    }
}
