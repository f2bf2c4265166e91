//! Which LiveKit Parlour uses, and where recordings are kept, by REST; for administrators who have just signed in.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use wire::ErrorCode;

use super::read;
use crate::error::Error;
use crate::http::client::Client;
use crate::http::problem::{Problem, ProgramCode};
use crate::http::signed_in::SignedIn;
use crate::secret::Secret;
use crate::settings::{Change, LivekitChange, Refused, Source, Told};
use crate::state::AppState;

/// What is set, and where it comes from. The words are the seeds'.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct ConfigAnswer {
    livekit_url: Shown,
    livekit_api_key: Shown,
    livekit_api_secret: Hidden,
    recording_directory: Folder,
    /// The folder below which recordings may be kept; null where the operator has set none.
    #[schema(example = "/srv/recordings")]
    recording_root: Option<String>,
    /// Whether Parlour is about to start anew with other values.
    restarts: bool,
}

/// A value that may be seen.
#[derive(Serialize, ToSchema)]
struct Shown {
    /// The value; null with Parlour's own LiveKit.
    #[schema(example = "wss://livekit.example.org")]
    value: Option<String>,
    from: Source,
}

/// A value that is never told.
#[derive(Serialize, ToSchema)]
struct Hidden {
    is_set: bool,
    from: Source,
}

/// A folder below the root.
#[derive(Serialize, ToSchema)]
struct Folder {
    /// Its path from the root; null while nobody has set one.
    #[schema(example = "lectures/2026")]
    value: Option<String>,
    /// Null while nobody has set one.
    from: Option<Source>,
}

impl From<Told> for ConfigAnswer {
    fn from(told: Told) -> Self {
        let [url, key, secret] = told.sources;
        Self {
            livekit_url: Shown { value: told.url, from: url },
            livekit_api_key: Shown { value: told.key, from: key },
            livekit_api_secret: Hidden { is_set: true, from: secret },
            recording_directory: Folder { value: told.recording_directory, from: told.recording_source },
            recording_root: told.recording_root,
            restarts: told.restarts,
        }
    }
}

/// See which LiveKit is used, where recordings are kept, and where that is said; for administrators.
#[utoipa::path(
    get, path = "/config", tag = "server",
    responses(
        (status = 200, body = ConfigAnswer),
        (status = 401, description = "`sign_in_required`"),
        (status = 403, description = "`administrator_only`"),
    )
)]
pub(in crate::http) async fn get(
    State(state): State<AppState>,
    signed_in: Option<Extension<SignedIn>>,
) -> Result<Json<ConfigAnswer>, Problem> {
    administrator(signed_in)?;
    Ok(Json(state.settings.told().into()))
}

/// What is to be different; what is absent stays as it is. Another address or key needs the secret again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeConfig {
    #[schema(example = "wss://livekit.example.org")]
    livekit_url: Option<String>,
    #[schema(example = "APIxxxxxxxxxxxx")]
    livekit_api_key: Option<String>,
    /// Never told to anybody.
    #[schema(write_only)]
    livekit_api_secret: Option<String>,
    /// From the root, or a whole path below it. It is made when it is not there.
    #[schema(example = "lectures/2026")]
    recording_directory: Option<String>,
}

/// Use another LiveKit, or keep recordings in another folder. A LiveKit is asked first, with the new values alone; only when it
/// answers and takes them, they are stored, and Parlour starts anew. A folder must be below the root that the operator has set,
/// and something is written there on trial; it is used at once. All that is sent is stored, or nothing. For administrators who
/// have signed in within the last ten minutes.
#[utoipa::path(
    put, path = "/config", tag = "server", request_body = ChangeConfig,
    responses(
        (status = 200, description = "It is stored: `restarts` is true with another LiveKit", body = ConfigAnswer),
        (status = 400, description = "`bad_request`, `livekit_address`, `secret_needed`, `recording_directory`"),
        (status = 401, description = "`sign_in_required`, `sign_in_again`"),
        (status = 403, description = "`administrator_only`, `cross_site`"),
        (status = 409, description = "`set_in_environment`, `recording_root_unset`: `detail` names the variable"),
        (status = 415, description = "`unsupported_media_type`"),
        (status = 422, description = "`livekit_unreachable`, `livekit_refuses`, `recording_unwritable`: nothing was changed"),
    )
)]
pub(in crate::http) async fn put(
    State(state): State<AppState>,
    Extension(client): Extension<Client>,
    signed_in: Option<Extension<SignedIn>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<ConfigAnswer>, Problem> {
    let me = administrator(signed_in)?;
    let asked: ChangeConfig = read(&headers, &body)?;
    let ChangeConfig { livekit_url: url, livekit_api_key: key, livekit_api_secret: secret, recording_directory } =
        asked;
    let livekit = url.is_some() || key.is_some() || secret.is_some();
    if !livekit && recording_directory.is_none() {
        return Err(ErrorCode::BadRequest.into());
    }
    let livekit = livekit.then(|| LivekitChange { url, key, secret: secret.map(Secret::new) });
    change_settings(&state, &client, &me, Change { livekit, recording_directory }).await?;
    Ok(Json(state.settings.told().into()))
}

/// An administrator, with codes or by a provider.
fn administrator(signed_in: Option<Extension<SignedIn>>) -> Result<SignedIn, Problem> {
    let Extension(me) = signed_in.ok_or(ErrorCode::SignInRequired)?;
    if me.account.may_administer() { Ok(me) } else { Err(ProgramCode::AdministratorOnly.into()) }
}

/// Takes what is to be different, and lets Parlour start anew with another LiveKit, for an administrator who has just signed
/// in: a browser left open is not enough.
pub(in crate::http) async fn change_settings(
    state: &AppState,
    client: &Client,
    me: &SignedIn,
    change: Change,
) -> Result<(), Problem> {
    let (livekit, recordings) = (change.livekit.is_some(), change.recording_directory.is_some());
    if livekit {
        // Each try asks a stranger's server.
        state.limits.attempts.check_address(client.address).map_err(Error::TooOften)?;
    }
    if !state.accounts.is_fresh(&me.session).await? {
        return Err(ProgramCode::SignInAgain.into());
    }
    state.settings.change(change).await.map_err(|refused| match refused {
        Refused::Given(variable) => Problem::from(ProgramCode::SetInEnvironment(variable)),
        Refused::Address => ProgramCode::LivekitAddress.into(),
        Refused::Incomplete => ProgramCode::SecretNeeded.into(),
        Refused::Unreachable => ProgramCode::LivekitUnreachable.into(),
        Refused::Keys => ProgramCode::LivekitRefuses.into(),
        Refused::NoRoot => ProgramCode::RecordingRootUnset.into(),
        Refused::Outside => ProgramCode::RecordingDirectory.into(),
        Refused::Unwritable => ProgramCode::RecordingUnwritable.into(),
        Refused::Io(cause) => {
            tracing::error!(%cause, "what an administrator has set could not be stored");
            ErrorCode::StoreUnavailable.into()
        }
    })?;
    let by = me.account.id.as_str();
    if recordings {
        tracing::info!(by, "another folder for recordings was set");
    }
    if livekit {
        tracing::info!(by, "another LiveKit was set: Parlour starts anew");
        state.shutdown.cancel();
    }
    Ok(())
}
