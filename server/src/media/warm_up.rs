//! LiveKit prepares for its first client only when that comes: a fifth of a second of computing, and much longer while
//! everybody comes back at once after a restart. So the first client is Parlour.

use std::io;
use std::net::SocketAddr;

use axum::body::Body;
use axum::http::{Request, header};
use tokio::sync::watch;
use wire::{DisplayName, Identity, Role, RoomName, Rules};

use super::access::Access;
use super::rooms::Rooms;
use super::{Endpoint, http, tokens};
use crate::secret::KeyPair;

/// A name that no meeting has: LiveKit drops the room by itself.
const ROOM: &str = "warm-up";
/// RFC 6455 wants sixteen bytes here; nobody reads them.
const KEY: &str = "cGFybG91ciB3YXJtLXVwIQ==";

/// Connects to LiveKit's signalling once.
///
/// # Errors
/// When LiveKit does not let it in.
pub(super) async fn warm_up(to: SocketAddr, keys: &KeyPair) -> io::Result<()> {
    let room = RoomName::parse(ROOM).map_err(|_| io::ErrorKind::InvalidInput)?;
    let name = DisplayName::parse(ROOM).map_err(|_| io::ErrorKind::InvalidInput)?;
    let (_, endpoint) = watch::channel(Endpoint { url: format!("http://{to}"), generation: 0, ready: true });
    Rooms::new(endpoint, keys.clone()).create(&room).await.map_err(io::Error::other)?;
    let access = Access { role: Role::Viewer, heir: false, rules: Rules::default() };
    let token =
        tokens::participant(keys, &room, &Identity(ROOM.to_owned()), &name, access, None).map_err(io::Error::other)?;
    let request = Request::get(format!("/rtc?access_token={token}&protocol=16&auto_subscribe=0"))
        .header(header::HOST, to.to_string())
        .header(header::CONNECTION, "upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_VERSION, "13")
        .header(header::SEC_WEBSOCKET_KEY, KEY)
        .body(Body::empty())
        .map_err(io::Error::other)?;
    // It answers after it has let us in; then it is told nothing, and sees that we are gone.
    http::send(to, request).await.map(drop)
}
