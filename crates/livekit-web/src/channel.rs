//! What the tabs of this browser say to each other.

use wasm_bindgen::JsCast;
use web_sys::{BroadcastChannel, MessageEvent};

use crate::Listener;

/// Hears what other tabs of this origin say under a name; dropping it ends that.
#[must_use = "dropping it ends the listening"]
pub struct Channel {
    channel: BroadcastChannel,
    _listener: Listener,
}

impl Channel {
    /// Calls back with every text that another tab says; `None` where the browser has no channels.
    pub fn listen(name: &str, told: impl Fn(String) + 'static) -> Option<Self> {
        let channel = BroadcastChannel::new(name).ok()?;
        let listener = Listener::new(&channel, &["message"], move |event| {
            if let Some(text) = event.dyn_into::<MessageEvent>().ok().and_then(|event| event.data().as_string()) {
                told(text);
            }
        });
        Some(Self { channel, _listener: listener })
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.close();
    }
}

/// Says something to the tabs that listen under a name. Whether anybody does is not told.
pub fn tell(name: &str, message: &str) {
    if let Ok(channel) = BroadcastChannel::new(name) {
        let _ = channel.post_message(&message.into());
        channel.close();
    }
}
