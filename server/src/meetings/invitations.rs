//! Invitations: links that let people in past asking, password and account.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use wire::{INVITATION_FRAGMENT, Identity, Title};

use super::Meetings;
use super::identity::Session;
use crate::clock;
use crate::error::Error;
use crate::random;
use crate::secret::Secret;
use crate::store::{Invitation, Noted, Room, SecretHash};

/// Bytes of the secret.
const SECRET_BYTES: usize = 16;
/// For how many days an invitation may be good.
const DAYS_MAX: u32 = 366;

/// Why nobody was invited.
pub enum NotInvited {
    /// It does not say for whom it is, or not shortly enough.
    Label,
    /// It cannot last so many days.
    Days,
    /// The room has too many already.
    Full,
    /// Something failed.
    Failed(Error),
}

impl From<Error> for NotInvited {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// An invitation as it is told to whoever made it.
pub struct Invited {
    /// What is kept of it.
    pub invitation: Invitation,
    secret: Secret,
}

impl Invited {
    /// The link that invites, from the meeting's own: it holds the secret, which nobody learns again.
    pub fn link(&self, meeting: &str) -> String {
        format!("{meeting}#{INVITATION_FRAGMENT}{}", self.secret.expose())
    }
}

impl Meetings {
    /// Makes an invitation for so many days, of which the host knows by `label` for whom it is.
    ///
    /// # Errors
    /// Why it is not made; `not_in_meeting`, `not_allowed`, or when the database fails.
    pub async fn invite(
        &self,
        session: &Session,
        room: &Room,
        label: &str,
        single: bool,
        days: u32,
    ) -> Result<Invited, NotInvited> {
        let me = self.owner(session, room).await?;
        let label = Title::parse(label).map_err(|_| NotInvited::Label)?.as_str().to_owned();
        if label.is_empty() {
            return Err(NotInvited::Label);
        }
        if !(1..=DAYS_MAX).contains(&days) {
            return Err(NotInvited::Days);
        }
        let secret = URL_SAFE_NO_PAD.encode(random::bytes::<SECRET_BYTES>().map_err(Error::from)?);
        let made_at_ms = clock::now_ms();
        let ends_at_ms = made_at_ms.saturating_add(clock::to_ms(clock::DAY * days));
        let invitation = Invitation { hash: hash(&secret), label, single, made_at_ms, ends_at_ms, used: false };
        let noted = Noted::IfChanged(me.did("invite", invitation.label.clone()));
        if !self.store.insert_invitation(&room.name, &invitation, &noted).await.map_err(Error::from)? {
            return Err(NotInvited::Full);
        }
        Ok(Invited { invitation, secret: Secret::new(secret) })
    }

    /// A room's invitations, the newest first, for hosts.
    ///
    /// # Errors
    /// `not_in_meeting`, `not_allowed`, or when the database fails.
    pub async fn invitations(&self, session: &Session, room: &Room) -> Result<Vec<Invitation>, Error> {
        self.owner(session, room).await?;
        Ok(self.store.invitations(&room.name).await?)
    }

    /// Takes the invitation back whose hash is written like this; one that is not there is taken back already.
    ///
    /// # Errors
    /// `not_in_meeting`, `not_allowed`, or when the database fails.
    pub async fn take_back(&self, session: &Session, room: &Room, hash_hex: &str) -> Result<(), Error> {
        let me = self.owner(session, room).await?;
        let invitations = self.store.invitations(&room.name).await?;
        if let Some(one) = invitations.into_iter().find(|one| random::hex(&one.hash) == hash_hex) {
            let noted = Noted::IfChanged(me.did("take_back_invitation", one.label));
            self.store.revoke_invitation(&room.name, &one.hash, &noted).await?;
        }
        Ok(())
    }

    /// Whether an invitation lets this one in. One for a single person is theirs from now on.
    pub(super) async fn use_invitation(
        &self,
        room: &Room,
        secret: &Secret,
        identity: &Identity,
    ) -> Result<bool, Error> {
        Ok(self.store.use_invitation(&room.name, &hash(secret.expose()), identity).await?)
    }
}

fn hash(secret: &str) -> SecretHash {
    Sha256::new().chain_update(b"parlour invitation\0").chain_update(secret.as_bytes()).finalize().into()
}
