//! The audit chain: who did what to which item, each event carrying the hash of the one before.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::blobs::hex;
use crate::{ItemId, StoreError, db};

/// What was done. The codes are a contract with whoever reads exports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// An account was made, changed or removed.
    AccountChange,
    /// A recipient will never get a mail.
    Bounce,
    /// Settings were read anew.
    ConfigReload,
    /// Delivery was put off.
    Defer,
    /// A mail was taken by the next hop for every recipient.
    Deliver,
    /// Someone took a lease to deliver an item.
    DeliverStart,
    /// An item's time ran out.
    Expire,
    /// Audit or reports were exported.
    Export,
    /// Nothing of an item may leave.
    Hold,
    /// Someone logged in.
    Login,
    /// A log-in failed.
    LoginFail,
    /// Someone logged out.
    Logout,
    /// A password was tried on a held part.
    PasswordTry,
    /// Someone was given the output of an item.
    Receive,
    /// A held item goes through sanitizing again.
    Rerun,
    /// Bytes were removed after their time.
    RetentionDelete,
    /// Work on an item was put off through no fault of it.
    Retry,
    /// An item was sanitized.
    Sanitize,
    /// Someone took a lease to sanitize an item.
    SanitizeStart,
    /// A service began.
    ServiceStart,
    /// A service ended in good order.
    ServiceStop,
    /// An item came in.
    Submit,
    /// Someone looked at an item (a report, a page).
    View,
}

impl Action {
    /// Every action.
    pub const ALL: [Action; 23] = [
        Self::AccountChange,
        Self::Bounce,
        Self::ConfigReload,
        Self::Defer,
        Self::Deliver,
        Self::DeliverStart,
        Self::Expire,
        Self::Export,
        Self::Hold,
        Self::Login,
        Self::LoginFail,
        Self::Logout,
        Self::PasswordTry,
        Self::Receive,
        Self::Rerun,
        Self::RetentionDelete,
        Self::Retry,
        Self::Sanitize,
        Self::SanitizeStart,
        Self::ServiceStart,
        Self::ServiceStop,
        Self::Submit,
        Self::View,
    ];

    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::AccountChange => "account_change",
            Self::Bounce => "bounce",
            Self::ConfigReload => "config_reload",
            Self::Defer => "defer",
            Self::Deliver => "deliver",
            Self::DeliverStart => "deliver_start",
            Self::Expire => "expire",
            Self::Export => "export",
            Self::Hold => "hold",
            Self::Login => "login",
            Self::LoginFail => "login_fail",
            Self::Logout => "logout",
            Self::PasswordTry => "password_try",
            Self::Receive => "receive",
            Self::Rerun => "rerun",
            Self::RetentionDelete => "retention_delete",
            Self::Retry => "retry",
            Self::Sanitize => "sanitize",
            Self::SanitizeStart => "sanitize_start",
            Self::ServiceStart => "service_start",
            Self::ServiceStop => "service_stop",
            Self::Submit => "submit",
            Self::View => "view",
        }
    }
}

/// An event to be written into the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// Who: an account name, or the name of a service.
    pub actor: String,
    /// Did what.
    pub action: Action,
    /// To which item.
    pub target: Option<ItemId>,
    /// Codes and numbers that belong to it. Never content, never parser text.
    pub detail: BTreeMap<String, String>,
}

impl AuditEvent {
    /// An event without target and detail.
    pub fn new(actor: impl Into<String>, action: Action) -> Self {
        Self { actor: actor.into(), action, target: None, detail: BTreeMap::new() }
    }

    /// The same, about an item.
    #[must_use]
    pub fn about(mut self, target: ItemId) -> Self {
        self.target = Some(target);
        self
    }

    /// The same with one more detail.
    #[must_use]
    pub fn with(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.detail.insert(key.into(), value.into());
        self
    }
}

/// The end of the chain at some moment. Kept off the box, it proves that nothing before it was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of the last event; 0 for an empty chain.
    pub seq: u64,
    /// Its hash; zeros for an empty chain.
    pub hash: [u8; 32],
}

/// What a walk along the chain has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChainState {
    /// An event does not fit: it, or one before it, was changed, removed or put in.
    Broken {
        /// The first event that does not fit.
        seq: u64,
    },
    /// Every event fits. Without a head kept elsewhere this says "self-consistent only": whoever could write the whole file
    /// could have written a whole chain.
    SelfConsistent {
        /// The end of the chain.
        head: Head,
    },
    /// Every event fits, and the head that was kept elsewhere is in the chain.
    Verified {
        /// The end of the chain.
        head: Head,
    },
}

/// An event as it stands in the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Its number, from 1, without gaps.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// What.
    pub event: AuditEvent,
    /// The hash of the event before it.
    pub prev_hash: [u8; 32],
    /// Its own hash.
    pub hash: [u8; 32],
}

impl Recorded {
    /// The event as one line of JSON, without the line end.
    pub fn to_json(&self) -> String {
        let line = serde_json::json!({
            "seq": self.seq,
            "ts": self.at.to_string(),
            "actor": self.event.actor,
            "action": self.event.action.code(),
            "target": self.event.target,
            "detail": self.event.detail,
            "prev_hash": hex(&self.prev_hash),
            "hash": hex(&self.hash),
        });
        line.to_string()
    }
}

