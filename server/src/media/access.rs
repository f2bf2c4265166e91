//! What a role may do, in LiveKit's words: in tokens, and for people who are inside.

use livekit_api::access_token::VideoGrants;
use livekit_protocol::{ParticipantInfo, ParticipantPermission, TrackSource};
use wire::{HEIR_ATTRIBUTE, ROLE_ATTRIBUTE, Right, Role, RoomName, Rules};

/// What somebody may do in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Access {
    /// What they are.
    pub role: Role,
    /// Whether they are that only since no host was there.
    pub heir: bool,
    /// What holds for everybody.
    pub rules: Rules,
}

impl Access {
    /// What LiveKit tells everybody of it; an empty value stands for an attribute that is not there.
    pub(super) const fn attributes(self) -> [(&'static str, &'static str); 2] {
        [(ROLE_ATTRIBUTE, self.role.as_str()), (HEIR_ATTRIBUTE, if self.heir { "yes" } else { "" })]
    }

    fn sources(self) -> Vec<TrackSource> {
        let share = self.role.may(Right::ShareScreen) && (!self.rules.share_off || self.role.may(Right::Moderate));
        [
            (self.role.may(Right::ShowCamera), TrackSource::Camera),
            (self.role.may(Right::Speak), TrackSource::Microphone),
            (share, TrackSource::ScreenShare),
            (share, TrackSource::ScreenShareAudio),
        ]
        .into_iter()
        .filter_map(|(may, source)| may.then_some(source))
        .collect()
    }

    /// Whether their browser may send data to others: reports of hearing, questions. Chat does not go this way.
    const fn may_send_data(self) -> bool {
        self.role.may(Right::RaiseHand)
    }

    /// For a token. It never carries what would go round Parlour: `roomAdmin`, `roomRecord`, `roomCreate`, `hidden`,
    /// `canUpdateOwnMetadata`.
    #[must_use]
    pub fn grants(self, room: &RoomName) -> VideoGrants {
        let sources = self.sources();
        VideoGrants {
            room_join: true,
            room: room.as_str().to_owned(),
            can_subscribe: Some(true),
            // An empty list would mean all sources.
            can_publish: Some(!sources.is_empty()),
            can_publish_data: Some(self.may_send_data()),
            can_publish_sources: sources.iter().map(|source| source.as_str_name().to_lowercase()).collect(),
            ..VideoGrants::default()
        }
    }

    /// Whether it is what LiveKit lets somebody inside do.
    #[must_use]
    pub fn is_that_of(self, person: &ParticipantInfo) -> bool {
        let wanted = self.permission();
        person.permission.as_ref().is_some_and(|has| {
            let same_sources = wanted.can_publish_sources.iter().all(|source| has.can_publish_sources.contains(source))
                && has.can_publish_sources.len() == wanted.can_publish_sources.len();
            same_sources && has.can_publish == wanted.can_publish && has.can_publish_data == wanted.can_publish_data
        })
    }

    /// For somebody inside. LiveKit replaces the whole permission, so every field is said.
    #[must_use]
    pub fn permission(self) -> ParticipantPermission {
        let sources = self.sources();
        ParticipantPermission {
            can_subscribe: true,
            can_publish: !sources.is_empty(),
            can_publish_data: self.may_send_data(),
            can_publish_sources: sources.into_iter().map(i32::from).collect(),
            ..ParticipantPermission::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_source_is_not_every_source() {
        let viewer = Access { role: Role::Viewer, heir: false, rules: Rules::default() };
        let room = RoomName::parse("kfwm-3hzxr-8bqt").unwrap();
        assert_eq!(viewer.grants(&room).can_publish, Some(false));
        assert!(!viewer.permission().can_publish && !viewer.permission().can_publish_data);
    }

    #[test]
    fn shared_screens_may_be_off_for_all_but_hosts() {
        let rules = Rules { share_off: true, ..Rules::default() };
        let shares = |role| Access { role, heir: false, rules }.sources().contains(&TrackSource::ScreenShare);
        assert_eq!(Role::ALL.map(shares), [true, true, false, false, false, false]);
    }
}
