//! Other hosts of a room, whom whoever made it can make none.

use std::slice;

use wire::{DisplayName, Identity, Moderation, Role};

use super::Meetings;
use super::identity::Session;
use crate::error::Error;
use crate::store::{Ends, Member, Noted, Room};

impl Meetings {
    /// Who else is a host of a room, for whoever made it: identities and names.
    ///
    /// # Errors
    /// `not_in_meeting`, `not_allowed`, or when the database fails.
    pub async fn other_hosts(&self, session: &Session, room: &Room) -> Result<Vec<(Identity, DisplayName)>, Error> {
        let me = self.owner(session, room).await?;
        if !me.made_it {
            return Ok(Vec::new());
        }
        let mut hosts = self.store.hosts(&room.name).await?;
        hosts.retain(|(identity, _)| *identity != me.identity);
        Ok(hosts)
    }

    /// Makes somebody no host any more, for whoever made the room. From whom has only taken the meeting over that alone is
    /// taken: what a host gave them stays.
    ///
    /// # Errors
    /// `not_in_meeting` (the caller, or whom it is about), `not_allowed`, `media_unavailable`, or when the database fails.
    pub async fn end_hosting(&self, session: &Session, room: &Room, identity: &Identity) -> Result<(), Error> {
        let me = self.owner(session, room).await?;
        let member = self.subject(room, &me, identity).await?;
        if member.lasting_role_in(room) == Some(Role::Host) {
            let what = Moderation::Assign(identity.clone(), Role::Guest);
            return self.moderate(session, room.name.as_str(), &what).await;
        }
        if !member.has_taken_over(room) {
            return Ok(());
        }
        let noted = Noted::IfChanged(me.did("take_over_end", member.name.to_string()));
        self.store.take_back(&room.name, identity, room.meeting, noted).await?;
        self.stepped_down(&room.name, slice::from_ref(identity)).await
    }
}

/// What ends for somebody with what is done about them. Hosts come in whatever is decided about them, so that they are none
/// any more.
pub(super) fn ends(room: &Room, what: &Moderation, member: &Member) -> Ends {
    let taken = matches!(what, Moderation::Remove(_) | Moderation::Ban(_) | Moderation::Assign(..));
    if !taken || member.role_in(room) != Some(Role::Host) || matches!(what, Moderation::Assign(_, Role::Host)) {
        Ends::Nothing
    } else if member.lasting_role_in(room) == Some(Role::Host) {
        Ends::Hosting(room.meeting)
    } else {
        Ends::TakenOver(room.meeting)
    }
}
