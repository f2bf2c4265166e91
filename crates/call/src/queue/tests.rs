//! What is taken from the queue, and in what order.

use proptest::collection::SizeRange;
use proptest::prelude::*;

use super::*;
use crate::long_history::{LONG, few};
use crate::roster::fixtures::{any_event, connected, person, publication, with_tracks};
use crate::{DisconnectReason, Participant, Quality, Roster, Source, TrackSid};

fn joined(name: &str) -> RoomEvent {
    RoomEvent::ParticipantConnected { participant: person(name, 10) }
}

fn changed(name: &str, muted: bool) -> RoomEvent {
    let participant = with_tracks(person(name, 10), &[publication(Source::Microphone, muted)]);
    RoomEvent::ParticipantChanged { participant }
}

fn left(name: &str) -> RoomEvent {
    RoomEvent::ParticipantDisconnected { identity: Identity(name.to_owned()) }
}

fn quality(name: &str, quality: Quality) -> RoomEvent {
    RoomEvent::ConnectionQuality { identity: Identity(name.to_owned()), quality }
}

fn said(text: &str) -> RoomEvent {
    RoomEvent::DataReceived { sender: None, topic: String::new(), payload: text.to_owned() }
}

fn queue(events: impl IntoIterator<Item = RoomEvent>) -> EventQueue {
    let mut queue = EventQueue::default();
    for event in events {
        queue.push(event, 0);
    }
    queue
}

fn drained(mut queue: EventQueue, now_ms: u64) -> Vec<RoomEvent> {
    std::iter::from_fn(|| queue.pop(now_ms)).collect()
}

#[test]
fn what_matters_most_comes_first_and_equals_in_order() {
    let bad = quality("ada", Quality::Poor);
    let waiting = queue([bad.clone(), said("one"), changed("ada", true), said("two"), RoomEvent::Reconnecting]);
    let expected = [RoomEvent::Reconnecting, changed("ada", true), said("one"), said("two"), bad];
    assert_eq!(drained(waiting, 0), expected);
}

#[test]
fn only_the_connection_may_not_wait() {
    let mut queue = EventQueue::default();
    assert!(queue.is_empty());
    for event in [said("one"), joined("ada"), changed("ada", true), quality("ada", Quality::Good)] {
        assert!(!queue.push(event, 0));
    }
    assert!(!queue.is_empty());
    assert!(queue.push(RoomEvent::Disconnected { reason: DisconnectReason::Unknown }, 0));
    assert!(queue.push(RoomEvent::SignalReconnecting, 0));
}

#[test]
fn statistics_that_waited_too_long_are_dropped_and_counted() {
    let mut queue = queue([quality("ada", Quality::Poor), quality("bob", Quality::Poor), said("old")]);
    queue.push(quality("cay", Quality::Good), 1);
    assert_eq!(queue.pop(5_001), Some(said("old")), "what somebody said is never too old");
    assert_eq!(queue.pop(5_001), Some(quality("cay", Quality::Good)));
    assert_eq!(queue.pop(5_001), None);
    assert_eq!(queue.dropped(), 2);
    assert!(queue.is_empty());
}

#[test]
fn of_a_burst_only_the_last_word_about_each_is_taken() {
    let burst = (0..1_000).map(|n| changed(if n % 2 == 0 { "ada" } else { "bob" }, n % 4 < 2));
    let waiting = queue(burst.chain([quality("ada", Quality::Poor), quality("ada", Quality::Good)]));
    let expected = [changed("ada", false), changed("bob", false), quality("ada", Quality::Good)];
    assert_eq!(drained(waiting, 0), expected);

    let speaks = |who: &str| RoomEvent::ActiveSpeakers { identities: vec![Identity(who.to_owned())] };
    assert_eq!(drained(queue([speaks("ada"), speaks("bob")]), 0), [speaks("bob")]);
    let stalled = |sid: &str| RoomEvent::Stalled { tracks: vec![TrackSid(sid.to_owned())] };
    assert_eq!(drained(queue([stalled("TR_1"), stalled("TR_2")]), 0), [stalled("TR_2")]);
}

#[test]
fn who_comes_with_tracks_comes_once() {
    let RoomEvent::ParticipantChanged { participant } = changed("ada", true) else { unreachable!() };
    let expected = [RoomEvent::ParticipantConnected { participant }];
    assert_eq!(drained(queue([joined("ada"), changed("ada", false), changed("ada", true)]), 0), expected);
}

