//! What the room has of a track: what it is asked for, its answers, and what is seen of it.

use super::{Command, Effects, Hardware, Notice, TRIES_MORE, TRY_AGAIN_MS, Ticket, Track, TrackEffect};
use crate::DeviceKind;

/// What the room has of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Published {
    Nothing,
    Muted,
    On,
}

/// A command that the room has not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) ticket: Ticket,
    pub(super) command: Command,
    /// Whether the room was already seen as the command wants it.
    reached: bool,
    /// It was, and then somebody else undid it.
    undone: bool,
}

impl Track {
    /// Takes the next step towards what is wanted.
    pub(super) fn step_room(&mut self, effects: &mut Effects) {
        let Some(published) = self.room else { return };
        if self.asked.is_some() || self.balked {
            return;
        }
        let on = self.is_due();
        let open = self.hardware == Hardware::Open;
        let command = match published {
            Published::Nothing if on && open => Command::Publish,
            Published::Muted | Published::On if on && open && !self.current => Command::Replace,
            Published::Muted if on && open => Command::Unmute,
            Published::On if !on => Command::Mute,
            _ => return,
        };
        effects.push(self.command(command));
    }

    pub(super) fn command(&mut self, command: Command) -> TrackEffect {
        self.tickets = self.tickets.wrapping_add(1);
        let ticket = Ticket(self.tickets);
        if matches!(command, Command::Publish | Command::Replace) {
            self.current = true;
        }
        self.ended &= !matches!(command, Command::Publish | Command::Unmute);
        self.asked = Some(Asked { ticket, command, reached: false, undone: false });
        TrackEffect::Tell(ticket, command)
    }

    pub(super) fn leave_room(&mut self) {
        (self.room, self.asked, self.late) = (None, None, None);
        (self.current, self.ended) = (false, false);
        (self.again_ms, self.tries) = (None, 0);
    }

    /// Answers of commands that were given up, or whose room is gone, say nothing about now.
    pub(super) fn accepted(&mut self, ticket: Ticket) {
        let Some(asked) = self.asked.take_if(|asked| asked.ticket == ticket) else { return };
        self.room = match asked.command {
            Command::Publish | Command::Unmute if asked.undone => Some(Published::Muted),
            Command::Publish | Command::Unmute => Some(Published::On),
            Command::Mute if asked.undone => Some(Published::On),
            Command::Mute => Some(Published::Muted),
            Command::Unpublish => Some(Published::Nothing),
            Command::Replace => self.room,
        };
        if asked.command.switches_on() {
            self.tries = 0;
        }
        self.kept |= self.kind == DeviceKind::Microphone && asked.command == Command::Publish;
        self.current &= asked.command != Command::Unpublish;
    }

    pub(super) fn refused(&mut self, ticket: Ticket, now_ms: u64, effects: &mut Effects) {
        if self.late.take_if(|late| late.ticket == ticket).is_some_and(|late| late.command == Command::Publish) {
            self.room = Some(Published::Nothing);
        }
        let Some(asked) = self.asked.take_if(|asked| asked.ticket == ticket) else { return };
        if matches!(asked.command, Command::Publish | Command::Replace) {
            self.current = false;
        }
        if asked.command.switches_on() == self.is_due() {
            self.roll_back(asked.command, now_ms, effects);
        }
    }

    /// The room does not do what is wanted: the switch shows what is so. Only the person switches a device on, so what they
    /// did not wait for stays off in the end.
    fn roll_back(&mut self, command: Command, now_ms: u64, effects: &mut Effects) {
        self.balked = true;
        let waited = self.patience_ms.take().is_some();
        if command.switches_on() && !waited && self.tries < TRIES_MORE {
            self.tries += 1;
            let again_ms = now_ms.saturating_add(TRY_AGAIN_MS);
            self.again_ms = Some(again_ms);
            return effects.push(TrackEffect::WakeAt(again_ms));
        }
        if command.switches_on() {
            self.wanted = false;
        } else if waited && self.current && self.hardware == Hardware::Open {
            self.wanted = true;
        } else {
            return;
        }
        effects.push(TrackEffect::Say(Notice::Refused));
    }

    /// Asks once more for what was refused a moment ago.
    pub(super) fn try_again(&mut self, now_ms: u64) {
        if self.again_ms.take_if(|again_ms| now_ms >= *again_ms).is_some() {
            self.balked = false;
        }
    }

    /// Gives up on a room that has not answered in time.
    pub(super) fn expire(&mut self, now_ms: u64, effects: &mut Effects) {
        if self.patience_ms.is_some_and(|until_ms| now_ms >= until_ms)
            && let Some(asked) = self.asked.take()
        {
            self.late = Some(asked);
            if asked.command == Command::Publish {
                // It may be there by now, or come yet.
                self.room = Some(Published::Muted);
            }
            if asked.command.switches_on() == self.is_due() {
                self.roll_back(asked.command, now_ms, effects);
            }
            // The next command is not what they have waited for.
            self.patience_ms = None;
        }
    }

    /// What the room shows is true, whoever did it. While it is asked to mute or to unmute it may be news from before.
    pub(super) fn observed(&mut self, on: bool) {
        match &mut self.asked {
            Some(asked) if asked.command == Command::Unpublish => {}
            Some(asked) if asked.command != Command::Replace => {
                if asked.command.switches_on() == on {
                    (asked.reached, asked.undone) = (true, false);
                } else {
                    asked.undone = asked.reached;
                    self.wanted &= on || self.ended || !asked.reached;
                }
            }
            _ if matches!(self.room, None | Some(Published::Nothing)) => {}
            _ => {
                if !on && !self.ended && self.room == Some(Published::On) && self.hardware == Hardware::Open {
                    self.wanted = false; // a host has muted us
                }
                self.balked &= !on;
                self.room = Some(if on { Published::On } else { Published::Muted });
            }
        }
    }
}
