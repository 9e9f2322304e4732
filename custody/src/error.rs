//! What can go wrong, split by what the caller can do about it.

use std::io;
use std::sync::Arc;

use crate::IllegalTransition;

/// The store under an inbox or a ledger failed. Nothing was changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// Stored data is not in the form in which custody writes it. Needs a person.
    #[error("stored data is damaged: {0}")]
    Damaged(&'static str),
    /// The disk is full.
    #[error("storage is full")]
    Full,
    /// The disk or the operating system failed.
    #[error("storage failed")]
    Io(#[source] Arc<dyn std::error::Error + Send + Sync>),
    /// The writer has stopped; the process is ending.
    #[error("storage is closed")]
    Stopped,
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io(Arc::new(error)),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => Self::Damaged("the database file"),
            _ => Self::Io(Arc::new(error)),
        }
    }
}

impl From<object_store::Error> for StoreError {
    fn from(error: object_store::Error) -> Self {
        let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
        while let Some(current) = cause {
            if let Some(io) = current.downcast_ref::<io::Error>()
                && matches!(io.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
            {
                return Self::Full;
            }
            cause = current.source();
        }
        Self::Io(Arc::new(error))
    }
}

/// An item was not taken in: it is not there, and the other side must be told so.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The back has not renewed the permit: ledger or audit cannot be written at present. Try again later.
    #[error("intake is closed")]
    Closed,
    /// The store failed. Try again later.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Larger than the inbox takes.
    #[error("larger than {limit} bytes")]
    TooLarge {
        /// The most it takes.
        limit: u64,
    },
}

/// A settlement changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The state machine has no such step.
    #[error(transparent)]
    Illegal(#[from] IllegalTransition),
    /// The lease ran out and someone else has taken the item.
    #[error("the lease was lost")]
    LeaseLost,
    /// The settlement contradicts itself or the item.
    #[error("malformed settlement: {0}")]
    Malformed(&'static str),
    /// The store failed; the lease stands, so it can be tried again.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for SettleError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<rusqlite::Error> for AppendError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<rusqlite::Error> for OutputError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// A stored output is not given out.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// There is none (not yet, or no longer).
    #[error("no such output")]
    Missing,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Bytes, receipt or MAC are not those that were stored together.
    #[error("a stored output does not match its receipt")]
    Tampered,
}
