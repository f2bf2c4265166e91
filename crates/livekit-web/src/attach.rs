//! Files that are chosen, dropped or pasted, and sent.

use js_sys::Function;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::HtmlElement;

use crate::externs::attach_value;

/// How far a file is.
pub struct Sending {
    /// Per cent.
    pub percent: u8,
    /// The server's answer, when it is there; empty before.
    pub answer: String,
    /// What is wrong; empty when nothing is.
    pub problem: String,
}

/// Hears how far files are. They go on being sent when nobody wants to know any more, and the browser then still tells: so
/// it is the browser that lets go of it.
pub struct Listening(Function);

impl Listening {
    /// Calls back with every step.
    pub fn new(told: impl Fn(Sending) + 'static) -> Self {
        let told: Closure<dyn Fn(f64, String, String)> = Closure::new(move |percent: f64, answer, problem| {
            told(Sending { percent: percent as u8, answer, problem });
        });
        Self(told.into_js_value().unchecked_into())
    }

    /// Sends what is chosen in an input, or dropped or pasted into an element, to an address.
    ///
    /// # Errors
    /// When the page cannot fetch what it takes.
    pub async fn attach(&self, input: &HtmlElement, panel: &HtmlElement, address: &str) -> Result<(), JsValue> {
        attach_value(input, panel, address, &self.0).await
    }
}
