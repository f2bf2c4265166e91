//! A track shown in a `<video>`.

use call::TrackSid;
use web_sys::HtmlVideoElement;

use crate::externs::Engine;

/// Shows a track in an element, now or whenever the track comes; dropping it clears the element.
#[must_use = "dropping it clears the element"]
pub struct Attachment {
    engine: Engine,
    sid: TrackSid,
    element: HtmlVideoElement,
}

impl Attachment {
    pub(crate) fn new(engine: &Engine, sid: &TrackSid, element: &HtmlVideoElement) -> Self {
        engine.attach(&sid.0, element);
        Self { engine: engine.clone(), sid: sid.clone(), element: element.clone() }
    }
}

impl Drop for Attachment {
    fn drop(&mut self) {
        self.engine.detach(&self.sid.0, &self.element);
    }
}
