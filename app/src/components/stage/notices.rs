//! What is said beside the call, when there is something to say; the connection is not among it.

use leptos::prelude::*;

use super::door_notice::DoorNotice;
use super::microphone_notice::MicrophoneNotice;
use super::quality_notice::QualityNotice;
use super::share_notice::ShareNotice;
use crate::components::ui::ClientOnly;

/// Who waits, what is wrong with the microphone, that a shared screen has ended, why pictures are small.
#[component]
pub fn Notices() -> impl IntoView {
    view! {
        <DoorNotice />
        <MicrophoneNotice />
        <ShareNotice />
        <QualityNotice />
    }
    .client_only()
}
