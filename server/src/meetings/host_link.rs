//! The link that makes somebody a host: for a host's phone, or to hand the meeting over.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use wire::{DisplayName, ErrorCode, Identity, Role};

use super::Meetings;
use super::admission::LOOKED_AT;
use super::identity::Session;
use super::roles::UNNAMED_HOST;
use crate::clock;
use crate::error::Error;
use crate::media::access::Access;
use crate::random;
use crate::secret::Secret;
use crate::store::{Ends, Member, Noted, Room, RoomChange, SecretHash, Standing};

/// Bytes of the secret.
const SECRET_BYTES: usize = 16;

impl Meetings {
    /// Makes a link's secret; the one before is good for nothing any more.
    ///
    /// # Errors
    /// `room_not_found`, `not_in_meeting`, `not_allowed`, or when the database fails.
    pub async fn make_host_link(&self, session: &Session, typed: &str) -> Result<(Room, Secret), Error> {
        let room = self.find_typed(typed).await?;
        let me = self.owner(session, &room).await?;
        let secret = URL_SAFE_NO_PAD.encode(random::bytes::<SECRET_BYTES>()?);
        let noted = Noted::IfChanged(me.did("host_link", String::new()));
        self.store.change_room(&room.name, RoomChange::HostLink(Some(hash(&secret))), noted).await?;
        Ok((room, Secret::new(secret)))
    }

    /// Takes the link back: it makes nobody a host any more. Who became one by it stays one.
    ///
    /// # Errors
    /// `not_in_meeting`, `not_allowed`, or when the database fails.
    pub async fn end_host_link(&self, session: &Session, room: &Room) -> Result<(), Error> {
        let me = self.owner(session, room).await?;
        if room.host_link.is_none() {
            return Ok(());
        }
        let noted = Noted::IfChanged(me.did("host_link_end", String::new()));
        Ok(self.store.change_room(&room.name, RoomChange::HostLink(None), noted).await?)
    }

    /// Makes a session a host, by the secret of a link.
    ///
    /// # Errors
    /// `room_not_found`, `not_allowed` when the secret is not (any more) the room's, `banned`, or when the database fails.
    pub async fn become_host(&self, session: &Session, typed: &str, secret: &str) -> Result<(), Error> {
        let room = self.find_typed(typed).await?;
        let identity = session.identity(&room.name);
        let (mut room, mut known) = self.known(&room.name, &identity).await?;
        for _ in 0..LOOKED_AT {
            // Hashes are compared: how long that takes says nothing about the secret.
            if room.host_link != Some(hash(secret)) {
                return Err(ErrorCode::NotAllowed.into());
            }
            if self.let_in_by_link(session, &room, &identity, known.as_ref()).await? {
                return self.give_host(session, &room, &identity, known.as_ref()).await;
            }
            (room, known) = self.known_anew(&room, &identity, known.as_ref()).await?;
        }
        Err(ErrorCode::StoreUnavailable.into())
    }

    /// Makes somebody a host for good who was let in by a link.
    async fn give_host(
        &self,
        session: &Session,
        room: &Room,
        identity: &Identity,
        known: Option<&Member>,
    ) -> Result<(), Error> {
        // Teachers, and who has taken over, are hosts only for a time.
        let for_good = room.host == session.hash() || known.is_some_and(|member| member.role == Some(Role::Host));
        // Links get lost: hosts see by whom one was used.
        let noted = if for_good {
            Noted::Nothing
        } else {
            Noted::IfChanged(self.present(session, room).await?.did("became_host", String::new()))
        };
        self.store.set_role(&room.name, identity, Role::Host, Ends::Nothing, noted).await?;
        self.rooms
            .set_access(&room.name, identity, Access { role: Role::Host, heir: false, rules: room.rules })
            .await?;
        self.doorsteps.changed(&room.name);
        Ok(())
    }

    /// Lets somebody in, whatever the door; `false` when something was decided about them since they were `known`, or when
    /// they were taken out.
    async fn let_in_by_link(
        &self,
        session: &Session,
        room: &Room,
        identity: &Identity,
        known: Option<&Member>,
    ) -> Result<bool, Error> {
        if known.is_some_and(|member| member.standing == Standing::Banned) {
            return Err(ErrorCode::Banned.into());
        }
        let (valid_from_s, asks_in) = known.map_or((0, 0), |member| (member.valid_from_s, member.asks_in));
        let member = Member {
            name: known.map_or_else(|| DisplayName::parse(UNNAMED_HOST), |member| Ok(member.name.clone()))?,
            role: known.and_then(|member| member.role),
            teacher: session.is_teacher(),
            took_over_in: 0,
            standing: Standing::Admitted,
            meeting: room.meeting,
            since_ms: clock::now_ms(),
            valid_from_s,
            asks_in,
            network: known.and_then(|member| member.network),
        };
        Ok(self.store.put_member(&room.name, identity, &session.hash(), &member, known).await?)
    }
}

fn hash(secret: &str) -> SecretHash {
    Sha256::new().chain_update(b"parlour host link\0").chain_update(secret.as_bytes()).finalize().into()
}
