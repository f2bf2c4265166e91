//! A device that the person has chosen without seeing which: it is named once it is open.

use super::*;

fn named(why: Why, id: &str) -> Do {
    Do::Say(Notice::Device { why, label: format!("Camera {id}") })
}

/// The other one is being opened.
fn exchanged() -> Track {
    let mut track = published(CAMERA);
    let told = track.apply(E::Choose(Some("b".into())), 0).unwrap();
    assert_eq!(told, [Do::Release, ask(Some("b"), CaptureSize::Full)], "not a word yet");
    track.tell_choice();
    track
}

#[test]
fn what_was_chosen_is_named_once_and_when_it_is_open() {
    let mut track = exchanged();
    let told = track.apply(came("b"), 0).unwrap();
    assert_eq!(told, [Do::Use, named(Why::Wanted, "b"), tell(2, Command::Replace)]);
    track.apply(accepted(2), 0).unwrap();
    track.apply(E::Restart, 0).unwrap();
    assert_eq!(track.apply(came("b"), 0).unwrap(), [Do::Use, tell(3, Command::Replace)]);
}

#[test]
fn what_came_in_its_place_is_named() {
    let mut missing = exchanged();
    assert_eq!(missing.apply(E::Failed(CaptureError::Missing), 0).unwrap(), [ask(None, CaptureSize::Full)]);
    let told = missing.apply(came("a"), 0).unwrap();
    assert_eq!(told, [Do::Use, named(Why::Wanted, "a"), tell(2, Command::Replace)]);

    let mut busy = exchanged();
    busy.apply(E::Failed(CaptureError::Busy), 0).unwrap();
    busy.apply(E::Woken, BUSY_PAUSE_MS).unwrap();
    let told = busy.apply(E::Failed(CaptureError::Busy), BUSY_PAUSE_MS).unwrap();
    assert_eq!(told, [ask(Some("a"), CaptureSize::Full)]);
    let told = busy.apply(came("a"), BUSY_PAUSE_MS).unwrap();
    assert_eq!(told, [Do::Use, named(Why::Busy, "a"), tell(2, Command::Replace)]);
}

#[test]
fn what_could_not_be_opened_is_not_named() {
    let mut track = exchanged();
    let denied = Do::Say(Notice::Failed(CaptureError::Denied));
    assert_eq!(track.apply(E::Failed(CaptureError::Denied), 0).unwrap(), [denied, tell(2, Command::Mute)]);
    track.apply(accepted(2), 0).unwrap();
    assert_eq!(track.apply(WANT, 0).unwrap(), [ask(Some("b"), CaptureSize::Full)]);
    assert_eq!(track.apply(came("b"), 0).unwrap(), [Do::Use, tell(3, Command::Replace)], "it was asked for long ago");
}
