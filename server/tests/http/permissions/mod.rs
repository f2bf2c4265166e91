//! The table of permissions, cell by cell: every role tries everything, and what it may not do changes nothing.

mod scene;
mod table;

use axum::http::StatusCode;
use livekit_protocol::TrackSource;

use super::support::{Answer, Events, run, shared};
pub(crate) use scene::{Scene, Who};
use table::{HELPERS, about_messages};
pub(crate) use table::{Row, deeds, looks};

/// What LiveKit lets those inside send: camera and microphone; a screen; a screen, where only hosts share; data.
const SENDS: [(Who, [bool; 4]); 7] = [
    (Who::Maker, [true, true, true, true]),
    (Who::Host, [true, true, true, true]),
    (Who::CoHost, [true, true, true, true]),
    (Who::Participant, [true, true, false, true]),
    (Who::Guest, [true, true, false, true]),
    (Who::Student, [false, false, false, true]),
    (Who::Viewer, [false, false, false, false]),
];

/// What else a co-host does who has taken the meeting over: it ends with it.
const TAKEN_OVER: [&str; 3] = ["mute a co-host", "take a co-host out", "end the meeting"];

fn is_refused(answer: &Answer) -> bool {
    let to_sign_in = answer.status == StatusCode::SEE_OTHER && answer.header("location").starts_with("/signin");
    to_sign_in || matches!(answer.status.as_u16(), 401 | 403)
}

fn is_done(answer: &Answer) -> bool {
    !is_refused(answer) && (answer.status.is_success() || answer.status == StatusCode::SEE_OTHER)
}

/// Tries what may not be done.
pub(crate) async fn all_is_refused(scene: &mut Scene, who: &str, rows: &[Row]) {
    let before = scene.everything().await;
    for (what, _, ask) in rows {
        let answer = ask.send(&mut scene.actor).await;
        assert!(is_refused(&answer), "{who} must not {what}: {answer:?}");
        assert_eq!(scene.everything().await, before, "{who} must not {what}: it is refused, and changes something");
    }
}

/// Does what may be done.
async fn all_is_done(scene: &mut Scene, who: Who, rows: &[Row], changes: bool) {
    let mut before = scene.everything().await;
    for (what, _, ask) in rows {
        let answer = ask.send(&mut scene.actor).await;
        assert!(is_done(&answer), "{who:?} may {what}: {answer:?}");
        let after = scene.everything().await;
        assert_eq!(after != before, changes, "{who:?} may {what}: whether it leaves a trace");
        before = after;
    }
}

/// Those rows that are this one's to do, and those that are not.
fn parted(rows: Vec<Row>, who: Who) -> (Vec<Row>, Vec<Row>) {
    rows.into_iter().partition(|(_, may, _)| may.contains(&who))
}

/// What LiveKit has written down for somebody inside.
async fn sends(scene: &Scene, who: Who, only_hosts_share: bool) {
    let Some((_, [films, shares, shares_still, data])) = SENDS.into_iter().find(|(one, _)| *one == who) else { return };
    let identity = scene.identity.as_ref().unwrap();
    let info = shared().await.rooms().get_participant(&scene.room, identity).await.unwrap();
    let may = info.permission.unwrap();
    let mut sources = Vec::new();
    if films {
        sources.extend([TrackSource::Camera, TrackSource::Microphone]);
    }
    let shares = if only_hosts_share { shares_still } else { shares };
    if shares {
        sources.extend([TrackSource::ScreenShare, TrackSource::ScreenShareAudio]);
    }
    assert_eq!(may.can_publish_sources().collect::<Vec<_>>(), sources, "{who:?}");
    assert_eq!((may.can_publish, may.can_publish_data), (!sources.is_empty(), data), "{who:?}");
    assert!(may.can_subscribe && !may.can_update_metadata && !may.hidden, "{who:?}");
}

/// Walks through the table.
fn walk(who: Who) {
    run(async {
        let mut scene = Scene::new(who, &[]).await;
        sends(&scene, who, false).await;
        let path = format!("/api/events?room={}", scene.room);
        let told = Events::open(&scene.app, &scene.actor, &path).await.door(|news| Some(news.clone())).await;
        assert_eq!(told.get("queue").is_some(), HELPERS.contains(&who), "{who:?} hears who waits: {told}");
        let (may_see, mut may_not) = parted(looks(&scene), who);
        let (may_do, may_not_do) = parted(deeds(&scene), who);
        may_not.extend(may_not_do);
        assert!(!may_see.is_empty() && !may_not.is_empty(), "{who:?}");
        all_is_refused(&mut scene, &format!("{who:?}"), &may_not).await;
        all_is_done(&mut scene, who, &may_see, false).await;
        all_is_done(&mut scene, who, &may_do, true).await;
    });
}

#[test]
fn whoever_made_the_meeting_does_everything_in_it() {
    walk(Who::Maker);
}

#[test]
fn hosts_do_everything_but_to_each_other() {
    walk(Who::Host);
}

#[test]
fn co_hosts_help() {
    walk(Who::CoHost);
}

#[test]
fn participants_take_part() {
    walk(Who::Participant);
}

#[test]
fn guests_take_part() {
    walk(Who::Guest);
}

#[test]
fn students_listen_and_write() {
    walk(Who::Student);
}

#[test]
fn viewers_listen() {
    walk(Who::Viewer);
}

#[test]
fn strangers_see_the_door() {
    walk(Who::Stranger);
}

#[test]
fn who_has_taken_over_does_what_ends_with_the_meeting() {
    run(async {
        let mut scene = Scene::new(Who::CoHost, &[]).await;
        scene.take_over().await;
        let may = |(what, may, _): &Row| may.contains(&Who::CoHost) || TAKEN_OVER.contains(what);
        let (may_see, mut may_not): (Vec<_>, Vec<_>) = looks(&scene).into_iter().partition(may);
        let (may_do, may_not_do): (Vec<_>, Vec<_>) = deeds(&scene).into_iter().partition(may);
        may_not.extend(may_not_do);
        // That is the same as in the call, and there is only one to end.
        may_not.retain(|(what, ..)| *what != "end the meeting by REST");
        all_is_refused(&mut scene, "who has taken over", &may_not).await;
        all_is_done(&mut scene, Who::CoHost, &may_see, false).await;
        all_is_done(&mut scene, Who::CoHost, &may_do, true).await;
    });
}

#[test]
fn where_chat_and_screens_are_the_hosts_others_write_and_share_nothing() {
    run(async {
        for who in Who::ALL {
            let mut scene = Scene::new(who, &["chatOff", "shareOff"]).await;
            sends(&scene, who, true).await;
            // Taking back is no writing.
            let mut writing = about_messages(&scene);
            writing
                .retain(|(what, ..)| ["write", "write by REST", "send a file", "edit what one wrote"].contains(what));
            if HELPERS.contains(&who) {
                all_is_done(&mut scene, who, &writing, true).await;
            } else {
                all_is_refused(&mut scene, &format!("{who:?}"), &writing).await;
            }
        }
    });
}
