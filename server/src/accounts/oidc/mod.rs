//! An OpenID Connect provider: where people are sent to sign in, and what is believed of what comes back.

mod attempt;
mod client;
mod http;
mod known;
mod person;
mod settings;

use std::sync::Arc;
use std::time::Duration;

use openidconnect::core::{CoreAuthPrompt, CoreAuthenticationFlow, CoreProviderMetadata};
use openidconnect::{
    AuthorizationCode, ClaimsVerificationError, CsrfToken, DiscoveryError, Nonce, OAuth2TokenResponse as _,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, SignatureVerificationError,
    TokenResponse as _, UserInfoError,
};
use serde::Serialize;
use url::Url;

pub use attempt::{ATTEMPT_LASTS, Attempt};
pub use person::{Person, Roles};
pub use settings::{ProviderSettings, issuer};

use client::{UserInfo, UserInfoRequest};
use http::{Http, HttpError, causes};
use known::Known;
use person::Claims;

/// Path of ours that the provider sends people back to.
pub const CALLBACK: &str = "/signin/oidc/callback";

/// Why nobody is signed in. The texts are for the log and for the operator: nothing secret is in them.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Trouble {
    /// The provider does not answer, or not as one.
    #[error("{0}")]
    Unreachable(String),
    /// What it says is not believed.
    #[error("{0}")]
    Unbelievable(String),
}

impl From<DiscoveryError<HttpError>> for Trouble {
    fn from(error: DiscoveryError<HttpError>) -> Self {
        Self::Unreachable(causes(&error))
    }
}

/// The provider.
pub struct Provider {
    settings: ProviderSettings,
    http: Http,
    known: Known,
}

impl Provider {
    /// Nothing is asked before somebody comes, so that Parlour starts without it.
    ///
    /// # Errors
    /// When there are no certificates to know anybody by.
    pub fn new(settings: ProviderSettings) -> Result<Self, Trouble> {
        let http = Http::new().map_err(|error| Trouble::Unreachable(error.to_string()))?;
        Ok(Self { settings, http, known: Known::default() })
    }

    /// What the operator says about it.
    pub fn settings(&self) -> &ProviderSettings {
        &self.settings
    }

    /// Asks where the provider is, as the first sign-in does.
    ///
    /// # Errors
    /// When it does not answer, or is another one than it is said to be.
    pub async fn reach(&self) -> Result<(), Trouble> {
        let metadata = self.metadata().await?;
        address(metadata.authorization_endpoint().url()).map(drop)
    }

