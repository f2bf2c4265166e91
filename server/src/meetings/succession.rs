//! A meeting whose hosts have gone: somebody else looks after it until one returns.

use std::time::Duration;

use livekit_protocol::ParticipantInfo;
use tokio_util::sync::CancellationToken;
use wire::{DisplayName, Identity, Right, Role, RoomName};

use super::Meetings;
use super::roles::Present;
use super::round::{Asked, Round};
use crate::clock;
use crate::error::Error;
use crate::media::access::Access;
use crate::media::participants::{is_account, role_of};
use crate::store::{Hosting, Noted, Room};

/// How long a meeting goes on without a host before somebody takes over: who lost the connection is back by then.
const PATIENCE_MS: u64 = 120_000;
/// How often meetings without a host are looked for.
const EVERY: Duration = Duration::from_secs(10);

impl Meetings {
    /// Looks for meetings without a host until `stop`.
    pub async fn keep_hosts(&self, stop: CancellationToken) {
        let mut every = tokio::time::interval(EVERY);
        every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = every.tick() => {}
            }
            if let Err(error) = self.hand_over().await {
                error.report();
            }
        }
    }

    /// Looks after the meetings in which no host has been for two minutes: the co-host who came first takes over, else the
    /// one who came first of those who are signed in, and then of guests where the room's hosts want that. They are host until
    /// the meeting is over, or a host comes. A room that fails does not keep the others from their host, unless LiveKit fails
    /// for one after the other.
    ///
    /// # Errors
    /// When the database or LiveKit fails, also when it did for one of the rooms only.
    pub async fn hand_over(&self) -> Result<(), Error> {
        let mut round = Round::default();
        for room in self.store.occupied_rooms().await? {
            if !round.goes_on(self.look_after(&room).await) {
                break;
            }
        }
        round.end()
    }

    async fn look_after(&self, name: &RoomName) -> Result<Asked, Error> {
        let Hosting { hosted, taken_over, without_since_ms } = self.store.hosting(name).await?;
        if hosted && taken_over {
            return self.give_back(name).await.map(|()| Asked::Yes);
        }
        if without_since_ms.is_none_or(|since_ms| clock::now_ms().saturating_sub(since_ms) < PATIENCE_MS) {
            return Ok(Asked::No);
        }
        let Some(room) = self.store.room(name).await? else { return Ok(Asked::No) };
        let people = self.rooms.people(name).await?;
        if people.iter().any(|person| role_of(person).may(Right::Own)) {
            return Ok(Asked::Yes);
        }
        for heir in heirs(&people, room.settings.guests_take_over) {
            if self.take_over(&room, heir).await? {
                break;
            }
        }
        Ok(Asked::Yes)
    }

    /// A host is there again: whoever has taken over is what they were.
    async fn give_back(&self, room: &RoomName) -> Result<(), Error> {
        let heirs = self.store.give_back(room).await?;
        self.stepped_down(room, &heirs).await
    }

    /// Those who had taken over have the rights of before, in LiveKit too.
    pub(super) async fn stepped_down(&self, room: &RoomName, heirs: &[Identity]) -> Result<(), Error> {
        self.doorsteps.changed(room);
        let mut inside = self.rooms.participants(room).await?;
        inside.retain(|participant| heirs.contains(&participant.identity));
        self.check_in_all(room, &inside).await
    }

    /// Has somebody take a meeting over; `false` when they never came to its door, or it was taken from them.
    async fn take_over(&self, room: &Room, heir: &ParticipantInfo) -> Result<bool, Error> {
        let me = Present {
            identity: Identity(heir.identity.clone()),
            name: DisplayName::cut(&heir.name).map_or_else(|| DisplayName::parse(&heir.identity), Ok)?,
            role: Role::Host,
            current: true,
            made_it: false,
            took_over: true,
        };
        let noted = Noted::IfChanged(me.did("took_over", String::new()));
        if !self.store.take_over(&room.name, &me.identity, room.meeting, noted).await? {
            return Ok(false);
        }
        self.rooms
            .set_access(&room.name, &me.identity, Access { role: me.role, heir: me.took_over, rules: room.rules })
            .await?;
        self.doorsteps.changed(&room.name);
        Ok(true)
    }
}

/// Who takes over, the first first; people stand in order of arrival. A co-host was chosen by a host, whoever they are. Of
/// the others, a role does not say whether they are signed in: a host may have given either of these to anybody.
fn heirs(people: &[ParticipantInfo], guests: bool) -> Vec<&ParticipantInfo> {
    let helpers = people.iter().filter(|person| role_of(person) == Role::CoHost);
    let others = || people.iter().filter(|person| matches!(role_of(person), Role::Participant | Role::Guest));
    let known = others().filter(|person| is_account(person));
    helpers.chain(known).chain(others().filter(|_| guests)).collect()
}

#[cfg(test)]
mod tests {
    use wire::ROLE_ATTRIBUTE;

    use super::*;
    use crate::media::participants::SEAT_ATTRIBUTE;

    fn guest(identity: &str, role: Role) -> ParticipantInfo {
        ParticipantInfo {
            identity: identity.to_owned(),
            attributes: [(ROLE_ATTRIBUTE.to_owned(), role.as_str().to_owned())].into(),
            ..ParticipantInfo::default()
        }
    }

    fn account(identity: &str, role: Role) -> ParticipantInfo {
        let mut account = guest(identity, role);
        account.attributes.insert(SEAT_ATTRIBUTE.to_owned(), "seat".to_owned());
        account
    }

    #[test]
    fn co_hosts_come_first_then_who_is_signed_in_and_guests_only_where_hosts_want_it() {
        let people = [
            guest("guest", Role::Guest),
            guest("guest who may speak", Role::Participant),
            account("pupil", Role::Student),
            // Whom a host has let take part again after they only listened.
            account("member", Role::Guest),
            account("later", Role::Participant),
            guest("helper", Role::CoHost),
            account("viewer", Role::Viewer),
        ];
        let first =
            |people: &[ParticipantInfo], guests| heirs(people, guests).first().map(|heir| heir.identity.clone());
        let without = |gone: &[&str]| -> Vec<_> {
            people.iter().filter(|person| !gone.contains(&person.identity.as_str())).cloned().collect()
        };
        for guests in [false, true] {
            assert_eq!(first(&people, guests).as_deref(), Some("helper"));
            assert_eq!(first(&without(&["helper"]), guests).as_deref(), Some("member"));
        }
        let unknown = without(&["helper", "member", "later"]);
        assert_eq!(first(&unknown, false), None);
        assert_eq!(first(&unknown, true).as_deref(), Some("guest"));
        let listeners = [account("pupil", Role::Student), guest("viewer", Role::Viewer)];
        assert_eq!(first(&listeners, true), None);
    }
}
