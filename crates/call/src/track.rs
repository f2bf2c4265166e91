//! One of the person's own devices, microphone or camera, from the wish to what the others see: asked for, opened,
//! published, muted, switched off.
//!
//! The switch shows the wish at once. After every event the machine compares it with the hardware and with what the room
//! has, and takes the next step: at most one request to the browser and one command to the room are under way, and of
//! what is clicked meanwhile only the last intent counts. What is refused, or not answered within five seconds, takes the
//! wish back to what is so.

mod event;
mod hardware;
mod room;

pub use event::{Command, InvalidTrackEvent, Notice, Ticket, TrackEffect, TrackEvent, TrackState};

use hardware::Hardware;
use room::{Asked, Published};

use crate::{DeviceKind, Pick};

/// How long the person waits for the room before the switch gives up.
const PATIENCE_MS: u64 = 5_000;

/// What nobody has just pressed, such as the publication in a room that was joined again, is asked for so often more when it
/// is refused: a connection that breaks refuses everything.
const TRIES_MORE: u8 = 3;
/// How long after a refusal.
const TRY_AGAIN_MS: u64 = 1_000;

/// A device of the person's and its track.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    kind: DeviceKind,
    pick: Pick,
    wanted: bool,
    /// Whether anything may be on: not after the call, nor while the page is away.
    active: bool,
    hardware: Hardware,
    /// `None` without a room.
    room: Option<Published>,
    /// Whether what is published is what is open.
    current: bool,
    asked: Option<Asked>,
    /// It stopped by itself since it was last switched on in the room: livekit-client mutes such a track, and that is no
    /// host's doing.
    ended: bool,
    /// Given up: only a refusal of it is still of interest.
    late: Option<Asked>,
    tickets: u32,
    /// Until when the person waits for the room.
    patience_ms: Option<u64>,
    /// The room has refused: it is not asked again before something new happens.
    balked: bool,
    /// When it is asked again all the same, and how often it was.
    again_ms: Option<u64>,
    tries: u8,
    /// A microphone that was on in this call stays open while it is muted, and so comes back at once.
    kept: bool,
    /// It went off against the person's wish, and comes back when it can.
    lost: bool,
    /// It was refused: only a press opens it again, or the browser's word that it is allowed.
    refused: bool,
    /// When the hardware was last opened, and how often one has stopped soon after: also another device than
    /// before, since two may take turns.
    opened_ms: u64,
    ends: u32,
}

type Effects = Vec<TrackEffect>;

impl Track {
    /// Off.
    #[must_use]
    pub const fn new(kind: DeviceKind) -> Self {
        Self {
            kind,
            pick: Pick::new(kind),
            wanted: false,
            active: true,
            hardware: Hardware::Untouched,
            room: None,
            current: false,
            asked: None,
            ended: false,
            late: None,
            tickets: 0,
            patience_ms: None,
            balked: false,
            again_ms: None,
            tries: 0,
            kept: false,
            lost: false,
            refused: false,
            opened_ms: 0,
            ends: 0,
        }
    }

    /// Whether the person wants it on: what the switch shows.
    #[must_use]
    pub const fn wanted(&self) -> bool {
        self.wanted
    }

    /// The device in use, else the one wanted.
    #[must_use]
    pub fn device(&self) -> Option<&str> {
        self.pick.device()
    }

    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> TrackState {
        match (self.asked, self.hardware) {
            (_, Hardware::Opening { .. } | Hardware::Pausing { .. }) => TrackState::Acquiring,
            (Some(asked), _) if asked.command.switches_on() => TrackState::Publishing,
            (Some(_), _) => TrackState::Stopping,
            (None, Hardware::Open) if self.again_ms.is_some() => TrackState::Publishing,
            (None, Hardware::Open) if self.current && matches!(self.room, Some(Published::On)) => TrackState::Published,
            (None, Hardware::Open) if self.wanted => TrackState::Acquired,
            (None, Hardware::Untouched) => TrackState::Uninitialised,
            (None, Hardware::Open | Hardware::Closed) => TrackState::Stopped,
        }
    }

    /// Whether it is being brought to what is wanted.
    #[must_use]
    pub const fn is_switching(&self) -> bool {
        matches!(self.state(), TrackState::Acquiring | TrackState::Publishing | TrackState::Stopping)
    }

