//! What administrators set while Parlour runs: which LiveKit it uses. What the environment says wins.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;

use crate::config::{Given, LiveKit, Stored, livekit_url};
use crate::media::Endpoint;
use crate::media::rooms::{MediaError, Rooms};
use crate::origin::Origin;
use crate::secret::{KeyPair, Secret};

/// The variables, as they are named to whoever wants to change what they say.
const URL: &str = "LIVEKIT_URL";
const KEY: &str = "LIVEKIT_API_KEY";
const SECRET: &str = "LIVEKIT_API_SECRET";

/// The settings of a running Parlour.
pub struct Settings {
    data_dir: PathBuf,
    given: Given,
    livekit: Option<(Origin, KeyPair)>,
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
    /// Whether Parlour is about to start anew.
    pub restarts: bool,
}

/// What is to be different; what is absent stays. No `Debug`: a secret is among it.
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
    /// The data folder cannot be written.
    Io(std::io::Error),
}

impl Settings {
    /// What holds now.
    pub fn new(data_dir: PathBuf, given: Given, livekit: &LiveKit) -> Self {
        let livekit = match livekit {
            LiveKit::External { url, keys, .. } => Some((url.clone(), keys.clone())),
            LiveKit::Managed { .. } => None,
        };
        Self { data_dir, given, livekit, restarts: AtomicBool::new(false) }
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
        Told {
            url: self.livekit.as_ref().map(|(url, _)| url.ws()),
            key: self.livekit.as_ref().map(|(_, keys)| keys.key.clone()),
            sources: [source(self.given.url), source(self.given.key), source(self.given.secret)],
            restarts: self.restarts(),
        }
    }

    /// Takes another LiveKit, when it answers and takes the new pair. It is used from the next start on, which is for the
    /// caller to bring about.
    ///
    /// # Errors
    /// Why not; then everything is as before.
    pub async fn change(&self, change: LivekitChange) -> Result<(), Refused> {
        for (wanted, given, variable) in [
            (change.url.is_some(), self.given.url, URL),
            (change.key.is_some(), self.given.key, KEY),
            (change.secret.is_some(), self.given.secret, SECRET),
        ] {
            if wanted && given {
                return Err(Refused::Given(variable));
            }
        }
        let (url, keys) = self.wanted(change)?;
        let (_, endpoint) = watch::channel(Endpoint { url: url.http(), generation: 0, ready: true });
        match Rooms::new(endpoint, keys.clone()).ping().await {
            Ok(()) => {}
            Err(MediaError::Refused) => return Err(Refused::Keys),
            Err(cause) => {
                tracing::info!(%cause, "the LiveKit that an administrator names does not answer");
                return Err(Refused::Unreachable);
            }
        }
        let stored = Stored {
            url: (!self.given.url).then(|| url.ws()),
            key: (!self.given.key).then_some(keys.key),
            secret: (!self.given.secret).then_some(keys.secret),
        };
        stored.write(&self.data_dir).map_err(Refused::Io)?;
        self.start_anew();
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(given: Given) -> Settings {
        let keys = KeyPair { key: "APIold".to_owned(), secret: Secret::new("old secret") };
        let url = livekit_url("wss://old.example").unwrap();
        let livekit = LiveKit::External { url, keys: keys.clone(), webhook_keys: keys };
        Settings::new(PathBuf::from("/nowhere"), given, &livekit)
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
