//! Where recordings are kept: set by administrators.

use app::account::{Again, Problems, Recordings};
use axum::response::Response;

use super::ADMIN;
use super::admin::{Shown, administrator, show};
use super::fields::Fields;
use super::visit::{Stop, Visit};
use crate::http::problem::ProgramCode;
use crate::http::rest::config::change_settings;
use crate::settings::{Change, Source};

/// What is said when it is done.
const DONE: &str = "That folder is the one for recordings now.";
const FIELD: &str = "recording_directory";

/// `POST /admin/recordings`
pub(super) async fn set(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    let me = administrator(visit.me(ADMIN)?)?;
    let typed = fields.text(FIELD);
    let change = Change { recording_directory: Some(typed.to_owned()), ..Change::default() };
    let shown = match change_settings(&visit.state, &visit.client, me, change).await {
        Ok(()) => Shown { done: Some(DONE), ..Shown::default() },
        Err(problem) => {
            let of_field = [ProgramCode::RecordingDirectory, ProgramCode::RecordingUnwritable];
            let sentence = problem.sentence();
            let problems = if of_field.into_iter().any(|code| problem.is(code)) {
                Problems::one(FIELD, sentence)
            } else {
                Problems::whole(sentence)
            };
            Shown { recordings: Typed { directory: Some(typed), problems }, ..Shown::default() }
        }
    };
    show(&visit, me, shown).await
}

/// What stood in the form, and what is wrong with it.
#[derive(Default)]
pub(super) struct Typed<'a> {
    directory: Option<&'a str>,
    pub(super) problems: Problems,
}

/// The section with what there is.
pub(super) fn filled(visit: &Visit, again: Again, typed: Typed<'_>) -> Recordings {
    let told = visit.state.settings.told();
    let directory = told.recording_directory.unwrap_or_default();
    Recordings {
        root: told.recording_root,
        typed: typed.directory.unwrap_or(&directory).to_owned(),
        directory,
        given: told.recording_source == Some(Source::Environment),
        again,
        problems: typed.problems,
    }
}
