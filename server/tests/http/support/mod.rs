//! What every test stands on: one LiveKit for all, a Parlour for each.

mod accounts;
mod browser;
mod bucket;
mod database;
mod described;
mod events;
mod inside;
mod livekit;
mod mail;
mod oidc;
mod postgres;
mod process;
mod signalling;
mod stored;
mod webhook;

use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use app::assets::Assets;
use axum::Router;
use ipnet::IpNet;
use livekit_api::access_token::TokenVerifier;
use server::accounts::{Access, Accounts, Registration, Teachers};
use server::config::{Given, LiveKit, MediaAddress, Rates};
use server::files::Depot;
use server::http::assets::Site;
use server::http::limits::Limits;
use server::meetings::{Files, Meetings, Retention};
use server::password::Passwords;
use server::settings::Settings;
use server::state::{AppState, Parts, Signalling};
use server::store::{Quotas, Store};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;
use wire::ClientProfile;

pub(crate) use accounts::{EMAIL, PASSWORD, code, field_of, link_in, shown};
pub(crate) use browser::{Answer, Browser};
pub(crate) use bucket::{BUCKET_SECRET, Bucket};
pub(crate) use database::{Database, on_postgres};
pub(crate) use events::{ALIVE, Events};
pub(crate) use inside::Inside;
pub(crate) use livekit::{Livekit, media_ports, shared};
pub(crate) use mail::{Arrived, MailServer, certificate};
pub(crate) use oidc::{AtProvider, SECRET, TestProvider, school};
pub(crate) use postgres::Cluster;
pub(crate) use process::{Parlour, command, exchange, pids_with, program_of};
pub(crate) use signalling::{Socket, connect, hear, listen, say};
pub(crate) use webhook::{deliver, sign, tell};

/// Nothing that is waited for takes this long unless it is broken.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// Space enough for what tests send.
pub(crate) const QUOTAS: Quotas = Quotas { file: 100_000, person: 1_000_000, room: 1_000_000, server: 10_000_000 };

/// What is kept unless a test says otherwise.
pub(crate) const RETENTION: Retention = Retention { attendance_days: 90, audit_days: 365 };

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
    pub(crate) database: Database,
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
        Self::in_database(Database::fresh().await, livekit, change).await
    }

    /// Another one over the same database, which remembers nothing yet.
    pub(crate) async fn over(other: &Self) -> Self {
        let app = Self::in_database(Database::at(other.database.url.clone()), shared().await, |_| {}).await;
        Self { data: Arc::clone(&other.data), ..app }
    }

    /// One with so much space for files.
    pub(crate) async fn with_quotas(quotas: Quotas) -> Self {
        Self::made(Database::fresh().await, shared().await, RETENTION, quotas, |_| {}).await
    }

    /// One that keeps what is written about people for so many days.
    pub(crate) async fn keeping(retention: Retention) -> Self {
        Self::made(Database::fresh().await, shared().await, retention, QUOTAS, |_| {}).await
    }

    /// In a database that there is.
    pub(crate) async fn in_database(database: Database, livekit: &Livekit, change: impl FnOnce(&mut Parts)) -> Self {
        Self::made(database, livekit, RETENTION, QUOTAS, change).await
    }

    async fn made(
        database: Database,
        livekit: &Livekit,
        retention: Retention,
        quotas: Quotas,
        change: impl FnOnce(&mut Parts),
    ) -> Self {
        let store = Store::open(&database.url).await.unwrap();
        let accounts = Accounts::new(store.clone(), Passwords::default());
        let data = Arc::new(tempfile::tempdir().unwrap());
        let files = Files::new(Depot::in_folder(data.path()).unwrap(), quotas);
        let (endpoint, keys) = (livekit.endpoint.clone(), livekit.keys.clone());
        let meetings = Meetings::new(store, endpoint, keys, Some(Vec::new()), retention, files);
        let shutdown = CancellationToken::new();
        let managed =
            LiveKit::Managed { program: None, media: MediaAddress { ip: None, udp_port: 7882, tcp_port: 7881 } };
        let mut parts = Parts {
            client_profile: ClientProfile::PRODUCTION,
            livekit: meetings.watch_livekit(shutdown.clone()),
            meetings,
            accounts,
            access: Access::Open,
            teachers: Teachers::default(),
            provider: None,
            mail: None,
            registration: Registration::Closed,
            signalling: Signalling::Proxied(livekit.endpoint.clone()),
            webhooks: TokenVerifier::with_api_key(&livekit.keys.key, livekit.keys.secret.expose()),
            public_url: None,
            trusted_proxies: Vec::<IpNet>::new(),
            limits: Limits::new(Rates::NONE),
            assets: Assets {
                css: "/pkg/app.1.css".to_owned(),
                account_css: "/pkg/account.1.css".to_owned(),
                js: "/pkg/app.2.js".to_owned(),
                js_imports: vec!["/pkg/chunk.1.js".to_owned()],
                wasm: "/pkg/app.3.wasm".to_owned(),
                icon: "/pkg/icon.5.svg".to_owned(),
            },
            site: Site::default(),
            settings: Settings::new(data.path().to_path_buf(), Given::default(), &managed, None),
            metrics: None,
            shutdown,
        };
        change(&mut parts);
        let state = AppState::new(parts);
        tokio::spawn(state.clone().follow_revocations());
        tokio::spawn(state.clone().follow_ends());
        tokio::task::yield_now().await;
        Self { router: server::router(state.clone()), state, database, data }
    }

    /// Somebody without a cookie yet.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(self.router.clone())
    }
}
