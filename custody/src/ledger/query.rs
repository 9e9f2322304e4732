//! What the pages and the metrics ask.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};

use super::{Custody, rows};
use crate::{Count, Filter, Item, ItemId, Kind, ReceiptNumber, State, StoreError, db};

impl Custody {
    /// One item.
    pub async fn item(&self, id: ItemId) -> Result<Option<Item>, StoreError> {
        self.inner.readers.run(move |connection| rows::find(connection, id)).await
    }

    /// The item with a 受付番号.
    pub async fn by_receipt(&self, receipt: ReceiptNumber) -> Result<Option<Item>, StoreError> {
        let work = move |connection: &Connection| {
            let mut statement = connection.prepare_cached("SELECT id FROM item WHERE receipt = ?1")?;
            let ids = statement.query_map([receipt.number()], |row| Ok(ItemId::from_bytes(row.get(0)?)))?;
            for id in ids {
                let id = id?;
                if ReceiptNumber::of(id) == receipt {
                    return rows::find(connection, id);
                }
            }
            Ok(None)
        };
        self.inner.readers.run(work).await
    }

    /// The newest items that match, newest first. The last one's id is the next page's `before`.
    pub async fn list(&self, filter: Filter, limit: u32) -> Result<Vec<Item>, StoreError> {
        self.inner.readers.run(move |connection| list(connection, &filter, limit)).await
    }

    /// The report on an item, as it was settled.
    pub async fn report(&self, id: ItemId) -> Result<Option<Vec<u8>>, StoreError> {
        let work = move |connection: &Connection| {
            let mut statement = connection.prepare_cached("SELECT bytes FROM report WHERE item = ?1")?;
            Ok(statement.query_row(params![id.as_bytes()], |row| row.get(0)).optional()?)
        };
        self.inner.readers.run(work).await
    }

    /// How many items are in which state, and since when.
    pub async fn counts(&self) -> Result<Vec<Count>, StoreError> {
        self.inner.readers.run(counts).await
    }
}

/// A condition for each field that restricts, and its values.
fn conditions(filter: &Filter) -> (Vec<String>, Vec<Value>) {
    let (mut terms, mut values) = (Vec::new(), Vec::new());
    if let Some(kind) = filter.kind {
        terms.push("kind = ?".to_owned());
        values.push(Value::from(kind.number()));
    }
    if let Some(owner) = &filter.owner {
        terms.push("kind = 1 AND owner = ?".to_owned());
        values.push(Value::from(owner.clone()));
    }
    if let Some(recipient) = &filter.recipient {
        terms.push("id IN (SELECT item FROM recipient WHERE lower(address) = lower(?))".to_owned());
        values.push(Value::from(recipient.clone()));
    }
    if let Some(before) = filter.before {
        terms.push("id < ?".to_owned());
        values.push(Value::from(before.as_bytes().to_vec()));
    }
    let mut any_of = |column: &str, numbers: Vec<i64>| {
        if !numbers.is_empty() {
            terms.push(format!("{column} IN ({})", vec!["?"; numbers.len()].join(", ")));
            values.extend(numbers.into_iter().map(Value::from));
        }
    };
    any_of("state", filter.states.iter().map(|state| state.number()).collect());
    any_of("verdict", filter.verdicts.iter().map(|verdict| verdict.number()).collect());
    (terms, values)
}

fn list(connection: &Connection, filter: &Filter, limit: u32) -> Result<Vec<Item>, StoreError> {
    let (terms, mut values) = conditions(filter);
    let restriction = if terms.is_empty() { String::new() } else { format!("WHERE {}", terms.join(" AND ")) };
    values.push(Value::from(i64::from(limit)));
    let sql = format!("{} {restriction} ORDER BY id DESC LIMIT ?", rows::SELECT_ITEM);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut found = Vec::new();
    let mut matching = statement.query(params_from_iter(values))?;
    while let Some(row) = matching.next()? {
        found.push(rows::item(row)?);
    }
    for item in &mut found {
        item.recipients = rows::recipients(connection, item.id)?;
    }
    Ok(found)
}

fn counts(connection: &Connection) -> Result<Vec<Count>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT kind, state, count(*), min(received_at) FROM item GROUP BY kind, state")?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(Count {
            kind: Kind::from_number(row.get(0)?).ok_or(StoreError::Damaged("a kind"))?,
            state: State::from_number(row.get(1)?).ok_or(StoreError::Damaged("a state"))?,
            items: u64::try_from(row.get::<_, i64>(2)?).map_err(|_| StoreError::Damaged("a count"))?,
            oldest: db::time(row.get(3)?)?,
        });
    }
    Ok(found)
}
