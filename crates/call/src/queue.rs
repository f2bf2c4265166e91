//! The queue between the room and the call: what matters most is taken first, and of what is out of date only the last
//! word. A burst of a thousand events costs one look at each person.

use std::collections::VecDeque;

use wire::Identity;

use crate::RoomEvent;

/// How much an event matters, most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// The connection: never waits.
    Critical,
    /// Tracks.
    High,
    /// Participants, and what they say.
    Normal,
    /// Statistics.
    Low,
}

impl Priority {
    /// Of an event.
    #[must_use]
    pub const fn of(event: &RoomEvent) -> Self {
        match event {
            RoomEvent::Connected(_)
            | RoomEvent::SignalReconnecting
            | RoomEvent::Reconnecting
            | RoomEvent::Reconnected(_)
            | RoomEvent::Disconnected { .. } => Self::Critical,
            RoomEvent::ParticipantChanged { .. }
            | RoomEvent::SubscriptionFailed { .. }
            | RoomEvent::AudioPlayback { .. } => Self::High,
            RoomEvent::ParticipantConnected { .. }
            | RoomEvent::ParticipantDisconnected { .. }
            | RoomEvent::ActiveSpeakers { .. }
            | RoomEvent::Stalled { .. }
            | RoomEvent::DataReceived { .. }
            | RoomEvent::EngineError { .. }
            | RoomEvent::Unknown { .. } => Self::Normal,
            RoomEvent::ConnectionQuality { .. } => Self::Low,
        }
    }
}

/// Statistics that waited longer are of no interest any more.
const STALE_MS: u64 = 5_000;

/// Events that wait, and when each came.
#[derive(Debug, Default)]
pub struct EventQueue {
    lanes: [VecDeque<(RoomEvent, u64)>; 4],
    dropped: u32,
}

impl EventQueue {
    /// Adds one event. Answers whether it may not wait.
    pub fn push(&mut self, event: RoomEvent, now_ms: u64) -> bool {
        let mut priority = Priority::of(&event);
        let Some(event) = self.fold(event) else { return false };
        if about(&event).is_some_and(|who| self.is_leaving(who)) {
            priority = priority.max(Priority::Normal); // behind the leaving
        }
        if let Some(lane) = self.lanes.get_mut(priority as usize) {
            lane.push_back((event, now_ms));
        }
        priority == Priority::Critical
    }

    /// The next event: the oldest of those that matter most.
    pub fn pop(&mut self, now_ms: u64) -> Option<RoomEvent> {
        loop {
            let (event, came_ms) = self.lanes.iter_mut().find_map(VecDeque::pop_front)?;
            if Priority::of(&event) < Priority::Low || now_ms.saturating_sub(came_ms) <= STALE_MS {
                return Some(event);
            }
            self.dropped = self.dropped.saturating_add(1);
        }
    }

    /// Whether nothing waits.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lanes.iter().all(VecDeque::is_empty)
    }

    /// How many statistics were dropped because they had waited too long.
    #[must_use]
    pub const fn dropped(&self) -> u32 {
        self.dropped
    }

    /// Takes away what the event makes obsolete. Answers the event, unless one that waits already has taken it in.
    fn fold(&mut self, event: RoomEvent) -> Option<RoomEvent> {
        match &event {
            RoomEvent::Connected(_) | RoomEvent::Disconnected { .. } => {
                self.drop_where(|waiting| {
                    is_of_people(waiting)
                        || matches!(waiting, RoomEvent::ActiveSpeakers { .. } | RoomEvent::Stalled { .. })
                });
            }
            // The list of speakers outlives it.
            RoomEvent::Reconnected(_) => self.drop_where(is_of_people),
            RoomEvent::ParticipantConnected { participant: now }
            | RoomEvent::ParticipantChanged { participant: now } => {
                let waiting = self.lanes.iter_mut().flatten().find_map(|(waiting, _)| match waiting {
                    RoomEvent::ParticipantConnected { participant } | RoomEvent::ParticipantChanged { participant }
                        if participant.identity == now.identity =>
                    {
                        Some(participant)
                    }
                    _ => None,
                });
                if let Some(participant) = waiting {
                    participant.clone_from(now);
                    return None;
                }
            }
            RoomEvent::ParticipantDisconnected { identity } => {
                self.drop_where(|waiting| about(waiting) == Some(identity));
            }
            RoomEvent::ConnectionQuality { identity, .. } => self.drop_where(
                |waiting| matches!(waiting, RoomEvent::ConnectionQuality { identity: other, .. } if other == identity),
            ),
            RoomEvent::ActiveSpeakers { .. } => {
                self.drop_where(|waiting| matches!(waiting, RoomEvent::ActiveSpeakers { .. }));
            }
            RoomEvent::Stalled { .. } => self.drop_where(|waiting| matches!(waiting, RoomEvent::Stalled { .. })),
            _ => {}
        }
        Some(event)
    }

    fn is_leaving(&self, who: &Identity) -> bool {
        self.lanes.iter().flatten().any(|(waiting, _)| leaving(waiting) == Some(who))
    }

    fn drop_where(&mut self, obsolete: impl Fn(&RoomEvent) -> bool) {
        for lane in &mut self.lanes {
            lane.retain(|(waiting, _)| !obsolete(waiting));
        }
    }
}

/// Whether a list of everybody makes it obsolete.
const fn is_of_people(event: &RoomEvent) -> bool {
    about(event).is_some() || leaving(event).is_some()
}

/// Who leaves.
const fn leaving(event: &RoomEvent) -> Option<&Identity> {
    match event {
        RoomEvent::ParticipantDisconnected { identity } => Some(identity),
        _ => None,
    }
}

/// Whose state an event tells.
const fn about(event: &RoomEvent) -> Option<&Identity> {
    match event {
        RoomEvent::ParticipantConnected { participant } | RoomEvent::ParticipantChanged { participant } => {
            Some(&participant.identity)
        }
        RoomEvent::ConnectionQuality { identity, .. } => Some(identity),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
