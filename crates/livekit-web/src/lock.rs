//! Locks that all tabs of this browser share: at most one of them holds the lock of a name. A tab that is closed or
//! crashes lets go of its locks.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::AbortController;

use crate::externs::{LockManager, LockNavigator};

/// How a lock is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// Now or not at all.
    IfFree,
    /// When those who have it or wait for it have let go.
    Wait,
    /// Now, whoever has it; that tab loses it.
    Steal,
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockEvent {
    /// This tab has the lock.
    Granted,
    /// Another tab has it, and it was asked for [`Claim::IfFree`].
    Taken,
    /// It was stolen, or the browser gives this page none.
    Lost,
}

/// A lock that is held or asked for. Dropping it lets go of it; nothing is told any more.
#[must_use = "dropping it lets go of the lock"]
pub struct Lock(Rc<Inner>);

struct Inner {
    dropped: Cell<bool>,
    /// Ends the promise for whose life the browser keeps the lock.
    release: RefCell<Option<Function>>,
    /// Takes back a request that still waits.
    abort: Option<AbortController>,
}

thread_local! {
    /// Settles when this tab's last request is over. A browser lets go of a lock a moment after it is told to: until then
    /// the next request would find it taken, and by this tab.
    static LAST: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

impl Lock {
    /// Asks for the lock of a name, once the one before it is free, which must have been dropped; `None` where the browser
    /// has no locks.
    pub fn request(name: &str, claim: Claim, told: impl Fn(LockEvent) + 'static) -> Option<Self> {
        let locks = lock_manager()?;
        // The two other claims are answered at once; the browser refuses to combine them with a signal.
        let abort = if claim == Claim::Wait { AbortController::new().ok() } else { None };
        let options = Object::new();
        let (option, value) = match (claim, &abort) {
            (Claim::IfFree, _) => ("ifAvailable", JsValue::TRUE),
            (Claim::Steal, _) => ("steal", JsValue::TRUE),
            (Claim::Wait, Some(abort)) => ("signal", abort.signal().into()),
            (Claim::Wait, None) => return None,
        };
        Reflect::set(&options, &option.into(), &value).ok()?;

        let inner = Rc::new(Inner { dropped: Cell::new(false), release: RefCell::default(), abort });
        let asked = Rc::clone(&inner);
        let name = name.to_owned();
        let before = LAST.with_borrow(Clone::clone);
        spawn_local(async move {
            if let Some(before) = before {
                let _ = JsFuture::from(before).await;
            }
            if asked.dropped.get() {
                return;
            }
            let told: Rc<dyn Fn(LockEvent)> = Rc::new(told);
            let granted = on_granted(&asked, &told);
            let lost = match locks.request(&name, &options, granted.as_ref()) {
                Ok(ended) => {
                    LAST.set(Some(ended.clone()));
                    JsFuture::from(ended).await.is_err()
                }
                Err(_) => true,
            };
            // The browser may call it until here.
            drop(granted);
            if lost && !asked.dropped.get() {
                told(LockEvent::Lost);
            }
        });
        Some(Self(inner))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.0.dropped.set(true);
        if let Some(abort) = &self.0.abort {
            abort.abort();
        }
        if let Some(release) = self.0.release.take() {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}

/// Answers the browser with a promise that lasts as long as the lock is wanted; with none, when it is not.
fn on_granted(inner: &Rc<Inner>, told: &Rc<dyn Fn(LockEvent)>) -> Closure<dyn Fn(JsValue) -> JsValue> {
    let (inner, told) = (Rc::clone(inner), Rc::clone(told));
    Closure::new(move |lock: JsValue| {
        if inner.dropped.get() {
            return JsValue::UNDEFINED;
        }
        if lock.is_null() {
            told(LockEvent::Taken);
            return JsValue::UNDEFINED;
        }
        let held = Promise::new(&mut |release, _| {
            inner.release.replace(Some(release));
        });
        told(LockEvent::Granted);
        held.into()
    })
}

/// Whether a tab of this browser holds the lock of a name.
pub async fn lock_held(name: &str) -> bool {
    let Some(locks) = lock_manager() else { return false };
    let Ok(snapshot) = locks.query().await else { return false };
    let Ok(held) = Reflect::get(&snapshot, &"held".into()) else { return false };
    let name = JsValue::from(name);
    Array::from(&held).iter().any(|lock| Reflect::get(&lock, &"name".into()).is_ok_and(|held| held == name))
}

fn lock_manager() -> Option<LockManager> {
    web_sys::window()?.navigator().unchecked_into::<LockNavigator>().locks()
}
