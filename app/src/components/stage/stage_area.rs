//! The tiles, placed by geometry so that none is made anew when the layout changes.

use call::{Rect, TileKey, arrange, placed};
use leptos::html::Div;
use leptos::prelude::*;

use super::tile::Tile;
use crate::components::ui::{ClientOnly, Icon, list, part_of_call};
use crate::state::{Intent, RoomModel};

/// Space between tiles, in CSS pixels.
const GAP_PX: f64 = 8.0;

/// All tiles.
#[component]
pub fn StageArea() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    let area = NodeRef::<Div>::new();
    let size = crate::browser::use_size(area);
    let places = Memo::new(move |_| {
        let (width, height) = size.get();
        let (tiles, large) = placed(&model.tiles.read(), model.pinned.read().as_ref());
        let places = arrange(large, tiles.len() - large, width, height, GAP_PX);
        tiles.into_iter().zip(places).collect::<Vec<_>>()
    });
    let alone = Memo::new(move |_| model.people.read().len() == 1);
    view! {
        <section class="stage" aria-label="Participants' pictures">
            <div class="tiles" node_ref=area>
                {list(
                    move || model.tiles.get(),
                    TileKey::text,
                    move |key| {
                        let tile = key.clone();
                        let place = Memo::new(move |_| {
                            places.read().iter().find(|(other, _)| *other == tile).map(|(_, place)| *place)
                        });
                        let place = Signal::derive(move || place.get().unwrap_or_default());
                        view! { <Tile key=key place=place /> }.client_only()
                    },
                )}
            </div>
            {part_of_call(move || alone.get().then(|| view! { <Alone /> }))}
        </section>
    }
    .client_only()
}

/// Nobody else is here: the next thing to do is to send the link.
#[component]
fn Alone() -> impl IntoView {
    let model = expect_context::<RoomModel>();
    view! {
        <div class="alone">
            <p>
                <strong>"You're the only one here."</strong>
                " Send the link to bring others in."
            </p>
            <button type="button" class="button" on:click=move |_| model.send(Intent::CopyLink)>
                <Icon name="link" />
                "Copy meeting link"
            </button>
        </div>
    }
}

/// A tile's place as a CSS length, in whole pixels: edges are sharp, and writing fractions would cost kilobytes.
pub(super) fn px(value: f64) -> String {
    format!("{}px", value.round() as i32)
}

/// What a tile needs of [`Rect`].
pub(super) type Place = Signal<Rect>;
