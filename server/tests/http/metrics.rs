//! What Prometheus is told, by the whole program.

use std::time::Duration;

use serde_json::{Value, json};
use server::accounts::Scope;
use server::clock;
use wire::DisplayName;

use super::support::{Parlour, connect, exchange, run, sign, until};

/// The value of one line.
fn value(text: &str, line: &str) -> Option<f64> {
    let found = text.lines().find_map(|one| one.strip_prefix(line)?.strip_prefix(' '))?;
    found.parse().ok()
}

/// Tells Parlour that somebody or something came, as its LiveKit does.
async fn came(parlour: &Parlour, room: &str, sid: &str, more: &Value) {
    let keys = std::fs::read_to_string(parlour.data.path().join("livekit-keys.json")).unwrap();
    let keys: Value = serde_json::from_str(&keys).unwrap();
    let now_ms = clock::now_ms();
    let mut event = json!({
        "event": "participant_joined", "id": format!("EV_{sid}"), "createdAt": (now_ms / 1_000).to_string(),
        "room": { "sid": "RM_1", "name": room },
        "participant": { "sid": sid, "identity": sid, "name": sid, "joinedAtMs": now_ms.to_string() },
    });
    event["participant"].as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let body = event.to_string();
    let token = sign(keys["key"].as_str().unwrap(), keys["secret"].as_str().unwrap(), &body);
    let headers = [("content-type", "application/webhook+json"), ("authorization", token.as_str())];
    let (status, _, answer) = exchange(parlour.host(), "POST /webhooks/livekit", &headers, &body).await;
    assert_eq!(status, 200, "{answer}");
}

#[test]
fn joins_people_and_calls_are_counted_at_an_address_of_their_own() {
    run(async {
        let parlour = Parlour::start_with(|command| {
            command.env("PARLOUR_METRICS_ADDR", "127.0.0.1:0");
        })
        .await;
        let told: Vec<Value> = parlour.log().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        let said = told.iter().find(|event| event["message"] == "metrics are served").unwrap();
        let metrics = said["addr"].as_str().unwrap().to_owned();
        let (status, _, _) = exchange(parlour.host(), "GET /metrics", &[], "").await;
        assert_eq!(status, 404, "the public address says nothing");

        let (_, _, room) = exchange(parlour.host(), "POST /api/rooms/create", &[], "").await;
        let room: Value = serde_json::from_str(&room).unwrap();
        let room = room["roomName"].as_str().unwrap();
        let details = format!("GET /api/connection-details?roomName={room}&participantName=Ada");
        let (_, _, joined) = exchange(parlour.host(), &details, &[], "").await;
        let joined: Value = serde_json::from_str(&joined).unwrap();
        let nowhere = json!({ "room": "abcd-efghj-kmnp", "name": "Ada" }).to_string();
        exchange(parlour.host(), "POST /api/fn/join_room", &[("content-type", "application/json")], &nowhere).await;
        let token = joined["participantToken"].as_str().unwrap();
        let _inside = connect(parlour.host().parse().unwrap(), token).await.unwrap();
        // LiveKit tells of somebody when their media flows: here the test does.
        for (sid, more) in [
            ("PA_ada", json!({})),
            ("PA_hidden", json!({ "permission": { "hidden": true } })),
            ("PA_recorder", json!({ "permission": { "recorder": true } })),
            ("PA_agent", json!({ "kind": "AGENT" })),
            ("PA_ingress", json!({ "kind": "INGRESS" })),
        ] {
            came(&parlour, room, sid, &more).await;
        }

        let text = until("Ada is counted", async || {
            let (status, head, text) = exchange(&metrics, "GET /metrics", &[], "").await;
            assert!(status == 200 && head.contains("text/plain"), "{head}");
            (value(&text, "parlour_people") == Some(1.0)).then_some(text)
        })
        .await;
        for (line, least) in [
            ("parlour_joins_total{outcome=\"admitted\"}", 1.0),
            ("parlour_joins_total{outcome=\"room_not_found\"}", 1.0),
            ("parlour_admission_seconds_count", 1.0),
            ("parlour_livekit_up", 1.0),
            ("parlour_active_rooms", 1.0),
            ("parlour_http_requests_total{class=\"signalling\",status=\"101\"}", 1.0),
            ("parlour_http_requests_total{class=\"webhook\",status=\"200\"}", 5.0),
            ("parlour_event_streams", 0.0),
            ("process_resident_memory_bytes", 1_000_000.0),
            ("parlour_http_requests_total{class=\"api\",status=\"200\"}", 1.0),
            ("parlour_livekit_call_seconds_count{method=\"CreateRoom\",result=\"ok\"}", 1.0),
        ] {
            assert!(value(&text, line).is_some_and(|value| value >= least), "{line} is missing: {text}");
        }
        assert!(!text.contains(room), "no meeting is named");
        let (status, _, _) = exchange(&metrics, "GET /", &[], "").await;
        assert_eq!(status, 404, "nothing else is served there");
    });
}

