//! What the roster makes of a room's events.

use std::collections::HashSet;

use proptest::prelude::*;
use wire::Identity;

use super::fixtures::{any_event, connected, person, publication, with_hand, with_tracks};
use super::*;
use crate::{Everybody, Presence, Publication, Source, Stalled, TrackSid};

fn id(identity: &str) -> Identity {
    Identity(identity.to_owned())
}

fn ids(identities: &[&str]) -> Vec<Identity> {
    identities.iter().map(|identity| id(identity)).collect()
}

fn order(roster: &Roster) -> Vec<&str> {
    roster.iter().map(|p| p.identity.as_str()).collect()
}

fn changed(participant: ParticipantInfo) -> RoomEvent {
    RoomEvent::ParticipantChanged { participant }
}

/// We, Ada and Bob, both with a microphone.
fn meeting() -> Roster {
    let mic = [publication(Source::Microphone, false)];
    let people = [with_tracks(person("bob", 20), &mic), with_tracks(person("ada", 10), &mic)];
    let mut roster = Roster::default();
    roster.apply(&connected("me", &people));
    roster
}

#[test]
fn the_first_snapshot_announces_nobody() {
    let mut roster = Roster::default();
    assert!(roster.is_empty());
    let changes = roster.apply(&connected("me", &[person("bob", 20), person("ada", 10)]));
    assert!(!roster.is_empty());
    assert_eq!(order(&roster), ["me", "ada", "bob"]);
    assert_eq!(changes, Changes { updated: ids(&["me", "ada", "bob"]), order: true, ..Changes::default() });
    assert_eq!(roster.local().unwrap().identity, id("me"));
    assert_eq!(roster.len(), 3);
}

#[test]
fn newcomers_are_announced_and_stand_last() {
    let mut roster = meeting();
    let changes = roster.apply(&RoomEvent::ParticipantConnected { participant: person("aaa", 30) });
    let expected = Changes { updated: ids(&["aaa"]), joined: ids(&["aaa"]), order: true, ..Changes::default() };
    assert_eq!(changes, expected);
    assert_eq!(order(&roster), ["me", "ada", "bob", "aaa"]);
    let again = roster.apply(&RoomEvent::ParticipantConnected { participant: person("aaa", 30) });
    assert_eq!(again, Changes::default(), "the same news again is no news");
}

#[test]
fn a_missed_arrival_is_healed() {
    let mut roster = meeting();
    assert_eq!(roster.apply(&changed(person("eve", 40))).joined, ids(&["eve"]));
}

#[test]
fn leaving_removes_and_we_never_leave_that_way() {
    let mut roster = meeting();
    let changes = roster.apply(&RoomEvent::ParticipantDisconnected { identity: id("ada") });
    assert_eq!(changes, Changes { left: ids(&["ada"]), order: true, ..Changes::default() });
    for who in ["ada", "nobody", "me"] {
        let changes = roster.apply(&RoomEvent::ParticipantDisconnected { identity: id(who) });
        assert_eq!(changes, Changes::default(), "{who}");
    }
    assert_eq!(order(&roster), ["me", "bob"]);
}

#[test]
fn a_reconnection_tells_who_came_and_left_meanwhile() {
    let mut roster = meeting();
    let local = ParticipantInfo { local: true, ..person("me", 99) };
    let bob = with_tracks(person("bob", 99), &[publication(Source::Microphone, false)]);
    let changes = roster.apply(&RoomEvent::Reconnected(Everybody { local, others: vec![person("eve", 50), bob] }));
    let (eve, left) = (ids(&["eve"]), ids(&["ada"]));
    let expected = Changes { updated: eve.clone(), left, joined: eve, order: true, ..Changes::default() };
    assert_eq!(changes, expected, "Bob reconnected too, and keeps his place");
    assert_eq!(order(&roster), ["me", "bob", "eve"]);
}

#[test]
fn joining_again_starts_anew() {
    let mut roster = meeting();
    let changes = roster.apply(&connected("me", &[person("eve", 50)]));
    assert_eq!(changes.joined, []);
    assert_eq!(changes.left, ids(&["ada", "bob"]));
    assert_eq!(order(&roster), ["me", "eve"]);
}

