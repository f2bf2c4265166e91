//! Writing a backup, beside a Parlour that runs.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use tar::{Builder, EntryType, Header};

use super::format::{BLOCK_BYTES, DATABASE, Entry, FORMAT, LIST, List, Measured};
use super::{Failed, KEPT, is_not_theirs, keeps};
use crate::clock;
use crate::config::Config;
use crate::files::FOLDER;
use crate::store::{files_in, snapshot, sqlite_file};

/// A file that is not finished; it goes when nobody renames it.
struct Draft(PathBuf);

impl Draft {
    fn beside(file: &Path, suffix: &str) -> Self {
        let mut name = file.as_os_str().to_owned();
        name.push(format!(".{suffix}-{}", std::process::id()));
        Self(PathBuf::from(name))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Writes the database of one moment and what is kept beside it into `file`, whole or not at all.
///
/// # Errors
/// When there is nothing to write, or it cannot be written.
pub(crate) async fn write(config: &Config, file: &Path) -> Result<(), Failed> {
    let database = sqlite_file(&config.database_url).ok_or(Failed::Postgres)?;
    if !database.exists() {
        return Err(Failed::Nothing(database.display().to_string()));
    }
    // What would be kept is not what it has.
    if is_not_theirs(&config.data_dir, &keeps(&config.data_dir, &config.database_url)) {
        return Err(Failed::KeptElsewhere(config.data_dir.display().to_string()));
    }
    if file.exists() {
        return Err(Failed::Exists(file.display().to_string()));
    }
    let refused = |error| Failed::Write { path: file.display().to_string(), error };
    let (copy, draft) = (Draft::beside(file, "database"), Draft::beside(file, "part"));
    // SQLite writes into an empty file as into none: nobody else can read this one from the beginning.
    private(&copy.0).map_err(refused)?;
    snapshot(&database, &copy.0).await?;
    let mut files = vec![(DATABASE.to_owned(), copy.0.clone())];
    let of_chats = files_in(&copy.0).await?.into_iter().map(|id| format!("{FOLDER}/{id}"));
    for name in KEPT.into_iter().map(str::to_owned).chain(of_chats) {
        let path = config.data_dir.join(&name);
        // One that is in a bucket is not here, and neither is one that has been deleted since that moment.
        files.push((name, path));
    }
    pack(&files, &draft.0).map_err(refused)?;
    fs::rename(&draft.0, file).map_err(refused)
}

/// Each file is opened once, and read from there: one that a Parlour deletes meanwhile is in the backup as a whole, or is
/// not listed.
fn pack(files: &[(String, PathBuf)], to: &Path) -> io::Result<()> {
    let mut list = List {
        format: FORMAT,
        parlour: env!("CARGO_PKG_VERSION").to_owned(),
        made_at_ms: clock::now_ms(),
        files: files.iter().map(|(name, _)| Entry::longest(name)).collect(),
    };
    // The list comes first, and is known last: it gets the space of the longest that it can be, and spaces around it.
    let space = serde_json::to_vec_pretty(&list)?.len() as u64;
    list.files.clear();
    let mut tar = Builder::new(private(to)?);
    append(&mut tar, &list, LIST, space, &mut io::repeat(b' '))?;
    for (name, path) in files {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let bytes = file.metadata()?.len();
        let mut measured = Measured::new(file);
        append(&mut tar, &list, name, bytes, &mut measured)?;
        list.files.push(measured.entry(name));
    }
    let mut written = tar.into_inner()?;
    written.seek(SeekFrom::Start(BLOCK_BYTES))?;
    written.write_all(&serde_json::to_vec_pretty(&list)?)?;
    written.sync_all()
}

fn append(tar: &mut Builder<File>, list: &List, name: &str, bytes: u64, content: &mut impl Read) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(list.made_at_ms / 1_000);
    let mut content = content.take(bytes);
    tar.append_data(&mut header, name, &mut content)?;
    // What is shorter than its header says would shift all that follows.
    if content.limit() > 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
}

fn private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(test)]
mod tests {
    use tar::Archive;

    use super::*;

    #[test]
    fn what_is_deleted_meanwhile_is_not_listed_and_the_list_has_the_space_of_all() {
        let folder = tempfile::tempdir().unwrap();
        let files: Vec<_> = (0..300)
            .map(|number| {
                let (name, path) = (format!("{FOLDER}/{number:032x}"), folder.path().join(number.to_string()));
                if number % 3 != 0 {
                    fs::write(&path, "x".repeat(number)).unwrap();
                }
                (name, path)
            })
            .collect();
        let to = folder.path().join("backup");
        pack(&files, &to).unwrap();
        let mut archive = Archive::new(File::open(to).unwrap());
        let mut entries = archive.entries().unwrap().map(Result::unwrap);
        let list: List = serde_json::from_reader(entries.next().unwrap()).unwrap();
        assert_eq!(list.files.len(), 200);
        for listed in &list.files {
            let entry = entries.next().unwrap();
            assert_eq!(entry.path_bytes().as_ref(), listed.name.as_bytes());
            let mut measured = Measured::new(entry);
            io::copy(&mut measured, &mut io::sink()).unwrap();
            assert_eq!(measured.entry(&listed.name), *listed);
        }
        assert!(entries.next().is_none());
    }
}
