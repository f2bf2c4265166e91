//! Where recordings are kept: a folder below a root that the operator has set, whatever administrators ask for.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use crate::random;

/// Longest name of a folder that file systems take, and longest path that is taken here, in bytes.
const NAME_BYTES: usize = 255;
const PATH_BYTES: usize = 1_024;

/// Where recordings may be kept, and where they are.
#[derive(Debug, Clone)]
pub struct Recordings {
    /// The folder below which they may be kept.
    pub root: PathBuf,
    /// The one that they are kept in; `None` while nobody has said.
    pub directory: Option<Below>,
    /// Whether the environment or the command line says it: they win over administrators.
    pub given: bool,
}

/// A folder below the root: names with a slash between them. What links make of them is seen when it is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Below(String);

/// Why a folder is not to be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// A link on the way leads out of the root, or nowhere.
    #[error("it is not below the root")]
    Outside,
    /// The system refuses something.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// How much of a folder there is.
struct Found {
    /// The last folder on the way that there is, without links.
    real: PathBuf,
    /// Names of those that follow.
    missing: Vec<String>,
}

/// Folders that were made; they go unless they are kept.
pub struct Made(Vec<PathBuf>);

impl Below {
    /// A path as somebody writes it: from the root, or whole.
    pub fn parse(root: &Path, text: &str) -> Option<Self> {
        let text = text.trim().trim_end_matches('/');
        let path = if text.starts_with('/') { Path::new(text).strip_prefix(root).ok()?.to_str()? } else { text };
        let is_name = |name: &str| {
            !matches!(name, "" | "." | "..")
                && name.len() <= NAME_BYTES
                && name == name.trim()
                && !name.contains(char::is_control)
        };
        (path.len() <= PATH_BYTES && path.split('/').all(is_name)).then(|| Self(path.to_owned()))
    }

    /// From the root.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether there is such a folder; nothing is made.
    ///
    /// # Errors
    /// When it cannot be there.
    pub fn exists(&self, root: &Path) -> Result<bool, Unusable> {
        self.find(root).map(|found| found.missing.is_empty())
    }

    /// Makes what is missing of it, for its owner alone, and tries to write there.
    ///
    /// # Errors
    /// When it is not below the root, or cannot be written; then nothing is left of it.
    pub fn make(&self, root: &Path) -> Result<Made, Unusable> {
        let Found { real: mut folder, missing } = self.find(root)?;
        let mut made = Made(Vec::new());
        for name in missing {
            folder.push(name);
            // A link that has come there meanwhile is not taken.
            fs::DirBuilder::new().mode(0o700).create(&folder)?;
            made.0.push(folder.clone());
        }
        try_out(&folder)?;
        Ok(made)
    }

