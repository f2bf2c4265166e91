//! The parts of a running Parlour, put together, and taken apart in order.

use std::io::{self, IsTerminal as _, Write as _, stderr};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use livekit_api::access_token::TokenVerifier;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::accounts::Accounts;
use crate::accounts::oidc::Provider;
use crate::command::Failure;
use crate::config::{Config, LiveKit};
use crate::data_dir::DataDir;
use crate::files::Depot;
use crate::http::assets::Site;
use crate::http::limits::{FORGET_EVERY, Limits};
use crate::http::{listen, metrics};
use crate::mail::Mail;
use crate::media::managed::{self, Managed};
use crate::media::{Endpoint, guard, lookup};
use crate::meetings::{Files, Meetings, Retention};
use crate::origin::Origin;
use crate::password::Passwords;
use crate::secret::KeyPair;
use crate::settings::Settings;
use crate::state::{AppState, Parts, Signalling};
use crate::store::Store;
use crate::{backup, router, telemetry};

/// How long running requests may take when Parlour is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// How long what was asked for may take after that, when nobody waits for it any more.
const DEEDS_GRACE: Duration = Duration::from_secs(5);

/// How often it is looked whether a restore has prepared something.
const RESTORED_WITHIN: Duration = Duration::from_secs(1);

/// Exit code when somebody did not want to wait.
const IMPATIENT: i32 = 1;

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Somebody has stopped it.
    ForGood,
    /// It is to start again, with what an administrator has set.
    ToStartAnew,
}

/// Starts the parts, serves until a signal, stops the parts.
///
/// # Errors
/// When a part does not start: a sentence that says what to do.
pub(crate) async fn serve(config: &Config) -> Result<Ended, Failure> {
    let site = Site::built();
    let assets = site.assets().ok_or(Failure::NotBuilt)?;
    let unusable = |error| Failure::DataDir { path: config.data_dir.display().to_string(), error };
    let data_dir = DataDir::take(&config.data_dir).map_err(unusable)?;
    let keeps = backup::keeps(&config.data_dir, &config.database_url);
    if DataDir::said(&config.data_dir).as_ref() != Some(&keeps) {
        data_dir.say(&keeps).map_err(|error| unusable(error.into()))?;
    }
    backup::finish(&config.data_dir).map_err(|error| unusable(error.into()))?;
    let store = Store::open(&config.database_url).await?;
    // Before LiveKit starts: its webhooks need our port.
    let listen = |error| Failure::Listen { addr: config.addr, error };
    let listener = TcpListener::bind(config.addr).await.map_err(listen)?;
    let addr = listener.local_addr()?;
    let metrics_listener = match config.metrics_addr {
        None => None,
        Some(addr) => {
            let listen = |error| Failure::ListenForMetrics { addr, error };
            Some(TcpListener::bind(addr).await.map_err(listen)?)
        }
    };
    let depot = match &config.bucket {
        Some(bucket) => Depot::in_bucket(bucket)?,
        None => Depot::in_folder(&config.data_dir)?,
    };
    let media = Media::start(config, addr).await?;
    let shutdown = CancellationToken::new();
    let accounts = Accounts::new(store.clone(), Passwords::default());
    let first_link = accounts.first_link(&config.data_dir, &address(config, addr)).await?;
    let meetings = Meetings::new(
        store,
        media.endpoint,
        media.keys,
        config.ice_servers.clone(),
        Retention { attendance_days: config.attendance_days, audit_days: config.audit_days },
        Files::new(depot, config.quotas),
    );
    let state = AppState::new(Parts {
        livekit: meetings.watch_livekit(shutdown.clone()),
        meetings,
        accounts,
        access: config.access,
        teachers: config.teachers.clone(),
        provider: config.provider.clone().map(Provider::new).transpose()?,
        mail: mail(config, &shutdown),
        registration: config.registration.clone(),
        signalling: media.signalling,
        webhooks: TokenVerifier::with_api_key(&media.webhook_keys.key, media.webhook_keys.secret.expose()),
        public_url: config.public_url.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
        limits: Limits::new(config.rates),
        client_profile: config.client_profile,
        assets,
        site,
        settings: Settings::new(
            config.data_dir.clone(),
            config.livekit_given,
            &config.livekit,
            config.recordings.clone(),
        ),
        metrics: Some(telemetry::start().map_err(io::Error::other)?),
        shutdown: shutdown.clone(),
    });
    tokio::spawn(stop_on_signal(shutdown.clone())?);
    tokio::spawn(forget_quiet(state.clone()));
    tokio::spawn(sum_up(state.clone()));
    if let Some(listener) = metrics_listener {
        serve_metrics(listener, state.clone())?;
    }
    tokio::spawn(keep_presence(state.clone()));
    tokio::spawn(state.clone().follow_revocations());
    tokio::spawn(state.clone().follow_ends());
    tokio::spawn(state.clone().follow_others());
    tokio::spawn(keep_hosts(state.clone()));
    tokio::spawn(keep_history(state.clone()));
    tokio::spawn(follow_restores(state.clone(), config.data_dir.clone()));
    announce(config, addr, first_link.as_deref());
    tokio::select! {
        () = listen::serve(listener, router(state.clone()), listen::HEAD_TIMEOUT, shutdown.clone()) => {}
        () = async { shutdown.cancelled().await; tokio::time::sleep(GRACE).await } => {
            tracing::warn!("some requests did not end in time");
        }
    }
    if tokio::time::timeout(DEEDS_GRACE, state.finish()).await.is_err() {
        tracing::warn!("some of what was asked for is not carried out to the end");
    }
    if let Some(managed) = media.managed {
        managed.stop().await;
    }
    if let Some(mail) = &state.mail
        && tokio::time::timeout(GRACE, mail.finish()).await.is_err()
    {
        tracing::warn!("some mails were not sent in time");
    }
    state.meetings.close().await;
    tracing::info!("stopped");
    Ok(if state.settings.restarts() { Ended::ToStartAnew } else { Ended::ForGood })
}

