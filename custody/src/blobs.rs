//! Blobs: bytes too large for a database row, as files that are synced, renamed into place and their folder synced.
//!
//! Names are random and say nothing of the content; hashes are columns of the row that points here. A blob is written before the
//! row, so a crash in between leaves a file that no row knows: [`Blobs::strays`] finds those.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};

use crate::StoreError;

/// Bytes up to this length stand in the database row itself: one sync makes them and their record durable.
pub(crate) const INLINE: usize = 64 * 1024;

/// A large blob is copied and uploaded in pieces of this length.
pub(crate) const PIECE: usize = 4 * 1024 * 1024;

/// A folder of blobs.
#[derive(Clone, Debug)]
pub(crate) struct Blobs {
    dir: PathBuf,
    store: Arc<LocalFileSystem>,
}

impl Blobs {
    /// Opens the folder, or makes it.
    pub(crate) fn open(dir: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(dir)?;
        if let Some(parent) = dir.parent() {
            std::fs::File::open(parent)?.sync_all()?;
        }
        let store = LocalFileSystem::new_with_prefix(dir)?.with_fsync(true);
        Ok(Self { dir: dir.to_owned(), store: Arc::new(store) })
    }

    /// Stores bytes under a new name. They are durable when this returns.
    pub(crate) async fn put(&self, bytes: Vec<u8>) -> Result<String, StoreError> {
        let name = new_name()?;
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        self.store.put_opts(&Key::from(name.as_str()), PutPayload::from(bytes), options).await?;
        Ok(name)
    }

    /// Begins a blob that comes in pieces.
    pub(crate) async fn begin(&self) -> Result<Upload, StoreError> {
        let name = new_name()?;
        let parts = self.store.put_multipart(&Key::from(name.as_str())).await?;
        Ok(Upload { name, parts })
    }

    /// The bytes of a blob; `None` if there is no such blob.
    pub(crate) async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        match self.store.get(&Key::from(name)).await {
            Ok(found) => Ok(Some(found.bytes().await?.into())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Copies a blob of another folder into this one, a piece at a time. `None` if there is no such blob.
    pub(crate) async fn copy_from(&self, other: &Blobs, name: &str) -> Result<Option<String>, StoreError> {
        match self.copy(other, &Key::from(name)).await {
            Ok(copy) => Ok(Some(copy)),
            Err(CopyError::Store(error)) => Err(error),
            Err(CopyError::Object(object_store::Error::NotFound { .. })) => Ok(None),
            Err(CopyError::Object(error)) => Err(error.into()),
        }
    }

    async fn copy(&self, other: &Blobs, from: &Key) -> Result<String, CopyError> {
        let length = other.store.head(from).await?.size;
        let mut upload = self.begin().await?;
        let mut at = 0_u64;
        while at < length {
            let end = at.saturating_add(PIECE as u64).min(length);
            let piece = other.store.get_range(from, at..end).await?;
            upload.write(piece.into()).await?;
            at = end;
        }
        Ok(upload.complete().await?)
    }

    /// Removes a blob. One that is gone already is no error.
    pub(crate) async fn remove(&self, name: &str) -> Result<(), StoreError> {
        match self.store.delete(&Key::from(name)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Names of files older than `age`, unfinished uploads too. The caller removes those that no row knows.
    pub(crate) async fn strays(&self, age: Duration) -> Result<Vec<String>, StoreError> {
        let dir = self.dir.clone();
        let listed = tokio::task::spawn_blocking(move || {
            let mut names = Vec::new();
            let oldest = SystemTime::now().checked_sub(age);
            for entry in std::fs::read_dir(dir)? {
                let entry = entry?;
                if Some(entry.metadata()?.modified()?) <= oldest {
                    names.extend(entry.file_name().into_string());
                }
            }
            Ok::<_, std::io::Error>(names)
        });
        Ok(listed.await.map_err(|_| StoreError::Stopped)??)
    }

    /// Removes a file that [`Blobs::strays`] found; an unfinished upload has a name that is no key.
    pub(crate) async fn remove_stray(&self, name: &str) -> Result<(), StoreError> {
        match tokio::fs::remove_file(self.dir.join(name)).await {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

/// Which side of a copy failed.
enum CopyError {
    Object(object_store::Error),
    Store(StoreError),
}

impl From<object_store::Error> for CopyError {
    fn from(error: object_store::Error) -> Self {
        Self::Object(error)
    }
}

impl From<StoreError> for CopyError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// A blob that is being written. Dropped before [`Upload::complete`], it is removed.
#[derive(Debug)]
pub(crate) struct Upload {
    name: String,
    parts: Box<dyn MultipartUpload>,
}

impl Upload {
    /// Adds a piece.
    pub(crate) async fn write(&mut self, piece: Vec<u8>) -> Result<(), StoreError> {
        Ok(self.parts.put_part(PutPayload::from(piece)).await?)
    }

    /// Syncs and names it. Durable when this returns.
    pub(crate) async fn complete(mut self) -> Result<String, StoreError> {
        self.parts.complete().await?;
        Ok(self.name)
    }
}

fn new_name() -> Result<String, StoreError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| StoreError::Damaged("no random numbers"))?;
    Ok(hex(&bytes))
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len().saturating_mul(2)), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn blobs_come_back_and_go() {
        let dir = tempfile::tempdir().unwrap();
        let (here, there) = (Blobs::open(&dir.path().join("a")).unwrap(), Blobs::open(&dir.path().join("b")).unwrap());
        let bytes: Vec<u8> = (0..PIECE * 2 + 17).map(|n| u8::try_from(n % 251).unwrap()).collect();
        let name = here.put(bytes.clone()).await.unwrap();
        let copy = there.copy_from(&here, &name).await.unwrap().unwrap();
        assert_ne!(name, copy);
        here.remove(&name).await.unwrap();
        here.remove(&name).await.unwrap();
        assert_eq!(here.get(&name).await.unwrap(), None);
        assert_eq!(there.copy_from(&here, &name).await.unwrap(), None);
        assert_eq!(there.get(&copy).await.unwrap(), Some(bytes));
    }

    #[tokio::test]
    async fn an_abandoned_upload_leaves_no_blob() {
        let dir = tempfile::tempdir().unwrap();
        let blobs = Blobs::open(dir.path()).unwrap();
        let mut upload = blobs.begin().await.unwrap();
        upload.write(b"half".to_vec()).await.unwrap();
        std::mem::forget(upload);
        let strays = blobs.strays(Duration::ZERO).await.unwrap();
        assert_eq!(strays.len(), 1);
        blobs.remove_stray(&strays[0]).await.unwrap();
        assert!(blobs.strays(Duration::ZERO).await.unwrap().is_empty());
    }
}
