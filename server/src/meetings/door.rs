//! The door: who comes in, who waits, who stays outside. Only this decides; nothing that a request says counts.

use wire::{ErrorCode, Right, Role};

use crate::store::{Member, Room, Standing};

/// After so long somebody who was not let in may ask again: a host's finger may have slipped.
const DENIED_FOR_MS: u64 = 60_000;

/// What is decided about somebody who wants in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    /// Comes in.
    In,
    /// Waits until a host has decided.
    Wait,
    /// Stays outside.
    Refuse(ErrorCode),
}

/// What opens a door that is not open to everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// Nothing.
    None,
    /// The meeting's password.
    Password,
    /// An invitation. It opens what a host would open to somebody whom they know: it stands for the password, for asking and
    /// for an account, but not for a place, nor for the time.
    Invitation,
}

/// Somebody at the door.
#[derive(Clone, Copy)]
pub(super) struct Visitor<'a> {
    /// What was decided about them before.
    pub(super) member: Option<&'a Member>,
    /// What they are.
    pub(super) role: Role,
    /// Whether they have an account.
    pub(super) signed_in: bool,
    /// Whether they come from a network that is kept out.
    pub(super) kept_out: bool,
    /// What they bring along.
    pub(super) key: Key,
}

/// Decides. What was decided before counts for one meeting, a ban for all of them.
pub(super) fn decide(room: &Room, visitor: Visitor<'_>, now_ms: u64) -> Decision {
    let Visitor { member, role, signed_in, kept_out, key } = visitor;
    let standing =
        member.filter(|member| member.meeting == room.meeting).map(|member| (member.standing, member.since_ms));
    if member.is_some_and(|member| member.standing == Standing::Banned) {
        return Decision::Refuse(ErrorCode::Banned);
    }
    if role.may(Right::Own) {
        return Decision::In;
    }
    if room.ended {
        return Decision::Refuse(ErrorCode::MeetingEnded);
    }
    // Coming back is for a host to allow, whatever the door and whatever came after.
    let taken_out = member.is_some_and(|member| member.asks_in == room.meeting);
    match standing {
        // Whoever was let in comes back through a door that was closed meanwhile.
        Some((Standing::Admitted, _)) => return Decision::In,
        Some((Standing::Denied, since_ms)) if now_ms.saturating_sub(since_ms) < DENIED_FOR_MS => {
            return Decision::Refuse(ErrorCode::Denied);
        }
        _ => {}
    }
    if kept_out {
        Decision::Refuse(ErrorCode::Banned)
    } else if role.may(Right::Moderate) && !taken_out {
        Decision::In
    } else if let Some(code) = closed(room, now_ms) {
        Decision::Refuse(code)
    } else if room.settings.guests_off && !signed_in && key != Key::Invitation {
        Decision::Refuse(ErrorCode::SignInRequired)
    } else if room.password.is_some() && key == Key::None {
        Decision::Refuse(ErrorCode::PasswordRequired)
    } else if room.rules.ask && key != Key::Invitation || taken_out {
        Decision::Wait
    } else {
        Decision::In
    }
}

/// Why nobody new comes in now, whatever they bring along.
fn closed(room: &Room, now_ms: u64) -> Option<ErrorCode> {
    if room.settings.ends_at_ms.is_some_and(|ends_at_ms| ends_at_ms <= now_ms) {
        Some(ErrorCode::Ended)
    } else if room.settings.starts_at_ms.is_some_and(|starts_at_ms| now_ms < starts_at_ms) {
        Some(ErrorCode::NotStarted)
    } else {
        room.rules.locked.then_some(ErrorCode::Locked)
    }
}

/// Whether a door is shown to somebody who knows no more of the meeting than its readable name: to those only who would come
/// in, or may ask to.
pub(super) fn is_shown(decision: Decision) -> bool {
    matches!(decision, Decision::In | Decision::Wait | Decision::Refuse(ErrorCode::PasswordRequired))
}

