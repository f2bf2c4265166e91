//! When this browser cannot take part at all: which link or browser can.

use call::Obstacle;
use leptos::prelude::*;

use crate::components::ui::{ClientOnly, part};
use crate::state::{Intent, RoomModel};

/// The notice; nothing when all is well.
#[component]
pub fn ObstacleNotice() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    part(move || {
        let obstacle = model.obstacle.get()?;
        let (heading, advice) = match &obstacle {
            Obstacle::Insecure => (
                "This link is not secure".to_owned(),
                "Browsers give camera and microphone to https pages only. Open the meeting by its https link, or ask the \
                 person who runs this Parlour for one.",
            ),
            Obstacle::InApp(app) => (
                format!("Calls don't work inside {app}"),
                "Copy the link and open it in your phone's browser: Safari, Chrome or Firefox.",
            ),
            Obstacle::NoWebRtc => (
                "This browser cannot make calls".to_owned(),
                "It has no WebRTC. Open the link in a current Chrome, Edge, Firefox or Safari.",
            ),
        };
        Some(
            view! {
                <div class="guide" role="alert" data-problem="obstacle">
                    <div>
                        <strong>{heading}</strong>
                        <p>{advice}</p>
                    </div>
                    <button type="button" class="button" on:click=move |_| model.send(Intent::CopyLink)>
                        "Copy link"
                    </button>
                </div>
            }
            .client_only(),
        )
    })
}
