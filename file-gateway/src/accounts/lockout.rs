//! Slowing down those who guess passwords.
//!
//! Counted for the name as typed, whether it exists or not, so that the answer does not tell which names exist; kept in
//! the accounts file, so that a restart forgets nothing. Names are kept as hashes: people type passwords into the name
//! field.

use super::{AccountError, Accounts};
use crate::secret::sha256;
use rusqlite::{OptionalExtension as _, params};

/// Whether a sign-in may be tried now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Not before this many seconds have passed.
    Locked {
        /// Seconds to wait.
        seconds: i64,
    },
    /// Yes.
    Open,
}

/// Wrong passwords before the first wait.
const FREE_TRIES: i64 = 5;

/// The first wait; each further failure doubles it.
const FIRST_WAIT: i64 = 30;

/// No wait is longer: a lock must not become a way to keep a colleague out for the day.
const LONGEST_WAIT: i64 = 15 * 60;

/// After this long without a failure all is forgotten.
const FORGET: i64 = 24 * 60 * 60;

impl Accounts {
    /// Whether a sign-in under this name may be tried now.
    pub fn standing(&self, name: &str, now: i64) -> Result<Standing, AccountError> {
        let seen: Option<(i64, i64)> = self.with(|db| {
            db.query_row("SELECT count, at FROM failures WHERE subject = ?1", [subject(name)], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()
        })?;
        Ok(match seen {
            Some((count, at)) if at.saturating_add(wait(count)) > now => {
                Standing::Locked { seconds: at.saturating_add(wait(count)).saturating_sub(now) }
            }
            _ => Standing::Open,
        })
    }

    /// Counts a failed sign-in.
    pub fn failed(&self, name: &str, now: i64) -> Result<(), AccountError> {
        self.transaction(|tx| {
            tx.execute("DELETE FROM failures WHERE at < ?1", [now.saturating_sub(FORGET)])?;
            tx.execute(
                "INSERT INTO failures (subject, count, at) VALUES (?1, 1, ?2)
                 ON CONFLICT (subject) DO UPDATE SET count = count + 1, at = ?2",
                params![subject(name), now],
            )?;
            Ok(())
        })
    }

    /// Forgets the failures after a sign-in that succeeded.
    pub fn succeeded(&self, name: &str) -> Result<(), AccountError> {
        self.with(|db| db.execute("DELETE FROM failures WHERE subject = ?1", [subject(name)]))?;
        Ok(())
    }
}

fn subject(name: &str) -> Vec<u8> {
    sha256(name.to_lowercase().as_bytes()).to_vec()
}

fn wait(count: i64) -> i64 {
    let over = count.saturating_sub(FREE_TRIES);
    if over < 0 {
        return 0;
    }
    let doubled = u32::try_from(over).ok().and_then(|over| 1i64.checked_shl(over.min(30))).unwrap_or(i64::MAX);
    FIRST_WAIT.saturating_mul(doubled).min(LONGEST_WAIT)
}
