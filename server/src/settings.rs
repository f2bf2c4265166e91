//! What administrators set while Parlour runs: which LiveKit it uses, and where recordings are kept. What the environment says
//! wins.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;

use crate::config::{Given, LiveKit, Stored, livekit_url};
use crate::media::Endpoint;
use crate::media::rooms::{MediaError, Rooms};
use crate::origin::Origin;
use crate::recordings::{Below, Recordings, Unusable};
use crate::secret::{KeyPair, Secret};
use crate::slots::Slots;

/// The variables, as they are named to whoever wants to change what they say.
const URL: &str = "LIVEKIT_URL";
const KEY: &str = "LIVEKIT_API_KEY";
const SECRET: &str = "LIVEKIT_API_SECRET";
const DIRECTORY: &str = "PARLOUR_RECORDING_DIR";

/// The settings of a running Parlour.
pub struct Settings {
    data_dir: PathBuf,
    given: Given,
    livekit: Option<(Origin, KeyPair)>,
    /// The folder below which recordings may be kept, and whether the environment says which one.
    root: Option<PathBuf>,
    directory_given: bool,
    /// The one that they are kept in. It is another one at once.
    directory: watch::Sender<Option<Below>>,
    /// What is set is written by one at a time.
    writing: Slots,
    restarts: AtomicBool,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The environment or the command line, which win.
    Environment,
    /// An administrator.
    Settings,
    /// Parlour itself, which runs a LiveKit of its own.
    Parlour,
}

/// What holds: address and key, without the secret, and where address, key and secret come from.
pub struct Told {
    /// LiveKit's address; `None` with Parlour's own.
    pub url: Option<String>,
    /// Its API key.
    pub key: Option<String>,
    /// Sources of address, key and secret.
    pub sources: [Source; 3],
    /// The folder below which recordings may be kept; `None`: nowhere.
    pub recording_root: Option<String>,
    /// The one that they are kept in, from the root.
    pub recording_directory: Option<String>,
    /// Where that comes from; `None` while it is nowhere.
    pub recording_source: Option<Source>,
    /// Whether Parlour is about to start anew.
    pub restarts: bool,
}

/// What is to be different: all of it, or nothing.
#[derive(Default)]
pub struct Change {
    /// Another LiveKit.
    pub livekit: Option<LivekitChange>,
    /// Another folder for recordings.
    pub recording_directory: Option<String>,
}

/// What is to be different of LiveKit; what is absent stays. No `Debug`: a secret is among it.
#[derive(Default)]
pub struct LivekitChange {
    /// LiveKit's address.
    pub url: Option<String>,
    /// Its API key.
    pub key: Option<String>,
    /// Its API secret.
    pub secret: Option<Secret>,
}

/// Why nothing was changed.
#[derive(Debug)]
pub enum Refused {
    /// This variable is set, and wins.
    Given(&'static str),
    /// The address is none.
    Address,
    /// Another address or key needs the secret again, and an address needs a key.
    Incomplete,
    /// Nothing answers there.
    Unreachable,
    /// What answers does not take the key and the secret.
    Keys,
    /// The operator has set no folder below which recordings may be kept.
    NoRoot,
    /// That is not below it.
    Outside,
    /// Nothing can be written there.
    Unwritable,
    /// The data folder cannot be written.
    Io(io::Error),
}

impl From<Unusable> for Refused {
    fn from(unusable: Unusable) -> Self {
        match unusable {
            Unusable::Outside => Self::Outside,
            Unusable::Io(cause) => {
                tracing::info!(%cause, "the folder for recordings that an administrator names cannot be used");
                Self::Unwritable
            }
        }
    }
}

impl Settings {
    /// What holds now.
    pub fn new(data_dir: PathBuf, given: Given, livekit: &LiveKit, recordings: Option<Recordings>) -> Self {
        let livekit = match livekit {
            LiveKit::External { url, keys, .. } => Some((url.clone(), keys.clone())),
            LiveKit::Managed { .. } => None,
        };
        let (root, directory, directory_given) = match recordings {
            Some(Recordings { root, directory, given }) => (Some(root), directory, given),
            None => (None, None, false),
        };
        Self {
            data_dir,
            given,
            livekit,
            root,
            directory_given,
            directory: watch::Sender::new(directory),
            writing: Slots::new(1),
            restarts: AtomicBool::new(false),
        }
    }

