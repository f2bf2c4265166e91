//! Where recordings are kept, on the page of administrators.

use leptos::prelude::*;

use super::again::Again;
use super::field::{Field, Problems};

/// What an operator has to do first.
const NO_ROOT: &str = "A folder for recordings can be set when PARLOUR_RECORDING_ROOT names the one that it is to be below: \
                       set that variable, and start Parlour anew.";

/// The section.
pub struct Recordings {
    /// The folder below which the operator lets recordings be kept.
    pub root: Option<String>,
    /// The one that they are kept in, from there; empty while nobody has set one.
    pub directory: String,
    /// What stands in the field.
    pub typed: String,
    /// Whether a variable says it already: it is changed there.
    pub given: bool,
    /// Whether the reader has to sign in anew before changing it.
    pub again: Again,
    /// What is wrong.
    pub problems: Problems,
}

pub(super) fn section(recordings: Recordings) -> AnyView {
    let Recordings { root, directory, typed, given, again, problems } = recordings;
    let (now, change) = match root {
        None => (NO_ROOT.to_owned(), problems.view().into_any()),
        Some(root) => {
            let now = if directory.is_empty() {
                format!("No folder for recordings is set yet. It is to be below {root}.")
            } else {
                format!("The folder for recordings is {directory}, below {root}.")
            };
            (now, change(given, again, &typed, &problems))
        }
    };
    view! {
        <section class="card" id="recordings" aria-labelledby="recordings-title">
            <h2 id="recordings-title">"Recordings"</h2>
            <p>"Parlour does not record yet: this says where recordings will be kept."</p>
            <p>{now}</p>
            {change}
        </section>
    }
    .into_any()
}

fn change(given: bool, again: Again, typed: &str, problems: &Problems) -> AnyView {
    if given {
        let sentence = "That is said by PARLOUR_RECORDING_DIR: change it there, and start Parlour anew.";
        return view! {
            {problems.view()}
            <p>{sentence}</p>
        }
        .into_any();
    }
    if let Some(again) = again.view("set another one", problems) {
        return again;
    }
    view! {
        <form class="form" method="post" action="/admin/recordings">
            {problems.view()}
            {Field {
                name: "recording_directory",
                label: "Folder",
                value: typed,
                hint: Some("Such as lectures/2026. It is made when it is not there."),
                ..Field::default()
            }
                .view(problems)}
            <button type="submit" class="button">
                "Use this folder"
            </button>
        </form>
    }
    .into_any()
}
