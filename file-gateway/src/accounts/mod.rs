//! The gateway's own accounts: who may sign in, with which addresses, and which API tokens act for them.
//!
//! One small SQLite file, `accounts.sqlite`, beside the ledger and without any knowledge of it. Passwords are kept as
//! argon2id hashes, session and API tokens as SHA-256 of 256 random bits: reading the file gives nobody a way in.
//! Every call takes the time from its caller and may block: handlers go through [`crate::state::blocking`].

mod lockout;
mod password;
mod tokens;

pub use lockout::Standing;
pub use password::{Password, PasswordError};
pub use tokens::{ApiToken, TokenError};

use crate::secret::random_id;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

/// The file's form. A file with a newer one is refused.
const SCHEMA_VERSION: i64 = 1;

const SCHEMA: &str = "
CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    password TEXT NOT NULL,
    admin INTEGER NOT NULL,
    disabled INTEGER NOT NULL DEFAULT 0,
    one_time INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL
) STRICT;
CREATE TABLE addresses (
    account TEXT NOT NULL REFERENCES accounts(id),
    address TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (account, address)
) STRICT;
CREATE TABLE sessions (
    hash BLOB PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts(id),
    face TEXT NOT NULL,
    csrf TEXT NOT NULL,
    created INTEGER NOT NULL,
    seen INTEGER NOT NULL
) STRICT;
CREATE TABLE tokens (
    hash BLOB PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts(id),
    face TEXT NOT NULL,
    label TEXT NOT NULL,
    created INTEGER NOT NULL
) STRICT;
CREATE TABLE failures (
    subject BLOB PRIMARY KEY,
    count INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;
";

/// The accounts of this gateway.
#[derive(Clone)]
pub struct Accounts(Arc<Mutex<Connection>>);

/// Who someone is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Random, never used again: the owner of items in custody.
    pub id: String,
    /// What is typed at sign-in.
    pub name: String,
    /// Mail addresses whose held parts this account may see.
    pub addresses: Vec<String>,
    /// Whether it belongs to the people who run the box.
    pub admin: bool,
    /// Whether it may sign in.
    pub disabled: bool,
}

/// A new account.
#[derive(Clone, Debug)]
pub struct NewAccount<'a> {
    /// What is typed at sign-in.
    pub name: &'a str,
    /// Mail addresses.
    pub addresses: &'a [String],
    /// Whether it belongs to the people who run the box.
    pub admin: bool,
}

/// Why the store refused.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Not a mail address.
    #[error("not a mail address")]
    Address,
    /// The name is taken.
    #[error("an account of this name exists")]
    Exists,
    /// No account of that name.
    #[error("no account of this name")]
    Missing,
    /// Not a name: 1 to 64 visible characters without spaces.
    #[error("an account name has 1 to 64 visible characters and no spaces")]
    Name,
    /// The file was written by a newer version.
    #[error("the accounts file was written by a newer version")]
    Newer,
    /// The password was refused, or could not be hashed.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The system gave no random bytes.
    #[error("no random bytes from the system")]
    Random,
    /// The file could not be read or written.
    #[error("accounts file: {0}")]
    Store(#[from] rusqlite::Error),
}

impl From<getrandom::Error> for AccountError {
    fn from(_: getrandom::Error) -> Self {
        Self::Random
    }
}

