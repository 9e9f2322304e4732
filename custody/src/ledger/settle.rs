//! How the work on an item is recorded: one transaction for state, outputs, report, recipients, new items and audit.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::outputs::Sealed;
use super::rows::{self, Arrival, Move, hash_text};
use super::{Claimed, Custody, Stage};
use crate::audit::{self, Action};
use crate::blobs::INLINE;
use crate::inbox::Stored;
use crate::{
    FollowUp, ItemId, Kind, NewOutput, RecipientOutcome, RecipientResult, RecipientState, SettleError, Settlement, State,
    StoreError, Summary, db, failpoint,
};

/// A settlement whose large bytes are in blobs already.
enum Prepared {
    Delivery { results: Vec<RecipientResult>, follow_up: Vec<(FollowUp, Stored)> },
    Expired { follow_up: Vec<(FollowUp, Stored)> },
    Held { reason: String, report: Option<Vec<u8>>, summary: Summary },
    Retry { after: Duration, reason: String },
    Sanitized { outputs: Vec<Sealed>, report: Vec<u8>, summary: Summary },
}

/// Who settles what, and when.
struct Case {
    id: ItemId,
    kind: Kind,
    stage: Stage,
    lease: i64,
    attempts: u32,
    now: i64,
}

impl Custody {
    /// Records how the work ended: state, outputs, report, recipients and audit in one transaction. A lost lease settles nothing.
    ///
    /// A duplicate can arise here: if the process dies after the next hop has taken a mail and before this returns, the mail is
    /// delivered again to the recipients of that try. A lease that ran out settles as long as nobody else has taken the item:
    /// refusing would make a duplicate for certain.
    pub async fn settle(&self, claimed: &Claimed, settlement: Settlement) -> Result<(), SettleError> {
        let prepared = self.prepare(claimed, settlement).await?;
        failpoint::point("settle.after_blobs");
        let case = Case {
            id: claimed.id(),
            kind: claimed.item().intake.kind,
            stage: claimed.stage(),
            lease: claimed.lease,
            attempts: claimed.attempts(),
            now: self.inner.clock.millis(),
        };
        let (kind, stage) = (case.kind, case.stage);
        let custody = self.clone();
        self.inner.writer.run(move |connection| custody.settle_in(connection, &case, prepared)).await?;
        failpoint::point("settle.after_commit");
        // Whatever became due, the loop that waits for it looks again.
        self.ring(kind, stage);
        self.ring(kind, Stage::Deliver);
        self.ring(Kind::Mail, Stage::Sanitize);
        Ok(())
    }

    async fn prepare(&self, claimed: &Claimed, settlement: Settlement) -> Result<Prepared, SettleError> {
        Ok(match settlement {
            Settlement::Delivery { results, follow_up } => {
                Prepared::Delivery { results, follow_up: self.prepare_follow_up(follow_up).await? }
            }
            Settlement::Expired { follow_up } => Prepared::Expired { follow_up: self.prepare_follow_up(follow_up).await? },
            Settlement::Held { reason, report, summary } => Prepared::Held { reason, report, summary },
            Settlement::Retry { after, reason } => Prepared::Retry { after, reason },
            Settlement::Sanitized { outputs, report, summary } => {
                if outputs.is_empty() {
                    return Err(SettleError::Malformed("sanitized without an output"));
                }
                let outputs = self.prepare_outputs(claimed.id(), outputs).await?;
                Prepared::Sanitized { outputs, report, summary }
            }
        })
    }

    async fn prepare_outputs(&self, id: ItemId, outputs: Vec<NewOutput>) -> Result<Vec<Sealed>, StoreError> {
        let mut sealed = Vec::with_capacity(outputs.len());
        for (place, output) in (0..).zip(outputs) {
            let sha256: [u8; 32] = Sha256::digest(&output.bytes).into();
            let mac = self.inner.key.seal(id, place, &sha256, &output.receipt)?;
            let NewOutput { name, media_type, bytes, receipt } = output;
            let stored = self.store(bytes).await?;
            sealed.push(Sealed { place, name, media_type, sha256, receipt, mac, stored });
        }
        Ok(sealed)
    }

    async fn prepare_follow_up(&self, items: Vec<FollowUp>) -> Result<Vec<(FollowUp, Stored)>, StoreError> {
        let mut prepared = Vec::with_capacity(items.len());
        for item in items {
            let stored = self.store(item.bytes.clone()).await?;
            prepared.push((item, stored));
        }
        Ok(prepared)
    }

