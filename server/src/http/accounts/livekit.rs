//! Which LiveKit is used: set by administrators.

use app::account::{Again, Livekit, Problems};
use axum::response::Response;

use super::ADMIN;
use super::admin::{Shown, administrator, show};
use super::fields::Fields;
use super::visit::{Stop, Visit};
use crate::http::rest::config::change_settings;
use crate::settings::{Change, LivekitChange, Source};

/// What is said when it is done.
const DONE: &str = "That LiveKit answers. Parlour starts anew with it now, which takes a few seconds.";
const VARIABLES: [&str; 3] = ["LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"];

/// `POST /admin/livekit`
pub(super) async fn set(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    let me = administrator(visit.me(ADMIN)?)?;
    let livekit = LivekitChange {
        url: Some(fields.text("livekit_url").to_owned()),
        key: Some(fields.text("livekit_api_key").to_owned()),
        secret: Some(fields.secret("livekit_api_secret")),
    };
    let change = Change { livekit: Some(livekit), ..Change::default() };
    let shown = match change_settings(&visit.state, &visit.client, me, change).await {
        Ok(()) => Shown { done: Some(DONE), ..Shown::default() },
        Err(problem) => {
            let (url, key) = (fields.text("livekit_url"), fields.text("livekit_api_key"));
            let livekit = Typed { url: Some(url), key: Some(key), problems: Problems::whole(problem.sentence()) };
            Shown { livekit, ..Shown::default() }
        }
    };
    show(&visit, me, shown).await
}

/// What stood in the form, and what is wrong with it.
#[derive(Default)]
pub(super) struct Typed<'a> {
    url: Option<&'a str>,
    key: Option<&'a str>,
    pub(super) problems: Problems,
}

/// The section with what there is.
pub(super) fn filled(visit: &Visit, again: Again, typed: Typed<'_>) -> Livekit {
    let told = visit.state.settings.told();
    let given = VARIABLES.into_iter().zip(told.sources).filter(|(_, source)| *source == Source::Environment);
    let (url, key) = (told.url.unwrap_or_default(), told.key.unwrap_or_default());
    Livekit {
        typed_url: typed.url.unwrap_or(&url).to_owned(),
        typed_key: typed.key.unwrap_or(&key).to_owned(),
        url,
        key,
        given: given.map(|(variable, _)| variable).collect(),
        again,
        problems: typed.problems,
    }
}
