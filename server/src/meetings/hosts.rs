//! Other hosts of a room, whom whoever made it can make none.

use std::slice;

use wire::{DisplayName, Identity, Moderation, Role};

use super::Meetings;
use super::identity::Session;
use crate::error::Error;
use crate::store::{Member, Room, RoomChange};

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
        self.write_down(room, &me, "take_over_end", member.name.to_string()).await?;
        self.store.take_back(&room.name, identity, room.meeting).await?;
        self.stepped_down(&room.name, slice::from_ref(identity)).await
    }

    /// Ends somebody's being a host, where that follows from what is done about them. Hosts come in whatever is decided about
    /// them, so that they are none first; they do not take the meeting over again, and the link by which they may have become
    /// one for good makes no more hosts.
    pub(super) async fn end_host(&self, room: &Room, what: &Moderation, member: &Member) -> Result<(), Error> {
        let (Moderation::Remove(identity) | Moderation::Ban(identity) | Moderation::Assign(identity, _)) = what else {
            return Ok(());
        };
        if member.role_in(room) != Some(Role::Host) || matches!(what, Moderation::Assign(_, Role::Host)) {
            return Ok(());
        }
        self.store.take_back(&room.name, identity, room.meeting).await?;
        if member.lasting_role_in(room) == Some(Role::Host) {
            // The link first: it is tried again only for somebody who is still a host.
            self.store.change_room(&room.name, RoomChange::HostLink(None)).await?;
            self.store.set_role(&room.name, identity, Role::Guest).await?;
        }
        Ok(())
    }
}
