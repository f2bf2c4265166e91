//! A LiveKit started by the product's own code, with its media on loopback.

use std::env;
use std::net::{IpAddr, Ipv4Addr, TcpListener, UdpSocket};
use std::path::PathBuf;

use livekit_api::services::room::RoomClient;
use server::config::MediaAddress;
use server::media::managed::{Managed, Options, StartError};
use server::media::{Endpoint, lookup};
use server::secret::KeyPair;
use tempfile::TempDir;
use tokio::sync::{OnceCell, watch};

/// A managed LiveKit and what is known of it.
pub(crate) struct Livekit {
    pub(crate) managed: Managed,
    pub(crate) endpoint: watch::Receiver<Endpoint>,
    pub(crate) keys: KeyPair,
    pub(crate) data: TempDir,
}

/// The one that tests share.
pub(crate) async fn shared() -> &'static Livekit {
    static SHARED: OnceCell<Livekit> = OnceCell::const_new();
    SHARED.get_or_init(|| async { Livekit::start(media_ports()).await.unwrap() }).await
}

/// Ports for media that are free now.
pub(crate) fn media_ports() -> MediaAddress {
    let any = (Ipv4Addr::UNSPECIFIED, 0);
    let udp_port = UdpSocket::bind(any).unwrap().local_addr().unwrap().port();
    let tcp_port = TcpListener::bind(any).unwrap().local_addr().unwrap().port();
    MediaAddress { ip: Some(IpAddr::V4(Ipv4Addr::LOCALHOST)), udp_port, tcp_port }
}

impl Livekit {
    pub(crate) async fn start(media: MediaAddress) -> Result<Self, StartError> {
        let data = tempfile::tempdir().unwrap();
        let managed = Managed::start(Options {
            program: lookup::find(env::var_os("PARLOUR_LIVEKIT_BIN").map(PathBuf::from).as_deref()).unwrap(),
            guard: PathBuf::from(env!("CARGO_BIN_EXE_parlour")),
            data_dir: data.path().to_path_buf(),
            media,
            // The discard port: the tests that care sign webhooks themselves.
            webhook_url: "http://127.0.0.1:9/webhooks/livekit".to_owned(),
        })
        .await?;
        Ok(Self { endpoint: managed.endpoint(), keys: managed.keys().clone(), managed, data })
    }

    /// RoomService, to see what LiveKit itself says.
    pub(crate) fn rooms(&self) -> RoomClient {
        RoomClient::with_api_key(&self.endpoint.borrow().url, &self.keys.key, self.keys.secret.expose())
    }

    /// Whether LiveKit has this room.
    pub(crate) async fn has(&self, room: &str) -> bool {
        !self.rooms().list_rooms(vec![room.to_owned()]).await.unwrap().is_empty()
    }
}
