//! Short notices that come and go by themselves.

use std::time::Duration;

use leptos::prelude::*;

use super::{ClientOnly, Icon, list};

/// How long a notice stays.
const TOAST_SHOWN: Duration = Duration::from_secs(6);
/// How many stand at once; an older one makes place.
const TOASTS_MAX: usize = 3;

/// How a notice is read out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToastKind {
    /// Politely (`role=status`).
    Info,
    /// At once (`role=alert`).
    Problem,
}

/// One notice.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Toast {
    id: u64,
    kind: ToastKind,
    text: String,
}

/// The notices on the page; from context.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    /// Somebody points at them or has the focus in them: they stay.
    held: RwSignal<bool>,
    next: StoredValue<u64>,
}

impl Toasts {
    /// None yet.
    pub fn new() -> Self {
        Self { shown: RwSignal::default(), held: RwSignal::new(false), next: StoredValue::new(0) }
    }

    /// Shows a notice; the same text again only stays longer.
    pub fn show(&self, kind: ToastKind, text: impl Into<String>) {
        let text = text.into();
        let id = self.next.get_value();
        self.next.set_value(id + 1);
        self.shown.update(|shown| {
            shown.retain(|toast| toast.text != text);
            while shown.len() >= TOASTS_MAX {
                shown.remove(0);
            }
            shown.push(Toast { id, kind, text });
        });
        self.expire(id);
    }

    fn expire(self, id: u64) {
        let over = move || if self.held.get_untracked() { self.expire(id) } else { self.dismiss(id) };
        set_timeout(over, TOAST_SHOWN);
    }

    fn dismiss(&self, id: u64) {
        self.shown.try_update(|shown| shown.retain(|toast| toast.id != id));
    }
}

/// Where the notices stand: both regions are there from the start, so that screen readers watch them.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let region = move |kind: ToastKind| {
        let of_kind = move || toasts.shown.get().into_iter().filter(|toast| toast.kind == kind).collect::<Vec<_>>();
        list(of_kind, |toast| toast.id.to_string(), move |toast| toast_view(toasts, toast).client_only())
    };
    view! {
        <div
            class="toasts"
            on:pointerenter=move |_| toasts.held.set(true)
            on:pointerleave=move |_| toasts.held.set(false)
            on:focusin=move |_| toasts.held.set(true)
            on:focusout=move |_| toasts.held.set(false)
        >
            <div role="status">{region(ToastKind::Info)}</div>
            <div role="alert">{region(ToastKind::Problem)}</div>
        </div>
    }
}

fn toast_view(toasts: Toasts, toast: Toast) -> impl Render + Send {
    view! {
        <div class="toast" data-kind=if toast.kind == ToastKind::Problem { "problem" } else { "info" }>
            <span>{toast.text}</span>
            <button type="button" class="toast-close" aria-label="Dismiss" on:click=move |_| toasts.dismiss(toast.id)>
                <Icon name="close" />
            </button>
        </div>
    }
}