/// One row, as it is hashed.
struct Link {
    seq: i64,
    at: i64,
    actor: String,
    action: String,
    target: Option<[u8; 16]>,
    detail: String,
    prev_hash: [u8; 32],
    hash: [u8; 32],
}

impl Link {
    /// SHA-256 over the hash before and every field with its length in front, so that no two events read alike.
    fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new_with_prefix(b"custody audit event v1");
        hash.update(self.prev_hash);
        hash.update(self.seq.to_be_bytes());
        hash.update(self.at.to_be_bytes());
        let target: &[u8] = self.target.as_ref().map_or(&[], |target| target);
        for field in [self.actor.as_bytes(), self.action.as_bytes(), target, self.detail.as_bytes()] {
            hash.update(u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(field);
        }
        hash.finalize().into()
    }

    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            seq: row.get(0)?,
            at: row.get(1)?,
            actor: row.get(2)?,
            action: row.get(3)?,
            target: row.get(4)?,
            detail: row.get(5)?,
            prev_hash: row.get(6)?,
            hash: row.get(7)?,
        })
    }

    fn recorded(self) -> Result<Recorded, StoreError> {
        let damaged = StoreError::Damaged("an audit event");
        let known = Action::ALL.into_iter().find(|action| action.code() == self.action);
        Ok(Recorded {
            seq: u64::try_from(self.seq).map_err(|_| damaged.clone())?,
            at: db::time(self.at)?,
            event: AuditEvent {
                actor: self.actor,
                action: known.ok_or(damaged)?,
                target: self.target.map(ItemId::from_bytes),
                detail: db::from_json(&self.detail)?,
            },
            prev_hash: self.prev_hash,
            hash: self.hash,
        })
    }
}

const SELECT: &str = "SELECT seq, at, actor, action, target, detail, prev_hash, hash FROM audit";

/// The end of the chain. Inside a writing transaction nobody else can move it.
pub(crate) fn head(connection: &Connection) -> Result<Head, StoreError> {
    let mut statement = connection.prepare_cached("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")?;
    let found: Option<(i64, [u8; 32])> = statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let (seq, hash) = found.unwrap_or((0, [0; 32]));
    Ok(Head { seq: u64::try_from(seq).map_err(|_| StoreError::Damaged("an audit event"))?, hash })
}

/// Adds an event. To be called in the transaction of the change it tells of.
pub(crate) fn append(connection: &Connection, at: i64, event: &AuditEvent) -> Result<(), StoreError> {
    let head = head(connection)?;
    let mut link = Link {
        seq: db::length(head.seq.saturating_add(1))?,
        at,
        actor: event.actor.clone(),
        action: event.action.code().to_owned(),
        target: event.target.map(|target| *target.as_bytes()),
        detail: db::to_json(&event.detail)?,
        prev_hash: head.hash,
        hash: [0; 32],
    };
    link.hash = link.digest();
    let mut statement = connection.prepare_cached("INSERT INTO audit VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
    statement.execute(params![
        link.seq,
        link.at,
        link.actor,
        link.action,
        link.target,
        link.detail,
        link.prev_hash,
        link.hash
    ])?;
    Ok(())
}

/// Walks the chain from its beginning.
pub(crate) fn verify(connection: &Connection, expected: Option<Head>) -> Result<ChainState, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} ORDER BY seq"))?;
    let mut rows = statement.query([])?;
    let mut head = Head { seq: 0, hash: [0; 32] };
    let mut seen = expected == Some(head);
    while let Some(row) = rows.next()? {
        let seq = head.seq.saturating_add(1);
        // A field of another type than we write is tampering like any other.
        let Ok(link) = Link::read(row) else { return Ok(ChainState::Broken { seq }) };
        let fits = u64::try_from(link.seq) == Ok(seq) && link.prev_hash == head.hash && link.digest() == link.hash;
        if !fits {
            return Ok(ChainState::Broken { seq });
        }
        head = Head { seq, hash: link.hash };
        seen = seen || expected == Some(head);
    }
    match expected {
        None => Ok(ChainState::SelfConsistent { head }),
        Some(_) if seen => Ok(ChainState::Verified { head }),
        Some(kept) => Ok(ChainState::Broken { seq: kept.seq.min(head.seq.saturating_add(1)) }),
    }
}

/// Events after `after`, oldest first.
pub(crate) fn after(connection: &Connection, after: u64, limit: u32) -> Result<Vec<Recorded>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE seq > ?1 ORDER BY seq LIMIT ?2"))?;
    let rows = statement.query_map(params![db::length(after)?, limit], Link::read)?;
    rows.map(|row| row?.recorded()).collect()
}

/// Events about one item, oldest first.
pub(crate) fn about(connection: &Connection, target: ItemId) -> Result<Vec<Recorded>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{SELECT} WHERE target = ?1 ORDER BY seq"))?;
    let rows = statement.query_map(params![target.as_bytes()], Link::read)?;
    rows.map(|row| row?.recorded()).collect()
}
