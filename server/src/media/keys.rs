//! The API key pair of a managed LiveKit: random, one per data folder.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::random;
use crate::secret::{KeyPair, Secret};

/// File in the data folder.
pub const FILE: &str = "livekit-keys.json";

#[derive(Serialize, Deserialize)]
struct Stored {
    key: String,
    secret: String,
}

/// The key pair of this data folder, made when there is none.
///
/// # Errors
/// When the file cannot be read or written.
pub fn of(data_dir: &Path) -> io::Result<KeyPair> {
    let path = data_dir.join(FILE);
    let stored: Stored = match fs::read(&path) {
        Ok(text) => serde_json::from_slice(&text).map_err(|_| {
            let message = format!("{} is damaged: delete it, and Parlour makes a new one", path.display());
            io::Error::new(io::ErrorKind::InvalidData, message)
        })?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let fresh = Stored {
                key: format!("API{}", random::hex(&random::bytes::<6>().map_err(io::Error::other)?)),
                secret: random::hex(&random::bytes::<32>().map_err(io::Error::other)?),
            };
            write_private(&path, &serde_json::to_vec(&fresh)?)?;
            fresh
        }
        Err(error) => return Err(error),
    };
    Ok(KeyPair { key: stored.key, secret: Secret::new(stored.secret) })
}

/// Writes a file that only its owner can read, whole or not at all.
///
/// # Errors
/// When the folder cannot be written.
pub fn write_private(path: &Path, text: &[u8]) -> io::Result<()> {
    let draft = path.with_extension("new");
    match fs::remove_file(&draft) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(text)?;
    file.sync_all()?;
    fs::rename(&draft, path)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_data_folder_keeps_its_keys_and_nobody_else_reads_them() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let keys = of(one.path()).unwrap();
        assert!(keys == of(one.path()).unwrap());
        assert!(keys != of(other.path()).unwrap());
        // LiveKit refuses secrets under 32 characters.
        assert!(keys.secret.expose().len() >= 32);
        let mode = fs::metadata(one.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_damaged_file_is_explained() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "{").unwrap();
        assert!(of(folder.path()).err().unwrap().to_string().contains("delete it"));
    }
}
