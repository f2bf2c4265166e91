//! Remembers from which files something was made, so that it is not made again.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result};

/// The state of some files and folders: names, sizes and times, and words that matter as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp(String);

impl Stamp {
    /// Looks at `inputs`; a file that is missing counts too.
    pub(crate) fn of(inputs: &[PathBuf], words: &str) -> Self {
        let mut text = format!("{words}\n");
        for input in inputs {
            describe(input, &mut text);
        }
        Self(text)
    }

    /// Does `make` unless `product` is there and `file` says that it was made from the same inputs.
    pub(crate) fn unless_same(&self, file: &Path, product: &Path, make: impl FnOnce() -> Result<()>) -> Result<()> {
        if product.exists() && fs::read_to_string(file).is_ok_and(|before| before == self.0) {
            return Ok(());
        }
        if file.exists() {
            fs::remove_file(file).with_context(|| format!("cannot remove {}", file.display()))?;
        }
        make()?;
        fs::write(file, &self.0).with_context(|| format!("cannot write {}", file.display()))
    }
}

fn describe(path: &Path, text: &mut String) {
    let Ok(meta) = fs::metadata(path) else {
        let _ = writeln!(text, "{} missing", path.display());
        return;
    };
    if meta.is_dir() {
        let mut inside: Vec<PathBuf> =
            fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        inside.sort();
        inside.iter().for_each(|entry| describe(entry, text));
        return;
    }
    let time = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    let _ = writeln!(text, "{} {} {}", path.display(), meta.len(), time.as_nanos());
}
