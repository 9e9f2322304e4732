//! Changes that a person makes, without a lease: fetching a file, holding it after all, sending it through again.

use rusqlite::{Connection, OptionalExtension, params};

use super::rows::Move;
use super::{Custody, Stage};
use crate::audit::{self, Action, AuditEvent};
use crate::{IllegalTransition, ItemId, Kind, SettleError, State, StoreError};

impl Custody {
    /// Records that `actor` has been given the output of an item. The first time makes a file `delivered`; a mail stays where it
    /// is.
    pub async fn fetched(&self, id: ItemId, actor: &str) -> Result<(), SettleError> {
        let now = self.inner.clock.millis();
        let event = AuditEvent::new(actor, Action::Receive).about(id);
        let work = move |connection: &Connection| {
            let (kind, from) = place_of(connection, id)?;
            match (kind, from) {
                (Kind::File, State::Ready) => step(id, from, State::Delivered, now).run::<SettleError>(connection)?,
                (Kind::File, State::Delivered) | (Kind::Mail, _) => {}
                (Kind::File, _) => return Err(IllegalTransition { from, to: State::Delivered }.into()),
            }
            Ok(audit::append(connection, now, &event)?)
        };
        self.inner.writer.run(work).await
    }

    /// Holds an item that is `ready` after all (its output does not match its receipt).
    pub async fn hold(&self, id: ItemId, reason: &str, actor: &str) -> Result<(), SettleError> {
        let now = self.inner.clock.millis();
        let event = AuditEvent::new(actor, Action::Hold).about(id).with("reason", reason);
        let reason = reason.to_owned();
        let work = move |connection: &Connection| {
            let (_, from) = place_of(connection, id)?;
            let held = Move { reason: Some(&reason), ..step(id, from, State::Held, now) };
            held.run::<SettleError>(connection)?;
            Ok(audit::append(connection, now, &event)?)
        };
        self.inner.writer.run(work).await
    }

    /// Sends a held item through sanitizing again. What an earlier run stored of it is removed.
    pub async fn rerun(&self, id: ItemId, actor: &str) -> Result<(), SettleError> {
        let now = self.inner.clock.millis();
        let event = AuditEvent::new(actor, Action::Rerun).about(id);
        let work = move |connection: &Connection| {
            let (kind, from) = place_of(connection, id)?;
            let sql = "SELECT EXISTS (SELECT 1 FROM original WHERE item = ?1)";
            if !connection.prepare_cached(sql)?.query_row(params![id.as_bytes()], |row| row.get::<_, bool>(0))? {
                return Err(SettleError::Malformed("the original is no longer kept"));
            }
            let again = Move { due: Some(now), ..step(id, from, State::Received, now) };
            again.run::<SettleError>(connection)?;
            // The blobs of outputs, if there are any, are strays from here on.
            connection.prepare_cached("DELETE FROM output WHERE item = ?1")?.execute(params![id.as_bytes()])?;
            connection.prepare_cached("UPDATE item SET outputs = 0 WHERE id = ?1")?.execute(params![id.as_bytes()])?;
            audit::append(connection, now, &event)?;
            Ok(kind)
        };
        let kind = self.inner.writer.run(work).await?;
        self.ring(kind, Stage::Sanitize);
        Ok(())
    }
}

fn step(id: ItemId, from: State, to: State, now: i64) -> Move<'static> {
    Move { id, from, to, now, due: None, reason: None, attempts: 0 }
}

fn place_of(connection: &Connection, id: ItemId) -> Result<(Kind, State), SettleError> {
    let sql = "SELECT kind, state FROM item WHERE id = ?1";
    let found: Option<(i64, i64)> =
        connection.prepare_cached(sql)?.query_row(params![id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let (kind, state) = found.ok_or(SettleError::Malformed("no such item"))?;
    let kind = Kind::from_number(kind).ok_or(StoreError::Damaged("a kind"))?;
    Ok((kind, State::from_number(state).ok_or(StoreError::Damaged("a state"))?))
}