/// Whether somebody may not be inside, whatever token they hold. Whoever never came to the door holds a token of the
/// operator's own.
/// `issued_s` is when their token was, where that is known, in seconds since 1970.
pub(super) fn is_barred(room: &Room, member: Option<&Member>, issued_s: Option<u64>) -> bool {
    member.is_some_and(|member| {
        let outdated = issued_s.is_some_and(|issued_s| issued_s < member.valid_from_s);
        outdated || room.ended || member.standing != Standing::Admitted || member.meeting != room.meeting
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use wire::{DisplayName, RoomName, Rules};

    use super::*;
    use crate::store::Settings;

    const NOW_MS: u64 = 1_000_000;

    fn room(rules: Rules) -> Room {
        Room { rules, meeting: 2, ..Room::new(RoomName::parse("kfwm-3hzxr-8bqt").unwrap(), String::new(), [0; 32]) }
    }

    fn member(standing: Standing, meeting: i64) -> Member {
        let name = DisplayName::parse("Ada").unwrap();
        Member {
            name,
            role: None,
            teacher: false,
            took_over_in: 0,
            standing,
            meeting,
            since_ms: NOW_MS - 1,
            valid_from_s: 0,
            asks_in: 0,
            network: None,
        }
    }

    /// A guest's, or somebody else's, with nothing in their hands.
    fn decide(room: &Room, member: Option<&Member>, role: Role, now_ms: u64) -> Decision {
        super::decide(room, Visitor { role, ..guest(member) }, now_ms)
    }

    fn guest(member: Option<&Member>) -> Visitor<'_> {
        Visitor { member, role: Role::Guest, signed_in: false, kept_out: false, key: Key::None }
    }

    const ASK: Rules = Rules { ask: true, locked: false, chat_off: false, share_off: false };
    const LOCKED: Rules = Rules { ask: true, locked: true, chat_off: false, share_off: false };

    #[test]
    fn a_closed_door_is_closed_for_newcomers_only() {
        let admitted = member(Standing::Admitted, 2);
        for (rules, newcomer) in
            [(Rules::default(), Decision::In), (ASK, Decision::Wait), (LOCKED, Decision::Refuse(ErrorCode::Locked))]
        {
            assert_eq!(decide(&room(rules), None, Role::Guest, NOW_MS), newcomer);
            assert_eq!(decide(&room(rules), Some(&admitted), Role::Guest, NOW_MS), Decision::In);
            assert_eq!(decide(&room(rules), None, Role::CoHost, NOW_MS), Decision::In);
            // Admission lasts for one meeting.
            let before = member(Standing::Admitted, 1);
            assert_eq!(decide(&room(rules), Some(&before), Role::Guest, NOW_MS), newcomer);
        }
    }

    #[test]
    fn who_was_taken_out_has_to_ask_and_who_is_banned_stays_outside() {
        let open = room(Rules::default());
        let refused = |standing, meeting| {
            let asks_in = if standing == Standing::Removed { meeting } else { 0 };
            decide(&open, Some(&Member { asks_in, ..member(standing, meeting) }), Role::Guest, NOW_MS)
        };
        for standing in [Standing::Waiting, Standing::Left, Standing::Removed] {
            let taken_out = Member { asks_in: 2, ..member(standing, 2) };
            assert_eq!(decide(&open, Some(&taken_out), Role::CoHost, NOW_MS), Decision::Wait, "{standing:?}");
            assert!(is_barred(&open, Some(&taken_out), None));
        }
        assert_eq!(refused(Standing::Removed, 2), Decision::Wait, "a host may think better of it");
        assert_eq!(refused(Standing::Removed, 1), Decision::In);
        assert_eq!(refused(Standing::Banned, 1), Decision::Refuse(ErrorCode::Banned));
        assert_eq!(refused(Standing::Denied, 2), Decision::Refuse(ErrorCode::Denied));
        let later = NOW_MS + DENIED_FOR_MS;
        let denied = member(Standing::Denied, 2);
        assert_eq!(decide(&room(ASK), Some(&denied), Role::Guest, later), Decision::Wait, "may ask again");
    }

    #[test]
    fn an_ended_meeting_begins_again_with_a_host() {
        let ended = Room { ended: true, ..room(Rules::default()) };
        for role in Role::ALL {
            let expected = if role == Role::Host { Decision::In } else { Decision::Refuse(ErrorCode::MeetingEnded) };
            assert_eq!(decide(&ended, None, role, NOW_MS), expected, "{role:?}");
        }
    }

    #[test]
    fn each_key_opens_its_doors() {
        let settings = |settings| Room { settings, ..room(Rules::default()) };
        let hash = || Some("$argon2id$".to_owned());
        let no_guests = settings(Settings { guests_off: true, ..Settings::default() });
        let later = settings(Settings { starts_at_ms: Some(NOW_MS + 1), ..Settings::default() });
        let over = settings(Settings { ends_at_ms: Some(NOW_MS), ..Settings::default() });
        let (wait, refuse) = (Decision::Wait, Decision::Refuse);
        for (room, expected) in [
            (room(Rules::default()), [Decision::In; 3]),
            (room(ASK), [wait, wait, Decision::In]),
            (room(LOCKED), [refuse(ErrorCode::Locked); 3]),
            (
                Room { password: hash(), ..room(Rules::default()) },
                [refuse(ErrorCode::PasswordRequired), Decision::In, Decision::In],
            ),
            (Room { password: hash(), ..room(ASK) }, [refuse(ErrorCode::PasswordRequired), wait, Decision::In]),
            (no_guests.clone(), [refuse(ErrorCode::SignInRequired), refuse(ErrorCode::SignInRequired), Decision::In]),
            (later.clone(), [refuse(ErrorCode::NotStarted); 3]),
            (over.clone(), [refuse(ErrorCode::Ended); 3]),
        ] {
            let with = |key| super::decide(&room, Visitor { key, ..guest(None) }, NOW_MS);
            assert_eq!([Key::None, Key::Password, Key::Invitation].map(with), expected);
            // Whoever was let in comes back, and hosts and their helpers need no key.
            let admitted = member(Standing::Admitted, 2);
            assert_eq!(decide(&room, Some(&admitted), Role::Guest, NOW_MS), Decision::In);
            for role in [Role::Host, Role::CoHost] {
                assert_eq!(decide(&room, None, role, NOW_MS), Decision::In);
            }
        }
        let signed_in = Visitor { signed_in: true, role: Role::Participant, ..guest(None) };
        assert_eq!(super::decide(&no_guests, signed_in, NOW_MS), Decision::In);
        assert_eq!(decide(&later, None, Role::Guest, NOW_MS + 1), Decision::In);
        assert_eq!(decide(&over, None, Role::Guest, NOW_MS - 1), Decision::In);
    }

    #[test]
    fn an_invitation_does_not_undo_what_a_host_has_decided() {
        let open = room(Rules::default());
        let invited =
            |member: &Member| super::decide(&open, Visitor { key: Key::Invitation, ..guest(Some(member)) }, NOW_MS);
        assert_eq!(invited(&Member { asks_in: 2, ..member(Standing::Removed, 2) }), Decision::Wait);
        assert_eq!(invited(&member(Standing::Banned, 1)), Decision::Refuse(ErrorCode::Banned));
        assert_eq!(invited(&member(Standing::Denied, 2)), Decision::Refuse(ErrorCode::Denied));
    }

    #[test]
    fn a_network_that_is_kept_out_touches_newcomers_only() {
        let open = room(Rules::default());
        let from_there = |member, role| super::decide(&open, Visitor { kept_out: true, role, ..guest(member) }, NOW_MS);
        let admitted = member(Standing::Admitted, 2);
        assert_eq!(from_there(None, Role::Guest), Decision::Refuse(ErrorCode::Banned));
        assert_eq!(from_there(Some(&admitted), Role::Guest), Decision::In);
        assert_eq!(from_there(None, Role::Host), Decision::In);
    }

    #[test]
    fn a_readable_name_shows_no_closed_door() {
        for (decision, shown) in [
            (Decision::In, true),
            (Decision::Wait, true),
            (Decision::Refuse(ErrorCode::PasswordRequired), true),
            (Decision::Refuse(ErrorCode::Locked), false),
            (Decision::Refuse(ErrorCode::NotStarted), false),
            (Decision::Refuse(ErrorCode::SignInRequired), false),
        ] {
            assert_eq!(is_shown(decision), shown, "{decision:?}");
        }
    }

    proptest! {
        #[test]
        fn whoever_comes_in_anew_is_not_barred_and_whoever_is_refused_is(
            standing in prop::sample::select(vec![
                Standing::Admitted, Standing::Waiting, Standing::Denied, Standing::Removed, Standing::Banned,
            ]),
            meeting in 1_i64..3, ask: bool, locked: bool, ended: bool,
        ) {
            let room = Room { ended, ..room(Rules { ask, locked, ..Rules::default() }) };
            let member = member(standing, meeting);
            if let Decision::Refuse(code) = decide(&room, Some(&member), Role::Guest, NOW_MS) {
                // A kept token of somebody who would not be let in now opens nothing.
                prop_assert!(is_barred(&room, Some(&member), None), "{code:?}");
            }
            let admitted = Member { standing: Standing::Admitted, meeting: room.meeting, ..member };
            prop_assert_eq!(is_barred(&room, Some(&admitted), Some(7)), ended);
            let signed_out = Member { valid_from_s: 8, ..admitted };
            prop_assert!(is_barred(&room, Some(&signed_out), Some(7)));
        }
    }
}