    /// Whether Parlour is to start anew when it has stopped.
    pub fn restarts(&self) -> bool {
        self.restarts.load(Ordering::Relaxed)
    }

    /// Lets Parlour start anew when it has stopped, which is for the caller to bring about.
    pub fn start_anew(&self) {
        self.restarts.store(true, Ordering::Relaxed);
    }

    /// What holds, for administrators.
    pub fn told(&self) -> Told {
        let source = |given| match (given, &self.livekit) {
            (_, None) => Source::Parlour,
            (true, Some(_)) => Source::Environment,
            (false, Some(_)) => Source::Settings,
        };
        let recording_directory = self.directory.borrow().as_ref().map(|below| below.as_str().to_owned());
        let from = if self.directory_given { Source::Environment } else { Source::Settings };
        Told {
            recording_root: self.root.as_ref().map(|root| root.display().to_string()),
            recording_source: recording_directory.as_ref().map(|_| from),
            recording_directory,
            url: self.livekit.as_ref().map(|(url, _)| url.ws()),
            key: self.livekit.as_ref().map(|(_, keys)| keys.key.clone()),
            sources: [source(self.given.url), source(self.given.key), source(self.given.secret)],
            restarts: self.restarts(),
        }
    }

    /// Takes another LiveKit, when it answers and takes the new pair, and another folder for recordings, when it is below the
    /// root and can be written. The LiveKit is used from the next start on, which is for the caller to bring about; the folder
    /// at once.
    ///
    /// # Errors
    /// Why not; then everything is as before.
    pub async fn change(&self, change: Change) -> Result<(), Refused> {
        let livekit = change.livekit.as_ref();
        for (wanted, given, variable) in [
            (livekit.is_some_and(|livekit| livekit.url.is_some()), self.given.url, URL),
            (livekit.is_some_and(|livekit| livekit.key.is_some()), self.given.key, KEY),
            (livekit.is_some_and(|livekit| livekit.secret.is_some()), self.given.secret, SECRET),
            (change.recording_directory.is_some(), self.directory_given, DIRECTORY),
        ] {
            if wanted && given {
                return Err(Refused::Given(variable));
            }
        }
        let folder = change.recording_directory.map(|text| self.below(&text)).transpose()?;
        let livekit = match change.livekit {
            Some(livekit) => Some(self.answering(livekit).await?),
            None => None,
        };
        let starts_anew = livekit.is_some();
        let (data_dir, given, directory) = (self.data_dir.clone(), self.given, self.directory.clone());
        let turn = self.writing.wait().await.map_err(|error| Refused::Io(io::Error::other(error)))?;
        let kept = turn.work(move || keep(&data_dir, given, livekit, folder, &directory)).await;
        kept.map_err(|error| Refused::Io(io::Error::other(error)))??;
        if starts_anew {
            self.start_anew();
        }
        Ok(())
    }

    /// The folder that is meant, and the root that it is below.
    fn below(&self, text: &str) -> Result<(PathBuf, Below), Refused> {
        let root = self.root.clone().ok_or(Refused::NoRoot)?;
        let below = Below::parse(&root, text).ok_or(Refused::Outside)?;
        Ok((root, below))
    }

    /// The whole of what is wanted, when it answers and takes the pair.
    async fn answering(&self, change: LivekitChange) -> Result<(Origin, KeyPair), Refused> {
        let (url, keys) = self.wanted(change)?;
        let (_, endpoint) = watch::channel(Endpoint { url: url.http(), generation: 0, ready: true });
        match Rooms::new(endpoint, keys.clone()).ping().await {
            Ok(()) => Ok((url, keys)),
            Err(MediaError::Refused) => Err(Refused::Keys),
            Err(cause) => {
                tracing::info!(%cause, "the LiveKit that an administrator names does not answer");
                Err(Refused::Unreachable)
            }
        }
    }

