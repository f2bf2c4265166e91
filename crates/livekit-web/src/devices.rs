//! The microphones, cameras and speakers there are.

use call::{Device, DeviceKind};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaDeviceInfo, MediaDeviceKind};

use crate::Listener;
use crate::capture::media_devices;

/// Chromium lists the device for calls a second time under this id.
const COMMUNICATIONS_ID: &str = "communications";

const fn noun(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Microphone => "Microphone",
        DeviceKind::Camera => "Camera",
        DeviceKind::Speaker => "Speaker",
    }
}

/// All devices, the system's choice first within each kind; empty where the browser has no list.
pub async fn devices() -> Vec<Device> {
    let Some(Ok(listed)) = media_devices().map(|devices| devices.enumerate_devices()) else { return Vec::new() };
    let Ok(listed) = JsFuture::from(listed).await else { return Vec::new() };
    let listed = js_sys::Array::from(&listed);
    named(listed.iter().filter_map(|info| {
        let info: MediaDeviceInfo = info.unchecked_into();
        let kind = match info.kind() {
            MediaDeviceKind::Audioinput => DeviceKind::Microphone,
            MediaDeviceKind::Videoinput => DeviceKind::Camera,
            MediaDeviceKind::Audiooutput => DeviceKind::Speaker,
            _ => return None,
        };
        Some(Device { id: info.device_id(), group: info.group_id(), label: info.label(), kind })
    }))
}

/// Leaves doubles out and numbers what has no name.
fn named(listed: impl Iterator<Item = Device>) -> Vec<Device> {
    let mut devices: Vec<Device> = Vec::new();
    for mut device in listed.filter(|device| device.id != COMMUNICATIONS_ID) {
        if device.label.is_empty() {
            let number = devices.iter().filter(|other| other.kind == device.kind).count() + 1;
            device.label = format!("{} {number}", noun(device.kind));
        }
        devices.push(device);
    }
    devices
}

/// Calls back when a device was plugged in or out.
pub fn on_device_change(callback: impl Fn() + 'static) -> Listener {
    media_devices()
        .map_or_else(Listener::none, |devices| Listener::new(&devices, &["devicechange"], move |_| callback()))
}

/// Whether this browser lets a page choose the speaker.
#[must_use]
pub fn speaker_selectable() -> bool {
    web_sys::HtmlAudioElement::new()
        .is_ok_and(|element| js_sys::Reflect::has(&element, &"setSinkId".into()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(id: &str, label: &str, kind: DeviceKind) -> Device {
        Device { id: id.into(), group: String::new(), label: label.into(), kind }
    }

    #[test]
    fn nameless_devices_are_numbered_by_kind() {
        let listed = [
            device("", "", DeviceKind::Microphone),
            device("", "", DeviceKind::Camera),
            device("", "", DeviceKind::Camera),
        ];
        let labels: Vec<_> = named(listed.into_iter()).into_iter().map(|device| device.label).collect();
        assert_eq!(labels, ["Microphone 1", "Camera 1", "Camera 2"]);
    }

    #[test]
    fn the_double_for_calls_is_left_out() {
        let listed = [
            device("default", "Default - Headset", DeviceKind::Speaker),
            device("communications", "Communications - Headset", DeviceKind::Speaker),
            device("a1", "Headset", DeviceKind::Speaker),
        ];
        let ids: Vec<_> = named(listed.into_iter()).into_iter().map(|device| device.id).collect();
        assert_eq!(ids, ["default", "a1"]);
    }
}
