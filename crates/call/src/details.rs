//! Connection details are worth keeping between two joins, while they are fresh.

use wire::{DisplayName, Joined, RoomName};

/// Details with less validity left than this are not used again: a token that ends while the
/// browser connects would be refused.
const MIN_VALIDITY_MS: u64 = 120_000;

/// The details of the last admission. They hold a token: kept in memory only, never stored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DetailsCache {
    last: Option<Joined>,
}

impl DetailsCache {
    /// The details, when they are for this room and name and will still do.
    #[must_use]
    pub fn get(&self, room: &RoomName, name: &DisplayName, now_ms: u64) -> Option<&Joined> {
        self.last.as_ref().filter(|joined| {
            joined.details.room_name == *room
                && joined.details.participant_name == *name
                && joined.reusable_until_ms.saturating_sub(now_ms) >= MIN_VALIDITY_MS
        })
    }

    /// Keeps details in place of the ones before: with another identity, the old ones are void.
    pub fn put(&mut self, joined: Joined) {
        self.last = Some(joined);
    }

    /// Forgets them: after any error, the next join asks the server.
    pub fn forget(&mut self) {
        self.last = None;
    }
}

#[cfg(test)]
mod tests {
    use wire::{ConnectionDetails, Identity};

    use super::*;

    fn room(name: &str) -> RoomName {
        RoomName::parse(name).unwrap()
    }

    fn name(name: &str) -> DisplayName {
        DisplayName::parse(name).unwrap()
    }

    fn joined(identity: &str, reusable_until_ms: u64) -> Joined {
        Joined {
            details: ConnectionDetails {
                server_url: "ws://localhost".to_owned(),
                room_name: room("kfwm-3hzxr-8bqt"),
                participant_name: name("Ada"),
                participant_token: "secret-token".to_owned(),
            },
            title: String::new(),
            identity: Identity(identity.to_owned()),
            role: wire::Role::Guest,
            rules: wire::Rules::default(),
            ice_servers: None,
            reusable_until_ms,
        }
    }

    #[test]
    fn the_same_room_and_name_share_details_until_two_minutes_before_the_end() {
        let mut cache = DetailsCache::default();
        let (here, ada) = (room("KFWM 3HZXR 8BQT"), name("Ada"));
        assert_eq!(cache.get(&here, &ada, 0), None);
        cache.put(joined("ada", 600_000));
        assert!(cache.get(&here, &ada, 480_000).is_some());
        for late in [480_001, 600_000, u64::MAX] {
            assert_eq!(cache.get(&here, &ada, late), None);
        }
        assert_eq!(cache.get(&room("another"), &ada, 0), None);
        assert_eq!(cache.get(&here, &name("ada"), 0), None);
    }

    #[test]
    fn another_identity_replaces_and_an_error_forgets() {
        let mut cache = DetailsCache::default();
        let (here, ada) = (room("kfwm-3hzxr-8bqt"), name("Ada"));
        cache.put(joined("one", 600_000));
        cache.put(joined("two", 600_000));
        assert_eq!(cache.get(&here, &ada, 0).unwrap().identity.as_str(), "two");
        cache.forget();
        assert_eq!(cache.get(&here, &ada, 0), None);
    }

    #[test]
    fn the_token_does_not_show() {
        let mut cache = DetailsCache::default();
        cache.put(joined("ada", 600_000));
        assert!(!format!("{cache:?}").contains("secret-token"));
    }
}
