//! What every test stands on: one LiveKit for all, a Parlour for each.

mod accounts;
mod browser;
mod inside;
mod livekit;
mod process;
mod signalling;

use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use app::assets::Assets;
use axum::Router;
use ipnet::IpNet;
use livekit_api::access_token::TokenVerifier;
use server::accounts::{Access, Accounts};
use server::config::Rates;
use server::http::assets::Site;
use server::http::limits::Limits;
use server::meetings::Meetings;
use server::password::Passwords;
use server::state::{AppState, Parts, Signalling};
use server::store::Store;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;
use wire::ClientProfile;

pub(crate) use accounts::{EMAIL, PASSWORD, code, field_of, link_in, shown};
pub(crate) use browser::{Answer, Browser};
pub(crate) use inside::Inside;
pub(crate) use livekit::{Livekit, media_ports, shared};
pub(crate) use process::{Parlour, command, pids_with, program_of};
pub(crate) use signalling::{Socket, connect, hear, listen, say};

/// Nothing that is waited for takes this long unless it is broken.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// Runs a test on the one runtime of this binary: the shared LiveKit's supervisor lives on it.
pub(crate) fn run<T>(test: impl Future<Output = T>) -> T {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().unwrap()).block_on(test)
}

/// Polls until something can be seen.
pub(crate) async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let waiting = async {
        loop {
            if let Some(seen) = look().await {
                return seen;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    match tokio::time::timeout(DEADLINE, waiting).await {
        Ok(seen) => seen,
        Err(_) => panic!("waited in vain until {what}"),
    }
}

/// A Parlour of a test's own.
pub(crate) struct App {
    pub(crate) router: Router,
    pub(crate) state: AppState,
    pub(crate) data: Arc<TempDir>,
}

impl App {
    /// With the shared LiveKit and no limits.
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// The same, changed.
    pub(crate) async fn with(change: impl FnOnce(&mut Parts)) -> Self {
        Self::on(shared().await, change).await
    }

    /// On a LiveKit of the test's own.
    pub(crate) async fn on(livekit: &Livekit, change: impl FnOnce(&mut Parts)) -> Self {
        Self::at(livekit, Arc::new(tempfile::tempdir().unwrap()), change).await
    }

    /// Another one over the same database, which remembers nothing yet.
    pub(crate) async fn over(other: &Self) -> Self {
        Self::at(shared().await, Arc::clone(&other.data), |_| {}).await
    }

    async fn at(livekit: &Livekit, data: Arc<TempDir>, change: impl FnOnce(&mut Parts)) -> Self {
        let store = Store::open(&format!("sqlite:{}", data.path().join("parlour.db").display())).await.unwrap();
        let accounts = Accounts::new(store.clone(), Passwords::default());
        let meetings = Meetings::new(store, livekit.endpoint.clone(), livekit.keys.clone(), Some(Vec::new()));
        let shutdown = CancellationToken::new();
        let mut parts = Parts {
            client_profile: ClientProfile::PRODUCTION,
            livekit: meetings.watch_livekit(shutdown.clone()),
            meetings,
            accounts,
            access: Access::Open,
            signalling: Signalling::Proxied(livekit.endpoint.clone()),
            webhooks: TokenVerifier::with_api_key(&livekit.keys.key, livekit.keys.secret.expose()),
            public_url: None,
            trusted_proxies: Vec::<IpNet>::new(),
            limits: Limits::new(Rates { create_per_minute: 0, requests_per_second: 0 }),
            assets: Assets {
                css: "/pkg/app.1.css".to_owned(),
                js: "/pkg/app.2.js".to_owned(),
                wasm: "/pkg/app.3.wasm".to_owned(),
                icon: "/pkg/icon.5.svg".to_owned(),
            },
            site: Site::default(),
            shutdown,
        };
        change(&mut parts);
        let state = AppState::new(parts);
        Self { router: server::router(state.clone()), state, data }
    }

    /// Somebody without a cookie yet.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }
}
