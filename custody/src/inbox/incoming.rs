//! An item whose bytes come in pieces: small ones end up in the row, large ones go to a blob as they come.

use sha2::{Digest, Sha256};

use super::{Committed, Inbox, Stored};
use crate::blobs::{INLINE, PIECE, Upload};
use crate::{AppendError, NewItem};

/// An item that is coming in. Dropped before [`Incoming::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct Incoming {
    inbox: Inbox,
    item: NewItem,
    size: u64,
    hash: Sha256,
    /// What has come and is not in the upload yet.
    buffer: Vec<u8>,
    upload: Option<Upload>,
}

impl Incoming {
    pub(super) fn new(inbox: Inbox, item: NewItem) -> Self {
        Self { inbox, item, size: 0, hash: Sha256::new(), buffer: Vec::new(), upload: None }
    }

    /// Adds bytes.
    pub async fn write(&mut self, chunk: &[u8]) -> Result<(), AppendError> {
        let limit = self.inbox.inner.max_item;
        let size = u64::try_from(chunk.len()).ok().and_then(|more| self.size.checked_add(more));
        let size = size.filter(|&size| size <= limit).ok_or(AppendError::TooLarge { limit })?;
        self.hash.update(chunk);
        self.buffer.extend_from_slice(chunk);
        self.size = size;
        if self.upload.is_none() && self.buffer.len() > INLINE {
            self.upload = Some(self.inbox.inner.blobs.begin().await?);
        }
        if let Some(upload) = &mut self.upload
            && self.buffer.len() >= PIECE
        {
            upload.write(std::mem::take(&mut self.buffer)).await?;
        }
        Ok(())
    }

    /// How many bytes have come so far.
    pub fn len(&self) -> u64 {
        self.size
    }

    /// Whether no byte has come yet.
    pub fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// Makes it durable.
    pub async fn commit(self) -> Result<Committed, AppendError> {
        let stored = match self.upload {
            None => Stored::Row(self.buffer),
            Some(mut upload) => {
                if !self.buffer.is_empty() {
                    upload.write(self.buffer).await?;
                }
                Stored::Blob(upload.complete().await?)
            }
        };
        self.inbox.record(self.item, self.size, self.hash.finalize().into(), stored).await
    }
}
