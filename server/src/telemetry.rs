//! What is counted and timed, under the names that Prometheus sees. Until [`start`] all of it goes nowhere.

use std::fs;
use std::time::Duration;

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use wire::ErrorCode;

use crate::store::Census;

const JOINS: &str = "parlour_joins_total";
const ADMISSION: &str = "parlour_admission_seconds";
const LIVEKIT_CALL: &str = "parlour_livekit_call_seconds";
const REQUESTS: &str = "parlour_http_requests_total";
const LIVEKIT_UP: &str = "parlour_livekit_up";
const ROOMS: &str = "parlour_active_rooms";
const PEOPLE: &str = "parlour_people";
const STREAMS: &str = "parlour_event_streams";
const CLIENT_LOSS: &str = "parlour_client_packet_loss_ratio";
const CLIENT_JITTER: &str = "parlour_client_jitter_seconds";
const CLIENT_ROUND_TRIP: &str = "parlour_client_round_trip_seconds";
const CLIENT_BITRATE: &str = "parlour_client_bitrate_bits_per_second";
const CLIENT_RECONNECTS: &str = "parlour_client_reconnects_total";
const MAILS: &str = "parlour_mails_total";
const MEMORY: &str = "process_resident_memory_bytes";

/// Bounds of what is timed, in seconds: from a look into a cache to LiveKit's time-out.
const BUCKETS_S: [f64; 12] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0];

/// Bounds of shares of lost packets: one in a hundred is heard, one in ten is hard to bear.
const LOSS_BUCKETS: [f64; 8] = [0.0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.3];
/// Bounds of delays in networks, in seconds.
const DELAY_BUCKETS_S: [f64; 9] = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 3.0];
/// Bounds of what a connection carries, in bits a second: from a voice to several large pictures.
const BITRATE_BUCKETS: [f64; 8] = [16e3, 64e3, 250e3, 500e3, 1e6, 2e6, 5e6, 20e6];

/// How often what was timed is summed up while nobody asks.
pub const SUM_UP_EVERY: Duration = Duration::from_secs(5);

/// Begins to count, in the whole process.
///
/// # Errors
/// When it has begun already.
pub fn start() -> Result<PrometheusHandle, BuildError> {
    let of = |name: &str| Matcher::Full(name.to_owned());
    let handle = PrometheusBuilder::new()
        .set_buckets(&BUCKETS_S)?
        .set_buckets_for_metric(of(CLIENT_LOSS), &LOSS_BUCKETS)?
        .set_buckets_for_metric(of(CLIENT_JITTER), &DELAY_BUCKETS_S)?
        .set_buckets_for_metric(of(CLIENT_ROUND_TRIP), &DELAY_BUCKETS_S)?
        .set_buckets_for_metric(of(CLIENT_BITRATE), &BITRATE_BUCKETS)?
        .install_recorder()?;
    describe_histogram!(CLIENT_LOSS, "Share of packets that did not reach a browser in ten seconds, by its report");
    describe_histogram!(CLIENT_JITTER, "How unevenly sound reached a browser, by its report");
    describe_histogram!(CLIENT_ROUND_TRIP, "From a browser to LiveKit and back, by its report");
    describe_histogram!(
        CLIENT_BITRATE,
        "What a browser's connection carried in ten seconds, by its report and direction"
    );
    describe_counter!(CLIENT_RECONNECTS, "Connections that browsers lost and got back, by their reports");
    describe_counter!(JOINS, "People who asked to be let in, by outcome: admitted, or the error's code");
    describe_histogram!(ADMISSION, "Time from the question to the token, of those who were admitted");
    describe_histogram!(LIVEKIT_CALL, "Calls of LiveKit's API, by method and result");
    describe_counter!(REQUESTS, "HTTP requests, by class of address and status");
    describe_gauge!(LIVEKIT_UP, "Whether LiveKit answers, asked now");
    describe_gauge!(ROOMS, "Rooms in which people are, as LiveKit has told");
    describe_gauge!(PEOPLE, "People inside, as LiveKit has told: nobody hidden, and no machine");
    describe_gauge!(STREAMS, "Open streams of events");
    describe_counter!(MAILS, "Mails to owners of accounts: sent, again (to be tried again), lost, dropped (too many)");
    describe_gauge!(MEMORY, "Memory of this process, without LiveKit");
    Ok(handle)
}

/// Somebody asked to be let in.
pub fn joined(refused: Option<ErrorCode>, took: Duration) {
    let Some(code) = refused else {
        counter!(JOINS, "outcome" => "admitted").increment(1);
        return histogram!(ADMISSION).record(took.as_secs_f64());
    };
    let code = serde_json::to_value(code).ok().and_then(|code| code.as_str().map(str::to_owned));
    counter!(JOINS, "outcome" => code.unwrap_or_default()).increment(1);
}