    /// Where to send somebody; `callback` is the address of ours that they are sent back to.
    ///
    /// # Errors
    /// When the provider does not answer.
    pub async fn address(&self, attempt: &Attempt, callback: &str) -> Result<Url, Trouble> {
        let metadata = self.metadata().await?;
        address(metadata.authorization_endpoint().url())?;
        let client = client::client(&metadata, &self.settings, redirect(callback)?);
        let (state, nonce) = (CsrfToken::new(attempt.state()), Nonce::new(attempt.nonce()));
        let verifier = PkceCodeVerifier::new(attempt.verifier());
        let mut request = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || state, move || nonce)
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .add_scopes(self.settings.scopes.iter().cloned().map(Scope::new));
        if attempt.again() {
            // Either is enough by the standard; not every provider follows both.
            request = request.add_prompt(CoreAuthPrompt::Login).set_max_age(Duration::ZERO);
        }
        Ok(request.url().0)
    }

    /// Whom the provider has signed in, by the code that it sent them back with.
    ///
    /// # Errors
    /// When it does not answer, does not take the code, or says what cannot be believed.
    pub async fn person(&self, attempt: &Attempt, code: String, callback: &str) -> Result<Person, Trouble> {
        let metadata = self.metadata().await?;
        let client = client::client(&metadata, &self.settings, redirect(callback)?);
        let answer = client
            .exchange_code(AuthorizationCode::new(code))
            .map_err(|error| Trouble::Unreachable(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier()))
            .request_async(&self.http)
            .await
            .map_err(|error| match error {
                RequestTokenError::Request(error) => Trouble::Unreachable(error.to_string()),
                // Only its kind: a description may quote what was sent.
                RequestTokenError::ServerResponse(said) => unbelievable(format!("it answers {}", said.error())),
                // Without its cause, which may quote a token.
                error => unbelievable(error),
            })?;
        let token = answer.id_token().ok_or_else(|| unbelievable("it sends no ID token"))?;
        let nonce = Nonce::new(attempt.nonce());
        let with_new_keys;
        let claims = match token.claims(&client::verifier(&client, &metadata), &nonce) {
            Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
                let metadata = self.known.with_new_keys(&metadata, &self.http).await?;
                let metadata = metadata.ok_or_else(|| unbelievable("its ID token is signed by an unknown key"))?;
                with_new_keys = client::client(&metadata, &self.settings, redirect(callback)?);
                token.claims(&client::verifier(&with_new_keys, &metadata), &nonce)
            }
            claims => claims,
        };
        let claims = claims.map_err(|error| unbelievable(format!("its ID token: {}", kind(&error))))?;
        let party = claims.authorized_party().map(|party| party.as_str());
        if party.is_some_and(|party| party != self.settings.client_id)
            || (party.is_none() && claims.audiences().len() > 1)
        {
            return Err(unbelievable("its ID token was made for somebody else"));
        }
        let told = match client.user_info(answer.access_token().clone(), Some(claims.subject().clone())) {
            Ok(request) => self.told(request).await?,
            // There is no such endpoint.
            Err(_) => Claims::new(),
        };
        let proven_at_s = claims.auth_time().and_then(|at| u64::try_from(at.timestamp()).ok());
        let sources = [&told, &object(claims)];
        Person::read(claims.subject().as_str(), &sources, &self.settings.groups_claim, proven_at_s)
            .ok_or_else(|| unbelievable("its ID token names nobody"))
    }

    /// What the endpoint for claims says, of the same subject.
    async fn told(&self, request: UserInfoRequest<'_>) -> Result<Claims, Trouble> {
        let told: UserInfo = request.request_async(&self.http).await.map_err(|error| match error {
            UserInfoError::Request(error) => Trouble::Unreachable(error.to_string()),
            UserInfoError::ClaimsVerification(error) => unbelievable(format!("its claims: {}", kind(&error))),
            _ => unbelievable("its endpoint for claims does not answer as one"),
        })?;
        Ok(object(&told))
    }

    async fn metadata(&self) -> Result<Arc<CoreProviderMetadata>, Trouble> {
        self.known.metadata(&self.settings.issuer, &self.http).await
    }
}

/// What is not right about claims, without what they say: a subject may be an address.
fn kind(error: &ClaimsVerificationError) -> &'static str {
    match error {
        ClaimsVerificationError::Expired(_) => "it is too old",
        ClaimsVerificationError::InvalidAudience(_) => "it was made for somebody else",
        ClaimsVerificationError::InvalidIssuer(_) => "another provider has made it",
        ClaimsVerificationError::InvalidNonce(_) => "it belongs to another sign-in",
        ClaimsVerificationError::InvalidSubject(_) => "they are about somebody else",
        ClaimsVerificationError::SignatureVerification(SignatureVerificationError::DisallowedAlg(_)) => {
            "it is signed by an algorithm that the provider does not name, or that anybody can use"
        }
        ClaimsVerificationError::SignatureVerification(_) => "its signature is not right",
        _ => "it cannot be understood",
    }
}

fn unbelievable(why: impl ToString) -> Trouble {
    Trouble::Unbelievable(why.to_string())
}

/// An address that people may be sent to.
fn address(url: &Url) -> Result<&Url, Trouble> {
    let insecure = || Trouble::Unreachable(HttpError::Insecure.to_string());
    settings::is_private(url).then_some(url).ok_or_else(insecure)
}

fn redirect(callback: &str) -> Result<RedirectUrl, Trouble> {
    RedirectUrl::new(callback.to_owned()).map_err(|error| Trouble::Unreachable(error.to_string()))
}

/// Claims as they were told.
fn object(claims: &impl Serialize) -> Claims {
    match serde_json::to_value(claims) {
        Ok(serde_json::Value::Object(claims)) => claims,
        _ => Claims::new(),
    }
}
