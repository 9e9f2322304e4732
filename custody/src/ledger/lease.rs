//! Leases: who works on an item, and until when.
//!
//! An item is due when it may be taken, and a lease is nothing but a due time in the future: when it runs out, the item is due
//! again. The lease number grows each time an item is taken or settled, so a worker that lost its lease can tell.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};

use super::{Claimed, Custody, Stage, rows};
use crate::audit::{self, Action};
use crate::{ItemId, Kind, SettleError, State, StoreError, db, failpoint};

impl Stage {
    /// States from which an item is taken for this step; the last one is that of a lease that ran out.
    fn takes(self) -> [State; 3] {
        match self {
            Self::Deliver => [State::Ready, State::Deferred, State::Delivering],
            Self::Sanitize => [State::Received, State::Received, State::Sanitizing],
        }
    }

    fn action(self) -> Action {
        match self {
            Self::Deliver => Action::DeliverStart,
            Self::Sanitize => Action::SanitizeStart,
        }
    }
}

impl Custody {
    /// Takes up to `limit` items that are due for `stage`, longest due first, and leases them for `lease`.
    pub async fn take(&self, kind: Kind, stage: Stage, limit: usize, lease: Duration) -> Result<Vec<Claimed>, StoreError> {
        let (custody, now) = (self.clone(), self.inner.clock.millis());
        let until = now.saturating_add(db::millis(lease));
        let work = move |connection: &Connection| {
            let due = due(connection, kind, stage, limit, now)?;
            due.into_iter().map(|id| custody.claim(connection, id, stage, now, until)).collect()
        };
        let claimed = self.inner.writer.run(work).await;
        failpoint::point("take.after_commit");
        claimed
    }

    fn claim(&self, connection: &Connection, id: ItemId, stage: Stage, now: i64, until: i64) -> Result<Claimed, StoreError> {
        let sql =
            "UPDATE item SET state = ?2, changed_at = ?3, due = ?4, holder = ?5, lease = lease + 1, attempts = attempts + 1,
               version = version + 1 WHERE id = ?1 RETURNING lease";
        let lease = connection
            .prepare_cached(sql)?
            .query_row(params![id.as_bytes(), stage.working().number(), now, until, self.inner.node], |row| row.get(0))?;
        let item = rows::find(connection, id)?.ok_or(StoreError::Damaged("an item"))?;
        let event = self.event(stage.action(), id).with("attempt", item.attempts.to_string());
        audit::append(connection, now, &event)?;
        Ok(Claimed { item, stage, lease })
    }

    /// Holds on to a lease for `lease` more from now.
    pub async fn renew(&self, claimed: &Claimed, lease: Duration) -> Result<(), SettleError> {
        let (id, number) = (claimed.id(), claimed.lease);
        let until = self.inner.clock.millis().saturating_add(db::millis(lease));
        let work = move |connection: &Connection| {
            let sql = "UPDATE item SET due = ?3 WHERE id = ?1 AND lease = ?2 AND holder IS NOT NULL";
            let renewed = connection.prepare_cached(sql)?.execute(params![id.as_bytes(), number, until])?;
            if renewed == 1 { Ok(()) } else { Err(SettleError::LeaseLost) }
        };
        self.inner.writer.run(work).await
    }

    /// How long until something is due for `stage`, if anything is.
    pub(crate) async fn next_due(&self, kind: Kind, stage: Stage) -> Result<Option<Duration>, StoreError> {
        let now = self.inner.clock.millis();
        let work = move |connection: &Connection| {
            let sql = "SELECT min(due) FROM item WHERE kind = ?1 AND state IN (?2, ?3, ?4) AND due IS NOT NULL";
            let [first, second, third] = stage.takes().map(State::number);
            let next: Option<i64> = connection
                .prepare_cached(sql)?
                .query_row(params![kind.number(), first, second, third], |row| row.get(0))
                .optional()?
                .flatten();
            Ok(next.map(|due| Duration::from_millis(u64::try_from(due.saturating_sub(now)).unwrap_or(0))))
        };
        self.inner.readers.run(work).await
    }
}

fn due(connection: &Connection, kind: Kind, stage: Stage, limit: usize, now: i64) -> Result<Vec<ItemId>, StoreError> {
    // A file that is ready waits for its receiver; its due time is null.
    let mut statement = connection
        .prepare_cached("SELECT id FROM item WHERE kind = ?1 AND state IN (?2, ?3, ?4) AND due <= ?5 ORDER BY due LIMIT ?6")?;
    let [first, second, third] = stage.takes().map(State::number);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement
        .query_map(params![kind.number(), first, second, third, now, limit], |row| Ok(ItemId::from_bytes(row.get(0)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
