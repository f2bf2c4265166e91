//! Whether the browser still allows a device.

use call::DeviceKind;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{PermissionState, PermissionStatus};

use crate::Listener;

/// Calls back whenever the person, or a setting, allows or forbids this kind of device; not when it will be asked anew.
/// `None` where the browser does not tell.
pub async fn on_permission_change(kind: DeviceKind, callback: impl Fn(bool) + 'static) -> Option<Listener> {
    let name = match kind {
        DeviceKind::Camera => "camera",
        DeviceKind::Microphone => "microphone",
        DeviceKind::Speaker => return None,
    };
    let wanted = js_sys::JSON::parse(&format!(r#"{{"name":"{name}"}}"#)).ok()?;
    let permissions = web_sys::window()?.navigator().permissions().ok()?;
    let status: PermissionStatus =
        JsFuture::from(permissions.query(wanted.unchecked_ref()).ok()?).await.ok()?.unchecked_into();
    let now = status.clone();
    Some(Listener::new(&status, &["change"], move |_| match now.state() {
        PermissionState::Granted => callback(true),
        PermissionState::Denied => callback(false),
        _ => {}
    }))
}
