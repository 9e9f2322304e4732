//! Items and recipients as rows: read, put in, moved from state to state.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::blobs::hex;
use crate::db;
use crate::inbox::Stored;
use crate::{IllegalTransition, Item, ItemId, Kind, NewItem, ReceiptNumber, Recipient, RecipientState, State, StoreError};

/// Columns that [`item`] reads, in its order.
pub(super) const SELECT_ITEM: &str = "SELECT id, kind, sender, owner, name, media_type, context, size, sha256, received_at, \
     changed_at, state, due, attempts, reason, summary, outputs FROM item";

/// An item without its recipients.
pub(super) fn item(row: &Row<'_>) -> Result<Item, StoreError> {
    let id = ItemId::from_bytes(row.get(0)?);
    let summary: Option<String> = row.get(15)?;
    Ok(Item {
        id,
        receipt: ReceiptNumber::of(id),
        intake: NewItem {
            kind: Kind::from_number(row.get(1)?).ok_or(StoreError::Damaged("a kind"))?,
            sender: row.get(2)?,
            recipients: Vec::new(),
            owner: row.get(3)?,
            name: row.get(4)?,
            media_type: row.get(5)?,
            context: row.get(6)?,
        },
        recipients: Vec::new(),
        size: u64::try_from(row.get::<_, i64>(7)?).map_err(|_| StoreError::Damaged("a length"))?,
        sha256: row.get(8)?,
        received_at: db::time(row.get(9)?)?,
        changed_at: db::time(row.get(10)?)?,
        state: State::from_number(row.get(11)?).ok_or(StoreError::Damaged("a state"))?,
        due: row.get::<_, Option<i64>>(12)?.map(db::time).transpose()?,
        attempts: row.get(13)?,
        reason: row.get(14)?,
        summary: summary.as_deref().map(db::from_json).transpose()?,
        outputs: row.get(16)?,
    })
}

/// One item with its recipients.
pub(super) fn find(connection: &Connection, id: ItemId) -> Result<Option<Item>, StoreError> {
    let mut statement = connection.prepare_cached(&format!("{SELECT_ITEM} WHERE id = ?1"))?;
    let found = statement.query_row(params![id.as_bytes()], |row| Ok(item(row))).optional()?;
    let Some(mut item) = found.transpose()? else { return Ok(None) };
    item.recipients = recipients(connection, id)?;
    Ok(Some(item))
}

/// The recipients of a mail, in their order.
pub(super) fn recipients(connection: &Connection, id: ItemId) -> Result<Vec<Recipient>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT position, address, state, due, attempts, status FROM recipient WHERE item = ?1 ORDER BY position",
    )?;
    let mut rows = statement.query(params![id.as_bytes()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Recipient {
            position: row.get(0)?,
            address: row.get(1)?,
            state: RecipientState::from_number(row.get(2)?).ok_or(StoreError::Damaged("a state"))?,
            due: row.get::<_, Option<i64>>(3)?.map(db::time).transpose()?,
            attempts: row.get(4)?,
            status: row.get(5)?,
        });
    }
    Ok(found)
}

/// What comes into the ledger.
pub(super) struct Arrival<'a> {
    pub(super) id: ItemId,
    pub(super) parent: Option<ItemId>,
    pub(super) item: &'a NewItem,
    pub(super) size: u64,
    pub(super) sha256: [u8; 32],
    pub(super) received_at: i64,
    pub(super) now: i64,
}

/// Puts an item in as `received`. `false`, and nothing done, if it is there already.
pub(super) fn insert(connection: &Connection, arrival: &Arrival<'_>, original: &Stored) -> Result<bool, StoreError> {
    let (id, new) = (arrival.id.as_bytes(), arrival.item);
    let mut statement = connection.prepare_cached(
        "INSERT OR IGNORE INTO item(id, kind, receipt, parent, sender, owner, name, media_type, context, size, sha256,
           received_at, changed_at, state, due)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?13)",
    )?;
    let inserted = statement.execute(params![
        id,
        new.kind.number(),
        ReceiptNumber::of(arrival.id).number(),
        arrival.parent.map(|parent| *parent.as_bytes()),
        new.sender,
        new.owner,
        new.name,
        new.media_type,
        new.context,
        db::length(arrival.size)?,
        arrival.sha256,
        arrival.received_at,
        arrival.now,
        State::Received.number(),
    ])?;
    if inserted == 0 {
        return Ok(false);
    }
    let mut statement =
        connection.prepare_cached("INSERT INTO recipient(item, position, address, state) VALUES (?1, ?2, ?3, ?4)")?;
    for (position, address) in (0_u32..).zip(&new.recipients) {
        statement.execute(params![id, position, address, RecipientState::Pending.number()])?;
    }
    let (blob, bytes) = match original {
        Stored::Blob(name) => (Some(name), None),
        Stored::Row(bytes) => (None, Some(bytes)),
    };
    let mut statement = connection.prepare_cached("INSERT OR REPLACE INTO original(item, blob, bytes) VALUES (?1, ?2, ?3)")?;
    statement.execute(params![id, blob, bytes])?;
    Ok(true)
}

/// A move from one state to the next. The lease ends with it: whoever had the item has it no more.
pub(super) struct Move<'a> {
    pub(super) id: ItemId,
    pub(super) from: State,
    pub(super) to: State,
    pub(super) now: i64,
    pub(super) due: Option<i64>,
    pub(super) reason: Option<&'a str>,
    pub(super) attempts: u32,
}

impl Move<'_> {
    /// Does it, if the state machine has that step.
    pub(super) fn run<E>(&self, connection: &Connection) -> Result<(), E>
    where
        E: From<IllegalTransition> + From<StoreError>,
    {
        let to = self.from.to(self.to)?;
        let sql = "UPDATE item SET state = ?2, changed_at = ?3, due = ?4, reason = ?5, attempts = ?6, lease = lease + 1,
               holder = NULL, version = version + 1 WHERE id = ?1";
        let run = || {
            connection.prepare_cached(sql)?.execute(params![
                self.id.as_bytes(),
                to.number(),
                self.now,
                self.due,
                self.reason,
                self.attempts
            ])
        };
        run().map_err(StoreError::from)?;
        Ok(())
    }
}

/// A SHA-256 as audit events show it.
pub(super) fn hash_text(sha256: &[u8; 32]) -> String {
    hex(sha256)
}
