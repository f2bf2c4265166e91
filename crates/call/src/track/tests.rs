//! One device through everything that can happen to it: each case by name, and then all of them at random.

use super::TrackEffect as Do;
use super::TrackEvent as E;
use super::hardware::BUSY_PAUSE_MS;
use super::*;
use crate::{Ask, CaptureError, CaptureSize, Device, Why};

mod choice;
mod ends;
mod random;

fn ask(device: Option<&str>, size: CaptureSize) -> Do {
    Do::Acquire(Ask { device: device.map(str::to_owned), size })
}

fn came(id: &str) -> E {
    E::Came(id.to_owned())
}

fn cameras(ids: &[&str]) -> E {
    let camera = |id: &&str| Device {
        id: (*id).to_owned(),
        group: (*id).to_owned(),
        label: format!("Camera {id}"),
        kind: DeviceKind::Camera,
    };
    E::Listed(ids.iter().map(camera).collect())
}

fn after(kind: DeviceKind, events: &[E]) -> Track {
    let mut track = Track::new(kind);
    for event in events {
        track.apply(event.clone(), 0).unwrap();
    }
    track
}

fn tell(ticket: u32, command: Command) -> Do {
    Do::Tell(Ticket(ticket), command)
}

fn accepted(ticket: u32) -> E {
    E::Accepted(Ticket(ticket))
}

fn refused(ticket: u32) -> E {
    E::Refused(Ticket(ticket))
}

const WANT: E = E::Want(true);
const REFUSED: Do = Do::Say(Notice::Refused);
const CAMERA: DeviceKind = DeviceKind::Camera;
const MICROPHONE: DeviceKind = DeviceKind::Microphone;

/// On, and in a room.
fn published(kind: DeviceKind) -> Track {
    let listed = cameras(&["a", "b"]);
    let track = after(kind, &[listed, WANT, came("a"), E::RoomCame, accepted(1)]);
    assert_eq!(track.state(), TrackState::Published);
    track
}

#[test]
fn what_livekit_client_mutes_because_the_device_has_ended_comes_back() {
    // Its word of that comes a frame later: before the other device is there, while it replaces the first, or after.
    for late in 0..3 {
        let mut track = published(CAMERA);
        let mut told = track.apply(E::Ended, 0).unwrap();
        for (place, event) in [came("b"), accepted(2)].into_iter().enumerate() {
            if place == late {
                told.extend(track.apply(E::Observed(false), 0).unwrap());
            }
            told.extend(track.apply(event, 0).unwrap());
        }
        if late == 2 {
            told.extend(track.apply(E::Observed(false), 0).unwrap());
        }
        assert_eq!(told.last(), Some(&tell(3, Command::Unmute)), "told at {late}");
        track.apply(accepted(3), 0).unwrap();
        assert!(track.wanted() && track.state() == TrackState::Published, "told at {late}");
        track.apply(E::Observed(false), 0).unwrap();
        assert!(!track.wanted(), "and then a host may mute it");
    }
}

#[test]
fn a_host_may_mute_what_is_being_replaced() {
    let mut track = published(CAMERA);
    track.apply(E::Choose(Some("b".into())), 0).unwrap();
    track.apply(came("b"), 0).unwrap();
    track.apply(E::Observed(false), 0).unwrap();
    assert!(!track.wanted());
    assert_eq!(track.apply(accepted(2), 0).unwrap(), [Do::Release]);
    assert_eq!(track.state(), TrackState::Stopped);
}

#[test]
fn from_the_wish_to_the_room_and_back() {
    let mut track = Track::new(CAMERA);
    assert_eq!(track.state(), TrackState::Uninitialised);
    assert_eq!(track.apply(WANT, 0).unwrap(), [ask(None, CaptureSize::Full)]);
    assert_eq!(track.state(), TrackState::Acquiring);
    assert_eq!(track.apply(came("a"), 0).unwrap(), [Do::Use]);
    assert_eq!(track.state(), TrackState::Acquired);
    assert_eq!(track.apply(E::RoomCame, 0).unwrap(), [tell(1, Command::Publish)]);
    assert_eq!(track.state(), TrackState::Publishing);
    assert_eq!(track.apply(accepted(1), 0).unwrap(), []);
    assert_eq!(track.state(), TrackState::Published);
    let off = track.apply(E::Want(false), 0).unwrap();
    assert_eq!(off, [tell(2, Command::Mute), Do::WakeAt(PATIENCE_MS)], "the picture is muted before it freezes");
    assert_eq!(track.state(), TrackState::Stopping);
    assert_eq!(track.apply(accepted(2), 0).unwrap(), [Do::Release]);
    assert_eq!(track.state(), TrackState::Stopped);
    assert_eq!(track.apply(WANT, 0).unwrap(), [ask(Some("a"), CaptureSize::Full)]);
    assert_eq!(track.apply(came("a"), 0).unwrap(), [Do::Use, tell(3, Command::Replace)]);
    assert_eq!(track.apply(accepted(3), 0).unwrap(), [tell(4, Command::Unmute)]);
    assert_eq!(track.apply(accepted(4), 0).unwrap(), []);
    assert_eq!(track.state(), TrackState::Published);
}

