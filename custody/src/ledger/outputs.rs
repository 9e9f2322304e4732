//! Stored bytes: originals for the sanitizer, outputs for whoever is to have them.

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::Custody;
use crate::inbox::Stored;
use crate::{ItemId, OutputError, StoreError, StoredOutput};

/// An output with its hash and MAC, ready to be a row.
pub(super) struct Sealed {
    pub(super) place: u32,
    pub(super) name: String,
    pub(super) media_type: String,
    pub(super) sha256: [u8; 32],
    pub(super) receipt: Vec<u8>,
    pub(super) mac: [u8; 32],
    pub(super) stored: Stored,
}

impl Sealed {
    pub(super) fn insert(&self, connection: &Connection, id: ItemId) -> Result<(), StoreError> {
        let (blob, bytes) = match &self.stored {
            Stored::Blob(name) => (Some(name), None),
            Stored::Row(bytes) => (None, Some(bytes)),
        };
        let sql = "INSERT INTO output(item, place, name, media_type, sha256, receipt, mac, blob, bytes)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
        connection.prepare_cached(sql)?.execute(params![
            id.as_bytes(),
            self.place,
            self.name,
            self.media_type,
            self.sha256,
            self.receipt,
            self.mac,
            blob,
            bytes
        ])?;
        Ok(())
    }
}

impl Custody {
    /// The original bytes of an item: for sanitizing, never to leave. `None` once the work window has passed.
    pub async fn original(&self, id: ItemId) -> Result<Option<Vec<u8>>, StoreError> {
        let work = move |connection: &Connection| {
            let mut statement = connection.prepare_cached("SELECT blob, bytes FROM original WHERE item = ?1")?;
            Ok::<_, StoreError>(statement.query_row(params![id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
        };
        match self.inner.readers.run(work).await? {
            None => Ok(None),
            Some((blob, bytes)) => self.bytes(blob, bytes).await,
        }
    }

    /// The first output of an item (the whole).
    pub async fn output(&self, id: ItemId) -> Result<StoredOutput, OutputError> {
        self.output_at(id, 0).await
    }

    /// The output at `place`: 0 is the whole, the others leave beside it.
    pub async fn output_at(&self, id: ItemId, place: u32) -> Result<StoredOutput, OutputError> {
        let work = move |connection: &Connection| read(connection, id, place);
        let (sealed, blob, bytes) = self.inner.readers.run(work).await?.ok_or(OutputError::Missing)?;
        let bytes = self.bytes(blob, bytes).await?.ok_or(OutputError::Missing)?;
        let sha256: [u8; 32] = Sha256::digest(&bytes).into();
        let ours = self.inner.key.is_sealed(id, place, &sha256, &sealed.receipt, &sealed.mac)?;
        if sha256 != sealed.sha256 || !ours {
            return Err(OutputError::Tampered);
        }
        Ok(StoredOutput { name: sealed.name, media_type: sealed.media_type, bytes, sha256, receipt: sealed.receipt })
    }

    async fn bytes(&self, blob: Option<String>, bytes: Option<Vec<u8>>) -> Result<Option<Vec<u8>>, StoreError> {
        match (blob, bytes) {
            (Some(name), None) => self.inner.blobs.get(&name).await,
            (None, Some(bytes)) => Ok(Some(bytes)),
            _ => Err(StoreError::Damaged("stored bytes")),
        }
    }
}

/// What is stored of an output: everything but its bytes, which are in a blob or beside it.
struct Row {
    name: String,
    media_type: String,
    sha256: [u8; 32],
    receipt: Vec<u8>,
    mac: Vec<u8>,
}

type Found = (Row, Option<String>, Option<Vec<u8>>);

fn read(connection: &Connection, id: ItemId, place: u32) -> Result<Option<Found>, OutputError> {
    let mut statement = connection.prepare_cached(
        "SELECT name, media_type, sha256, receipt, mac, blob, bytes FROM output WHERE item = ?1 AND place = ?2",
    )?;
    let found = statement.query_row(params![id.as_bytes(), place], |row| {
        let sealed =
            Row { name: row.get(0)?, media_type: row.get(1)?, sha256: row.get(2)?, receipt: row.get(3)?, mac: row.get(4)? };
        Ok((sealed, row.get(5)?, row.get(6)?))
    });
    Ok(found.optional()?)
}
