//! Who is inside, as the room tells it: one value for each participant, in an order that stays.

use std::mem;

use wire::Identity;

use crate::{Everybody, Participant, ParticipantInfo, Quality, RoomEvent, TrackSid};

/// What an event changed, so that only what changed is drawn again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Whose value is another one now, newcomers included.
    pub updated: Vec<Identity>,
    /// Who is no longer inside.
    pub left: Vec<Identity>,
    /// Who came after we did.
    pub joined: Vec<Identity>,
    /// Who of the others raised a hand after we came.
    pub raised: Vec<Identity>,
    /// Whose sound has stopped arriving although it is on.
    pub unheard: Vec<Identity>,
    /// Whether the list of identities is another one.
    pub order: bool,
}

/// Everybody inside, ourselves included. The order is: we, then the others as they came.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Roster {
    people: Vec<Participant>,
    /// Who is heard speaking, by the last list.
    speakers: Vec<Identity>,
    /// The tracks of which nothing arrives, by the last list.
    stalled: Vec<TrackSid>,
    /// Whether the room has told who was inside when we came: whoever appears later has joined.
    complete: bool,
}

impl Roster {
    /// Takes in an event. One that says nothing about participants changes nothing; the end of the
    /// connection does not either (the next [`RoomEvent::Connected`] starts anew).
    pub fn apply(&mut self, event: &RoomEvent) -> Changes {
        let mut changes = Changes::default();
        match event {
            RoomEvent::Connected(everybody) => {
                self.speakers.clear();
                self.stalled.clear();
                self.replace(everybody, &mut changes);
                changes.joined.clear();
                changes.raised.clear();
                self.complete = true;
            }
            RoomEvent::Reconnected(everybody) => self.replace(everybody, &mut changes),
            RoomEvent::ParticipantConnected { participant } | RoomEvent::ParticipantChanged { participant } => {
                self.upsert(participant, &mut changes);
            }
            RoomEvent::ParticipantDisconnected { identity } => self.remove(identity, &mut changes),
            RoomEvent::ActiveSpeakers { identities } => self.speaking(identities, &mut changes),
            RoomEvent::Stalled { tracks } => self.stalled(tracks, &mut changes),
            RoomEvent::ConnectionQuality { identity, quality } => self.quality(identity, *quality, &mut changes),
            _ => {}
        }
        changes
    }

    /// A participant by identity.
    #[must_use]
    pub fn get(&self, identity: &Identity) -> Option<&Participant> {
        self.people.iter().find(|p| p.identity == *identity)
    }

    /// Ourselves.
    #[must_use]
    pub fn local(&self) -> Option<&Participant> {
        self.people.iter().find(|p| p.local)
    }

    /// Everybody: we first, then the others as they came.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Participant> + ExactSizeIterator {
        self.people.iter()
    }

    /// How many are inside.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether nobody is inside, not even we.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Exactly these are inside. LiveKit's list of speakers outlives a reconnection.
    fn replace(&mut self, Everybody { local, others }: &Everybody, changes: &mut Changes) {
        let mut people: Vec<Participant> = Vec::with_capacity(others.len() + 1);
        for info in others.iter().chain([local]) {
            let now = self.merged(info);
            people.retain(|p| p.identity != now.identity);
            let place = people.partition_point(|p| p.place() < now.place());
            people.insert(place, now);
        }
        let before = mem::replace(&mut self.people, people);
        changes.order = !before.iter().map(|p| &p.identity).eq(self.people.iter().map(|p| &p.identity));
        self.speakers.retain(|identity| self.people.iter().any(|p| p.identity == *identity));
        let gone = before.iter().filter(|p| self.get(&p.identity).is_none());
        changes.left = gone.map(|p| p.identity.clone()).collect();
        for p in &self.people {
            let known = before.iter().find(|known| known.identity == p.identity);
            if known.is_none() && !p.local {
                changes.joined.push(p.identity.clone());
            }
            if raised(known, p) {
                changes.raised.push(p.identity.clone());
            }
            if known != Some(p) {
                changes.updated.push(p.identity.clone());
            }
        }
    }

    /// A participant as told now, over what is known.
    fn merged(&self, info: &ParticipantInfo) -> Participant {
        let heard = self.speakers.contains(&info.identity);
        Participant::from_info(info, self.get(&info.identity), heard, &self.stalled)
    }

    /// One participant as now, at its place.
    fn upsert(&mut self, info: &ParticipantInfo, changes: &mut Changes) {
        let at = self.people.iter().position(|p| p.identity == info.identity);
        let before = at.and_then(|at| self.people.get(at));
        let now = self.merged(info);
        if before == Some(&now) {
            return;
        }
        let identity = now.identity.clone();
        if before.is_none() && self.complete && !now.local {
            changes.joined.push(identity.clone());
        }
        if raised(before, &now) {
            changes.raised.push(identity.clone());
        }
        self.people.retain(|p| p.identity != identity);
        let place = self.people.partition_point(|p| p.place() < now.place());
        self.people.insert(place, now);
        changes.order = at != Some(place);
        changes.updated.push(identity);
    }

    fn remove(&mut self, identity: &Identity, changes: &mut Changes) {
        let before = self.people.len();
        self.people.retain(|p| p.local || p.identity != *identity);
        self.speakers.retain(|speaker| speaker != identity);
        if self.people.len() < before {
            changes.left.push(identity.clone());
            changes.order = true;
        }
    }

    fn speaking(&mut self, speakers: &[Identity], changes: &mut Changes) {
        self.speakers = speakers.to_vec();
        for p in &mut self.people {
            let speaking = p.microphone_on() && self.speakers.contains(&p.identity);
            if p.speaking != speaking {
                p.speaking = speaking;
                changes.updated.push(p.identity.clone());
            }
        }
    }

    fn stalled(&mut self, tracks: &[TrackSid], changes: &mut Changes) {
        self.stalled = tracks.to_vec();
        for p in &mut self.people {
            let stalled = p.stalled_of(&self.stalled);
            if stalled.sound && !p.stalled.sound {
                changes.unheard.push(p.identity.clone());
            }
            if p.stalled != stalled {
                p.stalled = stalled;
                changes.updated.push(p.identity.clone());
            }
        }
    }

    fn quality(&mut self, identity: &Identity, quality: Quality, changes: &mut Changes) {
        if let Some(p) = self.people.iter_mut().find(|p| p.identity == *identity && p.quality != quality) {
            p.quality = quality;
            changes.updated.push(identity.clone());
        }
    }
}

/// Whether this is the news that another's hand went up. One who comes with it up has raised it before.
fn raised(before: Option<&Participant>, now: &Participant) -> bool {
    !now.local && now.hand_at_ms.is_some() && before.is_some_and(|before| before.hand_at_ms.is_none())
}

#[cfg(test)]
pub(crate) mod fixtures;
#[cfg(test)]
mod tests;
