//! A file that came with a message.

use leptos::prelude::*;
use wire::ChatFile;

use crate::components::ui::ClientOnly;
use crate::state::RoomModel;

/// A picture, or a link to anything else.
#[component]
pub fn FileView(file: ChatFile) -> impl IntoView {
    let room = expect_context::<RoomModel>().room();
    let address = format!("/api/rooms/{room}/files/{}", file.id);
    let link = address.clone();
    if file.picture {
        view! {
            <a class="picture" href=link target="_blank">
                <img src=address alt=file.name loading="lazy" />
            </a>
        }
        .client_only()
    } else {
        let size = if file.bytes < 1_000_000 {
            format!("{} kB", file.bytes.div_ceil(1_000))
        } else {
            format!("{} MB", file.bytes.div_ceil(1_000_000))
        };
        let name = file.name.clone();
        view! {
            <a class="file" href=link download=name>
                {file.name}
                <span class="note">{size}</span>
            </a>
        }
        .client_only()
    }
}