/// Mail, where there is a server for it; links in it lead to the address that is configured.
fn mail(config: &Config, shutdown: &CancellationToken) -> Option<Mail> {
    let (smtp, origin) = config.smtp.as_ref().zip(config.public_url.as_ref())?;
    Some(Mail::new(smtp.clone(), origin.clone(), shutdown.clone()))
}

/// LiveKit, wherever it is.
struct Media {
    endpoint: watch::Receiver<Endpoint>,
    keys: KeyPair,
    webhook_keys: KeyPair,
    signalling: Signalling,
    managed: Option<Managed>,
}

impl Media {
    async fn start(config: &Config, addr: SocketAddr) -> Result<Self, Failure> {
        match &config.livekit {
            LiveKit::External { url, keys, webhook_keys } => {
                let (_, endpoint) = watch::channel(Endpoint { url: url.http(), generation: 0, ready: true });
                Ok(Self {
                    endpoint,
                    keys: keys.clone(),
                    webhook_keys: webhook_keys.clone(),
                    signalling: Signalling::External(url.clone()),
                    managed: None,
                })
            }
            LiveKit::Managed { program, media } => {
                let program = lookup::find(program.as_deref())?;
                tracing::debug!(?program, "starting LiveKit");
                let managed = Managed::start(managed::Options {
                    program,
                    guard: guard::this_program()?,
                    data_dir: config.data_dir.clone(),
                    media: *media,
                    webhook_url: format!("http://{}/webhooks/livekit", from_here(addr)),
                })
                .await?;
                Ok(Self {
                    endpoint: managed.endpoint(),
                    keys: managed.keys().clone(),
                    webhook_keys: managed.keys().clone(),
                    signalling: Signalling::Proxied(managed.endpoint()),
                    managed: Some(managed),
                })
            }
        }
    }
}