/// LiveKit was asked something.
pub fn livekit_called(method: &'static str, result: &'static str, took: Duration) {
    histogram!(LIVEKIT_CALL, "method" => method, "result" => result).record(took.as_secs_f64());
}

/// A request to a route was answered.
pub fn answered(route: &str, status: u16) {
    counter!(REQUESTS, "class" => class(route), "status" => status.to_string()).increment(1);
}

/// How somebody's connection was for ten seconds, as their browser says.
pub struct Connection {
    /// Share of packets that did not arrive.
    pub lost: Option<f64>,
    /// How unevenly sound arrived.
    pub jitter_s: Option<f64>,
    /// To LiveKit and back.
    pub round_trip_s: Option<f64>,
    /// What went out, in bits a second.
    pub sent_bps: f64,
    /// What came in.
    pub received_bps: f64,
    /// How often it was lost and came back.
    pub reconnects: u64,
}

/// A browser has said how its connection was. Nothing says whose it is.
pub fn connection(told: &Connection) {
    for (name, value) in
        [(CLIENT_LOSS, told.lost), (CLIENT_JITTER, told.jitter_s), (CLIENT_ROUND_TRIP, told.round_trip_s)]
    {
        if let Some(value) = value {
            histogram!(name).record(value);
        }
    }
    histogram!(CLIENT_BITRATE, "direction" => "sent").record(told.sent_bps);
    histogram!(CLIENT_BITRATE, "direction" => "received").record(told.received_bps);
    counter!(CLIENT_RECONNECTS).increment(told.reconnects);
}

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailOutcome {
    /// The mail server has it.
    Sent,
    /// It is tried again.
    Again,
    /// It was given up.
    Lost,
    /// It was not written, as too many wait.
    Dropped,
}

/// A mail was sent, or not.
pub fn mail(outcome: MailOutcome) {
    let outcome = match outcome {
        MailOutcome::Sent => "sent",
        MailOutcome::Again => "again",
        MailOutcome::Lost => "lost",
        MailOutcome::Dropped => "dropped",
    };
    counter!(MAILS, "outcome" => outcome).increment(1);
}

/// What is looked up when somebody asks.
pub struct Now {
    /// Whether LiveKit answers.
    pub livekit_up: bool,
    /// Who is inside, where that is known.
    pub inside: Option<Census>,
    /// Open streams of events.
    pub streams: usize,
}

/// Says how it is now.
pub fn set_now(now: &Now) {
    let count = |of: fn(Census) -> u64| now.inside.map_or(f64::NAN, |census| number(of(census)));
    gauge!(LIVEKIT_UP).set(if now.livekit_up { 1.0 } else { 0.0 });
    gauge!(ROOMS).set(count(|census| census.rooms));
    gauge!(PEOPLE).set(count(|census| census.people));
    gauge!(STREAMS).set(number(now.streams));
    if let Some(bytes) = resident_bytes() {
        gauge!(MEMORY).set(number(bytes));
    }
}

/// Up to four thousand million, exactly.
fn number(count: impl TryInto<u32>) -> f64 {
    count.try_into().map_or(f64::INFINITY, f64::from)
}

/// Where Linux says it; elsewhere it is not known.
fn resident_bytes() -> Option<usize> {
    let pages = fs::read_to_string("/proc/self/statm").ok()?;
    Some(pages.split_whitespace().nth(1)?.parse::<usize>().ok()? * rustix::param::page_size())
}

/// The kind of address, of which there are few whatever people ask for.
fn class(route: &str) -> &'static str {
    let kinds = [
        ("/api/fn/", "function"),
        ("/api/events", "events"),
        ("/api", "api"),
        ("/rtc", "signalling"),
        ("/webhooks/", "webhook"),
        ("/pkg/", "file"),
        ("/healthz", "health"),
        ("/readyz", "health"),
        ("/", "page"),
    ];
    kinds.iter().find(|(prefix, _)| route.starts_with(prefix)).map_or("other", |(_, class)| class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_few_classes() {
        for (route, expected) in [
            ("/", "page"),
            ("/{room}", "page"),
            ("/api/fn/join_room", "function"),
            ("/api/connection-details", "api"),
            ("/api/events", "events"),
            ("/rtc/v1/validate", "signalling"),
            ("/readyz", "health"),
            ("-", "other"),
        ] {
            assert_eq!(class(route), expected, "{route}");
        }
    }

    #[test]
    fn a_process_has_memory() {
        assert!(resident_bytes().unwrap() > 1_000_000);
    }
}
