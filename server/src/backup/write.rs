//! Writing a backup, beside a Parlour that runs.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use tar::{Builder, EntryType, Header};

use super::format::{DATABASE, FORMAT, LIST, List, Measured};
use super::{Failed, KEPT};
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
        if path.exists() {
            files.push((name, path));
        }
    }
    pack(&files, &draft.0).map_err(refused)?;
    fs::rename(&draft.0, file).map_err(refused)
}

fn pack(files: &[(String, PathBuf)], to: &Path) -> io::Result<()> {
    let mut list = List {
        format: FORMAT,
        parlour: env!("CARGO_PKG_VERSION").to_owned(),
        made_at_ms: clock::now_ms(),
        files: Vec::new(),
    };
    for (name, path) in files {
        let mut measured = Measured::new(File::open(path)?);
        io::copy(&mut measured, &mut io::sink())?;
        list.files.push(measured.entry(name));
    }
    let mut tar = Builder::new(private(to)?);
    let text = serde_json::to_vec_pretty(&list)?;
    append(&mut tar, &list, LIST, text.len() as u64, text.as_slice())?;
    for ((name, path), entry) in files.iter().zip(&list.files) {
        append(&mut tar, &list, name, entry.bytes, File::open(path)?)?;
    }
    tar.into_inner()?.sync_all()
}

fn append(tar: &mut Builder<File>, list: &List, name: &str, bytes: u64, content: impl Read) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::Regular);
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(list.made_at_ms / 1_000);
    tar.append_data(&mut header, name, content)
}

fn private(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}
