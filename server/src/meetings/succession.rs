//! A meeting whose hosts have gone: somebody else looks after it until one returns.

use std::time::Duration;

use livekit_protocol::ParticipantInfo;
use tokio_util::sync::CancellationToken;
use wire::{DisplayName, Identity, Right, Role, RoomName};

use super::Meetings;
use super::roles::Present;
use crate::clock;
use crate::error::Error;
use crate::media::access::Access;
use crate::media::participants::role_of;

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

    /// Makes somebody host wherever no host has been inside for two minutes: the co-host who came first, else the one who
    /// came first of those who are signed in. Guests never: nobody knows who they are. A room that fails does not keep the
    /// others from their host.
    ///
    /// # Errors
    /// When the database or LiveKit fails, also when it did for one of the rooms only.
    pub async fn hand_over(&self) -> Result<(), Error> {
        let mut failed = None;
        for room in self.store.occupied_rooms().await? {
            failed = self.hand_over_in(&room).await.err().or(failed);
        }
        failed.map_or(Ok(()), Err)
    }

    async fn hand_over_in(&self, name: &RoomName) -> Result<(), Error> {
        let since_ms = self.store.without_host_since(name).await?;
        if since_ms.is_none_or(|since_ms| clock::now_ms().saturating_sub(since_ms) < PATIENCE_MS) {
            return Ok(());
        }
        let Some(room) = self.store.room(name).await? else { return Ok(()) };
        let people = self.rooms.people(name).await?;
        if people.iter().any(|person| role_of(person).may(Right::Own)) {
            return Ok(());
        }
        let Some(heir) = heir(&people) else { return Ok(()) };
        let me = Present {
            identity: Identity(heir.identity.clone()),
            name: DisplayName::cut(&heir.name).map_or_else(|| DisplayName::parse(&heir.identity), Ok)?,
            role: Role::Host,
            current: true,
            made_it: false,
        };
        self.store.set_role(name, &me.identity, Role::Host).await?;
        self.rooms.set_access(name, &me.identity, Access { role: Role::Host, rules: room.rules }).await?;
        self.doorsteps.changed(name);
        self.write_down(&room, &me, "took_over", String::new()).await
    }
}

/// Who takes over; people stand in order of arrival.
fn heir(people: &[ParticipantInfo]) -> Option<&ParticipantInfo> {
    let first = |role| people.iter().find(|person| role_of(person) == role);
    first(Role::CoHost).or_else(|| first(Role::Participant))
}

#[cfg(test)]
mod tests {
    use wire::ROLE_ATTRIBUTE;

    use super::*;

    fn person(identity: &str, role: Role) -> ParticipantInfo {
        ParticipantInfo {
            identity: identity.to_owned(),
            attributes: [(ROLE_ATTRIBUTE.to_owned(), role.as_str().to_owned())].into(),
            ..ParticipantInfo::default()
        }
    }

    #[test]
    fn co_hosts_come_first_then_who_is_known_and_guests_never() {
        let [guest, member, helper, other] = [
            person("guest", Role::Guest),
            person("member", Role::Participant),
            person("helper", Role::CoHost),
            person("other", Role::CoHost),
        ];
        let of = |people: &[&ParticipantInfo]| {
            let people: Vec<_> = people.iter().map(|person| (*person).clone()).collect();
            heir(&people).map(|heir| heir.identity.clone())
        };
        assert_eq!(of(&[&guest, &member, &helper, &other]).as_deref(), Some("helper"));
        assert_eq!(of(&[&guest, &member]).as_deref(), Some("member"));
        assert_eq!(of(&[&guest, &person("pupil", Role::Student)]), None);
    }
}
