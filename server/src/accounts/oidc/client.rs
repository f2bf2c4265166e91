//! The types of the protocol, with all claims that a provider may tell.

use std::fmt;

use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AdditionalClaims, AuthType, Client as AnyClient, ClientId, ClientSecret, EmptyExtraTokenFields, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IdTokenFields, IdTokenVerifier, RedirectUrl, StandardErrorResponse,
    StandardTokenResponse, UserInfoClaims,
};
use serde::{Deserialize, Serialize};

use super::ProviderSettings;
use super::person::Claims;

/// Claims beside the standard's: somebody's groups are among them, under a name that the operator says.
#[derive(Serialize, Deserialize)]
pub(super) struct Others {
    #[serde(flatten)]
    claims: Claims,
}

impl fmt::Debug for Others {
    /// What is said about people reaches no log.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Others")
    }
}

impl AdditionalClaims for Others {}

type Fields = IdTokenFields<
    Others,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

/// What the endpoint for claims answers.
pub(super) type UserInfo = UserInfoClaims<Others, CoreGenderClaim>;

/// A question to it.
pub(super) type UserInfoRequest<'a> =
    openidconnect::UserInfoRequest<'a, CoreJweContentEncryptionAlgorithm, CoreJsonWebKey>;

/// Parlour, as the provider knows it.
pub(super) type Client = AnyClient<
    Others,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// The client for a provider that is known; `callback` is where it sends people back to.
pub(super) fn client(metadata: &CoreProviderMetadata, settings: &ProviderSettings, callback: RedirectUrl) -> Client {
    let id = ClientId::new(settings.client_id.clone());
    let secret = ClientSecret::new(settings.client_secret.expose().to_owned());
    let client = Client::from_provider_metadata(metadata.clone(), id, Some(secret)).set_redirect_uri(callback);
    let methods = metadata.token_endpoint_auth_methods_supported().map_or(&[][..], Vec::as_slice);
    let takes = |method| methods.contains(&method);
    // The header is what the standard presumes; some take the secret in the body alone.
    if takes(CoreClientAuthMethod::ClientSecretPost) && !takes(CoreClientAuthMethod::ClientSecretBasic) {
        client.set_auth_type(AuthType::RequestBody)
    } else {
        client
    }
}

/// What checks the ID token: signature, issuer, audience, time. Only signatures that the provider alone can make count.
pub(super) fn verifier<'a>(client: &'a Client, metadata: &CoreProviderMetadata) -> IdTokenVerifier<'a, CoreJsonWebKey> {
    use CoreJwsSigningAlgorithm as Algorithm;
    let shared = [Algorithm::HmacSha256, Algorithm::HmacSha384, Algorithm::HmacSha512, Algorithm::None];
    let own = metadata.id_token_signing_alg_values_supported().iter().filter(|algorithm| !shared.contains(algorithm));
    // Other audiences are looked at by `azp`, which names whom the token was made for.
    client.id_token_verifier().set_allowed_algs(own.cloned()).set_other_audience_verifier_fn(|_| true)
}
