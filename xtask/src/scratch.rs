//! Where tests put what they need no longer than they run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where Linux keeps files in memory.
const MEMORY: &str = "/dev/shm";
/// How much of it has to be free, in KiB: a few browsers' profiles, databases and uploads.
const NEEDED_KIB: u64 = 2 << 20;

/// A folder in memory that goes when it is dropped, where there is memory enough; otherwise the tests use the disk. The
/// builds before them leave gigabytes to be written there, and a database's commit that waits for all of it has taken half
/// a minute, after which a request is given up.
pub(crate) struct Scratch(Option<PathBuf>);

impl Scratch {
    pub(crate) fn new() -> Self {
        let folder = Path::new(MEMORY).join(format!("parlour-test-{}", std::process::id()));
        let there = free_kib(MEMORY).is_some_and(|free| free >= NEEDED_KIB) && fs::create_dir(&folder).is_ok();
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

/// How much is free in a file system, if it is there.
fn free_kib(place: &str) -> Option<u64> {
    let df = Command::new("df").args(["-k", "--output=avail", place]).stderr(Stdio::null()).output().ok()?;
    String::from_utf8(df.stdout).ok()?.lines().last()?.trim().parse().ok()
}
