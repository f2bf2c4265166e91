//! The data folder: made when it is not there, private, and used by one Parlour at a time, which says in it where its database
//! is.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// File that the Parlour of this folder holds locked. The system lets go of it however that Parlour ends.
const LOCK: &str = "lock";
/// How that says there of a database that is not in the folder which one it is: no file has such a name.
const ELSEWHERE: char = '/';

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
    lock: File,
}

/// Where the Parlour of a folder has its database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeps {
    /// In this file of the folder.
    Here(String),
    /// Somewhere else: known again by this, which tells nobody where.
    Elsewhere(String),
}

impl DataDir {
    /// Makes the folder if need be, and takes it.
    ///
    /// # Errors
    /// When it cannot be made or written, or another Parlour has it.
    pub fn take(path: &Path) -> Result<Self, Unusable> {
        private_folder(path)?;
        let lock = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path.join(LOCK))?;
        Ok(Self { lock: hold(lock)? })
    }

    /// Makes the folder if need be, and takes the right to put something into it beside a Parlour that has it. The folder
    /// itself is held, so that nothing is left in it.
    ///
    /// # Errors
    /// When it cannot be made or read, or somebody has that right.
    pub fn take_beside(path: &Path) -> Result<Self, Unusable> {
        private_folder(path)?;
        Ok(Self { lock: hold(File::open(path)?)? })
    }

    /// Says in the folder where the database is, for commands that are not told.
    ///
    /// # Errors
    /// When that cannot be written.
    pub fn say(&self, keeps: &Keeps) -> io::Result<()> {
        let said = match keeps {
            Keeps::Here(name) => format!("{name}\n"),
            Keeps::Elsewhere(mark) => format!("{ELSEWHERE}{mark}\n"),
        };
        // At no moment is nothing said; what is left of what was said before is no part of the first line.
        self.lock.write_all_at(said.as_bytes(), 0)?;
        self.lock.set_len(u64::try_from(said.len()).map_err(io::Error::other)?)
    }

    /// Where the Parlour that uses the folder, or has used it last, has its database; `None` where it did not say.
    pub fn said(path: &Path) -> Option<Keeps> {
        let lock = fs::read_to_string(path.join(LOCK)).ok()?;
        let said = lock.lines().next()?;
        Some(
            said.strip_prefix(ELSEWHERE)
                .map_or_else(|| Keeps::Here(said.to_owned()), |mark| Keeps::Elsewhere(mark.to_owned())),
        )
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

    #[test]
    fn what_is_said_last_of_the_database_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        assert_eq!(DataDir::said(path), None);
        drop(DataDir::take(path).unwrap());
        assert_eq!(DataDir::said(path), None, "nobody has said anything");
        let here = |name: &str| Keeps::Here(name.to_owned());
        let taken = DataDir::take(path).unwrap();
        for keeps in [here("a long name of a database.db"), Keeps::Elsewhere("mark".to_owned()), here("a.db")] {
            taken.say(&keeps).unwrap();
            assert_eq!(DataDir::said(path), Some(keeps));
        }
        drop(taken);
        drop(DataDir::take(path).unwrap());
        assert_eq!(DataDir::said(path), Some(here("a.db")));
        assert_eq!(fs::read_to_string(path.join(LOCK)).unwrap(), "a.db\n", "and nothing else");
        fs::write(path.join(LOCK), "b.db\nof a database.db\n").unwrap();
        assert_eq!(DataDir::said(path), Some(here("b.db")), "while it is said");
    }
}
