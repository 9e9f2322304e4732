//! API tokens: `snz_` and 256 random bits, shown once, kept as a hash, good for one face only.

use super::{Account, AccountError, Accounts};
use crate::{
    faces::Face,
    secret::{random_token, sha256},
};
use rusqlite::{OptionalExtension as _, params};

/// A token as it is listed; the secret itself is nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// First eight hexadecimal digits of its hash, to name it by.
    pub id: String,
    /// Whose it is.
    pub account: String,
    /// Where it is good.
    pub face: String,
    /// What it is for.
    pub label: String,
}

/// Why a token was refused.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// No token, or more than one, has this id.
    #[error("no single token has this id")]
    Missing,
    /// The accounts file.
    #[error(transparent)]
    Account(#[from] AccountError),
}

impl From<rusqlite::Error> for TokenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Account(error.into())
    }
}

/// What every token starts with, so that a scanner finds one that leaked.
const PREFIX: &str = "snz_";

impl Accounts {
    /// Makes a token and returns it, the only time it can be seen.
    pub fn add_token(&self, name: &str, face: Face, label: &str, now: i64) -> Result<String, AccountError> {
        let account = self.named(name)?.filter(|account| !account.disabled).ok_or(AccountError::Missing)?;
        let token = format!("{PREFIX}{}", random_token()?);
        self.with(|db| {
            db.execute(
                "INSERT INTO tokens (hash, account, face, label, created) VALUES (?1, ?2, ?3, ?4, ?5)",
                params![sha256(token.as_bytes()).to_vec(), account.id, face.code(), label, now],
            )
        })?;
        Ok(token)
    }

    /// Whose token this is, if it is good on this face.
    pub fn token_owner(&self, token: &str, face: Face) -> Result<Option<Account>, AccountError> {
        if !token.starts_with(PREFIX) {
            return Ok(None);
        }
        let owner: Option<String> = self.with(|db| {
            let hash = sha256(token.as_bytes()).to_vec();
            db.query_row("SELECT account FROM tokens WHERE hash = ?1 AND face = ?2", params![hash, face.code()], |row| row.get(0))
                .optional()
        })?;
        let Some(owner) = owner else { return Ok(None) };
        Ok(self.with_id(&owner)?.filter(|account| !account.disabled))
    }

    /// Every token.
    pub fn tokens(&self) -> Result<Vec<ApiToken>, AccountError> {
        self.with(|db| {
            let mut query = db.prepare(
                "SELECT substr(lower(hex(hash)), 1, 8), name, face, label FROM tokens
                 JOIN accounts ON accounts.id = tokens.account ORDER BY name, tokens.created",
            )?;
            let row = |row: &rusqlite::Row<'_>| {
                Ok(ApiToken { id: row.get(0)?, account: row.get(1)?, face: row.get(2)?, label: row.get(3)? })
            };
            query.query_map([], row)?.collect()
        })
    }

    /// Takes a token back.
    pub fn revoke_token(&self, id: &str) -> Result<(), TokenError> {
        self.transaction(|tx| {
            let gone = tx.execute("DELETE FROM tokens WHERE substr(lower(hex(hash)), 1, 8) = ?1", [id])?;
            // Two tokens with the same eight digits: neither goes, the transaction is dropped.
            if gone == 1 { Ok(()) } else { Err(TokenError::Missing) }
        })
    }
}
