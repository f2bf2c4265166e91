//! How many events a second the call takes in, and how long a room of 500 takes to build: `cargo bench -p call`.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use call::{ConnectionEvent, Quality, RoomEvent, Roster};

use people::{everybody, person};
use room::build;

mod people;
mod room;

/// People in an ordinary large meeting, and in a very large one.
const MEETING: usize = 25;
const CROWD: usize = 500;
/// How long each figure is taken over.
const TAKE: Duration = Duration::from_secs(2);

/// What a lively meeting tells: who speaks, who mutes, whose connection is how good.
fn lively() -> Vec<RoomEvent> {
    (0..1_000)
        .map(|n| {
            let who = n % MEETING;
            match n % 4 {
                0 => RoomEvent::ParticipantChanged { participant: person(who, n % 8 == 0) },
                1 => RoomEvent::ActiveSpeakers { identities: vec![person(who, false).identity] },
                2 => RoomEvent::ConnectionQuality {
                    identity: person(who, false).identity,
                    quality: if n % 8 == 2 { Quality::Good } else { Quality::Poor },
                },
                _ => RoomEvent::AudioPlayback { allowed: n % 8 == 3 },
            }
        })
        .collect()
}

fn main() {
    let events = lively();
    let mut roster = Roster::default();
    roster.apply(&everybody(MEETING));
    let (mut taken, begin) = (0_u64, Instant::now());
    while begin.elapsed() < TAKE {
        for event in &events {
            black_box(roster.apply(event));
            black_box(ConnectionEvent::from_room(event));
        }
        taken += events.len() as u64;
    }
    println!("events: {:.0} a second, {MEETING} people", taken as f64 / begin.elapsed().as_secs_f64());

    let crowd = everybody(CROWD);
    let (mut rooms, begin) = (0_u32, Instant::now());
    while begin.elapsed() < TAKE {
        black_box(build(&crowd));
        rooms += 1;
    }
    println!("a room of {CROWD}: {:.1} ms", begin.elapsed().as_secs_f64() * 1_000.0 / f64::from(rooms));
}
