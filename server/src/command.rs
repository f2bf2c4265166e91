//! The running of `parlour`: start the parts, serve, stop in order.

use std::fs;
use std::io::{self, IsTerminal as _, Write as _, stderr};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use livekit_api::access_token::TokenVerifier;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::config::{Args, Config, Invalid, LiveKit};
use crate::http::assets::Site;
use crate::http::limits::{FORGET_EVERY, Limits};
use crate::media::managed::{self, Managed, StartError};
use crate::media::{Endpoint, guard, lookup};
use crate::meetings::Meetings;
use crate::secret::KeyPair;
use crate::state::{AppState, Parts, Signalling};
use crate::store::Store;
use crate::{logging, router};

/// How long running requests may take when Parlour is told to stop.
const GRACE: Duration = Duration::from_secs(10);
/// Exit code for a configuration that cannot work.
const MISCONFIGURED: u8 = 2;

/// Why Parlour does not run.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("PARLOUR_LOG is not a filter: {0}. Use a level such as info, or a filter such as info,server=debug.")]
    Log(#[from] tracing_subscriber::filter::ParseError),
    #[error("the data folder {path} cannot be used: {error}. Set PARLOUR_DATA_DIR to a folder that Parlour may write.")]
    DataDir { path: String, error: io::Error },
    #[error("the database cannot be opened: {0}")]
    Store(#[from] sqlx::Error),
    #[error("cannot listen on {addr}: {error}. Set PARLOUR_ADDR to another address or port.")]
    Listen { addr: SocketAddr, error: io::Error },
    #[error(transparent)]
    NoLivekit(#[from] lookup::NotFound),
    #[error(transparent)]
    Livekit(#[from] StartError),
    #[error(
        "this binary was built without the browser half: build it by `cargo xtask build`, or use `cargo xtask run`"
    )]
    NotBuilt,
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Self::Invalid(_) | Self::Log(_) | Self::DataDir { .. } | Self::NoLivekit(_) | Self::NotBuilt => {
                MISCONFIGURED
            }
            Self::Listen { .. } | Self::Livekit(StartError::PortTaken { .. }) => MISCONFIGURED,
            Self::Store(_) | Self::Livekit(_) | Self::Io(_) => 1,
        }
    }
}

/// Runs `parlour` and says with which code it ends.
pub fn main() -> ExitCode {
    match Args::parse().check().map_err(Failure::from).and_then(|config| run(&config)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(stderr(), "parlour: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

fn run(config: &Config) -> Result<(), Failure> {
    logging::start(&config.log)?;
    // What is written here and by LiveKit is nobody else's: chats, keys.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve(config))
}

async fn serve(config: &Config) -> Result<(), Failure> {
    let site = Site::built();
    let assets = site.assets().ok_or(Failure::NotBuilt)?;
    make_data_dir(&config.data_dir)
        .map_err(|error| Failure::DataDir { path: config.data_dir.display().to_string(), error })?;
    let store = Store::open(&config.database_url).await?;
    // Before LiveKit starts: its webhooks need our port.
    let listen = |error| Failure::Listen { addr: config.addr, error };
    let listener = TcpListener::bind(config.addr).await.map_err(listen)?;
    let addr = listener.local_addr()?;
    let media = Media::start(config, addr).await?;
    let shutdown = CancellationToken::new();
    let state = AppState::new(Parts {
        meetings: Meetings::new(store, media.endpoint, media.keys, config.ice_servers.clone()),
        signalling: media.signalling,
        webhooks: TokenVerifier::with_api_key(&media.webhook_keys.key, media.webhook_keys.secret.expose()),
        public_url: config.public_url.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
        limits: Limits::new(config.rates),
        assets,
        site,
        shutdown: shutdown.clone(),
    });
    let stop = stop_signal()?;
    tokio::spawn(forget_quiet(state.clone()));
    announce(config, addr);
    let served = serve_until(listener, state.clone(), stop, shutdown).await;
    if let Some(managed) = media.managed {
        managed.stop().await;
    }
    state.meetings.close().await;
    tracing::info!("stopped");
    Ok(served?)
}

/// Serves until `stop`, then lets running requests end within [`GRACE`].
async fn serve_until(
    listener: TcpListener,
    state: AppState,
    stop: impl Future<Output = ()> + Send + 'static,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
    let told = shutdown.clone();
    let server = axum::serve(listener, service).with_graceful_shutdown(async move {
        stop.await;
        tracing::info!("stopping");
        // Signalling connections would stay open for as long as a meeting.
        told.cancel();
    });
    tokio::select! {
        served = async { server.await } => served,
        () = async { shutdown.cancelled().await; tokio::time::sleep(GRACE).await } => {
            tracing::warn!("some requests did not end in time");
            Ok(())
        }
    }
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
                let (_, endpoint) = watch::channel(Endpoint { url: url.http(), generation: 0 });
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

fn make_data_dir(path: &Path) -> io::Result<()> {
    let mut folder = fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.create(path)
}

/// Resolves at the first SIGTERM or Ctrl-C.
fn stop_signal() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut term, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
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

/// Says where Parlour is: to people plainly, to a log collector as an event.
fn announce(config: &Config, addr: SocketAddr) {
    let url =
        config.public_url.as_ref().map_or_else(|| format!("http://{}", from_here(addr)), crate::origin::Origin::http);
    if stderr().is_terminal() {
        let _ = writeln!(stderr(), "\n  Parlour is at {url}\n  Stop it with Ctrl-C.\n");
    } else {
        tracing::info!(url, "Parlour is ready");
    }
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
