//! What it costs to tell each other who is heard: the share of one processor's time, with everybody's microphone on and
//! every report sent and received in the same second: `cargo bench -p call --bench hearing`.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use call::{Ears, Hearers, Roster, TrackSid, heard_report, read_arrivals, read_events};
use people::everybody;
use wire::{HEARD_TOPIC, HeardReport};

mod people;

/// People in an ordinary large meeting, and in a very large one.
const ROOMS: [usize; 2] = [25, 500];
/// How long each figure is taken over.
const TAKE: Duration = Duration::from_secs(2);

/// What the browser writes of the sounds, in a second in which there was sound, or none.
fn counted(sids: &[TrackSid], second: u64) -> String {
    let mut json = String::from("[");
    for TrackSid(sid) in sids {
        let comma = if json.len() > 1 { "," } else { "" };
        let energy = second / 8 * 1_000_000;
        write!(json, r#"{comma}{{"sid":"{sid}","count":{},"energy":{energy}}}"#, second * 50).unwrap();
    }
    json + "]"
}

/// The reports of so many others, each delivered by itself.
fn reports(count: usize) -> Vec<String> {
    let report = HeardReport { hears: true }.to_json().replace('"', "\\\"");
    (1..=count)
        .map(|n| {
            format!(r#"[{{"type":"dataReceived","identity":"{n:032x}","word":"{HEARD_TOPIC}","text":"{report}"}}]"#)
        })
        .collect()
}

fn main() {
    for people in ROOMS {
        let mut roster = Roster::default();
        roster.apply(&everybody(people));
        let wanted = Ears::wanted(&roster);
        let reports = reports(wanted.len());
        let (mut ears, mut hearers) = (Ears::default(), Hearers::default());
        let (mut seconds, mut taken) = (0_u64, Duration::ZERO);
        while taken < TAKE {
            let (now_ms, json) = (seconds * 1_000, counted(&wanted, seconds));
            let begin = Instant::now();
            black_box(Ears::wanted(&roster));
            black_box(ears.look(&roster, read_arrivals(&json).unwrap(), now_ms));
            for json in &reports {
                for event in read_events(json).unwrap() {
                    roster.apply(&event);
                    let (from, report) = heard_report(&event).unwrap();
                    hearers.take(&roster, from, report, now_ms);
                }
            }
            for reading in 0..10 {
                hearers.listen(true, true, now_ms + reading * 100);
            }
            black_box(hearers.heard(&roster, now_ms));
            taken += begin.elapsed();
            seconds += 1;
        }
        let each = taken.as_secs_f64() / seconds as f64;
        println!("hearing, {people} people: {:.0} µs a second, {:.3} % of a processor", each * 1e6, each * 100.0);
    }
}