#[test]
fn a_microphone_that_is_muted_in_the_call_stays_open_until_the_call_is_over() {
    let mut track = published(MICROPHONE);
    track.apply(E::Want(false), 0).unwrap();
    assert_eq!(track.apply(accepted(2), 0).unwrap(), []);
    assert_eq!(track.state(), TrackState::Stopped);
    assert_eq!(track.apply(E::RoomGone, 0).unwrap(), [], "another room takes its place");
    assert_eq!(track.apply(E::Released, 0).unwrap(), [Do::Release]);

    let mut before = after(MICROPHONE, &[WANT, came("a")]);
    assert_eq!(
        before.apply(E::Want(false), 0).unwrap(),
        [Do::Release],
        "before the call there is nothing to come back to"
    );
}

#[test]
fn switched_off_while_it_is_being_opened_it_is_never_used() {
    let mut track = after(CAMERA, &[WANT, E::Want(false)]);
    assert!(!track.wanted() && track.is_switching());
    assert_eq!(track.apply(came("a"), 0).unwrap(), [], "what came is let go of");
    assert_eq!(track.state(), TrackState::Stopped);

    let mut failing = after(CAMERA, &[WANT, E::Want(false)]);
    assert_eq!(failing.apply(E::Failed(CaptureError::Denied), 0).unwrap(), [], "it is no news any more");

    let mut changed = after(CAMERA, &[WANT, E::Want(false), WANT]);
    assert_eq!(changed.apply(came("a"), 0).unwrap(), [Do::Use], "the last intent counts");
}

#[test]
fn a_second_request_waits_for_the_first() {
    let mut track = after(CAMERA, &[WANT]);
    assert_eq!(track.apply(WANT, 0).unwrap(), []);
    assert_eq!(track.apply(E::Restart, 0).unwrap(), []);
    assert_eq!(track.apply(E::Choose(Some("b".into())), 0).unwrap(), []);
    assert_eq!(track.apply(came("a"), 0).unwrap(), [ask(Some("b"), CaptureSize::Full)], "that one was given up");
    assert_eq!(track.apply(came("b"), 0).unwrap(), [Do::Use]);
    assert_eq!(track.device(), Some("b"));
}

#[test]
fn a_slow_device_that_comes_after_the_call_is_let_go_of() {
    let mut track = after(CAMERA, &[WANT, E::Released]);
    assert!(track.wanted(), "the wish is kept");
    assert_eq!(track.apply(came("a"), 0).unwrap(), []);
    assert_eq!(track.apply(E::RoomCame, 0).unwrap(), [ask(None, CaptureSize::Full)]);
}

#[test]
fn muted_while_it_is_being_published_it_is_muted_when_it_is_there() {
    let mut track = after(MICROPHONE, &[WANT, came("a"), E::RoomCame, E::Want(false)]);
    assert_eq!(track.apply(accepted(1), 0).unwrap(), [tell(2, Command::Mute)]);
    track.apply(accepted(2), 0).unwrap();
    assert_eq!(track.apply(WANT, 7).unwrap(), [tell(3, Command::Unmute), Do::WakeAt(7 + PATIENCE_MS)]);
}

#[test]
fn what_was_waited_for_does_not_hurry_what_comes_after_it() {
    let mut track = published(CAMERA);
    track.apply(E::Want(false), 0).unwrap();
    track.apply(E::Restart, 1).unwrap();
    assert_eq!(track.apply(came("a"), 2).unwrap(), [Do::Use]);
    assert_eq!(track.apply(E::Woken, PATIENCE_MS).unwrap(), [tell(3, Command::Replace)], "muting was given up");
    assert_eq!(track.apply(E::Woken, PATIENCE_MS).unwrap(), []);
    assert!(track.wanted());
}