    fn find(&self, root: &Path) -> Result<Found, Unusable> {
        let root = root.canonicalize()?;
        let mut found = Found { real: root.clone(), missing: Vec::new() };
        for name in self.0.split('/') {
            if !found.missing.is_empty() {
                found.missing.push(name.to_owned());
                continue;
            }
            let next = found.real.join(name);
            match next.canonicalize() {
                Ok(real) if real.starts_with(&root) && real != root => found.real = real,
                Ok(_) => return Err(Unusable::Outside),
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    if next.is_symlink() {
                        return Err(Unusable::Outside);
                    }
                    found.missing.push(name.to_owned());
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(found)
    }
}

impl Made {
    /// They stay.
    pub fn keep(mut self) {
        self.0.clear();
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for folder in self.0.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Writes a file, and deletes it. What the system says of rights is not enough: the disk may be full, or only be read.
fn try_out(folder: &Path) -> io::Result<()> {
    let name = random::hex(&random::bytes::<8>().map_err(io::Error::other)?);
    let path = folder.join(format!(".parlour-{name}"));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
    let written = file.write_all(b"parlour").and_then(|()| file.sync_all());
    written.and(fs::remove_file(&path))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_from_the_root_are_a_folder_below_it() {
        let root = Path::new("/srv/recordings");
        for (text, path) in [
            ("lectures", Some("lectures")),
            (" lectures/2026 ", Some("lectures/2026")),
            ("/srv/recordings/lectures/2026", Some("lectures/2026")),
            ("..a/b..", Some("..a/b..")),
            ("", None),
            (".", None),
            ("..", None),
            ("a/../../b", None),
            ("a/./b", None),
            ("a//b", None),
            ("a/", Some("a")),
            ("a\0b", None),
            ("/", None),
            ("/srv/recordings", None),
            ("/srv/recordings/../b", None),
            ("/srv/recordings2/a", None),
            ("/tmp", None),
        ] {
            assert_eq!(Below::parse(root, text).as_ref().map(Below::as_str), path, "{text:?}");
        }
        assert!(Below::parse(root, &"x".repeat(256)).is_none() && Below::parse(root, &"x/".repeat(600)).is_none());
    }

    #[test]
    fn what_is_missing_is_made_for_its_owner_and_goes_unless_it_is_kept() {
        let root = tempfile::tempdir().unwrap();
        let below = Below::parse(root.path(), "lectures/2026").unwrap();
        assert!(!below.exists(root.path()).unwrap());
        drop(below.make(root.path()).unwrap());
        assert!(!root.path().join("lectures").exists());
        below.make(root.path()).unwrap().keep();
        for folder in ["lectures", "lectures/2026"] {
            assert_eq!(fs::metadata(root.path().join(folder)).unwrap().permissions().mode() & 0o777, 0o700, "{folder}");
        }
        assert_eq!(fs::read_dir(root.path().join("lectures/2026")).unwrap().count(), 0, "no trial is left");
        drop(below.make(root.path()).unwrap());
        assert!(below.exists(root.path()).unwrap(), "what was there stays");
        fs::write(root.path().join("file"), "").unwrap();
        for text in ["file", "file/a"] {
            assert!(
                matches!(Below::parse(root.path(), text).unwrap().make(root.path()), Err(Unusable::Io(_))),
                "{text}"
            );
        }
        let gone = root.path().join("gone");
        assert!(
            matches!(below.make(&gone), Err(Unusable::Io(_))) && !gone.exists(),
            "the root is the operator's to make"
        );
    }

    #[test]
    fn links_lead_only_to_what_is_below_the_root() {
        let (root, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::create_dir(root.path().join("inside")).unwrap();
        for (link, to) in [
            ("in", Path::new("inside")),
            ("out", outside.path()),
            ("up", Path::new("..")),
            ("self", Path::new(".")),
            ("nowhere", &outside.path().join("not there")),
        ] {
            symlink(to, root.path().join(link)).unwrap();
        }
        for text in ["out", "out/a", "up", "self", "nowhere", "nowhere/a"] {
            let made = Below::parse(root.path(), text).unwrap().make(root.path());
            assert!(matches!(made, Err(Unusable::Outside)), "{text}");
        }
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0, "nothing is made there");
        Below::parse(root.path(), "in/a").unwrap().make(root.path()).unwrap().keep();
        assert!(root.path().join("inside/a").is_dir());
        // The root itself may be reached by one: that is the operator's choice.
        let here = outside.path().join("here");
        symlink(root.path(), &here).unwrap();
        assert!(Below::parse(&here, "inside/a").unwrap().exists(&here).unwrap());
    }

    proptest! {
        #[test]
        fn no_text_leaves_the_root(text in "(/srv|/|[.]{1,2}|[a-z\\\\ .]|\\PC|\0|/srv/recordings/?){0,12}") {
            let root = Path::new("/srv/recordings");
            if let Some(below) = Below::parse(root, &text) {
                let path = root.join(below.as_str());
                prop_assert!(path.starts_with(root) && path != root);
                prop_assert!(path.components().all(|part| part != std::path::Component::ParentDir));
                prop_assert_eq!(Below::parse(root, below.as_str()), Some(below.clone()), "as it is kept");
                prop_assert_eq!(Below::parse(root, path.to_str().unwrap()), Some(below));
            }
        }
    }
}
