//! What to do when a microphone or camera cannot be had, in this browser on this system.

use call::{Browser, CaptureError, DeviceKind, Platform};
use leptos::prelude::*;

use crate::components::ui::part;
use crate::state::{DeviceModel, Intent, RoomModel};

/// What is wrong with camera and microphone; said once where both are kept away for the same reason.
#[component]
pub fn DeviceProblems() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let both = Memo::new(move |_| {
        let problem = model.camera.problem.get();
        matches!(problem, Some(CaptureError::Denied | CaptureError::DeniedBySystem))
            && problem == model.microphone.problem.get()
    });
    part(move || {
        if both.get() {
            view! { <Guide devices=vec![model.camera, model.microphone] noun="camera and microphone" /> }.into_any()
        } else {
            view! {
                <DeviceProblem device=model.microphone />
                <DeviceProblem device=model.camera />
            }
            .into_any()
        }
    })
}

/// What is wrong with one device.
#[component]
pub fn DeviceProblem(
    /// The device.
    device: DeviceModel,
) -> impl IntoView {
    let noun = if device.kind == DeviceKind::Camera { "camera" } else { "microphone" };
    view! { <Guide devices=vec![device] noun=noun /> }
}

/// The first device's problem and the way out of it for all of them; nothing when there is none.
#[component]
fn Guide(devices: Vec<DeviceModel>, noun: &'static str) -> impl IntoView {
    let model = expect_context::<RoomModel>();
    part(move || {
        let problem = devices.first()?.problem.get()?;
        let (browser, platform) = model.agent.get();
        let heading = match &problem {
            CaptureError::Denied => format!("Parlour may not use your {noun}"),
            CaptureError::DeniedBySystem => format!("Your system keeps the {noun} from this browser"),
            CaptureError::Missing => format!("No {noun} found"),
            CaptureError::Busy => format!("Another program is using your {noun}"),
            CaptureError::Overconstrained
            | CaptureError::Insecure
            | CaptureError::Unsupported
            | CaptureError::Other(_) => {
                format!("Your {noun} could not be started")
            }
        };
        let kinds: Vec<_> = devices.iter().map(|device| device.kind).collect();
        let retry = move |_| kinds.iter().for_each(|kind| model.send(Intent::RetryDevice(*kind)));
        Some(view! {
            <div class="guide" role="alert" data-problem=code(&problem)>
                <div>
                    <strong>{heading}</strong>
                    <p>{advice(&problem, noun, browser, platform)}</p>
                </div>
                <button type="button" class="button" on:click=retry>
                    "Try again"
                </button>
            </div>
        })
    })
}

/// For tests and styles.
const fn code(problem: &CaptureError) -> &'static str {
    match problem {
        CaptureError::Denied => "denied",
        CaptureError::DeniedBySystem => "denied-by-system",
        CaptureError::Missing => "missing",
        CaptureError::Busy => "busy",
        CaptureError::Overconstrained => "overconstrained",
        CaptureError::Insecure => "insecure",
        CaptureError::Unsupported => "unsupported",
        CaptureError::Other(_) => "other",
    }
}

fn advice(problem: &CaptureError, noun: &str, browser: Browser, platform: Platform) -> String {
    match problem {
        CaptureError::Denied => format!("{} You can also join without.", how_to_allow(noun, browser, platform)),
        CaptureError::DeniedBySystem => {
            format!("{} You can also join without.", how_to_allow_in_system(noun, platform))
        }
        CaptureError::Missing => format!("Connect a {noun} and it will appear here. You can also join without."),
        CaptureError::Busy | CaptureError::Overconstrained => {
            format!("Close the other program, or choose another {noun}, then try again. You can also join without.")
        }
        CaptureError::Insecure => "Open the meeting by its https link.".to_owned(),
        CaptureError::Unsupported => {
            "This browser cannot capture it. Try a current Chrome, Edge, Firefox or Safari.".to_owned()
        }
        CaptureError::Other(detail) => format!("The browser says: {detail}. You can also join without."),
    }
}

fn how_to_allow(noun: &str, browser: Browser, platform: Platform) -> String {
    match (browser, platform) {
        (Browser::Safari, Platform::Ios) => {
            format!("Tap the page icon at the left of the address, then Website Settings, and allow the {noun}.")
        }
        (_, Platform::Ios) => format!("Open Settings › Apps › your browser and allow the {noun}, then reload."),
        (Browser::Safari, _) => format!("Open Safari › Settings for This Website and allow the {noun}."),
        (Browser::Firefox, _) => {
            format!("Click the crossed-out {noun} at the left of the address, remove the block, then try again.")
        }
        (_, Platform::Android) => {
            format!("Tap the icon at the left of the address, then Permissions, and allow the {noun}.")
        }
        _ => format!("Click the icon at the left of the address, switch the {noun} on, then try again."),
    }
}

fn how_to_allow_in_system(noun: &str, platform: Platform) -> String {
    let place = match platform {
        Platform::Mac => "System Settings › Privacy & Security",
        Platform::Windows => "Settings › Privacy & security",
        Platform::Android | Platform::Ios => "your phone's Settings › Apps › your browser › Permissions",
        Platform::Linux | Platform::Other => "your system's privacy settings",
    };
    format!("Open {place}, allow your browser to use the {noun}, then try again.")
}
