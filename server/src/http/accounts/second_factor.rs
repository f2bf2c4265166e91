//! Setting up codes.

use app::account::{self, Problems, Setup};
use axum::http::StatusCode;
use axum::response::Response;
use qrcodegen::{QrCode, QrCodeEcc};

use super::fields::Fields;
use super::mailing::tell;
use super::settings::{WRONG_PASSWORD, done, show, too_many};
use super::visit::{Stop, Visit, too_often, with_wait};
use super::{ADMIN, SETTINGS};
use crate::mail::Notice;

const TITLE: &str = "Set up your codes";
const CODE_NOT_RIGHT: &str = "This code is not right. Enter the one that the application shows now.";
const FIELD: &str = "totp_password";

/// `POST /settings/second-factor`: the secret, shown once.
pub(super) async fn begin(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    let me = visit.me(SETTINGS)?;
    if let Some(stopped) = too_many(&visit, me).await? {
        return Ok(stopped);
    }
    match visit.state.accounts.enrol(&me.account, fields.secret(FIELD)).await? {
        Some(enrolment) => {
            let (secret, url) = (enrolment.secret.expose(), enrolment.url.expose());
            let main = account::set_up(&Setup { secret, url, qr: picture(url) });
            visit.page(StatusCode::OK, TITLE, SETTINGS, main)
        }
        None if me.account.administrator => {
            let main = account::admin_setup(&Problems::one(FIELD, WRONG_PASSWORD));
            visit.page(StatusCode::BAD_REQUEST, TITLE, ADMIN, main)
        }
        None => show(&visit, me, StatusCode::BAD_REQUEST, None, Problems::one(FIELD, WRONG_PASSWORD)).await,
    }
}

/// `POST /settings/second-factor/prove`: the first code, answered by the recovery codes.
pub(super) async fn prove(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    let me = visit.me(SETTINGS)?;
    let again = |status, problems: Problems| visit.page(status, TITLE, SETTINGS, account::code_again(&problems));
    if let Err(wait) = visit.state.limits.attempts.check_code(me.account.id.as_str()) {
        return Ok(with_wait(again(StatusCode::TOO_MANY_REQUESTS, Problems::whole(too_often(wait)))?, wait));
    }
    match visit.state.accounts.prove(&me.account, fields.text("code")).await? {
        Some(codes) => {
            tell(&visit, &me.account, Notice::CodesOn);
            let codes: Vec<String> = codes.iter().map(|code| code.expose().to_owned()).collect();
            let main = account::recovery_codes(&codes, me.account.administrator);
            visit.page(StatusCode::OK, "Recovery codes", SETTINGS, main)
        }
        None => again(StatusCode::BAD_REQUEST, Problems::one("code", CODE_NOT_RIGHT)),
    }
}

/// `POST /settings/second-factor/remove`
pub(super) async fn remove(visit: Visit, fields: Fields) -> Result<Response, Stop> {
    let me = visit.me(SETTINGS)?;
    if let Some(stopped) = too_many(&visit, me).await? {
        return Ok(stopped);
    }
    if visit.state.accounts.unenrol(&me.account, fields.secret(FIELD)).await? {
        tell(&visit, &me.account, Notice::CodesOff);
        return Ok(done("codes"));
    }
    show(&visit, me, StatusCode::BAD_REQUEST, None, Problems::one(FIELD, WRONG_PASSWORD)).await
}

/// A QR code as the path of its dark squares, and the squares of one side.
fn picture(text: &str) -> Option<(String, i32)> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size();
    let dark = (0..size).flat_map(|y| (0..size).map(move |x| (x, y))).filter(|(x, y)| code.get_module(*x, *y));
    Some((dark.map(|(x, y)| format!("M{x} {y}h1v1h-1z")).collect(), size))
}
