//! Reading a backup: all of it is looked at before anything is touched.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::time::Duration;

use tar::Archive;

use super::format::{DATABASE, Entry, FORMAT, LIST, List, Measured};
use super::{Failed, KEPT, chat_file, is_not_theirs, keeps, put_back};
use crate::config::Config;
use crate::data_dir::{DataDir, Keeps, Unusable, private_folder};
use crate::files::FOLDER;
use crate::store::{Schema, is_sound, schema_of_file, sqlite_file};

/// How long a Parlour may take to end its calls and start anew.
const ANEW_WITHIN: Duration = Duration::from_secs(60);
/// How often it is looked whether it has.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Puts what a backup holds into the data folder: all of it, or nothing. A Parlour that runs there sees that it is prepared
/// and starts anew, since what it holds open would be mixed with what is restored; its start puts all in place.
///
/// # Errors
/// When data would be lost without `replace`, when the file is not a whole backup that this Parlour understands, when the
/// folder cannot be written, or a Parlour that runs there does not start anew.
pub(crate) async fn restore(config: &Config, file: &Path, replace: bool) -> Result<(), Failed> {
    let folder = &config.data_dir;
    let database = sqlite_file(&config.database_url).ok_or(Failed::Postgres)?;
    let keeps = keeps(folder, &config.database_url);
    let Keeps::Here(name) = &keeps else {
        let (database, data_dir) = (database.display().to_string(), folder.display().to_string());
        return Err(Failed::Elsewhere { database, data_dir });
    };
    let database = folder.join(name);
    let shown = || folder.display().to_string();
    let refused = |error| Failed::Write { path: shown(), error };
    let _alone = DataDir::take_beside(folder).map_err(|error| match error {
        Unusable::InUse => Failed::NotAlone(shown()),
        Unusable::Io(error) => refused(error),
    })?;
    let taken = match DataDir::take(folder) {
        Ok(taken) => Some(taken),
        Err(Unusable::InUse) => None,
        Err(Unusable::Io(error)) => return Err(refused(error)),
    };
    if taken.is_some() {
        // What an interrupted restore left is finished first: it may be what is to be replaced.
        put_back::finish(folder).map_err(refused)?;
    } else if put_back::is_prepared(folder) {
        return Err(Failed::Waits(shown()));
    } else if !database.exists() || is_not_theirs(folder, &keeps) {
        // A database that is here may be one that it had before.
        return Err(Failed::KeptElsewhere(shown()));
    } else if fs::metadata(&database).is_ok_and(|theirs| theirs.uid() != rustix::process::geteuid().as_raw()) {
        return Err(Failed::SomebodyElses(shown()));
    }
    // Files of chats may belong to a database that is somewhere else.
    let has_files = fs::read_dir(folder.join(FOLDER)).is_ok_and(|mut files| files.next().is_some());
    if (database.exists() || has_files) && !replace {
        return Err(Failed::Occupied(shown()));
    }
    let draft = put_back::Draft::new(folder).map_err(refused)?;
    unpack(file, &draft.0, name)?;
    let not_whole = |reason: &str| Failed::NotWhole { path: file.display().to_string(), reason: reason.to_owned() };
    let restored = draft.0.join(name);
    if !matches!(is_sound(&restored).await, Ok(true)) {
        return Err(not_whole("its database is damaged"));
    }
    match schema_of_file(&restored).await? {
        Schema::Newer(_) => return Err(Failed::Newer(file.display().to_string())),
        Schema::Absent => return Err(not_whole("its database is not one of Parlour")),
        Schema::Behind(_) | Schema::Current => {}
    }
    draft.commit(folder).map_err(refused)?;
    match taken {
        Some(_taken) => put_back::finish(folder).map_err(refused),
        // Nobody looks into its lock from here: it must find that free when it starts anew.
        None => tokio::time::timeout(ANEW_WITHIN, in_place(folder)).await.map_err(|_| Failed::NotYet(shown())),
    }
}