#[test]
fn speakers_are_marked_until_they_mute() {
    let mut roster = meeting();
    let speakers = RoomEvent::ActiveSpeakers { identities: ids(&["ada", "bob"]) };
    assert_eq!(roster.apply(&speakers).updated, ids(&["ada", "bob"]));
    assert_eq!(roster.apply(&speakers), Changes::default());
    let muted = with_tracks(person("ada", 10), &[publication(Source::Microphone, true)]);
    assert_eq!(roster.apply(&changed(muted)).updated, ids(&["ada"]));
    let ada = roster.get(&id("ada")).unwrap();
    assert!(!ada.speaking && !ada.microphone_on());
    assert_eq!(roster.apply(&RoomEvent::ActiveSpeakers { identities: vec![] }).updated, ids(&["bob"]));
}

#[test]
fn speakers_outlive_a_reconnection_but_not_the_call() {
    let mut roster = meeting();
    roster.apply(&RoomEvent::ActiveSpeakers { identities: ids(&["ada", "bob"]) });
    let mic = [publication(Source::Microphone, false)];
    let local = ParticipantInfo { local: true, ..person("me", 5) };
    let others = vec![with_tracks(person("ada", 10), &mic)];
    let changes = roster.apply(&RoomEvent::Reconnected(Everybody { local, others }));
    assert_eq!((changes.updated, changes.left), (vec![], ids(&["bob"])));
    assert!(roster.get(&id("ada")).unwrap().speaking);
    let back = RoomEvent::ParticipantConnected { participant: with_tracks(person("bob", 30), &mic) };
    roster.apply(&back);
    assert!(!roster.get(&id("bob")).unwrap().speaking, "who left has stopped speaking");
    roster.apply(&connected("me", &[with_tracks(person("ada", 10), &mic)]));
    assert!(!roster.get(&id("ada")).unwrap().speaking);
}

#[test]
fn who_leaves_has_stopped_speaking_and_the_others_have_not() {
    let mut roster = meeting();
    let told = |who| changed(with_tracks(person(who, 30), &[publication(Source::Microphone, false)]));
    roster.apply(&RoomEvent::ActiveSpeakers { identities: ids(&["ada", "bob"]) });
    roster.apply(&RoomEvent::ParticipantDisconnected { identity: id("ada") });
    assert_eq!(roster.apply(&told("bob")), Changes::default());
    assert!(roster.get(&id("bob")).unwrap().speaking);
    roster.apply(&told("ada"));
    assert!(!roster.get(&id("ada")).unwrap().speaking, "she comes back silent");
}

#[test]
fn a_speaker_without_a_microphone_is_not_marked() {
    let mut roster = Roster::default();
    roster.apply(&connected("me", &[person("ada", 10)]));
    assert_eq!(roster.apply(&RoomEvent::ActiveSpeakers { identities: ids(&["ada"]) }), Changes::default());
}

#[test]
fn quality_stays_with_its_participant() {
    let mut roster = meeting();
    let poor = RoomEvent::ConnectionQuality { identity: id("ada"), quality: Quality::Poor };
    assert_eq!(roster.apply(&poor).updated, ids(&["ada"]));
    assert_eq!(roster.apply(&poor), Changes::default());
    roster.apply(&changed(person("ada", 10)));
    assert_eq!(roster.get(&id("ada")).unwrap().quality, Quality::Poor);
    let unknown = RoomEvent::ConnectionQuality { identity: id("nobody"), quality: Quality::Poor };
    assert_eq!(roster.apply(&unknown), Changes::default());
}

#[test]
fn what_does_not_arrive_is_known_until_it_does_or_is_muted() {
    let track = |sid: &str, source, muted| Publication { sid: TrackSid(sid.to_owned()), ..publication(source, muted) };
    let ada = |muted| {
        let tracks = [track("sound", Source::Microphone, muted), track("picture", Source::Camera, false)];
        with_tracks(person("ada", 10), &tracks)
    };
    let stalled =
        |sids: &[&str]| RoomEvent::Stalled { tracks: sids.iter().map(|sid| TrackSid((*sid).to_owned())).collect() };
    let mut roster = Roster::default();
    roster.apply(&connected("me", &[ada(false), person("bob", 20)]));
    let known = |roster: &Roster| {
        let ada = roster.get(&id("ada")).unwrap();
        (ada.stalled.sound, ada.stalled.picture, ada.trouble())
    };
    assert_eq!(roster.apply(&stalled(&["picture"])).updated, ids(&["ada"]));
    assert_eq!(known(&roster), (false, true, Some("Picture frozen")));
    let unheard = Changes { updated: ids(&["ada"]), unheard: ids(&["ada"]), ..Changes::default() };
    assert_eq!(roster.apply(&stalled(&["sound", "picture"])), unheard);
    assert_eq!(known(&roster), (true, true, Some("Nothing arrives")));
    assert_eq!(roster.apply(&stalled(&["sound", "picture", "nobody's"])), Changes::default());
    roster.apply(&changed(ada(true)));
    assert_eq!(known(&roster), (false, true, Some("Picture frozen")), "nothing comes of a muted one");
    roster.apply(&changed(ada(false)));
    assert_eq!(known(&roster), (true, true, Some("Nothing arrives")), "it is still on the list");
    assert_eq!(roster.apply(&stalled(&[])), Changes { updated: ids(&["ada"]), ..Changes::default() });
    assert_eq!(known(&roster), (false, false, None));
    roster.apply(&stalled(&["sound"]));
    assert_eq!(known(&roster), (true, false, Some("No sound arrives")));
    roster.apply(&connected("me", &[ada(false)]));
    assert_eq!(roster.get(&id("ada")).unwrap().stalled, Stalled::default(), "a new room begins anew");
}