#[test]
fn an_end_out_of_the_blue_is_answered_by_another_device_and_undone_when_it_returns() {
    let mut track = published(CAMERA);
    assert_eq!(track.apply(E::Ended, 0).unwrap(), [Do::Release, ask(Some("a"), CaptureSize::Full)]);
    assert_eq!(track.apply(E::Failed(CaptureError::Missing), 0).unwrap(), [ask(None, CaptureSize::Full)]);
    assert_eq!(track.apply(cameras(&["b"]), 0).unwrap(), []);
    let instead = Do::Say(Notice::Device { why: Why::Gone, label: "Camera b".into() });
    assert_eq!(track.apply(came("b"), 0).unwrap(), [Do::Use, instead, tell(2, Command::Replace)]);
    track.apply(accepted(2), 0).unwrap();
    assert_eq!(track.state(), TrackState::Published, "it was never muted");

    let back = track.apply(cameras(&["b", "a"]), 0).unwrap();
    assert_eq!(back, [Do::Release, ask(Some("a"), CaptureSize::Full)]);
    let again = Do::Say(Notice::Device { why: Why::Back, label: "Camera a".into() });
    assert_eq!(track.apply(came("a"), 0).unwrap(), [Do::Use, again, tell(3, Command::Replace)]);
}

#[test]
fn the_list_may_tell_before_the_device_does() {
    let mut track = published(CAMERA);
    assert_eq!(track.apply(cameras(&["b"]), 0).unwrap(), [Do::Release, ask(Some("a"), CaptureSize::Full)]);
}

#[test]
fn the_only_device_comes_back_on_when_it_returns_unless_the_person_has_switched() {
    let lost = || {
        let mut track = published(CAMERA);
        track.apply(E::Ended, 0).unwrap();
        track.apply(E::Failed(CaptureError::Missing), 0).unwrap();
        track.apply(E::Failed(CaptureError::Missing), 0).unwrap();
        let failed = Do::Say(Notice::Failed(CaptureError::Missing));
        assert_eq!(track.apply(E::Failed(CaptureError::Missing), 0).unwrap(), [failed, tell(2, Command::Mute)]);
        assert!(!track.wanted());
        track.apply(accepted(2), 0).unwrap();
        track.apply(cameras(&[]), 0).unwrap();
        track
    };
    assert_eq!(lost().apply(cameras(&["a"]), 0).unwrap(), [ask(Some("a"), CaptureSize::Full)]);
    let mut switched = lost();
    switched.apply(E::Want(false), 0).unwrap();
    assert_eq!(switched.apply(cameras(&["a"]), 0).unwrap(), []);
}

#[test]
fn a_permission_that_is_withdrawn_is_explained_and_taken_up_again() {
    let mut track = published(CAMERA);
    assert_eq!(track.apply(E::Withdrawn, 0).unwrap(), [Do::Release, ask(Some("a"), CaptureSize::Full)]);
    let denied = Do::Say(Notice::Failed(CaptureError::Denied));
    assert_eq!(track.apply(E::Failed(CaptureError::Denied), 0).unwrap(), [denied, tell(2, Command::Mute)]);
    track.apply(accepted(2), 0).unwrap();
    assert_eq!(track.apply(E::Withdrawn, 0).unwrap(), []);
    assert_eq!(track.apply(E::Allowed, 0).unwrap(), [ask(Some("a"), CaptureSize::Full)]);
    assert_eq!(published(CAMERA).apply(E::Allowed, 0).unwrap(), []);
}

#[test]
fn what_was_refused_is_opened_again_by_nobody_but_the_person_and_the_browser_s_word() {
    let denied = || E::Failed(CaptureError::Denied);
    let again = [E::RoomGone, E::RoomCame, E::Resumed, cameras(&["a"]), cameras(&["b", "a"]), E::Unpublished];
    let plugged_out =
        [cameras(&["a", "b"]), WANT, came("a"), cameras(&["b"]), E::Failed(CaptureError::Missing), came("b")];
    for (refused, comes_back) in [
        // While the connection is being restored, and before there was one.
        (vec![WANT, denied()], false),
        (vec![WANT, came("a"), E::RoomCame, E::RoomGone, E::Withdrawn, denied()], true),
        (vec![WANT, E::Failed(CaptureError::DeniedBySystem)], false),
        // The question was open when the page went, or when the person asked for another.
        (vec![WANT, E::Released, denied()], false),
        (vec![WANT, E::Choose(Some("b".into())), denied()], false),
        (vec![WANT, E::Restart, denied()], false),
        // Another device was used, and the one that is plugged in again is no reason to ask.
        ([&plugged_out[..], &[E::Withdrawn, denied()]].concat(), true),
    ] {
        let mut track = after(CAMERA, &refused);
        let told: Vec<_> = again.iter().filter_map(|event| track.apply(event.clone(), 0).ok()).flatten().collect();
        assert!(!told.iter().any(|effect| matches!(effect, Do::Acquire(_))), "{told:?} after {refused:?}");
        assert!(!track.wanted());
        let asks = |event: E| matches!(track.clone().apply(event, 0).unwrap().as_slice(), [Do::Acquire(_)]);
        assert!(asks(WANT) && asks(E::Restart), "a press asks again after {refused:?}");
        assert_eq!(asks(E::Allowed), comes_back, "after {refused:?}");
    }
}

