//! LiveKit: the program that is started, or the server that runs already.

use tokio::sync::watch;

use super::{Finding, Verdict};
use crate::config::{Config, LiveKit, MediaAddress};
use crate::data_dir::DataDir;
use crate::media::lookup::{self, Program};
use crate::media::rooms::{MediaError, Rooms};
use crate::media::{Endpoint, managed};
use crate::origin::Origin;
use crate::secret::KeyPair;

pub(super) async fn all(config: &Config) -> Vec<Finding> {
    match &config.livekit {
        LiveKit::Managed { program, media } => vec![found(program.as_deref()), ports(config, media)],
        LiveKit::External { url, keys, .. } => {
            let mut findings = vec![answers(url, keys).await];
            if config.public_url.as_ref().is_some_and(Origin::is_secure) && !url.is_secure() {
                let text = "LIVEKIT_URL is not encrypted, but PARLOUR_PUBLIC_URL is https: browsers connect from such a page to \
                            wss:// addresses only. Use one.";
                findings.push(Finding(Verdict::Warning, text.to_owned()));
            }
            findings
        }
    }
}

fn found(named: Option<&std::path::Path>) -> Finding {
    match lookup::find(named) {
        Ok(Program::Binary(path)) => {
            Finding(Verdict::Ok, format!("PARLOUR_LIVEKIT_BIN: {} is started", path.display()))
        }
        Ok(Program::Docker(path)) => {
            Finding(Verdict::Ok, format!("PARLOUR_LIVEKIT_BIN: LiveKit's image is started by {}", path.display()))
        }
        Err(error) => Finding(Verdict::Mistake, format!("PARLOUR_LIVEKIT_BIN: {error}")),
    }
}

fn ports(config: &Config, media: &MediaAddress) -> Finding {
    let variables = "PARLOUR_MEDIA_UDP_PORT, PARLOUR_MEDIA_TCP_PORT";
    match managed::taken_port(media) {
        None => Finding(Verdict::Ok, format!("{variables}: {} and {} are free", media.udp_port, media.tcp_port)),
        Some(_) if DataDir::is_in_use(&config.data_dir) => {
            let text =
                format!("{variables}: taken, most likely by the LiveKit of the Parlour that runs on this data folder.");
            Finding(Verdict::Warning, text)
        }
        Some(taken) => Finding(Verdict::Mistake, format!("{variables}: {taken}")),
    }
}

async fn answers(url: &Origin, keys: &KeyPair) -> Finding {
    let (_, endpoint) = watch::channel(Endpoint { url: url.http(), generation: 0, ready: true });
    let url = url.ws();
    match Rooms::new(endpoint, keys.clone()).ping().await {
        Ok(()) => Finding(Verdict::Ok, format!("LIVEKIT_URL: {url} answers, and takes the API key pair")),
        Err(MediaError::Refused) => {
            let text = format!(
                "LIVEKIT_API_KEY and LIVEKIT_API_SECRET: {url} answers, but does not take them. Copy both from that LiveKit \
                 server's configuration (`keys`); if they are right, see whether the clocks of both machines agree and \
                 whether it is LiveKit that answers there."
            );
            Finding(Verdict::Mistake, text)
        }
        Err(error) => {
            let text = format!(
                "LIVEKIT_URL: {url} does not answer from here ({error}). See whether the server runs, whether host and port \
                 are right, and whether a firewall stands in between."
            );
            Finding(Verdict::Mistake, text)
        }
    }
}
