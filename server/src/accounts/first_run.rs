//! The first start: somebody has to be the first administrator.

use std::fs;
use std::io;
use std::path::Path;

use super::{Accounts, Link, LinkToken};
use crate::error::Error;
use crate::media::keys::write_private;

/// File in the data folder that holds the link.
const FILE: &str = "first-administrator.txt";

/// Why there is no link.
#[derive(Debug, thiserror::Error)]
pub enum NoLink {
    /// The database.
    #[error(transparent)]
    Domain(#[from] Error),
    /// The file.
    #[error("{FILE} cannot be written: {0}")]
    File(#[from] io::Error),
}

impl Accounts {
    /// While there is no account: the link of the first administrator, which also stands in a file that only Parlour's
    /// user can read. One that is still good stays; `base` is Parlour's address.
    ///
    /// # Errors
    /// When the database or the file fails.
    pub async fn first_link(&self, data_dir: &Path, base: &str) -> Result<Option<String>, NoLink> {
        let path = data_dir.join(FILE);
        if self.store.has_accounts().await.map_err(Error::from)? {
            return match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
                _ => Ok(None),
            };
        }
        let token = match self.kept(&path).await? {
            Some(token) => token,
            None => self.new_link(None, super::links::FIRST_LASTS).await?,
        };
        let link = format!("{base}{}", token.path());
        write_private(&path, format!("{link}\n").as_bytes())?;
        Ok(Some(link))
    }

    /// The link that the file holds, when it is still good.
    async fn kept(&self, path: &Path) -> Result<Option<LinkToken>, Error> {
        let text = fs::read_to_string(path).unwrap_or_default();
        let Some(token) = text.rsplit_once("#link=").and_then(|(_, secret)| LinkToken::parse(secret)) else {
            return Ok(None);
        };
        let good = matches!(self.link(&token).await?, Some(Link::FirstAdministrator));
        Ok(good.then_some(token))
    }
}