#[test]
fn a_key_reads_them_at_the_address_that_everybody_reaches() {
    run(async {
        let parlour = Parlour::start_on_a_file().await;
        let accounts = parlour.accounts().await;
        let (account, _) = parlour.signed_in(&accounts).await;
        let key = async |scope: Scope| {
            let name = DisplayName::parse("Prometheus").unwrap();
            let key = accounts.make_key(&account, name, &[scope], Duration::from_secs(60)).await.unwrap();
            format!("Bearer {}", key.expose())
        };
        let (good, other) = (key(Scope::Metrics).await, key(Scope::RoomsRead).await);
        let host = parlour.host();
        for (authorization, expected) in [("", 404), ("Basic eDp5", 404), ("Bearer x", 401), (other.as_str(), 403)] {
            let (status, _, body) = exchange(host, "GET /metrics", &[("authorization", authorization)], "").await;
            assert_eq!(status, expected, "{authorization}: {body}");
        }

        let (_, head, room) = exchange(host, "POST /api/rooms/create", &[], "").await;
        let cookie =
            head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap().split(';').next().unwrap();
        let room = serde_json::from_str::<Value>(&room).unwrap()["roomName"].as_str().unwrap().to_owned();
        let headers = [("cookie", cookie), ("content-type", "application/json")];
        exchange(host, &format!("GET /api/connection-details?roomName={room}&participantName=Ada"), &headers, "").await;
        let report = json!({
            "lostPerMille": 20, "jitterMs": 4, "roundTripMs": 30, "sentKbps": 900, "receivedKbps": 2_500, "reconnects": 2,
        });
        let (status, _, body) =
            exchange(host, &format!("POST /api/rooms/{room}/quality"), &headers, &report.to_string()).await;
        assert_eq!(status, 204, "{body}");
        let (status, head, text) = exchange(host, "GET /metrics", &[("authorization", &good)], "").await;
        assert!(status == 200 && head.contains("text/plain"), "{head}");
        for (line, expected) in [
            ("parlour_client_packet_loss_ratio_bucket{le=\"0.01\"}", 0.0),
            ("parlour_client_packet_loss_ratio_bucket{le=\"0.02\"}", 1.0),
            ("parlour_client_jitter_seconds_count", 1.0),
            ("parlour_client_round_trip_seconds_sum", 0.03),
            ("parlour_client_bitrate_bits_per_second_sum{direction=\"sent\"}", 900_000.0),
            ("parlour_client_bitrate_bits_per_second_sum{direction=\"received\"}", 2_500_000.0),
            ("parlour_client_reconnects_total", 2.0),
        ] {
            assert_eq!(value(&text, line), Some(expected), "{line}: {text}");
        }
        assert!(!text.contains(&room) && !text.contains("Ada"), "nobody is named");
    });
}