#[test]
fn somebody_joins_is_inside_is_lost_and_comes_back() {
    let mut roster = Roster::default();
    roster.apply(&connected("me", &[]));
    let presence = |roster: &Roster, who| roster.get(&id(who)).map(Participant::presence);
    let quality = |who, quality| RoomEvent::ConnectionQuality { identity: id(who), quality };
    roster.apply(&changed(ParticipantInfo { active: false, ..person("ada", 10) }));
    assert_eq!(presence(&roster, "ada"), Some(Presence::Joining));
    roster.apply(&changed(person("ada", 10)));
    assert_eq!(presence(&roster, "ada"), Some(Presence::Active));
    roster.apply(&quality("ada", Quality::Lost));
    assert_eq!(presence(&roster, "ada"), Some(Presence::Reconnecting));
    roster.apply(&quality("ada", Quality::Good));
    assert_eq!(presence(&roster, "ada"), Some(Presence::Active));
    roster.apply(&RoomEvent::ParticipantDisconnected { identity: id("ada") });
    assert_eq!(presence(&roster, "ada"), None);
    roster.apply(&quality("me", Quality::Lost));
    assert_eq!(presence(&roster, "me"), Some(Presence::Active), "our own connection is told of elsewhere");
}

#[test]
fn that_somebody_is_not_inside_is_said_rather_than_what_of_theirs_does_not_arrive() {
    let camera = publication(Source::Camera, false);
    let mut roster = Roster::default();
    roster.apply(&connected("me", &[with_tracks(person("ada", 10), std::slice::from_ref(&camera))]));
    let trouble = |roster: &Roster| roster.get(&id("ada")).unwrap().trouble();
    assert_eq!(trouble(&roster), None);
    roster.apply(&RoomEvent::Stalled { tracks: vec![camera.sid.clone()] });
    assert_eq!(trouble(&roster), Some("Picture frozen"));
    roster.apply(&changed(ParticipantInfo { active: false, ..with_tracks(person("ada", 10), &[camera]) }));
    assert_eq!(trouble(&roster), Some("Joining…"));
    roster.apply(&RoomEvent::ConnectionQuality { identity: id("ada"), quality: Quality::Lost });
    assert_eq!(trouble(&roster), Some("Reconnecting…"));
}

#[test]
fn a_hand_is_news_once_and_only_from_those_who_were_here() {
    let mut roster = meeting();
    let mic = [publication(Source::Microphone, false)];
    let ada = with_tracks(person("ada", 10), &mic);
    let up = changed(with_hand(ada.clone(), 100));
    let expected = Changes { updated: ids(&["ada"]), raised: ids(&["ada"]), ..Changes::default() };
    assert_eq!(roster.apply(&up), expected);
    assert_eq!(roster.apply(&up), Changes::default());
    let down = roster.apply(&changed(ada.clone()));
    assert_eq!(down, Changes { updated: ids(&["ada"]), ..Changes::default() });
    let eve = RoomEvent::ParticipantConnected { participant: with_hand(person("eve", 30), 50) };
    assert_eq!(roster.apply(&eve).raised, [], "she came with it up");
    let me = ParticipantInfo { local: true, ..with_hand(person("me", 5), 200) };
    let ours = roster.apply(&changed(me.clone()));
    assert_eq!((ours.updated, ours.raised), (ids(&["me"]), vec![]), "we know that we did");

    let others = vec![with_hand(ada, 300), person("bob", 20)];
    assert_eq!(roster.apply(&RoomEvent::Reconnected(Everybody { local: me, others })).raised, ids(&["ada"]));
    assert_eq!(roster.apply(&connected("me", &[with_hand(person("bob", 20), 400)])).raised, []);
}

