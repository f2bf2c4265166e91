//! What only the browser shows: the call is never part of a page that the server sends, and nobody takes it over. Leptos
//! would compile that for every view all the same, an eighth of the module.

use std::future::Future;
use std::sync::{Arc, Mutex};

use leptos::attr::Attribute;
use leptos::attr::any_attribute::AnyAttribute;
use leptos::prelude::*;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::types::{Element, Node};
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::{Mountable, Position, PositionState};

/// Turns a view into one that only the browser shows.
pub trait ClientOnly {
    /// Without what it takes to be sent by the server.
    fn client_only(self) -> AnyView;
}

impl<V: Render + Send + 'static> ClientOnly for V {
    fn client_only(self) -> AnyView {
        Shown(self).into_any()
    }
}

/// A part of the call that comes, goes and changes.
pub fn part_of_call<V>(view: impl Fn() -> V + Send + 'static) -> Arc<Mutex<dyn FnMut() -> AnyView + Send>>
where
    V: Render + Send + 'static,
{
    Arc::new(Mutex::new(move || view().client_only()))
}

struct Shown<V>(V);

impl<V: Render> Render for Shown<V> {
    type State = ShownState<V::State>;

    fn build(self) -> Self::State {
        ShownState(self.0.build())
    }

    /// Puts a new one in the old one's place: what changes within a view follows signals, and does not come this way.
    fn rebuild(self, state: &mut Self::State) {
        let mut new = self.build();
        state.insert_before_this(&mut new);
        state.unmount();
        *state = new;
    }
}

impl<V: Render + Send + 'static> RenderHtml for Shown<V> {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    fn resolve(self) -> impl Future<Output = Self> + Send {
        std::future::ready(self)
    }

    fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> Self::State {
        unreachable!("the server renders nothing of it")
    }

    fn into_owned(self) -> Self {
        self
    }
}

/// Takes no attributes from outside.
impl<V: Render + Send + 'static> AddAnyAttr for Shown<V> {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, _: A) -> Self::Output<A> {
        self
    }
}

struct ShownState<S>(S);

impl<S: Mountable> Mountable for ShownState<S> {
    fn unmount(&mut self) {
        self.0.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.0.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.0.insert_before_this(child)
    }

    /// Only attributes from outside are put on them.
    fn elements(&self) -> Vec<Element> {
        Vec::new()
    }
}