#[test]
fn a_muted_microphone_that_ends_stays_off() {
    let mut track = published(MICROPHONE);
    track.apply(E::Want(false), 0).unwrap();
    track.apply(accepted(2), 0).unwrap();
    assert_eq!(track.apply(E::Ended, 0).unwrap(), [Do::Release]);
    assert_eq!(track.apply(E::Allowed, 0).unwrap(), []);
    track.apply(WANT, 0).unwrap();
    assert_eq!(track.apply(came("a"), 0).unwrap(), [Do::Use, tell(3, Command::Replace)]);
}

#[test]
fn a_busy_device_is_asked_for_once_more() {
    let mut track = after(CAMERA, &[cameras(&["a", "b"]), E::Choose(Some("a".into())), WANT]);
    let busy = || E::Failed(CaptureError::Busy);
    assert_eq!(track.apply(busy(), 5).unwrap(), [Do::WakeAt(5 + BUSY_PAUSE_MS)]);
    assert!(track.is_switching());
    let early = track.apply(E::Woken, 6).unwrap();
    assert_eq!(early, [Do::WakeAt(5 + BUSY_PAUSE_MS)], "a timer of something else, or one that came early");
    assert_eq!(track.apply(E::Woken, 5 + BUSY_PAUSE_MS).unwrap(), [ask(Some("a"), CaptureSize::Full)]);
    assert_eq!(track.apply(busy(), 0).unwrap(), [ask(Some("b"), CaptureSize::Full)]);
    let instead = Do::Say(Notice::Device { why: Why::Busy, label: "Camera b".into() });
    assert_eq!(track.apply(came("b"), 0).unwrap(), [Do::Use, instead]);

    let mut patient = after(CAMERA, &[WANT, E::Failed(CaptureError::Busy), E::Want(false)]);
    assert_eq!(patient.apply(E::Woken, BUSY_PAUSE_MS).unwrap(), [], "nobody wants it any more");
}

#[test]
fn what_is_refused_rolls_back() {
    let mut unmuting = published(MICROPHONE);
    for event in [E::Want(false), accepted(2), WANT] {
        unmuting.apply(event, 0).unwrap();
    }
    assert_eq!(unmuting.apply(refused(3), 0).unwrap(), [REFUSED]);
    assert!(!unmuting.wanted() && unmuting.state() == TrackState::Stopped);
    assert_eq!(unmuting.apply(WANT, 0).unwrap()[0], tell(4, Command::Unmute), "and may be tried again");

    let mut muting = published(MICROPHONE);
    muting.apply(E::Want(false), 0).unwrap();
    assert_eq!(muting.apply(refused(2), 0).unwrap(), [REFUSED]);
    assert!(muting.wanted() && muting.state() == TrackState::Published);
}

