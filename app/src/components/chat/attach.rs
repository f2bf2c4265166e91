//! Sends files.

use leptos::html::{Aside, Input};
use leptos::prelude::*;

use crate::components::ui::{ClientOnly, Icon, text, whether};
use crate::state::RoomModel;

/// "Attach a file"; what is dropped or pasted into the panel is sent as well.
#[component]
pub fn Attach(panel: NodeRef<Aside>) -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let input = NodeRef::<Input>::new();
    crate::browser::use_attachments(input, panel);
    view! {
        <label class="control small attach" title="Attach a file">
            <input type="file" class="visually-hidden" aria-label="Attach a file" multiple node_ref=input />
            <Icon name="attach" />
        </label>
        <progress
            class="sending"
            aria-label="Sending the file"
            max="100"
            value=text(move || model.sending.get().unwrap_or_default().to_string())
            hidden=whether(move || model.sending.get().is_none())
        ></progress>
    }
    .client_only()
}