    async fn store(&self, bytes: Vec<u8>) -> Result<Stored, StoreError> {
        if bytes.len() <= INLINE { Ok(Stored::Row(bytes)) } else { Ok(Stored::Blob(self.inner.blobs.put(bytes).await?)) }
    }

    fn settle_in(&self, connection: &Connection, case: &Case, prepared: Prepared) -> Result<(), SettleError> {
        check_lease(connection, case)?;
        match (case.stage, prepared) {
            (Stage::Sanitize, Prepared::Sanitized { outputs, report, summary }) => {
                self.sanitized(connection, case, &outputs, &report, &summary)
            }
            (_, Prepared::Held { reason, report, summary }) => self.held(connection, case, &reason, report.as_deref(), &summary),
            (stage, Prepared::Retry { after, reason }) => self.retry(connection, case, stage, after, &reason),
            (Stage::Deliver, Prepared::Delivery { results, follow_up }) => {
                self.tried(connection, case, &results)?;
                self.admit_follow_up(connection, case, &follow_up)
            }
            (Stage::Deliver, Prepared::Expired { follow_up }) => {
                self.expired(connection, case)?;
                self.admit_follow_up(connection, case, &follow_up)
            }
            (stage, prepared) => {
                let to = match prepared {
                    Prepared::Sanitized { .. } => State::Ready,
                    Prepared::Expired { .. } => State::Expired,
                    _ => State::Delivered,
                };
                Err(crate::IllegalTransition { from: stage.working(), to }.into())
            }
        }
    }

    fn sanitized(
        &self,
        connection: &Connection,
        case: &Case,
        outputs: &[Sealed],
        report: &[u8],
        summary: &Summary,
    ) -> Result<(), SettleError> {
        // A mail goes on by itself; a file waits for its receiver.
        let due = (case.kind == Kind::Mail).then_some(case.now);
        case.to(State::Ready, due, None, 0).run::<SettleError>(connection)?;
        for output in outputs {
            output.insert(connection, case.id)?;
        }
        let count = i64::try_from(outputs.len()).unwrap_or(i64::MAX);
        record_summary(connection, case.id, summary, count)?;
        record_report(connection, case.id, report)?;
        let hashes: Vec<String> = outputs.iter().map(|output| hash_text(&output.sha256)).collect();
        let event = self
            .event(Action::Sanitize, case.id)
            .with("verdict", summary.verdict.code())
            .with("codes", summary.codes.join(" "))
            .with("output_sha256", hashes.join(" "))
            .with("report_sha256", hash_text(&Sha256::digest(report).into()));
        Ok(audit::append(connection, case.now, &event)?)
    }

    fn held(
        &self,
        connection: &Connection,
        case: &Case,
        reason: &str,
        report: Option<&[u8]>,
        summary: &Summary,
    ) -> Result<(), SettleError> {
        case.to(State::Held, None, Some(reason), 0).run::<SettleError>(connection)?;
        record_summary(connection, case.id, summary, 0)?;
        let mut event = self.event(Action::Hold, case.id).with("reason", reason).with("codes", summary.codes.join(" "));
        if let Some(report) = report {
            record_report(connection, case.id, report)?;
            event = event.with("report_sha256", hash_text(&Sha256::digest(report).into()));
        }
        Ok(audit::append(connection, case.now, &event)?)
    }

    fn retry(
        &self,
        connection: &Connection,
        case: &Case,
        stage: Stage,
        after: Duration,
        reason: &str,
    ) -> Result<(), SettleError> {
        let back = match stage {
            Stage::Deliver => State::Ready,
            Stage::Sanitize => State::Received,
        };
        let due = Some(case.now.saturating_add(db::millis(after)));
        case.to(back, due, Some(reason), case.attempts).run::<SettleError>(connection)?;
        let event = self.event(Action::Retry, case.id).with("reason", reason);
        Ok(audit::append(connection, case.now, &event)?)
    }

    /// Records what came of a try for each recipient, and what that makes of the item.
    fn tried(&self, connection: &Connection, case: &Case, results: &[RecipientResult]) -> Result<(), SettleError> {
        for result in results {
            record_result(connection, case.id, result)?;
        }
        let recipients = rows::recipients(connection, case.id)?;
        let open = recipients.iter().filter(|recipient| !recipient.state.is_final());
        // One that was not tried is due at once.
        let due = open.map(|recipient| recipient.due.map_or(case.now, jiff::Timestamp::as_millisecond)).min();
        let bounced = recipients.iter().any(|recipient| recipient.state == RecipientState::Bounced);
        let (to, action, attempts) = match due {
            Some(_) => (State::Deferred, Action::Defer, case.attempts),
            None if bounced => (State::Bounced, Action::Bounce, 0),
            None => (State::Delivered, Action::Deliver, 0),
        };
        case.to(to, due, None, attempts).run::<SettleError>(connection)?;
        let mut event = self.event(action, case.id);
        for result in results {
            let status = result.status.as_deref().unwrap_or("-");
            event = event.with(format!("rcpt.{}", result.position), format!("{} {status}", result.outcome.state().code()));
        }
        Ok(audit::append(connection, case.now, &event)?)
    }

