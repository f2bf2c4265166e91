//! A browser and a room that do what they like, and a person who does not wait.

use proptest::prelude::*;

use super::*;
use crate::long_history::{LONG, few};

/// What the machine has brought about.
struct World {
    track: Track,
    now_ms: u64,
    /// Requests to the browser that are not answered.
    acquiring: usize,
    open: bool,
    /// Commands that the room has not answered; those of rooms that are gone stay.
    told: Vec<(Ticket, Command)>,
    /// What the room there is really has.
    room: Option<Option<bool>>,
    /// When the timers come that are set.
    alarms: Vec<u64>,
    /// Whether a microphone was published in this call.
    called: bool,
    /// Whether the browser has refused, and neither it nor the person has changed their mind.
    refused: bool,
}

#[derive(Debug, Clone)]
enum Step {
    Person(E),
    Browser(Option<u8>),
    /// Answers one of the commands: how many before it are passed over, and whether it works.
    Room(usize, bool),
    Happens(E),
    Wait(u64),
    /// The next timer comes early.
    Early,
}

fn any_list() -> impl Strategy<Value = E> {
    prop::sample::subsequence(vec!["default", "a", "b", "c"], 0..4).prop_map(|ids| cameras(&ids))
}

fn any_step() -> impl Strategy<Value = Step> {
    let happens = prop_oneof![
        any_list(),
        prop::sample::select(vec![E::Ended, E::Allowed, E::Withdrawn, E::RoomCame, E::RoomGone, E::Unpublished]),
        any::<bool>().prop_map(E::Observed),
    ];
    let person = prop_oneof![
        6 => any::<bool>().prop_map(E::Want),
        1 => prop::sample::select(vec![E::Restart, E::Released, E::Resumed, E::Forbidden]),
        1 => prop::option::of(prop::sample::select(vec!["a", "b"]))
            .prop_map(|id| E::Choose(id.map(str::to_owned))),
    ];
    prop_oneof![
        3 => person.prop_map(Step::Person),
        4 => prop::option::of(0_u8..5).prop_map(Step::Browser),
        4 => (0_usize..3, prop::bool::weighted(0.8)).prop_map(|(which, ok)| Step::Room(which, ok)),
        2 => happens.prop_map(Step::Happens),
        1 => (0_u64..6_000).prop_map(Step::Wait),
        1 => Just(Step::Early),
    ]
}

impl World {
    fn new(kind: DeviceKind) -> Self {
        let track = Track::new(kind);
        let (told, alarms) = (Vec::new(), Vec::new());
        Self { track, now_ms: 0, acquiring: 0, open: false, told, room: None, alarms, called: false, refused: false }
    }

    /// Whether an event can happen in this world.
    fn can(&self, event: &E) -> bool {
        match event {
            E::Ended => self.open,
            E::RoomCame => self.room.is_none(),
            E::Came(_) | E::Failed(_) => self.acquiring > 0,
            _ => true,
        }
    }

    fn happen(&mut self, event: E) {
        let fits = self.can(&event);
        match &event {
            E::RoomGone => self.room = None,
            E::Released => (self.room, self.called) = (None, false),
            E::RoomCame if fits => self.room = Some(None),
            E::Ended if fits => self.open = false,
            E::Came(_) | E::Failed(_) if fits => {
                self.acquiring -= 1;
                self.refused |= event == E::Failed(CaptureError::Denied);
            }
            E::Want(true) | E::Restart | E::Allowed => self.refused = false,
            _ => {}
        }
        let was = self.track.clone();
        let effects = match self.track.apply(event, self.now_ms) {
            Ok(effects) => {
                assert!(fits, "what cannot happen is not taken in");
                effects
            }
            Err(_) => {
                assert!(!fits);
                assert_eq!(self.track, was);
                return;
            }
        };
        for effect in effects {
            match effect {
                Do::Acquire(_) => {
                    assert!(!self.open, "what is open is let go of first");
                    assert!(!self.refused, "what was refused is not asked for again by itself");
                    self.acquiring += 1;
                }
                Do::Use => self.open = true,
                Do::Release => self.open = false,
                Do::Tell(ticket, command) => {
                    assert!(self.room.is_some(), "there is somebody to be told");
                    if matches!(command, Command::Publish | Command::Replace | Command::Unmute) {
                        assert!(self.open && self.track.wanted());
                    }
                    self.told.push((ticket, command));
                    self.called |= command == Command::Publish;
                }
                Do::WakeAt(at_ms) => {
                    assert!(at_ms > self.now_ms);
                    self.alarms.push(at_ms);
                }
                Do::Say(_) => {}
            }
        }
        if let Some(at_ms) = self.track.wakes_at_ms() {
            let in_time = self.alarms.iter().any(|alarm| *alarm <= at_ms);
            assert!(in_time, "a moment that is waited for has a timer: {:?}", self.track);
        }
        assert!(self.acquiring <= 1, "one request at a time");
        let microphone = self.track.kind == DeviceKind::Microphone;
        if self.open && !self.track.is_switching() {
            assert!(self.track.is_due() || microphone && self.called && self.track.active, "nobody wants it on");
        }
        assert_eq!(self.open, self.track.hardware == Hardware::Open);
    }

