//! The configuration of a managed LiveKit.

use serde_json::{Value, json};

use super::network::Media;
use crate::secret::KeyPair;

/// What differs from start to start.
pub(super) struct Settings<'a> {
    /// Port of its signalling and its API, on loopback.
    pub(super) port: u16,
    /// API key pair.
    pub(super) keys: &'a KeyPair,
    /// Where media travels.
    pub(super) media: &'a Media,
    /// The one UDP port for media.
    pub(super) udp_port: u16,
    /// The one TCP port for media.
    pub(super) tcp_port: u16,
    /// Where it reports what happens.
    pub(super) webhook_url: &'a str,
}

/// A larger picture of which too few packets came in half a second, as happens while a sender comes back from a thin line, LiveKit
/// does not pass on before so many such halves went well in a row: by default 20, ten seconds of a small picture beside a good
/// one. Its keys are numbers, which JSON has none of.
const VIDEO: &str = "video: {stream_tracker_manager: {video: {packet_tracker: {\
    1: {samples_required: 5, cycles_required: 6, cycle_duration: 500ms}, \
    2: {samples_required: 5, cycles_required: 6, cycle_duration: 500ms}}}}}";

/// The text of the file, a line for each section. JSON is YAML, and quotes everything that must be quoted.
pub(super) fn text(settings: &Settings<'_>) -> String {
    let mut rtc = json!({
        "udp_port": settings.udp_port,
        "tcp_port": settings.tcp_port,
        "use_external_ip": false,
        "node_ip": settings.media.node_ip,
        "congestion_control": congestion_control(),
    });
    if let Some(rtc) = rtc.as_object_mut() {
        if let Some(interface) = &settings.media.interface {
            rtc.insert("interfaces".to_owned(), json!({ "includes": [interface] }));
        }
        if settings.media.loopback {
            rtc.insert("enable_loopback_candidate".to_owned(), Value::Bool(true));
            rtc.insert("ips".to_owned(), json!({ "includes": [host_network(settings)] }));
        }
    }
    let mut keys = serde_json::Map::new();
    keys.insert(settings.keys.key.clone(), Value::from(settings.keys.secret.expose()));
    let sections = json!({
        "port": settings.port,
        "bind_addresses": ["127.0.0.1"],
        "keys": keys,
        "rtc": rtc,
        // Rooms are made by Parlour, so that an old token does not bring one back.
        "room": { "auto_create": false },
        "webhook": { "api_key": settings.keys.key, "urls": [settings.webhook_url] },
        "logging": { "json": true, "level": "info" },
    });
    let sections = sections.as_object().into_iter().flatten().map(|(name, section)| format!("{name}: {section}"));
    sections.chain([VIDEO.to_owned()]).collect::<Vec<_>>().join("\n")
}

/// On a thin line some pictures pause, so that the others stay good. Whether the line is wide again, LiveKit asks less and
/// less often, in the end every two minutes: so long somebody would sit before small pictures for nothing.
fn congestion_control() -> Value {
    let regulator = json!({ "max_interval": "5s" });
    json!({
        "enabled": true,
        "allow_pause": true,
        "remote_bwe": { "probe_controller": { "probe_regulator": regulator } },
    })
}

fn host_network(settings: &Settings<'_>) -> String {
    let bits = if settings.media.node_ip.is_ipv4() { 32 } else { 128 };
    format!("{}/{bits}", settings.media.node_ip)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;

    fn config(media: &Media) -> Value {
        let keys = KeyPair { key: "APIx".to_owned(), secret: Secret::new("s: {\"}") };
        let webhook_url = "http://127.0.0.1:3000/webhooks/livekit";
        let text = text(&Settings { port: 7880, keys: &keys, media, udp_port: 1, tcp_port: 2, webhook_url });
        let sections = text.lines().filter_map(|line| line.split_once(": "));
        let (video, others): (Vec<_>, Vec<_>) = sections.partition(|(name, _)| *name == "video");
        let larger = "{samples_required: 5, cycles_required: 6, cycle_duration: 500ms}";
        assert!(
            matches!(video[..], [(_, text)] if text.contains(&format!("{{1: {larger}, 2: {larger}}}"))),
            "{video:?}"
        );
        let parsed = |(name, json): (&str, &str)| (name.to_owned(), serde_json::from_str::<Value>(json).unwrap());
        others.into_iter().map(parsed).collect()
    }

    #[test]
    fn media_stays_on_its_interface_and_no_token_makes_a_room() {
        let media = Media { node_ip: "10.0.0.5".parse().unwrap(), interface: Some("eth0".to_owned()), loopback: false };
        let config = config(&media);
        assert_eq!(config["bind_addresses"], json!(["127.0.0.1"]));
        assert_eq!(config["keys"]["APIx"], "s: {\"}");
        assert_eq!(config["room"]["auto_create"], false);
        assert_eq!(config["rtc"]["node_ip"], "10.0.0.5");
        assert_eq!(config["rtc"]["interfaces"]["includes"], json!(["eth0"]));
        assert_eq!(config["rtc"].get("enable_loopback_candidate"), None);
    }

    #[test]
    fn without_a_network_loopback_candidates_are_allowed() {
        let media = Media { node_ip: "127.0.0.1".parse().unwrap(), interface: Some("lo".to_owned()), loopback: true };
        let config = config(&media);
        assert_eq!(config["rtc"]["enable_loopback_candidate"], true);
        assert_eq!(config["rtc"]["ips"]["includes"], json!(["127.0.0.1/32"]));
    }
}
