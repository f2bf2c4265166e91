//! A LiveKit server as a child process: started, watched, restarted, ended.

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::child::Livekit;
use super::config::{self, Settings};
use super::lookup::Program;
use super::network;
use super::warm_up::warm_up;
use super::{Endpoint, keys};
use crate::config::MediaAddress;
use crate::secret::KeyPair;

/// How long LiveKit may take until it answers.
const START_TIMEOUT: Duration = Duration::from_secs(20);
/// The same where docker may have to fetch the image first.
const PULL_TIMEOUT: Duration = Duration::from_secs(300);
/// How often it is asked meanwhile.
const START_POLL: Duration = Duration::from_millis(50);
/// How long the ports of a LiveKit that is just ending are waited for.
const PORTS_TIMEOUT: Duration = Duration::from_secs(6);
/// Pause before the first restart; it doubles with every failure …
const BACK_OFF: Duration = Duration::from_millis(250);
/// … up to this.
const BACK_OFF_MAX: Duration = Duration::from_secs(15);
/// A LiveKit that ran this long was well: the next restart is a first one again.
const WELL_AFTER: Duration = Duration::from_secs(60);

/// What a managed LiveKit needs.
pub struct Options {
    /// What to start.
    pub program: Program,
    /// A `parlour` that guards it.
    pub guard: PathBuf,
    /// Folder for its configuration and keys.
    pub data_dir: PathBuf,
    /// Where media travels.
    pub media: MediaAddress,
    /// Where it reports what happens.
    pub webhook_url: String,
}

/// LiveKit did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A port for media is taken.
    #[error(
        "{kind} port {port}, which LiveKit needs for media, is taken: perhaps another Parlour or LiveKit runs here. \
         Stop it, or set {variable} to another port."
    )]
    PortTaken {
        /// UDP or TCP.
        kind: &'static str,
        /// The port.
        port: u16,
        /// The variable that changes it.
        variable: &'static str,
    },
    /// It ended before it answered.
    #[error("LiveKit ended at once ({0}); its last words are in the log above")]
    Ended(String),
    /// It runs but does not answer.
    #[error("LiveKit did not answer within {} seconds", .0.as_secs())]
    Silent(Duration),
    /// Parlour stops.
    #[error("Parlour stops")]
    Stopped,
    /// The system refused something.
    #[error("LiveKit could not be started: {0}")]
    Io(#[from] io::Error),
}

/// A managed LiveKit.
pub struct Managed {
    endpoint: watch::Receiver<Endpoint>,
    keys: KeyPair,
    stop: CancellationToken,
    supervisor: JoinHandle<()>,
}

impl Managed {
    /// Starts LiveKit and returns when it answers; from then on it is restarted when it ends.
    ///
    /// # Errors
    /// When the first start fails: a sentence that says what to do.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let launcher = Launcher { keys: keys::of(&options.data_dir)?, options };
        let stop = CancellationToken::new();
        let (livekit, port) = launcher.launch(free_port()?, &stop).await?;
        let (publish, endpoint) = watch::channel(Endpoint { url: address(port), generation: 1, ready: true });
        let keys = launcher.keys.clone();
        let supervisor = tokio::spawn(supervise(launcher, livekit, port, publish, stop.clone()));
        Ok(Self { endpoint, keys, stop, supervisor })
    }

    /// Where it answers, and how often it was started.
    pub fn endpoint(&self) -> watch::Receiver<Endpoint> {
        self.endpoint.clone()
    }

    /// Its API key pair.
    pub fn keys(&self) -> &KeyPair {
        &self.keys
    }

    /// Ends it, and returns when it has ended.
    pub async fn stop(self) {
        self.stop.cancel();
        // It only fails when the supervisor panicked, and then LiveKit ended with it.
        let _ = self.supervisor.await;
    }
}

fn address(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// Restarts LiveKit until it is told to stop.
async fn supervise(
    launcher: Launcher,
    mut livekit: Livekit,
    mut port: u16,
    publish: watch::Sender<Endpoint>,
    stop: CancellationToken,
) {
    let mut back_off = BACK_OFF;
    loop {
        let since = Instant::now();
        tokio::select! {
            () = stop.cancelled() => return livekit.end().await,
            status = livekit.ended() => tracing::error!(status = %words(&status), "LiveKit ended; restarting it"),
        }
        // Its rooms are gone, whenever it comes back.
        publish.send_modify(|endpoint| {
            endpoint.generation += 1;
            endpoint.ready = false;
        });
        if since.elapsed() > WELL_AFTER {
            back_off = BACK_OFF;
        }
        livekit = loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(back_off) => {}
            }
            back_off = (back_off * 2).min(BACK_OFF_MAX);
            match launcher.launch(port, &stop).await {
                Ok((livekit, at)) => {
                    port = at;
                    publish.send_modify(|endpoint| (endpoint.url, endpoint.ready) = (address(port), true));
                    tracing::info!("LiveKit runs again");
                    break livekit;
                }
                Err(StartError::Stopped) => return,
                Err(error) => tracing::error!(%error, "LiveKit did not restart"),
            }
        };
    }
}