impl Accounts {
    /// Opens the file, or makes it.
    pub fn open(path: &Path) -> Result<Self, AccountError> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        let this = Self(Arc::new(Mutex::new(connection)));
        this.migrate()?;
        Ok(this)
    }

    fn migrate(&self) -> Result<(), AccountError> {
        self.transaction(|tx| {
            let version: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
            if version > SCHEMA_VERSION {
                return Err(AccountError::Newer);
            }
            if version == 0 {
                tx.execute_batch(SCHEMA)?;
                tx.pragma_update(None, "user_version", SCHEMA_VERSION)?;
            }
            Ok(())
        })
    }

    /// Adds an account.
    pub fn add(&self, new: &NewAccount<'_>, password: &Password, now: i64) -> Result<Account, AccountError> {
        let hash = password.hash()?;
        self.insert(new, &hash, false, now)
    }

    /// Makes the account for one run: the same account each time, with a new password, all its sessions ended.
    pub fn one_time(&self, new: &NewAccount<'_>, password: &Password, now: i64) -> Result<Account, AccountError> {
        let existing: Option<bool> = self
            .with(|db| db.query_row("SELECT one_time FROM accounts WHERE name = ?1", [new.name], |row| row.get(0)).optional())?;
        match existing {
            None => self.insert(new, &password.hash()?, true, now),
            // Never take over an account a person made.
            Some(false) => Err(AccountError::Exists),
            Some(true) => {
                self.set_password(new.name, password)?;
                self.set_addresses(new.name, new.addresses)?;
                self.named(new.name)?.ok_or(AccountError::Missing)
            }
        }
    }

    fn insert(&self, new: &NewAccount<'_>, hash: &str, one_time: bool, now: i64) -> Result<Account, AccountError> {
        check_name(new.name)?;
        new.addresses.iter().try_for_each(|address| check_address(address))?;
        let id = random_id()?;
        self.transaction(|tx| {
            let taken: bool =
                tx.query_row("SELECT EXISTS (SELECT 1 FROM accounts WHERE name = ?1)", [new.name], |row| row.get(0))?;
            if taken {
                return Err(AccountError::Exists);
            }
            tx.execute(
                "INSERT INTO accounts (id, name, password, admin, one_time, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![id, new.name, hash, new.admin, one_time, now],
            )?;
            for address in new.addresses {
                tx.execute("INSERT OR IGNORE INTO addresses (account, address) VALUES (?1, ?2)", params![id, address])?;
            }
            Ok(())
        })?;
        self.named(new.name)?.ok_or(AccountError::Missing)
    }

    fn set_addresses(&self, name: &str, addresses: &[String]) -> Result<(), AccountError> {
        addresses.iter().try_for_each(|address| check_address(address))?;
        let account = self.named(name)?.ok_or(AccountError::Missing)?;
        self.transaction(|tx| {
            tx.execute("DELETE FROM addresses WHERE account = ?1", [&account.id])?;
            for address in addresses {
                tx.execute("INSERT OR IGNORE INTO addresses (account, address) VALUES (?1, ?2)", params![account.id, address])?;
            }
            Ok(())
        })
    }

    /// Every account, by name.
    pub fn list(&self) -> Result<Vec<Account>, AccountError> {
        let names: Vec<String> = self.with(|db| {
            let mut query = db.prepare("SELECT name FROM accounts ORDER BY name")?;
            query.query_map([], |row| row.get(0))?.collect()
        })?;
        names.iter().filter_map(|name| self.named(name).transpose()).collect()
    }

    /// The account of this name.
    pub fn named(&self, name: &str) -> Result<Option<Account>, AccountError> {
        self.one("SELECT id, name, admin, disabled FROM accounts WHERE name = ?1", name)
    }

    /// The account with this id.
    pub fn with_id(&self, id: &str) -> Result<Option<Account>, AccountError> {
        self.one("SELECT id, name, admin, disabled FROM accounts WHERE id = ?1", id)
    }

    fn one(&self, query: &str, key: &str) -> Result<Option<Account>, AccountError> {
        self.with(|db| {
            let Some(mut account) = db.query_row(query, [key], account).optional()? else { return Ok(None) };
            let mut query = db.prepare_cached("SELECT address FROM addresses WHERE account = ?1 ORDER BY address")?;
            account.addresses = query.query_map([&account.id], |row| row.get(0))?.collect::<Result<_, _>>()?;
            Ok(Some(account))
        })
    }

    /// Bars an account: no sign-in, no token, and every session of it ends now.
    pub fn disable(&self, name: &str) -> Result<(), AccountError> {
        self.transaction(|tx| {
            if tx.execute("UPDATE accounts SET disabled = 1 WHERE name = ?1", [name])? == 0 {
                return Err(AccountError::Missing);
            }
            end_sessions(tx, name)?;
            tx.execute("DELETE FROM tokens WHERE account = (SELECT id FROM accounts WHERE name = ?1)", [name])?;
            Ok(())
        })
    }

    /// Changes a password; every session under the old one ends.
    pub fn set_password(&self, name: &str, password: &Password) -> Result<(), AccountError> {
        let hash = password.hash()?;
        self.transaction(|tx| {
            if tx.execute("UPDATE accounts SET password = ?2 WHERE name = ?1", params![name, hash])? == 0 {
                return Err(AccountError::Missing);
            }
            end_sessions(tx, name)
        })
    }

    /// The account, if name and password fit and it is not disabled. Takes as long for a name that does not exist.
    pub fn check(&self, name: &str, password: &str) -> Result<Option<Account>, AccountError> {
        let stored: Option<String> =
            self.with(|db| db.query_row("SELECT password FROM accounts WHERE name = ?1", [name], |row| row.get(0)).optional())?;
        if !password::verify(stored.as_deref(), password) {
            return Ok(None);
        }
        Ok(self.named(name)?.filter(|account| !account.disabled))
    }

    pub(crate) fn with<T>(&self, job: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, AccountError> {
        // A poisoned lock means a panic between two statements; each change is one transaction, so the file is whole.
        let connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(job(&connection)?)
    }

    pub(crate) fn transaction<T, E: From<rusqlite::Error>>(
        &self,
        job: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tx = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let done = job(&tx)?;
        tx.commit()?;
        Ok(done)
    }
}

impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Accounts")
    }
}

fn account(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account { id: row.get(0)?, name: row.get(1)?, addresses: Vec::new(), admin: row.get(2)?, disabled: row.get(3)? })
}

fn end_sessions(tx: &rusqlite::Transaction<'_>, name: &str) -> Result<(), AccountError> {
    tx.execute("DELETE FROM sessions WHERE account = (SELECT id FROM accounts WHERE name = ?1)", [name])?;
    Ok(())
}

/// A name is shown on pages and written to the audit: it must look like what it is.
fn check_name(name: &str) -> Result<(), AccountError> {
    let shown = sanitizer_core::DisplayName::new(name);
    let fits = (1..=64).contains(&name.chars().count()) && shown.as_str() == name && !name.contains(char::is_whitespace);
    if fits { Ok(()) } else { Err(AccountError::Name) }
}

fn check_address(address: &str) -> Result<(), AccountError> {
    let visible = address.chars().all(|c| c.is_ascii_graphic());
    match address.rsplit_once('@') {
        Some((local, domain)) if visible && !local.is_empty() && !domain.is_empty() && address.len() <= 254 => Ok(()),
        _ => Err(AccountError::Address),
    }
}

#[cfg(test)]
pub(crate) mod tests;
