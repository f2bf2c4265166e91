//! What an administrator has set in place of the environment: which LiveKit. Read at the start.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::parse::Invalid;
use crate::media::keys::write_private;
use crate::secret::Secret;

/// File in the data folder; only its owner can read it.
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
}

#[derive(Serialize, Deserialize)]
struct Text {
    url: Option<String>,
    key: Option<String>,
    secret: Option<String>,
}

impl Stored {
    /// What is set; nothing while nothing is.
    pub(super) fn read(data_dir: &Path) -> Result<Self, Invalid> {
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
                    "LIVEKIT_URL: {} cannot be read, in which an administrator has set another LiveKit. Mend its \
                     permissions, or delete it and set LiveKit anew.",
                    path.display()
                )));
            }
        };
        Ok(Self { url: text.url, key: text.key, secret: text.secret.map(Secret::new) })
    }

    /// Keeps what is set.
    ///
    /// # Errors
    /// When the folder cannot be written; then everything is as before.
    pub fn write(&self, data_dir: &Path) -> io::Result<()> {
        let secret = self.secret.as_ref().map(|secret| secret.expose().to_owned());
        let text = Text { url: self.url.clone(), key: self.key.clone(), secret };
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
        let stored =
            Stored { url: Some("wss://lk.example".to_owned()), key: None, secret: Some(Secret::new("hidden")) };
        stored.write(folder.path()).unwrap();
        let read = Stored::read(folder.path()).unwrap();
        assert_eq!((read.url.as_deref(), read.key), (Some("wss://lk.example"), None));
        assert_eq!(read.secret.unwrap().expose(), "hidden");
        let path = folder.path().join(FILE);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&path, "{\"secret\":\"hidden\"").unwrap();
        let message = Stored::read(folder.path()).err().unwrap().0;
        assert!(message.contains("delete it") && !message.contains("hidden"), "{message}");
    }
}
