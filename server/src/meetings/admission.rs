//! Who is let in: everybody who has the link; and who was.

use wire::{ConnectionDetails, DisplayName, ErrorCode, Identity, Joined};

use super::Meetings;
use super::identity::Session;
use crate::error::Error;
use crate::media::tokens;
use crate::store::Room;

impl Meetings {
    /// Lets a session into a room and says how to connect; `server_url` is the signalling's address for this caller.
    ///
    /// # Errors
    /// `media_unavailable`, or when the database fails.
    pub async fn admit(
        &self,
        session: &Session,
        room: Room,
        name: DisplayName,
        server_url: String,
    ) -> Result<Joined, Error> {
        self.ensure(&room).await?;
        let identity = session.identity(&room.name);
        self.store.remember_admission(&room.name, &identity, &name).await?;
        let token = tokens::participant(&self.keys, &room.name, &identity, &name)?;
        Ok(Joined {
            host: room.host == session.hash(),
            details: ConnectionDetails {
                server_url,
                room_name: room.name,
                participant_name: name,
                participant_token: token.jwt,
            },
            title: room.title,
            identity,
            ice_servers: self.ice_servers.clone(),
            expires_at_ms: token.expires_at_ms,
        })
    }

    /// Whether the session was let into the room before, which must be there for that. A database that fails knows
    /// nobody.
    pub async fn knows(&self, session: &Session, typed: &str) -> bool {
        let Ok(room) = self.find_typed(typed).await else { return false };
        room.host == session.hash() || self.member(session, &room).await.is_ok()
    }

    /// Who the session is in this room, when it was let in.
    pub(super) async fn member(&self, session: &Session, room: &Room) -> Result<(Identity, DisplayName), Error> {
        let identity = session.identity(&room.name);
        match self.store.admitted(&room.name, &identity).await? {
            Some(name) => Ok((identity, name)),
            None => Err(ErrorCode::NotInMeeting.into()),
        }
    }
}
