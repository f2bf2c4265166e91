//! Where tests put what they need no longer than they run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where Linux keeps files in memory.
const MEMORY: &str = "/dev/shm";
/// What the folders are called, before the number of the process that uses them.
const NAME: &str = "parlour-test-";
/// How much of it has to be free, in KiB: a few browsers' profiles, databases and uploads.
const NEEDED_KIB: u64 = 2 << 20;

/// A folder in memory that goes when it is dropped, where there is memory enough; otherwise the tests use the disk. The
/// builds before them leave gigabytes to be written there, and a database's commit that waits for all of it has taken half
/// a minute, after which a request is given up.
pub(crate) struct Scratch(Option<PathBuf>);

impl Scratch {
    pub(crate) fn new() -> Self {
        remove_left_behind();
        let folder = Path::new(MEMORY).join(format!("{NAME}{}", std::process::id()));
        let enough = free_kib(MEMORY).is_some_and(|free| free >= NEEDED_KIB) && runs_programs(MEMORY);
        let there = enough && fs::create_dir(&folder).is_ok();
        Self(there.then_some(folder))
    }

    /// Has a program and what it starts use the folder.
    pub(crate) fn tell(&self, command: &mut Command) {
        if let Some(folder) = &self.0 {
            command.env("TMPDIR", folder);
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Some(folder) = &self.0 {
            let _ = fs::remove_dir_all(folder); // whatever stays there goes with the machine's next start
        }
    }
}

/// Whether a file system lets programs run, as some tests write them; containers mount this one without.
fn runs_programs(place: &str) -> bool {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let options =
        mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>()).find_map(|mount| match mount.as_slice() {
            [_, at, _, options, ..] if *at == place => Some((*options).to_owned()),
            _ => None,
        });
    options.is_some_and(|options| options.split(',').all(|option| option != "noexec"))
}

/// Removes the folders of processes that had no time to do so.
fn remove_left_behind() {
    for entry in fs::read_dir(MEMORY).into_iter().flatten().flatten() {
        let process = entry.file_name().to_str().and_then(|name| name.strip_prefix(NAME)).map(str::to_owned);
        if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            let _ = fs::remove_dir_all(entry.path()); // somebody else's
        }
    }
}

/// How much is free in a file system, if it is there.
fn free_kib(place: &str) -> Option<u64> {
    let df = Command::new("df").args(["-k", "--output=avail", place]).stderr(Stdio::null()).output().ok()?;
    String::from_utf8(df.stdout).ok()?.lines().last()?.trim().parse().ok()
}
