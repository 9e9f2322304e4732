//! The key of the MACs over stored outputs, and the MACs.
//!
//! The key is 32 random bytes in a file that only the service's user may read. The ledger keeps a check value made with it: a
//! ledger with another key beside it is refused at start, instead of every output being refused later.

use std::fmt;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use hmac::{Hmac, KeyInit, Mac};
use rusqlite::{Connection, OptionalExtension, params};
use sha2::Sha256;

use super::OpenError;
use crate::{ItemId, StoreError};

const FILE: &str = "receipt.key";

/// The key. Never shown, never logged.
#[derive(Clone)]
pub(super) struct Key([u8; 32]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    fn mac(&self) -> Result<Hmac<Sha256>, StoreError> {
        Hmac::new_from_slice(&self.0).map_err(|_| StoreError::Damaged("the receipt key"))
    }

    fn check_value(&self) -> Result<[u8; 32], StoreError> {
        Ok(self.mac()?.chain_update(b"custody key check v1").finalize().into_bytes().into())
    }

    fn bound(&self, item: ItemId, place: u32, sha256: &[u8; 32], receipt: &[u8]) -> Result<Hmac<Sha256>, StoreError> {
        // Every field but the last has a fixed length, so no two outputs read alike.
        let mac = self.mac()?.chain_update(b"custody output v1").chain_update(item.as_bytes());
        Ok(mac.chain_update(place.to_be_bytes()).chain_update(sha256).chain_update(receipt))
    }

    /// The MAC that binds an output's hash and receipt to its item and place.
    pub(super) fn seal(&self, item: ItemId, place: u32, sha256: &[u8; 32], receipt: &[u8]) -> Result<[u8; 32], StoreError> {
        Ok(self.bound(item, place, sha256, receipt)?.finalize().into_bytes().into())
    }

    /// Whether a stored MAC is ours. Takes the same time for every wrong one.
    pub(super) fn is_sealed(
        &self,
        item: ItemId,
        place: u32,
        sha256: &[u8; 32],
        receipt: &[u8],
        mac: &[u8],
    ) -> Result<bool, StoreError> {
        Ok(self.bound(item, place, sha256, receipt)?.verify_slice(mac).is_ok())
    }
}

/// Reads the key, or makes it with the first ledger. The transaction keeps two processes from making two keys.
pub(super) fn open(dir: &Path, connection: &Connection) -> Result<Key, OpenError> {
    connection.execute_batch("BEGIN IMMEDIATE").map_err(StoreError::from)?;
    let opened = open_alone(dir, connection);
    let end = if opened.is_ok() { "COMMIT" } else { "ROLLBACK" };
    connection.execute_batch(end).map_err(StoreError::from)?;
    opened
}

fn open_alone(dir: &Path, connection: &Connection) -> Result<Key, OpenError> {
    let path = dir.join(FILE);
    let known: Option<[u8; 32]> = connection
        .query_row("SELECT value FROM setting WHERE name = 'key_check'", [], |row| row.get(0))
        .optional()
        .map_err(StoreError::from)?;
    let key = match fs::read(&path) {
        Ok(bytes) => read(&path, &bytes)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound && known.is_none() => make(dir, &path)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(OpenError::Key("it is missing")),
        Err(error) => return Err(StoreError::from(error).into()),
    };
    let check = key.check_value()?;
    match known {
        Some(known) if known == check => {}
        Some(_) => return Err(OpenError::Key("it is not the one of this ledger")),
        None => {
            let sql = "INSERT INTO setting VALUES ('key_check', ?1)";
            connection.execute(sql, params![check]).map_err(StoreError::from)?;
        }
    }
    Ok(key)
}

fn read(path: &Path, bytes: &[u8]) -> Result<Key, OpenError> {
    let mode = fs::metadata(path).map_err(StoreError::from)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(OpenError::Key("others may read it"));
    }
    Ok(Key(bytes.try_into().map_err(|_| OpenError::Key("its length is wrong"))?))
}

fn make(dir: &Path, path: &Path) -> Result<Key, StoreError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|_| StoreError::Damaged("no random numbers"))?;
    // A crash in the middle leaves a file of this name behind, which nothing reads.
    let unfinished = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&unfinished)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    file.write_all(&bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    File::open(dir)?.sync_all()?;
    Ok(Key(bytes))
}
