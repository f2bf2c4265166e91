//! What a form holds.

use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use wire::ErrorCode;

use crate::http::problem::Problem;
use crate::secret::Secret;

const FORM: &str = "application/x-www-form-urlencoded";

/// The fields of a form. No `Debug`: passwords are among them.
pub(in crate::http) struct Fields(HashMap<String, String>);

impl Fields {
    /// Reads what a form has become.
    pub(in crate::http) fn parse(encoded: &[u8]) -> Self {
        Self(url::form_urlencoded::parse(encoded).into_owned().collect())
    }

    /// What was typed into a field; one that is missing is empty.
    pub(in crate::http) fn text(&self, name: &str) -> &str {
        self.0.get(name).map(String::as_str).unwrap_or_default()
    }

    /// The same, for what nobody else may see.
    pub(in crate::http) fn secret(&self, name: &str) -> Secret {
        Secret::new(self.text(name))
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(FORM) {
            return Err(ErrorCode::UnsupportedMediaType.into());
        }
        let body =
            Bytes::from_request(request, state).await.map_err(|rejection| match rejection.status().as_u16() {
                413 => Problem::from(ErrorCode::TooLarge),
                _ => Problem::from(ErrorCode::BadRequest),
            })?;
        Ok(Self::parse(&body))
    }
}