#[test]
fn what_nobody_waits_for_is_tried_again_before_it_goes_off() {
    let mut track = after(CAMERA, &[WANT, came("a"), E::RoomCame]);
    for round in 1..=3 {
        let now_ms = u64::from(round) * 10_000;
        let again_ms = now_ms + 1_000;
        assert_eq!(track.apply(refused(round), now_ms).unwrap(), [Do::WakeAt(again_ms)]);
        assert!(track.wanted() && track.is_switching());
        assert_eq!(track.apply(E::Woken, again_ms - 1).unwrap(), [Do::WakeAt(again_ms)]);
        assert_eq!(track.apply(E::Woken, again_ms).unwrap(), [tell(round + 1, Command::Publish)]);
    }
    let mut in_vain = track.clone();
    assert_eq!(in_vain.apply(refused(4), 50_000).unwrap(), [REFUSED, Do::Release]);
    assert!(!in_vain.wanted());

    // What has worked, another room, and the person begin anew.
    for anew in [&[accepted(4), E::Unpublished, accepted(5)][..], &[E::RoomGone, E::RoomCame]] {
        let mut track = track.clone();
        let effects: Vec<_> = anew.iter().flat_map(|event| track.apply(event.clone(), 50_000).unwrap()).collect();
        let Some(Do::Tell(Ticket(ticket), Command::Publish)) = effects.last() else { panic!("not {effects:?}") };
        assert_eq!(track.apply(refused(*ticket), 50_000).unwrap(), [Do::WakeAt(51_000)]);
    }
    let mut person = after(CAMERA, &[WANT, came("a"), E::RoomCame]);
    person.apply(refused(1), 0).unwrap();
    assert_eq!(person.apply(E::Want(false), 0).unwrap(), [Do::Release]);
    assert_eq!(person.state(), TrackState::Stopped);
}

#[test]
fn a_room_that_does_not_answer_for_five_seconds_is_not_waited_for() {
    let mut track = published(MICROPHONE);
    track.apply(E::Want(false), 1_000).unwrap();
    assert_eq!(track.apply(E::Woken, 5_999).unwrap(), [Do::WakeAt(6_000)]);
    assert_eq!(track.apply(E::Woken, 6_000).unwrap(), [REFUSED]);
    assert!(track.wanted() && !track.is_switching());
    assert_eq!(track.apply(accepted(2), 6_001).unwrap(), [], "only the room can say so now");
    track.apply(E::Observed(false), 6_002).unwrap();
    assert!(!track.wanted());
}

#[test]
fn a_host_mutes_us_and_nobody_but_the_person_switches_on() {
    let mut track = published(CAMERA);
    assert_eq!(track.apply(E::Observed(false), 0).unwrap(), [Do::Release]);
    assert!(!track.wanted());
    assert_eq!(track.apply(E::Observed(true), 0).unwrap(), [tell(2, Command::Mute)]);

    // While we unmute, and after it had worked: the host's word is the last.
    let mut track = published(MICROPHONE);
    for event in [E::Want(false), accepted(2), WANT, E::Observed(true), E::Observed(false)] {
        track.apply(event, 0).unwrap();
    }
    assert!(!track.wanted());
    assert_eq!(track.apply(accepted(3), 0).unwrap(), []);
    assert_eq!(track.state(), TrackState::Stopped);
}

#[test]
fn old_news_does_not_disturb() {
    let mut track = published(MICROPHONE);
    for event in [E::Want(false), accepted(2), WANT, E::Observed(false), accepted(3)] {
        track.apply(event, 0).unwrap();
    }
    assert!(track.wanted() && track.state() == TrackState::Published);
}

#[test]
fn the_next_room_gets_what_is_wanted() {
    let mut track = published(CAMERA);
    track.apply(E::Want(false), 0).unwrap();
    track.apply(WANT, 0).unwrap();
    assert_eq!(track.apply(E::RoomGone, 0).unwrap(), []);
    assert_eq!(track.apply(accepted(2), 0).unwrap(), [], "the answer of a room that is gone");
    assert_eq!(track.apply(E::RoomCame, 0).unwrap(), [tell(3, Command::Publish)]);
}

#[test]
fn what_the_room_has_lost_is_published_again_and_what_stopped_is_opened_again() {
    let mut track = published(CAMERA);
    assert_eq!(track.apply(E::Unpublished, 0).unwrap(), [tell(2, Command::Unpublish)]);
    assert_eq!(track.apply(accepted(2), 0).unwrap(), [tell(3, Command::Publish)]);
    track.apply(accepted(3), 0).unwrap();
    assert_eq!(track.apply(E::Restart, 0).unwrap(), [Do::Release, ask(Some("a"), CaptureSize::Full)]);
}

#[test]
fn what_cannot_happen_is_an_error() {
    for (events, event) in [
        (&[][..], came("a")),
        (&[], E::Failed(CaptureError::Busy)),
        (&[], E::Ended),
        (&[], accepted(1)),
        (&[], refused(1)),
        (&[E::RoomCame], E::RoomCame),
        (&[WANT, came("a")], came("a")),
        (&[WANT], E::Ended),
    ] {
        let mut track = after(CAMERA, events);
        let before = track.clone();
        let error = track.apply(event, 0).unwrap_err();
        assert_eq!(error.state, before.state());
        assert_eq!(track, before);
    }
}
