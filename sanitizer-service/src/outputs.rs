//! A `Clean` from a stored output and its receipt: the only way anything leaves.
//!
//! Custody has checked its MAC over item, hash and receipt; here the bytes are hashed again and held against the
//! verifier's receipt. Flip one stored byte and nothing leaves: the item is held, and the audit says so.

use crate::records;
use custody::{Custody, ItemId, OutputError};
use sanitizer_verify::{Clean, Reason, trust};

/// An output that may leave.
#[derive(Debug)]
pub struct Opened {
    /// The accepted bytes.
    pub clean: Clean,
    /// The name it leaves under.
    pub name: String,
}

/// Why an output may not leave.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is none (not yet, or no longer).
    #[error("there is no output")]
    Absent,
    /// Bytes, receipt or MAC are not those that were stored together. The item is held now.
    #[error("the stored output does not match its receipt")]
    Mismatch,
    /// The store failed; try again.
    #[error(transparent)]
    Store(custody::StoreError),
}

/// Opens the output of an item (the whole).
pub async fn open(custody: &Custody, id: ItemId) -> Result<Opened, OpenError> {
    let opened = match custody.output(id).await {
        Ok(stored) => attested(stored.bytes, &stored.receipt).map(|clean| Opened { clean, name: stored.name }),
        Err(OutputError::Missing) => return Err(OpenError::Absent),
        Err(OutputError::Store(error)) => return Err(OpenError::Store(error)),
        Err(OutputError::Tampered) => None,
    };
    let Some(opened) = opened else {
        tracing::error!(item = %id, "a stored output does not match its receipt: held");
        metrics::counter!("sanitizer_verify_failures_total", "stage" => "stored").increment(1);
        // An item that has left already, or is leased, cannot become held by this door; its lease holder holds it.
        if let Err(error) = custody.hold(id, Reason::VerifyFailed.code(), "sanitizer-service").await {
            tracing::warn!(item = %id, %error, "the item was not held");
        }
        return Err(OpenError::Mismatch);
    };
    Ok(opened)
}

#[expect(clippy::disallowed_methods, reason = "one of the two files that may: see clippy.toml")]
fn attested(bytes: Vec<u8>, receipt: &[u8]) -> Option<Clean> {
    trust::attest(bytes, &records::load_receipt(receipt)?).ok()
}
