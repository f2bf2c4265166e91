//! Lists, in one type for all of them: Leptos compiles ten kilobytes for each.

use std::sync::Arc;

use leptos::prelude::*;

/// An item, and how it is shown when it is new.
struct Item {
    key: String,
    view: Box<dyn FnOnce() -> AnyView + Send>,
}

/// Shows items in their order; each stays as it is for as long as its key is in the list.
pub fn list<T: Send + 'static>(
    items: impl Fn() -> Vec<T> + Send + 'static,
    key: impl Fn(&T) -> String + Send + 'static,
    view: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    let view = Arc::new(view);
    let item = move |item: T| {
        let view = Arc::clone(&view);
        Item { key: key(&item), view: Box::new(move || view(item)) }
    };
    list_of(Box::new(move || items().into_iter().map(&item).collect()))
}

fn list_of(items: Box<dyn Fn() -> Vec<Item> + Send>) -> AnyView {
    view! { <For each=items key=|item| item.key.clone() children=|item| (item.view)() /> }.into_any()
}
