//! What is counted and timed, under the names that Prometheus sees. Until [`start`] all of it goes nowhere.

use std::fs;
use std::time::Duration;

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use wire::ErrorCode;

const JOINS: &str = "parlour_joins_total";
const ADMISSION: &str = "parlour_admission_seconds";
const LIVEKIT_CALL: &str = "parlour_livekit_call_seconds";
const REQUESTS: &str = "parlour_http_requests_total";
const LIVEKIT_UP: &str = "parlour_livekit_up";
const ROOMS: &str = "parlour_active_rooms";
const PEOPLE: &str = "parlour_people";
const STREAMS: &str = "parlour_event_streams";
const MEMORY: &str = "process_resident_memory_bytes";

/// Bounds of what is timed, in seconds: from a look into a cache to LiveKit's time-out.
const BUCKETS_S: [f64; 12] = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0];

/// How often what was timed is summed up while nobody asks.
pub const SUM_UP_EVERY: Duration = Duration::from_secs(5);

/// Begins to count, in the whole process.
///
/// # Errors
/// When it has begun already.
pub fn start() -> Result<PrometheusHandle, BuildError> {
    let handle = PrometheusBuilder::new().set_buckets(&BUCKETS_S)?.install_recorder()?;
    describe_counter!(JOINS, "People who asked to be let in, by outcome: admitted, or the error's code");
    describe_histogram!(ADMISSION, "Time from the question to the token, of those who were admitted");
    describe_histogram!(LIVEKIT_CALL, "Calls of LiveKit's API, by method and result");
    describe_counter!(REQUESTS, "HTTP requests, by class of address and status");
    describe_gauge!(LIVEKIT_UP, "Whether LiveKit answers, asked now");
    describe_gauge!(ROOMS, "Rooms of LiveKit in which somebody is, asked now");
    describe_gauge!(PEOPLE, "Participants in LiveKit's rooms, asked now");
    describe_gauge!(STREAMS, "Open streams of events");
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

/// What is looked up when somebody asks. Without an answer of LiveKit nobody knows how many people there are.
pub struct Now {
    /// Rooms in which somebody is, and participants.
    pub inside: Option<(usize, usize)>,
    /// Open streams of events.
    pub streams: usize,
}

/// Says how it is now.
pub fn set_now(now: &Now) {
    let (rooms, people) = now.inside.map_or((f64::NAN, f64::NAN), |(rooms, people)| (number(rooms), number(people)));
    gauge!(LIVEKIT_UP).set(if now.inside.is_some() { 1.0 } else { 0.0 });
    gauge!(ROOMS).set(rooms);
    gauge!(PEOPLE).set(people);
    gauge!(STREAMS).set(number(now.streams));
    if let Some(bytes) = resident_bytes() {
        gauge!(MEMORY).set(number(bytes));
    }
}

/// Up to four thousand million, exactly.
fn number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::INFINITY, f64::from)
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
