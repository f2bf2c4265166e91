//! Devices that end again and again, and one that may not be used any more.

use super::*;
use crate::track::hardware::HELD_MS;

#[test]
fn a_device_that_ends_again_and_again_is_opened_after_pauses_and_then_no_more() {
    let again = || ask(Some("a"), CaptureSize::Full);
    let (mut track, mut now_ms) = (published(CAMERA), 0);
    let open = |track: &mut Track, now_ms| drop(track.apply(came("a"), now_ms).unwrap());
    for _ in 0..2 {
        assert_eq!(track.apply(E::Ended, now_ms).unwrap(), [Do::Release, again()]);
        open(&mut track, now_ms);
    }
    for pause_ms in [1_000, 2_000, 4_000] {
        assert_eq!(track.apply(E::Ended, now_ms).unwrap(), [Do::Release, Do::WakeAt(now_ms + pause_ms)]);
        assert!(track.wanted() && track.is_switching());
        now_ms += pause_ms;
        assert_eq!(track.apply(E::Woken, now_ms).unwrap(), [again()]);
        open(&mut track, now_ms);
    }
    let busy = Do::Say(Notice::Failed(CaptureError::Busy));
    assert_eq!(track.apply(E::Ended, now_ms).unwrap(), [Do::Release, busy]);
    assert!(!track.wanted());

    assert_eq!(track.apply(WANT, now_ms).unwrap(), [again()], "the person may try");
    open(&mut track, now_ms);
    assert_eq!(track.apply(E::Ended, now_ms).unwrap(), [Do::Release, again()], "and that begins anew");
}

#[test]
fn a_device_that_holds_for_a_while_is_opened_at_once() {
    let (mut track, mut now_ms) = (published(CAMERA), 0);
    for _ in 0..10 {
        now_ms += HELD_MS;
        assert_eq!(track.apply(E::Ended, now_ms).unwrap(), [Do::Release, ask(Some("a"), CaptureSize::Full)]);
        track.apply(came("a"), now_ms).unwrap();
    }
}

#[test]
fn devices_that_take_turns_are_opened_no_more_often_and_nor_is_one_without_a_name() {
    let nameless = after(CAMERA, &[WANT, came(""), E::RoomCame, accepted(1)]);
    for (mut track, ids) in [(published(CAMERA), ["b", "a"]), (nameless, ["", ""])] {
        let (mut now_ms, mut pauses) = (0, Vec::new());
        for id in ids.repeat(3) {
            let told = track.apply(E::Ended, now_ms).unwrap();
            if let Some(Do::WakeAt(at_ms)) = told.last() {
                pauses.push(at_ms - now_ms);
                now_ms = *at_ms;
                track.apply(E::Woken, now_ms).unwrap();
            }
            if track.wanted() {
                track.apply(came(id), now_ms).unwrap();
            }
        }
        assert_eq!(pauses, [1_000, 2_000, 4_000]);
        assert!(!track.wanted());
    }
}

#[test]
fn who_may_not_speak_any_more_has_no_microphone_open() {
    let mut track = published(MICROPHONE);
    assert_eq!(track.apply(E::Forbidden, 0).unwrap(), [tell(2, Command::Mute)]);
    assert_eq!(track.apply(accepted(2), 0).unwrap(), [Do::Release]);

    let mut refused_mute = published(MICROPHONE);
    refused_mute.apply(E::Forbidden, 0).unwrap();
    assert_eq!(refused_mute.apply(refused(2), 0).unwrap(), [Do::Release], "LiveKit had taken it back already");
    assert!(!refused_mute.wanted(), "nobody waits, so nothing rolls back");

    let mut muted = published(MICROPHONE);
    muted.apply(E::Want(false), 0).unwrap();
    muted.apply(accepted(2), 0).unwrap();
    assert_eq!(muted.apply(E::Forbidden, 0).unwrap(), [Do::Release], "though it was kept for the call");
    assert_eq!(muted.apply(E::Unpublished, 0).unwrap(), [tell(3, Command::Unpublish)]);
    muted.apply(accepted(3), 0).unwrap();
    assert_eq!(muted.apply(WANT, 0).unwrap(), [ask(Some("a"), CaptureSize::Full)], "allowed again, it is opened");
}
