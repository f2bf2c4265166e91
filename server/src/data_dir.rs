//! The data folder: made when it is not there, private, and used by one Parlour at a time.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// File that the Parlour of this folder holds locked. The system lets go of it however that Parlour ends.
const LOCK: &str = "lock";

/// Why the folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// The system refuses something.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Another Parlour uses it.
    #[error("another Parlour is using it")]
    InUse,
}

/// The folder is this process's as long as this lives.
pub struct DataDir {
    _lock: File,
}

impl DataDir {
    /// Makes the folder if need be, and takes it.
    ///
    /// # Errors
    /// When it cannot be made or written, or another Parlour has it.
    pub fn take(path: &Path) -> Result<Self, Unusable> {
        private_folder(path)?;
        let lock = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path.join(LOCK))?;
        Ok(Self { _lock: hold(lock)? })
    }

    /// Makes the folder if need be, and takes the right to put something into it beside a Parlour that has it. The folder
    /// itself is held, so that nothing is left in it.
    ///
    /// # Errors
    /// When it cannot be made or read, or somebody has that right.
    pub fn take_beside(path: &Path) -> Result<Self, Unusable> {
        private_folder(path)?;
        Ok(Self { _lock: hold(File::open(path)?)? })
    }

    /// Whether a Parlour is using the folder at the moment; nothing is made or changed.
    pub fn is_in_use(path: &Path) -> bool {
        let Ok(lock) = File::open(path.join(LOCK)) else { return false };
        flock(&lock, FlockOperation::NonBlockingLockShared) == Err(Errno::WOULDBLOCK)
    }
}

/// Locks what is open, for as long as it is open.
fn hold(open: File) -> Result<File, Unusable> {
    match flock(&open, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(open),
        Err(Errno::WOULDBLOCK) => Err(Unusable::InUse),
        Err(error) => Err(Unusable::Io(error.into())),
    }
}

/// Makes a folder that only its owner can read, and what it stands in; one that is there stays as it is.
///
/// # Errors
/// When the system refuses.
pub fn private_folder(path: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_parlour_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("made/here");
        assert!(!DataDir::is_in_use(&path));
        let first = DataDir::take(&path).unwrap();
        assert!(DataDir::is_in_use(&path));
        assert!(matches!(DataDir::take(&path), Err(Unusable::InUse)));
        let beside = DataDir::take_beside(&path).unwrap();
        assert!(matches!(DataDir::take_beside(&path), Err(Unusable::InUse)));
        drop(beside);
        assert!(DataDir::take_beside(&path).is_ok());
        drop(first);
        assert!(!DataDir::is_in_use(&path));
        assert!(DataDir::take(&path).is_ok());
    }
}
