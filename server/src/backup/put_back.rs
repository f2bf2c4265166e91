//! Several files change places at once: they are prepared in a folder beside them, whose new name says that it is whole.
//! From then on they are moved, and a start that finds the folder goes on with that.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::data_dir::private_folder;

/// Being prepared: worth nothing.
const DRAFT: &str = "restore.new";
/// Whole: what is in it belongs into the folder around it.
const WHOLE: &str = "restore.whole";
/// What SQLite keeps beside a database: with another database they would spoil it.
const COMPANIONS: [&str; 2] = ["-wal", "-shm"];

/// A folder that is being filled; it goes unless it is committed.
pub(super) struct Draft(pub(super) PathBuf);

impl Draft {
    pub(super) fn new(data_dir: &Path) -> io::Result<Self> {
        let path = data_dir.join(DRAFT);
        remove(&path)?;
        private_folder(&path)?;
        Ok(Self(path))
    }

    /// Says that it is whole: this is the moment of the restore.
    pub(super) fn commit(self, data_dir: &Path) -> io::Result<()> {
        // Reading the database has made companions of it that hold nothing.
        for file in fs::read_dir(&self.0)? {
            let file = file?;
            if COMPANIONS.iter().any(|suffix| file.file_name().to_string_lossy().ends_with(suffix)) {
                fs::remove_file(file.path())?;
            }
        }
        sync(&self.0)?;
        fs::rename(&self.0, data_dir.join(WHOLE))?;
        sync(data_dir)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = remove(&self.0);
    }
}

/// Whether a restore has prepared what the next start puts in place.
pub(crate) fn is_prepared(data_dir: &Path) -> bool {
    data_dir.join(WHOLE).exists()
}

/// Moves what a restore has prepared to where it belongs; does nothing when there is nothing. The data folder must be
/// taken, and no database in it open.
///
/// # Errors
/// When the folder cannot be written; it can be tried again.
pub(crate) fn finish(data_dir: &Path) -> io::Result<()> {
    let whole = data_dir.join(WHOLE);
    let files = match fs::read_dir(&whole) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        files => files?,
    };
    for file in files {
        let file = file?;
        let target = data_dir.join(file.file_name());
        for suffix in COMPANIONS {
            let mut companion = target.clone().into_os_string();
            companion.push(suffix);
            remove(Path::new(&companion))?;
        }
        if target.is_dir() {
            remove(&target)?;
        }
        fs::rename(file.path(), target)?;
    }
    sync(data_dir)?;
    fs::remove_dir(&whole)?;
    sync(data_dir)
}

fn remove(path: &Path) -> io::Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// What was renamed is renamed for good only when its folder is written.
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn an_interrupted_restore_is_finished_and_a_draft_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        for name in ["a.db", "a.db-wal", "a.db-shm", "keys"] {
            fs::write(data.join(name), "old").unwrap();
        }
        let draft = Draft::new(data).unwrap();
        fs::write(draft.0.join("a.db"), "new").unwrap();
        fs::write(draft.0.join("keys"), "new").unwrap();
        finish(data).unwrap();
        assert_eq!(fs::read_to_string(data.join("a.db")).unwrap(), "old");
        assert!(!is_prepared(data));
        draft.commit(data).unwrap();
        assert!(is_prepared(data));
        // It was interrupted after one file.
        fs::rename(data.join("restore.whole/keys"), data.join("keys")).unwrap();
        finish(data).unwrap();
        assert_eq!(listing(data), ["a.db", "keys"], "no log of the old database is left to spoil the new one");
        for name in ["a.db", "keys"] {
            assert_eq!(fs::read_to_string(data.join(name)).unwrap(), "new");
        }
        assert!(!is_prepared(data));
        fs::write(data.join("a.db-wal"), "later").unwrap();
        finish(data).unwrap();
        assert!(data.join("a.db-wal").exists(), "what was finished is not finished again");
    }

    #[test]
    fn what_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        drop(Draft::new(folder.path()).unwrap());
        assert!(listing(folder.path()).is_empty());
    }
}
