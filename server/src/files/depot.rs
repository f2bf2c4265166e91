//! Where files are kept: in a folder, or in a bucket that speaks S3.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::Stream;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::{ObjectStore, ObjectStoreExt as _, RetryConfig};
use wire::FileId;

use crate::data_dir::private_folder;
use crate::trial::Trial;

/// Name of the folder in the data folder.
pub const FOLDER: &str = "files";
/// What stands before names in a bucket, which may hold other things too.
const PREFIX: &str = "files";

/// Somebody waits for the answer: a bucket that is away is said, and not waited for.
const RETRIES: usize = 2;
const RETRY_FOR: Duration = Duration::from_secs(5);

/// Whether a bucket answers counts for so long: whoever asks us makes us ask it no more often,
const COUNTS_FOR: Duration = Duration::from_secs(10);
/// and one that takes longer than this does not.
const ANSWER_WITHIN: Duration = Duration::from_secs(1);
/// Who asks before anything is known is held up for so long, and nobody else: others wait for shorter than for a silent bucket.
const PATIENCE: Duration = Duration::from_millis(200);

/// Files cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum DepotError {
    /// The folder cannot be made.
    #[error("the folder for files cannot be used: {0}")]
    Folder(#[from] io::Error),
    /// The folder or the bucket refuses something.
    #[error("{0}")]
    Store(#[from] object_store::Error),
    /// The bucket does not answer in time.
    #[error("it does not answer")]
    Silent,
}

/// What a file holds, piece by piece.
pub type Content = std::pin::Pin<Box<dyn Stream<Item = object_store::Result<axum::body::Bytes>> + Send>>;

/// Keeps files.
#[derive(Clone)]
pub struct Depot {
    store: Arc<dyn ObjectStore>,
    prefix: &'static str,
    /// Where it is on a disk of ours.
    folder: Option<PathBuf>,
    trial: Trial<DepotError>,
}

impl Depot {
    /// In the data folder.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn in_folder(data_dir: &Path) -> Result<Self, DepotError> {
        let folder = data_dir.join(FOLDER);
        private_folder(&folder)?;
        let store = LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), prefix: "", folder: Some(folder), trial: Trial::default() })
    }

    /// In a bucket, with the usual variables `AWS_…`.
    ///
    /// # Errors
    /// When the variables make no sense.
    pub fn in_bucket(bucket: &str) -> Result<Self, DepotError> {
        // Its client asks for the one of the process; when there is one already, that is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let retry = RetryConfig { max_retries: RETRIES, retry_timeout: RETRY_FOR, ..RetryConfig::default() };
        let store = AmazonS3Builder::from_env().with_bucket_name(bucket).with_retry(retry).build()?;
        Ok(Self { store: Arc::new(store), prefix: PREFIX, folder: None, trial: Trial::default() })
    }

    /// How much there is space for; `None` where nobody knows.
    ///
    /// # Errors
    /// When the folder is gone.
    pub fn free_bytes(&self) -> Result<Option<u64>, DepotError> {
        let Some(folder) = &self.folder else { return Ok(None) };
        let disk = rustix::fs::statvfs(folder).map_err(io::Error::from)?;
        Ok(Some(disk.f_bavail.saturating_mul(disk.f_frsize)))
    }

    /// Looks whether the bucket is there and lets us in.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), DepotError> {
        // That there is no such file says only a bucket that is there, to whoever may look.
        match self.store.get(&object_store::path::Path::from(self.prefix)).await {
            Err(error @ object_store::Error::NotFound { .. }) if !error.to_string().contains("NoSuchBucket") => Ok(()),
            Err(error) => Err(error.into()),
            Ok(_) => Ok(()),
        }
    }

    /// Whether the bucket answered when it was asked last; `None` where files are in a folder.
    ///
    /// # Errors
    /// When it did not, or was never asked before and does not at once.
    pub async fn ready(&self) -> Option<Result<(), Arc<DepotError>>> {
        if self.folder.is_some() {
            return None;
        }
        let depot = self.clone();
        let attempt =
            async move { tokio::time::timeout(ANSWER_WITHIN, depot.ping()).await.unwrap_or(Err(DepotError::Silent)) };
        let known = self.trial.known(COUNTS_FOR, PATIENCE, attempt).await;
        Some(known.unwrap_or_else(|| Err(Arc::new(DepotError::Silent))))
    }

    fn path(&self, id: &FileId) -> object_store::path::Path {
        object_store::path::Path::from_iter([self.prefix, id.as_str()].into_iter().filter(|part| !part.is_empty()))
    }

    /// Keeps a file: whole, or not at all.
    ///
    /// # Errors
    /// When the folder or the bucket refuses.
    pub async fn put(&self, id: &FileId, bytes: Vec<u8>) -> Result<(), DepotError> {
        Ok(self.store.put(&self.path(id), bytes.into()).await.map(drop)?)
    }

    /// What a file holds; `None` when it is not there.
    ///
    /// # Errors
    /// When the folder or the bucket refuses.
    pub async fn get(&self, id: &FileId) -> Result<Option<Content>, DepotError> {
        match self.store.get(&self.path(id)).await {
            Ok(found) => Ok(Some(Box::pin(found.into_stream()))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Deletes a file; one that is not there is deleted already.
    ///
    /// # Errors
    /// When the folder or the bucket refuses.
    pub async fn delete(&self, id: &FileId) -> Result<(), DepotError> {
        match self.store.delete(&self.path(id)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}
