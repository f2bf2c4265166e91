//! `parlour backup` and `parlour restore`: everything that must be kept, in one file.

mod format;
mod put_back;
mod restore;
mod write;

use std::io;
use std::path::{Path, PathBuf};

pub(crate) use put_back::{finish, is_prepared};
pub(crate) use restore::restore;
pub(crate) use write::write;

use sha2::{Digest as _, Sha256};
use wire::FileId;

use crate::config::LIVEKIT_FILE;
use crate::data_dir::{DataDir, Keeps};
use crate::files::FOLDER;
use crate::media::keys;
use crate::random::hex;
use crate::store::{sqlite_file, whereabouts};

/// What is kept of the data folder besides the database and the files of chats. Logs are not, and LiveKit's configuration
/// is written anew.
const KEPT: [&str; 2] = [keys::FILE, LIVEKIT_FILE];

/// The file of a chat that an entry is named after.
fn chat_file(name: &str) -> Option<FileId> {
    FileId::parse(name.strip_prefix(FOLDER)?.strip_prefix('/')?).ok()
}

/// Where the database of this address is, for whoever has the data folder.
pub(crate) fn keeps(data_dir: &Path, database_url: &str) -> Keeps {
    let here = |file: PathBuf| {
        let file = std::path::absolute(&file).unwrap_or(file);
        let same = |parent: &Path| parent == data_dir || parent.canonicalize().ok() == data_dir.canonicalize().ok();
        file.parent().filter(|parent| same(parent)).and_then(|_| Some(file.file_name()?.to_str()?.to_owned()))
    };
    let elsewhere = || Keeps::Elsewhere(hex(&Sha256::digest(whereabouts(database_url))));
    sqlite_file(database_url).and_then(here).map_or_else(elsewhere, Keeps::Here)
}

/// Whether the Parlour that runs on the data folder has another database than this.
fn is_not_theirs(data_dir: &Path, ours: &Keeps) -> bool {
    DataDir::is_in_use(data_dir) && DataDir::said(data_dir).is_some_and(|theirs| theirs != *ours)
}

/// Why there is no backup, or no restore.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failed {
    #[error(
        "the database is no SQLite file, so this command cannot copy it: use `pg_dump --format=custom --file=FILE \
         \"$DATABASE_URL\"` for a backup and `pg_restore --clean --if-exists --dbname=\"$DATABASE_URL\" FILE` to put it back"
    )]
    Postgres,
    #[error("there is no database at {0} yet: nothing has to be kept")]
    Nothing(String),
    #[error("{0} exists already: choose another name, or move it away")]
    Exists(String),
    #[error("{path} cannot be written: {error}")]
    Write { path: String, error: io::Error },
    #[error("{path} cannot be read: {error}")]
    Read { path: String, error: io::Error },
    #[error("{path} is not a whole backup of Parlour ({reason}); nothing was changed")]
    NotWhole { path: String, reason: String },
    #[error("{0} was written by a newer Parlour: restore it with that one; nothing was changed")]
    Newer(String),
    #[error("another restore into {0} has not ended: it goes first; nothing was changed")]
    NotAlone(String),
    #[error(
        "what another restore has prepared in {0} waits for the Parlour that runs there to start anew: restart it; nothing \
         was changed"
    )]
    Waits(String),
    #[error(
        "the Parlour that runs on {0} has its database somewhere else: give this command the DATABASE_URL that it has; \
         nothing was changed"
    )]
    KeptElsewhere(String),
    #[error(
        "the Parlour that runs on {0} is another user's, who could not read what is restored: do it as that user; \
         nothing was changed"
    )]
    SomebodyElses(String),
    #[error(
        "everything is prepared, but the Parlour that runs on {0} has not started anew within a minute: restart it, and \
         what is restored takes the place of what it has"
    )]
    NotYet(String),
    #[error(
        "there is data in {0} already: with --replace it is lost, so make a backup of it first; nothing was changed"
    )]
    Occupied(String),
    #[error(
        "the database {database} is outside of the data folder {data_dir}: restore works inside of it only, where all \
         can change at once. Set PARLOUR_DATA_DIR to the database's folder, or unset DATABASE_URL"
    )]
    Elsewhere { database: String, data_dir: String },
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_database_is_another_one_is_found_wherever_it_is() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let path = folder.path();
        let file = |folder: &Path, name: &str| format!("sqlite:{}", folder.join(name).display());
        let urls = [
            file(path, "a.db"),
            file(path, "b.db"),
            file(elsewhere.path(), "a.db"),
            file(elsewhere.path(), "b.db"),
            "postgres://parlour@db/parlour".to_owned(),
            "postgres://parlour@other/parlour".to_owned(),
        ];
        for theirs in &urls {
            let taken = DataDir::take(path).unwrap();
            taken.say(&keeps(path, theirs)).unwrap();
            for ours in &urls {
                assert_eq!(is_not_theirs(path, &keeps(path, ours)), ours != theirs, "{ours} {theirs}");
            }
        }
    }
}