#[test]
fn names_are_cleaned_and_cut() {
    let mut roster = meeting();
    for (written, shown) in [
        ("  Ada\u{202E}\n Lovelace ", "Ada Lovelace".to_owned()),
        ("\u{200B}\u{3164}", "Guest".to_owned()),
        ("", "Guest".to_owned()),
        (&"x".repeat(500), "x".repeat(64)),
    ] {
        roster.apply(&changed(ParticipantInfo { name: written.to_owned(), ..person("ada", 10) }));
        assert_eq!(roster.get(&id("ada")).unwrap().name, shown);
    }
}

#[test]
fn a_picture_is_there_when_it_can_be_attached() {
    let camera = publication(Source::Camera, false);
    let muted = publication(Source::Camera, true);
    let not_here = Publication { subscribed: false, ..camera.clone() };
    let mut roster = meeting();
    for (tracks, shown) in [
        (vec![camera.clone()], true),
        (vec![muted.clone()], false),
        (vec![not_here], false),
        (vec![muted, camera.clone()], true),
        (vec![], false),
    ] {
        roster.apply(&changed(with_tracks(person("ada", 10), &tracks)));
        let ada = roster.get(&id("ada")).unwrap();
        assert_eq!(ada.camera_on(), shown, "{tracks:?}");
        assert_eq!(ada.picture(Source::Camera), shown.then_some(&camera.sid));
        assert_eq!(ada.picture(Source::ScreenShare), None);
    }
    let mic = publication(Source::Microphone, false);
    roster.apply(&changed(with_tracks(person("ada", 10), &[mic, publication(Source::ScreenShare, false)])));
    let ada = roster.get(&id("ada")).unwrap();
    assert!(ada.picture(Source::ScreenShare).is_some());
    assert_eq!(ada.picture(Source::Microphone), None, "a sound is no picture");
}

#[test]
fn a_paused_picture_is_there_and_stands_still() {
    let paused = Publication { paused: true, ..publication(Source::Camera, false) };
    let tracks = [paused.clone(), publication(Source::ScreenShare, false)];
    let mut roster = meeting();
    roster.apply(&changed(with_tracks(person("ada", 10), &tracks)));
    let ada = roster.get(&id("ada")).unwrap();
    assert_eq!(ada.picture(Source::Camera), Some(&paused.sid));
    assert!(ada.is_paused(Source::Camera) && !ada.is_paused(Source::ScreenShare));
    assert!(!roster.get(&id("bob")).unwrap().is_paused(Source::Camera), "without a camera nothing stands still");
}

proptest! {
    #[test]
    fn the_changes_tell_exactly_what_changed(events in proptest::collection::vec(any_event(), 0..60)) {
        let mut roster = Roster::default();
        for event in events {
            let before = roster.clone();
            let changes = roster.apply(&event);
            let whole: Vec<_> = roster.people.iter().map(Participant::place).collect();
            prop_assert!(whole.is_sorted_by(|a, b| a < b), "in order, and everybody once");
            prop_assert_eq!(changes.order, order(&before) != order(&roster));
            for p in roster.iter() {
                let differs = before.get(&p.identity) != Some(p);
                prop_assert_eq!(changes.updated.contains(&p.identity), differs);
                prop_assert!(!p.speaking || p.microphone_on());
            }
            for p in before.iter() {
                prop_assert_eq!(changes.left.contains(&p.identity), roster.get(&p.identity).is_none());
            }
            for identity in &changes.joined {
                prop_assert!(before.get(identity).is_none() && roster.get(identity).is_some());
            }
            for identity in &changes.raised {
                let up = |roster: &Roster| roster.get(identity).unwrap().hand_at_ms.is_some();
                prop_assert!(!up(&before) && up(&roster));
            }
            for identity in &changes.unheard {
                let heard = |roster: &Roster| !roster.get(identity).unwrap().stalled.sound;
                prop_assert!(heard(&before) && !heard(&roster));
            }
            for list in [&changes.updated, &changes.left, &changes.joined, &changes.raised, &changes.unheard] {
                prop_assert_eq!(list.iter().collect::<HashSet<_>>().len(), list.len());
            }
        }
    }
}
