//! Access tokens for browsers.

use std::time::Duration;

use livekit_api::access_token::{AccessToken, AccessTokenError};
use wire::{DisplayName, Identity, RoomName};

use super::access::Access;
use super::participants::SEAT_ATTRIBUTE;
use crate::secret::KeyPair;

/// How long a token opens the door; LiveKit renews it for those who are inside.
pub const TOKEN_TTL: Duration = Duration::from_secs(10 * 60);

/// Signs a participant's token (a JWT, and their secret) for one room; `seat` tells apart the browsers of one person.
///
/// # Errors
/// When the key pair is empty.
pub fn participant(
    keys: &KeyPair,
    room: &RoomName,
    identity: &Identity,
    name: &DisplayName,
    access: Access,
    seat: Option<&str>,
) -> Result<String, AccessTokenError> {
    AccessToken::with_api_key(&keys.key, keys.secret.expose())
        .with_ttl(TOKEN_TTL)
        .with_identity(identity.as_str())
        .with_name(name.as_str())
        .with_attributes(
            access
                .attributes()
                .into_iter()
                .filter(|(_, value)| !value.is_empty())
                .chain(seat.map(|seat| (SEAT_ATTRIBUTE, seat))),
        )
        .with_grants(access.grants(room))
        .to_jwt()
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;

    use wire::{Role, Rules};

    use super::*;
    use crate::secret::Secret;

    fn claims_of(token: &str) -> serde_json::Value {
        let payload = token.split('.').nth(1).unwrap();
        let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap();
        serde_json::from_slice(&payload).unwrap()
    }

    #[test]
    fn a_token_carries_what_a_participant_may_do_and_nothing_else() {
        let keys = KeyPair { key: "APItest".to_owned(), secret: Secret::new("0123456789abcdef0123456789abcdef") };
        let room = RoomName::parse("kfwm-3hzxr-8bqt").unwrap();
        let name = DisplayName::parse("Ada").unwrap();
        let heir = Access { role: Role::Host, heir: true, rules: Rules::default() };
        let token = participant(&keys, &room, &Identity("p1".to_owned()), &name, heir, None).unwrap();
        let told = claims_of(&token)["attributes"].clone();
        assert_eq!(told, serde_json::json!({ "parlour.role": "host", "parlour.heir": "yes" }));
        let access = Access { role: Role::Guest, heir: false, rules: Rules::default() };
        let token = participant(&keys, &room, &Identity("p1".to_owned()), &name, access, Some("s1")).unwrap();
        let mut claims = claims_of(&token);
        let exp = claims["exp"].as_u64().unwrap();
        assert_eq!(exp - claims["nbf"].as_u64().unwrap(), 600);
        let claims = claims.as_object_mut().unwrap();
        claims.retain(|key, _| key != "exp" && key != "nbf");
        assert_eq!(
            serde_json::Value::Object(claims.clone()),
            serde_json::json!({
                "iss": "APItest", "sub": "p1", "name": "Ada", "attributes": { "parlour.role": "guest", "parlour.seat": "s1" },
                "video": {
                    "roomJoin": true, "room": "kfwm-3hzxr-8bqt",
                    "canPublish": true, "canSubscribe": true, "canPublishData": true,
                    "canPublishSources": ["camera", "microphone", "screen_share", "screen_share_audio"],
                },
            })
        );
    }
}