/// The address by which this machine reaches what listens on `addr`.
fn from_here(addr: SocketAddr) -> SocketAddr {
    let ip = match addr.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, addr.port())
}

/// Waits for SIGTERM or Ctrl-C and stops Parlour in order; a second one ends it at once, and LiveKit with it.
fn stop_on_signal(shutdown: CancellationToken) -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut term, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        for word in ["stopping", "ending at once"] {
            tokio::select! {
                _ = term.recv() => {}
                _ = interrupt.recv() => {}
            }
            tracing::info!("{word}");
            if shutdown.is_cancelled() {
                std::process::exit(IMPATIENT);
            }
            // Signalling connections would stay open for as long as a meeting.
            shutdown.cancel();
        }
    })
}

/// Lets Prometheus ask without a key.
fn serve_metrics(listener: TcpListener, state: AppState) -> Result<(), Failure> {
    tracing::info!(addr = %listener.local_addr()?, "metrics are served");
    let shutdown = state.shutdown.clone();
    tokio::spawn(listen::serve(listener, metrics::router(state), listen::HEAD_TIMEOUT, shutdown));
    Ok(())
}

/// Sums up what is counted.
async fn sum_up(state: AppState) {
    let Some(handle) = &state.metrics else { return };
    let mut every = tokio::time::interval(telemetry::SUM_UP_EVERY);
    loop {
        tokio::select! {
            () = state.shutdown.cancelled() => return,
            _ = every.tick() => handle.run_upkeep(),
        }
    }
}

async fn forget_quiet(state: AppState) {
    let mut every = tokio::time::interval(FORGET_EVERY);
    loop {
        tokio::select! {
            () = state.shutdown.cancelled() => return,
            _ = every.tick() => state.limits.forget_quiet(),
        }
    }
}

async fn keep_hosts(state: AppState) {
    state.meetings.keep_hosts(state.shutdown.clone()).await;
}

async fn keep_history(state: AppState) {
    state.meetings.keep_history(state.shutdown.clone()).await;
}

async fn keep_presence(state: AppState) {
    state.meetings.keep_presence(state.shutdown.clone()).await;
}

/// Starts anew when a restore has prepared what is to take the place of the data: the folder says so to whoever uses it,
/// also in another container.
async fn follow_restores(state: AppState, data_dir: PathBuf) {
    let mut every = tokio::time::interval(RESTORED_WITHIN);
    while !backup::is_prepared(&data_dir) {
        tokio::select! {
            () = state.shutdown.cancelled() => return,
            _ = every.tick() => {}
        }
    }
    tracing::warn!("a backup is put back: Parlour starts anew with it");
    state.settings.start_anew();
    state.shutdown.cancel();
}

/// Says where Parlour is: to people plainly, to a log collector as an event.
fn announce(config: &Config, addr: SocketAddr, first_link: Option<&str>) {
    let url = address(config, addr);
    if stderr().is_terminal() {
        let _ = writeln!(stderr(), "\n  Parlour is at {url}\n  Stop it with Ctrl-C.");
        if let Some(link) = first_link {
            let _ = writeln!(stderr(), "\n  Make the first administrator (once, within 24 hours):\n  {link}");
        }
        let _ = writeln!(stderr());
    } else {
        tracing::info!(url, "Parlour is ready");
    }
}

/// Parlour's address, as far as it is known without a request.
pub(crate) fn address(config: &Config, addr: SocketAddr) -> String {
    config.public_url.as_ref().map_or_else(|| format!("http://{}", from_here(addr)), Origin::http)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhooks_find_their_way_home() {
        for (listening, reached) in
            [("0.0.0.0:3000", "127.0.0.1:3000"), ("[::]:3000", "[::1]:3000"), ("10.0.0.5:80", "10.0.0.5:80")]
        {
            assert_eq!(from_here(listening.parse().unwrap()).to_string(), reached);
        }
    }
}
