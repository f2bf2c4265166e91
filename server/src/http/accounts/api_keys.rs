//! Keys of machines: made and revoked by administrators.

use app::account::{KeyRow, Keys, Problems};
use axum::response::{IntoResponse as _, Redirect, Response};
use wire::DisplayName;

use super::ADMIN;
use super::admin::{Shown, administrator, show};
use super::fields::Fields;
use super::visit::{Stop, Visit};
use crate::accounts::Scope;
use crate::clock;
use crate::error::Error;
use crate::moment;

/// How long a key may last, in days: none lasts for ever.
const DAYS: [u32; 3] = [30, 90, 365];

/// `POST /admin/keys`: makes one, and shows it.
pub(super) async fn make(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    let me = administrator(visit.me(ADMIN)?)?;
    let name = fields.text("key_name");
    let scopes: Vec<Scope> = Scope::ALL.into_iter().filter(|scope| !fields.text(scope.word()).is_empty()).collect();
    let mut problems = Problems::default();
    let parsed = DisplayName::parse(name);
    if parsed.is_err() {
        problems.add("key_name", "Say in at most 64 characters what the key is for.");
    }
    if scopes.is_empty() {
        problems.add("form", "Choose at least one thing that the program may do.");
    }
    let days = fields.text("days").parse().ok().filter(|days| DAYS.contains(days));
    if days.is_none() {
        problems.add("form", "Choose how long the key lasts.");
    }
    let keys = match (parsed, days) {
        (Ok(parsed), Some(days)) if problems.is_empty() => {
            let key = visit.state.accounts.make_key(&me.account, parsed, &scopes, clock::DAY * days).await?;
            Keys { made: Some(key.expose().to_owned()), ..Keys::default() }
        }
        _ => Keys { name, problems, ..Keys::default() },
    };
    show(&visit, me, Shown { keys, ..Shown::default() }).await
}

/// `POST /admin/keys/revoke`
pub(super) async fn revoke(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    let me = administrator(visit.me(ADMIN)?)?;
    visit.state.accounts.revoke_key(&me.account, fields.text("key")).await?;
    Ok(Redirect::to(&format!("{ADMIN}?done=key")).into_response())
}

/// The section with what there is.
pub(super) async fn filled<'a>(visit: &Visit, keys: Keys<'a>) -> Result<Keys<'a>, Error> {
    let now_ms = clock::now_ms();
    let rows = visit.state.accounts.keys().await?.into_iter().map(|key| {
        let used = match key.used_at_ms {
            0 => "never used".to_owned(),
            at_ms => format!("used last {}", moment::words(at_ms, 0)),
        };
        KeyRow {
            times: format!("Until {}; {used}", moment::words(key.ends_at_ms, 0)),
            ended: key.ends_at_ms <= now_ms,
            name: key.name.as_str().to_owned(),
            id: key.id,
            scopes: key.scopes.replace(' ', ", "),
        }
    });
    let scopes = Scope::ALL.into_iter().map(|scope| (scope.word(), scope.sentence())).collect();
    Ok(Keys { rows: rows.collect(), scopes, days: &DAYS, ..keys })
}
