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

/// Decides. What was decided before counts for one meeting, a ban for all of them.
pub(super) fn decide(room: &Room, member: Option<&Member>, role: Role, now_ms: u64) -> Decision {
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
    if role.may(Right::Moderate) && !taken_out {
        Decision::In
    } else if room.rules.locked {
        Decision::Refuse(ErrorCode::Locked)
    } else if room.rules.ask || taken_out {
        Decision::Wait
    } else {
        Decision::In
    }
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

    const NOW_MS: u64 = 1_000_000;

    fn room(rules: Rules) -> Room {
        Room { rules, meeting: 2, ..Room::new(RoomName::parse("kfwm-3hzxr-8bqt").unwrap(), String::new(), [0; 32]) }
    }

    fn member(standing: Standing, meeting: i64) -> Member {
        let name = DisplayName::parse("Ada").unwrap();
        Member { name, role: None, standing, meeting, since_ms: NOW_MS - 1, valid_from_s: 0, asks_in: 0 }
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