#[test]
fn who_leaves_is_not_brought_back_by_older_news() {
    let news = [joined("ada"), changed("bob", true), quality("bob", Quality::Poor), left("bob"), left("ada")];
    assert_eq!(drained(queue(news), 0), [left("bob"), left("ada")]);
    let back = [changed("bob", true), left("bob"), joined("bob"), changed("bob", false)];
    let RoomEvent::ParticipantChanged { participant } = changed("bob", false) else { unreachable!() };
    assert_eq!(drained(queue(back), 0), [left("bob"), RoomEvent::ParticipantConnected { participant }]);
    assert_eq!(drained(queue([left("bob"), changed("bob", true)]), 0), [left("bob"), changed("bob", true)]);
}

#[test]
fn a_list_of_everybody_makes_older_news_of_people_obsolete() {
    let speaks = RoomEvent::ActiveSpeakers { identities: Vec::new() };
    let news = || [joined("ada"), left("bob"), quality("cay", Quality::Poor), speaks.clone(), said("kept")];
    let ended = RoomEvent::Disconnected { reason: DisconnectReason::ServerShutdown };
    for list in [connected("me", &[]), ended] {
        assert_eq!(drained(queue(news().into_iter().chain([list.clone()])), 0), [list, said("kept")]);
    }
    let RoomEvent::Connected(everybody) = connected("me", &[]) else { unreachable!() };
    let resumed = RoomEvent::Reconnected(everybody);
    let expected = [resumed.clone(), speaks.clone(), said("kept")];
    assert_eq!(drained(queue(news().into_iter().chain([resumed])), 0), expected);
}

/// Without what hangs on the first and the last of many words: since when somebody is here, and statistics.
fn people(roster: &Roster) -> Vec<Participant> {
    let mut people: Vec<_> =
        roster.iter().map(|p| Participant { joined_at_ms: 0, quality: Quality::Good, ..p.clone() }).collect();
    people.sort_by(|a, b| a.identity.as_str().cmp(b.identity.as_str()));
    people
}

fn any_history(length: impl Into<SizeRange>) -> impl Strategy<Value = Vec<(RoomEvent, bool)>> {
    prop::collection::vec((any_event(), prop::bool::weighted(0.3)), length)
}

/// Order among priorities does not matter to who is inside, how they are and who speaks; and of each only one word waits.
fn leaves_the_same_people_as_no_queue(events: Vec<(RoomEvent, bool)>) -> Result<(), TestCaseError> {
    let (mut direct, mut queued) = (Roster::default(), Roster::default());
    let mut queue = EventQueue::default();
    for (event, frame) in events {
        // A speaker who is gone after it is remembered for one list longer: harmless, and not the same.
        if matches!(event, RoomEvent::Reconnected(_)) {
            continue;
        }
        direct.apply(&event);
        let is_urgent = queue.push(event.clone(), 0);
        let waiting = |which: &dyn Fn(&RoomEvent) -> bool| {
            queue.lanes.iter().flatten().filter(|(waiting, _)| which(waiting)).count()
        };
        let lists = [
            waiting(&|other| matches!(other, RoomEvent::ActiveSpeakers { .. })),
            waiting(&|other| matches!(other, RoomEvent::Stalled { .. })),
        ];
        prop_assert!(lists.iter().all(|count| *count <= 1));
        if let Some(who) = about(&event) {
            prop_assert!(waiting(&|other| about(other) == Some(who) && Priority::of(other) == Priority::Low) <= 1);
            prop_assert!(waiting(&|other| about(other) == Some(who) && Priority::of(other) != Priority::Low) <= 1);
        }
        if is_urgent || frame {
            while let Some(event) = queue.pop(0) {
                queued.apply(&event);
            }
            prop_assert!(queue.is_empty());
            prop_assert_eq!(people(&direct), people(&queued));
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn the_queue_leaves_the_same_people_as_no_queue(events in any_history(0..80)) {
        leaves_the_same_people_as_no_queue(events)?;
    }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn so_it_does_after_ten_thousand_events(events in any_history(LONG)) {
        leaves_the_same_people_as_no_queue(events)?;
    }
}