fn words(status: &io::Result<std::process::ExitStatus>) -> String {
    match status {
        Ok(status) => status.to_string(),
        Err(error) => error.to_string(),
    }
}

/// What stays the same from start to start.
struct Launcher {
    options: Options,
    keys: KeyPair,
}

impl Launcher {
    /// Starts LiveKit, on `port` when that is free, and waits until it answers. When it is told to stop meanwhile, it
    /// returns after LiveKit has ended.
    async fn launch(&self, port: u16, stop: &CancellationToken) -> Result<(Livekit, u16), StartError> {
        tokio::select! {
            () = stop.cancelled() => return Err(StartError::Stopped),
            free = self.media_ports() => free?,
        }
        // Anew each time: a laptop may be in another network by now.
        let media = network::choose(self.options.media.ip)?;
        if media.loopback && self.options.media.ip.is_none() {
            tracing::warn!("this machine has no network route: media works on this machine only");
        }
        let port = if is_free(port) { port } else { free_port()? };
        let file = self.options.data_dir.join("livekit.yaml");
        let text = config::text(&Settings {
            port,
            keys: &self.keys,
            media: &media,
            udp_port: self.options.media.udp_port,
            tcp_port: self.options.media.tcp_port,
            webhook_url: &self.options.webhook_url,
        });
        keys::write_private(&file, text.as_bytes())?;
        let mut livekit = Livekit::start(&self.options.guard, &self.options.program, &file)?;
        tokio::select! {
            () = stop.cancelled() => {
                livekit.end().await;
                return Err(StartError::Stopped);
            }
            status = livekit.ended() => return Err(StartError::Ended(words(&status))),
            answered = tokio::time::timeout(self.patience(), answers(port)) => {
                if answered.is_err() {
                    livekit.end().await;
                    return Err(StartError::Silent(self.patience()));
                }
            }
        }
        if let Err(cause) = warm_up(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), &self.keys).await {
            tracing::warn!(%cause, "LiveKit is not warmed up: its first client waits a moment longer");
        }
        Ok((livekit, port))
    }

    const fn patience(&self) -> Duration {
        match self.options.program {
            Program::Binary(_) => START_TIMEOUT,
            Program::Docker(_) => PULL_TIMEOUT,
        }
    }

    /// Waits until the media ports are free: a LiveKit before this one may still be ending.
    async fn media_ports(&self) -> Result<(), StartError> {
        let deadline = Instant::now() + PORTS_TIMEOUT;
        loop {
            match taken_port(&self.options.media) {
                None => return Ok(()),
                Some(error) if Instant::now() >= deadline => return Err(error),
                Some(_) => tokio::time::sleep(START_POLL).await,
            }
        }
    }
}

/// The first port for media that somebody else has.
pub fn taken_port(media: &MediaAddress) -> Option<StartError> {
    let MediaAddress { udp_port, tcp_port, .. } = *media;
    // LiveKit takes the TCP port on every address.
    let any = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let in_use = |error: &io::Error| error.kind() == io::ErrorKind::AddrInUse;
    if UdpSocket::bind((any, udp_port)).is_err_and(|error| in_use(&error)) {
        return Some(StartError::PortTaken { kind: "UDP", port: udp_port, variable: "PARLOUR_MEDIA_UDP_PORT" });
    }
    if TcpListener::bind((any, tcp_port)).is_err_and(|error| in_use(&error)) {
        return Some(StartError::PortTaken { kind: "TCP", port: tcp_port, variable: "PARLOUR_MEDIA_TCP_PORT" });
    }
    None
}

/// A port on loopback that nobody uses.
fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Returns when LiveKit says that it is well.
async fn answers(port: u16) {
    loop {
        if matches!(super::http::status(SocketAddr::from((Ipv4Addr::LOCALHOST, port)), "/").await, Ok(200)) {
            return;
        }
        tokio::time::sleep(START_POLL).await;
    }
}