    fn expired(&self, connection: &Connection, case: &Case) -> Result<(), SettleError> {
        case.to(State::Expired, None, Some("expired"), 0).run::<SettleError>(connection)?;
        let sql = "UPDATE recipient SET state = ?2, due = NULL WHERE item = ?1 AND state IN (?3, ?4)";
        let [bounced, pending, deferred] =
            [RecipientState::Bounced, RecipientState::Pending, RecipientState::Deferred].map(RecipientState::number);
        let count = connection.prepare_cached(sql)?.execute(params![case.id.as_bytes(), bounced, pending, deferred])?;
        let event = self.event(Action::Expire, case.id).with("recipients", count.to_string());
        Ok(audit::append(connection, case.now, &event)?)
    }

    fn admit_follow_up(&self, connection: &Connection, case: &Case, items: &[(FollowUp, Stored)]) -> Result<(), SettleError> {
        for (new, stored) in items {
            let now = jiff::Timestamp::from_millisecond(case.now).unwrap_or_default();
            let arrival = Arrival {
                id: ItemId::at(now),
                parent: Some(case.id),
                item: &new.item,
                size: u64::try_from(new.bytes.len()).unwrap_or(u64::MAX),
                sha256: Sha256::digest(&new.bytes).into(),
                received_at: case.now,
                now: case.now,
            };
            self.admit(connection, &arrival, stored)?;
        }
        Ok(())
    }
}

impl Case {
    fn to<'a>(&self, to: State, due: Option<i64>, reason: Option<&'a str>, attempts: u32) -> Move<'a> {
        Move { id: self.id, from: self.stage.working(), to, now: self.now, due, reason, attempts }
    }
}

impl RecipientOutcome {
    fn state(self) -> RecipientState {
        match self {
            Self::Bounced => RecipientState::Bounced,
            Self::Deferred { .. } => RecipientState::Deferred,
            Self::Delivered => RecipientState::Delivered,
        }
    }
}

/// The lease is good as long as nobody has taken or settled the item since.
fn check_lease(connection: &Connection, case: &Case) -> Result<(), SettleError> {
    let sql = "SELECT lease, state FROM item WHERE id = ?1";
    let found: Option<(i64, i64)> = connection
        .prepare_cached(sql)?
        .query_row(params![case.id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    if found == Some((case.lease, case.stage.working().number())) { Ok(()) } else { Err(SettleError::LeaseLost) }
}

fn record_result(connection: &Connection, id: ItemId, result: &RecipientResult) -> Result<(), SettleError> {
    let due = match result.outcome {
        RecipientOutcome::Deferred { until } => Some(until.as_millisecond()),
        RecipientOutcome::Bounced | RecipientOutcome::Delivered => None,
    };
    let sql = "UPDATE recipient SET state = ?3, due = ?4, attempts = attempts + 1, status = ?5
         WHERE item = ?1 AND position = ?2 AND state IN (?6, ?7)";
    let changed = connection.prepare_cached(sql)?.execute(params![
        id.as_bytes(),
        result.position,
        result.outcome.state().number(),
        due,
        result.status,
        RecipientState::Pending.number(),
        RecipientState::Deferred.number(),
    ])?;
    if changed == 1 { Ok(()) } else { Err(SettleError::Malformed("a result for a recipient that is not waiting")) }
}

fn record_summary(connection: &Connection, id: ItemId, summary: &Summary, outputs: i64) -> Result<(), StoreError> {
    let sql = "UPDATE item SET verdict = ?2, summary = ?3, outputs = ?4 WHERE id = ?1";
    let verdict = summary.verdict.number();
    connection.prepare_cached(sql)?.execute(params![id.as_bytes(), verdict, db::to_json(summary)?, outputs])?;
    Ok(())
}

fn record_report(connection: &Connection, id: ItemId, report: &[u8]) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO report(item, bytes) VALUES (?1, ?2)";
    connection.prepare_cached(sql)?.execute(params![id.as_bytes(), report])?;
    Ok(())
}