async fn in_place(folder: &Path) {
    while put_back::is_prepared(folder) {
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Writes the entries into `to`, the database under `name`, while comparing them with the list.
fn unpack(file: &Path, to: &Path, name: &str) -> Result<(), Failed> {
    let path = || file.display().to_string();
    let not_whole = |reason: String| Failed::NotWhole { path: path(), reason };
    let broken = |error: io::Error| Failed::NotWhole { path: path(), reason: error.to_string() };
    let unwritable = |error| Failed::Write { path: to.display().to_string(), error };
    let unreadable = |error| Failed::Read { path: path(), error };
    let backup = File::open(file).map_err(unreadable)?;
    let length = backup.metadata().map_err(unreadable)?.len();
    let mut archive = Archive::new(backup);
    let mut entries = archive.entries().map_err(broken)?;
    let mut next = || entries.next().transpose().map_err(broken);

    let mut first = next()?.ok_or_else(|| not_whole("it is empty".to_owned()))?;
    if first.path_bytes().as_ref() != LIST.as_bytes() {
        return Err(not_whole(format!("it does not begin with {LIST}")));
    }
    // It has a line for each file of a chat, of which there may be many. Whatever it says, it is no longer than the backup.
    if first.size() > length {
        return Err(not_whole("its list is damaged".to_owned()));
    }
    let mut text = Vec::new();
    first.read_to_end(&mut text).map_err(broken)?;
    let list: List = serde_json::from_slice(&text).map_err(|_| not_whole("its list is damaged".to_owned()))?;
    if list.format > FORMAT {
        return Err(Failed::Newer(path()));
    }
    check_names(&list.files).map_err(not_whole)?;
    // What there was belongs to a database that goes.
    private_folder(&to.join(FOLDER)).map_err(unwritable)?;
    for listed in &list.files {
        let damaged = || not_whole(format!("{} is missing or damaged", listed.name));
        let entry = next()?.ok_or_else(damaged)?;
        if entry.path_bytes().as_ref() != listed.name.as_bytes() || entry.size() != listed.bytes {
            return Err(damaged());
        }
        let target = to.join(if listed.name == DATABASE { name } else { &listed.name });
        let mut written = OpenOptions::new();
        let mut written = written.write(true).create_new(true).mode(0o600).open(target).map_err(unwritable)?;
        let mut measured = Measured::new(entry);
        copy(&mut measured, &mut written).map_err(|error| match error {
            Copy::Read(error) => broken(error),
            Copy::Write(error) => unwritable(error),
        })?;
        if measured.entry(&listed.name) != *listed {
            return Err(damaged());
        }
    }
    if next()?.is_some() {
        return Err(not_whole("it holds more than it lists".to_owned()));
    }
    Ok(())
}

/// Only known names, each once, and the database among them: no entry chooses where it is written.
fn check_names(files: &[Entry]) -> Result<(), String> {
    let names: Vec<&str> = files.iter().map(|entry| entry.name.as_str()).collect();
    let twice = names.iter().collect::<HashSet<_>>().len() < names.len();
    let known = |name: &&str| *name == DATABASE || KEPT.contains(name) || chat_file(name).is_some();
    if twice || !names.contains(&DATABASE) || !names.iter().all(known) {
        return Err("its list is not one that Parlour writes".to_owned());
    }
    Ok(())
}

enum Copy {
    Read(io::Error),
    Write(io::Error),
}

/// `io::copy` does not say whether the backup or the folder is to blame.
fn copy(from: &mut impl Read, to: &mut File) -> Result<(), Copy> {
    let mut buffer = vec![0; 64 * 1_024];
    loop {
        let read = from.read(&mut buffer).map_err(Copy::Read)?;
        if read == 0 {
            return to.sync_all().map_err(Copy::Write);
        }
        io::Write::write_all(to, buffer.get(..read).unwrap_or_default()).map_err(Copy::Write)?;
    }
}