    fn answer_browser(&mut self, error: Option<u8>) {
        if self.acquiring > 0 {
            self.happen(match error {
                None => came("a"),
                Some(0) => came("b"),
                Some(1) => E::Failed(CaptureError::Denied),
                Some(2) => E::Failed(CaptureError::Busy),
                Some(3) => E::Failed(CaptureError::Overconstrained),
                Some(_) => E::Failed(CaptureError::Missing),
            });
        }
    }

    /// The room carries out, or does not, and says so: in the snapshot and as an answer.
    fn answer_room(&mut self, which: usize, ok: bool) {
        if self.told.is_empty() {
            return;
        }
        let (ticket, command) = self.told.remove(which % self.told.len());
        let ours = self.track.asked.or(self.track.late).is_some_and(|asked| asked.ticket == ticket);
        if !ours {
            return self.happen(if ok { E::Accepted(ticket) } else { E::Refused(ticket) });
        }
        if ok && let Some(room) = &mut self.room {
            *room = match command {
                Command::Publish | Command::Unmute => Some(true),
                Command::Mute => Some(false),
                Command::Replace => *room,
                Command::Unpublish => None,
            };
            if let Some(on) = *room {
                self.happen(E::Observed(on));
            }
        }
        self.happen(if ok { E::Accepted(ticket) } else { E::Refused(ticket) });
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Happens(E::Observed(on)) => self.show(on),
            Step::Person(event) | Step::Happens(event) => self.happen(event),
            Step::Browser(error) => self.answer_browser(error),
            Step::Room(which, ok) => self.answer_room(which, ok),
            Step::Wait(ms) => {
                self.now_ms += ms;
                self.wake(self.now_ms);
            }
            Step::Early => self.wake(self.alarms.iter().min().copied().unwrap_or_default()),
        }
    }

    /// The timers come that are set for no later than then.
    fn wake(&mut self, until_ms: u64) {
        let (due, later): (Vec<_>, Vec<_>) = self.alarms.drain(..).partition(|alarm| *alarm <= until_ms);
        self.alarms = later;
        for _ in due {
            self.happen(E::Woken);
        }
    }

    /// The room shows what is published as on or as muted. It does not make that up: somebody else has done it, or it is
    /// news from before a command that is under way.
    fn show(&mut self, on: bool) {
        let Some(Some(published)) = &mut self.room else { return };
        if self.track.asked.is_none_or(|asked| asked.command == Command::Replace) {
            *published = on;
        }
        self.happen(E::Observed(on));
    }

    /// Everything works from now on.
    fn come_to_rest(&mut self) {
        for _ in 0..100 {
            if self.acquiring == 0 && self.told.is_empty() && !self.track.is_switching() {
                return;
            }
            self.answer_browser(None);
            self.answer_room(0, true);
            self.take(Step::Wait(BUSY_PAUSE_MS));
        }
        panic!("it does not come to rest: {:?}", self.track);
    }
}

fn run(kind: DeviceKind, steps: Vec<Step>, last: bool) {
    let mut world = World::new(kind);
    for step in steps {
        world.take(step);
    }
    // The person says once more what they want, in a room that works.
    world.come_to_rest();
    if world.room.is_none() {
        world.happen(E::RoomCame);
    }
    world.happen(E::Want(last));
    world.come_to_rest();
    assert_eq!(world.track.wanted(), last);
    assert_eq!(world.track.state() == TrackState::Published, last, "{:?}", world.track);
    world.happen(E::Released);
    world.come_to_rest();
    assert!(!world.open, "nothing stays on after the call");
}

fn any_kind() -> impl Strategy<Value = DeviceKind> {
    prop::sample::select(vec![CAMERA, MICROPHONE])
}

proptest! {
    #[test]
    fn nothing_goes_wrong_and_the_last_wish_comes_true(
        kind in any_kind(),
        steps in prop::collection::vec(any_step(), 0..120),
        last in any::<bool>(),
    ) {
        run(kind, steps, last);
    }
}

proptest! {
    #![proptest_config(few())]
    #[test]
    fn not_even_in_ten_thousand_steps(
        kind in any_kind(),
        steps in prop::collection::vec(any_step(), LONG),
        last in any::<bool>(),
    ) {
        run(kind, steps, last);
    }
}
