//! Pictures in `<video>` elements: attached while shown, released when not.

use call::TrackSid;
use leptos::html::Video;
use leptos::prelude::*;
use livekit_web::{Attachment, Preview};
use web_sys::HtmlVideoElement;

use super::session::{Session, session};
use crate::components::ui::effect;
use crate::state::RoomModel;

/// Shows a track of the room in the element.
pub fn use_picture(video: NodeRef<Video>, picture: Signal<Option<TrackSid>>) {
    let Some(session) = session() else { return };
    let attached = StoredValue::new_local(None::<Attachment>);
    let rooms = session.with_value(|session| session.rooms);
    effect(move || {
        rooms.track();
        // The old one goes first: two tracks in one element would stop each other.
        attached.set_value(None);
        if let (Some(video), Some(sid)) = (video.get(), picture.get()) {
            attached.set_value(session.with_value(|session| session.attach(&sid, &element(&video))));
        }
    });
    on_cleanup(move || {
        attached.try_set_value(None);
    });
}

/// Shows the own camera before the call.
pub fn use_preview(video: NodeRef<Video>, model: RoomModel) {
    let Some(session) = session() else { return };
    let shown = StoredValue::new_local(None::<Preview>);
    effect(move || {
        let running = model.previewing.get();
        shown.set_value(None);
        if let (true, Some(video)) = (running, video.get()) {
            shown.set_value(session.with_value(|session: &std::rc::Rc<Session>| session.preview(&element(&video))));
        }
    });
    on_cleanup(move || {
        shown.try_set_value(None);
    });
}

/// Leptos' element as web-sys' element. `muted` is set as a property, because the attribute that
/// the page carries counts only for elements that the parser made.
fn element(video: &HtmlVideoElement) -> HtmlVideoElement {
    video.set_muted(true);
    video.clone()
}