    /// The whole of what is wanted. Somebody who knows no secret must not lead Parlour's own to another address.
    fn wanted(&self, change: LivekitChange) -> Result<(Origin, KeyPair), Refused> {
        let now = self.livekit.as_ref();
        let url = match change.url {
            Some(text) => livekit_url(text.trim()).map_err(|_| Refused::Address)?,
            None => now.map(|(url, _)| url.clone()).ok_or(Refused::Incomplete)?,
        };
        let key = change.key.map(|key| key.trim().to_owned()).or_else(|| now.map(|(_, keys)| keys.key.clone()));
        let key = key.filter(|key| !key.is_empty()).ok_or(Refused::Incomplete)?;
        let same = now.is_some_and(|(before, keys)| *before == url && keys.key == key);
        let secret = match change.secret {
            Some(secret) => Some(secret),
            None if same => now.map(|(_, keys)| keys.secret.clone()),
            None if self.given.secret => return Err(Refused::Given(SECRET)),
            None => None,
        };
        let secret = secret.filter(|secret| !secret.expose().is_empty()).ok_or(Refused::Incomplete)?;
        Ok((url, KeyPair { key, secret }))
    }
}

/// Makes the folder, and writes down what is set. Both or neither.
fn keep(
    data_dir: &Path,
    given: Given,
    livekit: Option<(Origin, KeyPair)>,
    folder: Option<(PathBuf, Below)>,
    directory: &watch::Sender<Option<Below>>,
) -> Result<(), Refused> {
    let made = folder.as_ref().map(|(root, below)| below.make(root)).transpose()?;
    let below = folder.map(|(_, below)| below);
    let change = |stored: &mut Stored| {
        if let Some((url, keys)) = livekit {
            stored.url = (!given.url).then(|| url.ws());
            stored.key = (!given.key).then_some(keys.key);
            stored.secret = (!given.secret).then_some(keys.secret);
        }
        if let Some(below) = &below {
            stored.recording_directory = Some(below.as_str().to_owned());
        }
    };
    Stored::amend(data_dir, change).map_err(Refused::Io)?;
    if let Some(made) = made {
        made.keep();
    }
    if below.is_some() {
        directory.send_replace(below);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(given: Given) -> Settings {
        let keys = KeyPair { key: "APIold".to_owned(), secret: Secret::new("old secret") };
        let url = livekit_url("wss://old.example").unwrap();
        let livekit = LiveKit::External { url, keys: keys.clone(), webhook_keys: keys };
        Settings::new(PathBuf::from("/nowhere"), given, &livekit, None)
    }

    fn change(url: Option<&str>, key: Option<&str>, secret: Option<&str>) -> LivekitChange {
        LivekitChange { url: url.map(str::to_owned), key: key.map(str::to_owned), secret: secret.map(Secret::new) }
    }

    #[test]
    fn the_secret_goes_to_no_other_address() {
        let settings = settings(Given::default());
        for moved in [
            change(Some("wss://other.example"), None, None),
            change(Some("ws://old.example"), None, None),
            change(None, Some("APInew"), None),
            change(Some("wss://other.example"), None, Some("")),
        ] {
            assert!(matches!(settings.wanted(moved), Err(Refused::Incomplete)));
        }
        let (_, keys) = settings.wanted(change(Some("wss://old.example"), None, None)).ok().unwrap();
        assert_eq!(keys.secret.expose(), "old secret", "where it is the same address, it is no other");
        let (url, keys) = settings.wanted(change(Some("wss://other.example"), None, Some("new"))).ok().unwrap();
        assert_eq!((url.ws().as_str(), keys.secret.expose()), ("wss://other.example", "new"));
        assert!(matches!(settings.wanted(change(Some("ftp://x"), None, Some("new"))), Err(Refused::Address)));
    }

    #[test]
    fn a_secret_of_the_environment_stays_where_it_is() {
        let settings = settings(Given { secret: true, ..Given::default() });
        let moved = settings.wanted(change(Some("wss://other.example"), None, None));
        assert!(matches!(moved, Err(Refused::Given("LIVEKIT_API_SECRET"))));
    }
}
