//! What an administrator has set in place of the environment: which LiveKit, and where recordings are kept. Read at the start.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::parse::Invalid;
use crate::media::keys::write_private;
use crate::secret::Secret;

/// File in the data folder; only its owner can read it. It is one, so that what is set at once is kept at once; backups know it
/// by its name, which is from when LiveKit was all that could be set.
pub const FILE: &str = "livekit.json";

/// Values that were set; those that the environment has win. No `Debug`: a secret is among them.
#[derive(Default)]
pub struct Stored {
    /// LiveKit's address.
    pub url: Option<String>,
    /// Its API key.
    pub key: Option<String>,
    /// Its API secret.
    pub secret: Option<Secret>,
    /// Where recordings are kept, from the root.
    pub recording_directory: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Text {
    url: Option<String>,
    key: Option<String>,
    secret: Option<String>,
    recording_directory: Option<String>,
}

impl Stored {
    /// What is set; nothing while nothing is.
    ///
    /// # Errors
    /// When the file is there, and cannot be understood.
    pub fn read(data_dir: &Path) -> Result<Self, Invalid> {
        let path = data_dir.join(FILE);
        let text: Text = match fs::read(&path).map(|text| serde_json::from_slice(&text)) {
            Ok(Ok(text)) => text,
            // What is wrong with the folder itself is for others to say.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(Self::default());
            }
            // What stands in it is not repeated.
            Ok(Err(_)) | Err(_) => {
                return Err(Invalid(format!(
                    "LIVEKIT_URL: {} cannot be read, in which administrators have set LiveKit or where recordings are kept. \
                     Mend its permissions, or delete it and set that anew.",
                    path.display()
                )));
            }
        };
        let Text { url, key, secret, recording_directory } = text;
        Ok(Self { url, key, secret: secret.map(Secret::new), recording_directory })
    }

    /// Keeps something else, and what is kept besides.
    ///
    /// # Errors
    /// When the folder cannot be read or written; then everything is as before.
    pub fn amend(data_dir: &Path, change: impl FnOnce(&mut Self)) -> io::Result<()> {
        let mut stored = Self::read(data_dir).map_err(io::Error::other)?;
        change(&mut stored);
        stored.write(data_dir)
    }

    fn write(&self, data_dir: &Path) -> io::Result<()> {
        let secret = self.secret.as_ref().map(|secret| secret.expose().to_owned());
        let text = Text {
            url: self.url.clone(),
            key: self.key.clone(),
            secret,
            recording_directory: self.recording_directory.clone(),
        };
        write_private(&data_dir.join(FILE), &serde_json::to_vec(&text)?)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_is_set_is_kept_and_nobody_else_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Stored::read(folder.path()).unwrap().url.is_none());
        Stored::amend(folder.path(), |stored| {
            stored.url = Some("wss://lk.example".to_owned());
            stored.secret = Some(Secret::new("hidden"));
        })
        .unwrap();
        let read = Stored::read(folder.path()).unwrap();
        assert_eq!((read.url.as_deref(), read.key), (Some("wss://lk.example"), None));
        assert_eq!(read.secret.unwrap().expose(), "hidden");
        Stored::amend(folder.path(), |stored| stored.recording_directory = Some("lectures".to_owned())).unwrap();
        let read = Stored::read(folder.path()).unwrap();
        assert_eq!((read.secret.unwrap().expose(), read.recording_directory.as_deref()), ("hidden", Some("lectures")));
        let path = folder.path().join(FILE);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&path, "{\"secret\":\"hidden\"").unwrap();
        let message = Stored::read(folder.path()).err().unwrap().0;
        assert!(message.contains("delete it") && !message.contains("hidden"), "{message}");
    }

    #[test]
    fn what_an_older_parlour_has_kept_is_read() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), r#"{"url":"wss://lk.example","key":"APIx","secret":"hidden"}"#).unwrap();
        let read = Stored::read(folder.path()).unwrap();
        assert_eq!((read.key.as_deref(), read.recording_directory), (Some("APIx"), None));
    }
}