    /// Takes in an event.
    ///
    /// # Errors
    /// [`InvalidTrackEvent`] when it cannot happen in this state, which then stays.
    pub fn apply(&mut self, event: TrackEvent, now_ms: u64) -> Result<Effects, InvalidTrackEvent> {
        use TrackEvent as E;
        let mut effects = Effects::new();
        let before = self.hardware;
        match event {
            E::Want(want) => {
                self.mean(want);
                if matches!(before, Hardware::Open) {
                    self.patience_ms = Some(now_ms.saturating_add(PATIENCE_MS));
                }
            }
            E::Choose(ref id) => {
                self.pick.choose(id.clone());
                (self.lost, self.ends) = (false, 0);
                self.let_go(&mut effects);
            }
            E::Forbidden => {
                self.mean(false);
                // It cannot come back at once, so nothing stays open for that; nobody waits for the room either.
                (self.kept, self.patience_ms) = (false, None);
            }
            E::Restart => {
                self.mean(true);
                self.let_go(&mut effects);
            }
            E::Came(ref id) if let Hardware::Opening { stale } = before => {
                self.hardware = Hardware::Closed;
                if !stale && self.is_due() {
                    self.hardware = Hardware::Open;
                    (self.lost, self.opened_ms) = (false, now_ms);
                    effects.push(TrackEffect::Use);
                    effects.extend(self.pick.came(id.clone()).map(|why| self.tell_device(why)));
                }
            }
            E::Failed(ref error) if let Hardware::Opening { stale } = before => {
                self.hardware = Hardware::Closed;
                self.refused = error.is_refusal();
                if self.is_due() && (self.refused || !stale) {
                    self.search(error.clone(), now_ms, &mut effects);
                }
                // The wish that is kept for the next call may not ask again by itself either.
                self.wanted &= !self.refused;
            }
            E::Ended if before == Hardware::Open => {
                self.ended = self.room.is_some();
                self.end(now_ms, &mut effects);
            }
            E::Listed(ref devices) => {
                if let Some(why) = self.pick.listed(devices) {
                    self.exchange(why, &mut effects);
                }
            }
            E::Allowed if self.lost => self.mean(true),
            E::Allowed => {}
            E::Withdrawn if before == Hardware::Open => self.lose(&mut effects),
            E::Withdrawn => {}
            E::RoomCame if self.room.is_none() => {
                self.room = Some(Published::Nothing);
                (self.active, self.balked) = (true, false);
            }
            E::RoomGone => self.leave_room(),
            E::Released => {
                self.leave_room();
                (self.active, self.kept, self.lost) = (false, false, false);
                self.let_go(&mut effects);
            }
            E::Resumed => self.active = true,
            E::Accepted(ticket) if ticket.0 <= self.tickets => self.accepted(ticket),
            E::Refused(ticket) if ticket.0 <= self.tickets => self.refused(ticket, now_ms, &mut effects),
            E::Observed(on) => self.observed(on),
            E::Unpublished => {
                if self.asked.is_none() && self.room.is_some() {
                    self.balked = false;
                    effects.push(self.command(Command::Unpublish));
                }
            }
            E::Woken => {
                self.search_on(now_ms, &mut effects);
                self.expire(now_ms, &mut effects);
                self.try_again(now_ms);
            }
            E::Came(_) | E::Failed(_) | E::Ended | E::RoomCame | E::Accepted(_) | E::Refused(_) => {
                return Err(InvalidTrackEvent { state: self.state(), event: event.label() });
            }
        }
        self.step_hardware(&mut effects);
        self.step_room(&mut effects);
        if self.asked.is_none() {
            self.patience_ms = None;
        }
        let alarm = match event {
            E::Want(_) => self.patience_ms,
            // It came early, or for something else.
            E::Woken => self.wakes_at_ms(),
            _ => None,
        };
        effects.extend(alarm.map(TrackEffect::WakeAt));
        Ok(effects)
    }

    /// The next moment that is waited for.
    fn wakes_at_ms(&self) -> Option<u64> {
        let pause_ms = match self.hardware {
            Hardware::Pausing { until_ms } => Some(until_ms),
            _ => None,
        };
        [pause_ms, self.again_ms, self.patience_ms].into_iter().flatten().min()
    }

    /// The person's wish, and what follows from it.
    const fn mean(&mut self, want: bool) {
        self.wanted = want;
        self.active |= want;
        (self.balked, self.lost, self.refused) = (false, false, false);
        (self.again_ms, self.tries) = (None, 0);
        self.ends = 0;
    }

    const fn is_due(&self) -> bool {
        self.wanted && self.active
    }
}

#[cfg(test)]
mod tests;
