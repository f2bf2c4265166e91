//! The self-check: every few seconds what the person wants is compared with what is so, and what differs is mended. Events
//! get lost, browsers end tracks without a word, and nobody should have to leave and join again for it.

use crate::{Source, TrackSid};

/// Somebody's track as the browser counts it, at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// Id of the track.
    pub sid: TrackSid,
    /// What it shows or carries.
    pub source: Source,
    /// Whether it is ours.
    pub local: bool,
    /// Whether its capture goes on; of another's, whether it is here, for one that should be is counted too.
    pub live: bool,
    /// Whether it is muted.
    pub muted: bool,
    /// Whether it is unmuted, and somebody looks at it or listens: packets have to flow.
    pub due: bool,
    /// RTP packets sent or received so far.
    pub packets: u64,
}

/// Something that is not as the person wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// Ours is on, but not in the room or muted there, or nothing goes out: publish it again.
    Republish(Source),
    /// Its capture has ended without a word: open it again.
    Recapture(Source),
    /// Ours is off, but the room has it on: mute it, and take back a screen, which is never muted.
    Mute(Source),
    /// Another's is on, but not here, or nothing comes in: subscribe to it again.
    Resubscribe(TrackSid),
}

impl Repair {
    /// Its name in the console, where a bug report finds it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Republish(_) => "republish",
            Self::Recapture(_) => "recapture",
            Self::Mute(_) => "mute",
            Self::Resubscribe(_) => "resubscribe",
        }
    }
}

/// The same thing is mended again only after this time, and then after twice as long each time: a repair needs a while, and
/// one that does not help must not go on and on.
const AGAIN_AFTER_MS: u64 = 30_000;
/// How often the time is doubled: to eight minutes.
const DOUBLED_MOST: u32 = 4;
/// Packets are missed only between looks that are so far apart: silence suppression sends every 400 ms, a still picture
/// every second.
const APART_MS: u64 = 5_000;

/// Remembers the last look.
#[derive(Debug, Clone, Default)]
pub struct Checkup {
    before: Vec<Flow>,
    /// Others' that could not be subscribed to since the last look.
    failed: Vec<TrackSid>,
    looked_at_ms: u64,
    mended: Vec<Mended>,
    repairs: u32,
}

/// What was mended, when, and how often in a row before.
#[derive(Debug, Clone)]
struct Mended {
    what: Repair,
    at_ms: u64,
    again: u32,
}

impl Mended {
    /// How long it is left alone after that.
    fn pause_ms(&self) -> u64 {
        AGAIN_AFTER_MS << self.again.min(DOUBLED_MOST)
    }
}

impl Checkup {
    /// How much was mended so far.
    #[must_use]
    pub const fn repairs(&self) -> u32 {
        self.repairs
    }

    /// Compares. `wishes` says of our sources whether the person wants them on; one that is being switched just now is
    /// left out.
    #[must_use]
    pub fn look(&mut self, wishes: &[(Source, bool)], flows: Vec<Flow>, now_ms: u64) -> Vec<Repair> {
        let apart = now_ms.saturating_sub(self.looked_at_ms) >= APART_MS;
        let mut found: Vec<Repair> = wishes
            .iter()
            .filter_map(|(source, wanted)| {
                let ours = flows.iter().find(|flow| flow.local && flow.source == *source);
                match (ours, wanted) {
                    (None, true) => Some(Repair::Republish(*source)),
                    (Some(flow), true) if !flow.live => Some(Repair::Recapture(*source)),
                    // A screen that is muted was stopped by a host.
                    (Some(flow), true)
                        if flow.muted && *source != Source::ScreenShare || apart && self.is_stuck(flow) =>
                    {
                        Some(Repair::Republish(*source))
                    }
                    (Some(flow), false) if !flow.muted || *source == Source::ScreenShare => Some(Repair::Mute(*source)),
                    _ => None,
                }
            })
            .collect();
        let is_lost = |flow: &&Flow| apart && self.is_stuck(flow) || !flow.live && self.failed.contains(&flow.sid);
        let lost = flows.iter().filter(|flow| !flow.local).filter(is_lost);
        found.extend(lost.map(|flow| Repair::Resubscribe(flow.sid.clone())));
        (self.before, self.looked_at_ms) = (flows, now_ms);
        self.failed.clear();

        // What needed nothing for as long again as it was left alone is well.
        self.mended.retain(|mended| now_ms.saturating_sub(mended.at_ms) < 2 * mended.pause_ms());
        found.retain(|repair| self.begin(repair, now_ms));
        self.repairs = self.repairs.saturating_add(found.len().try_into().unwrap_or(u32::MAX));
        found
    }

    /// Whether something is mended now; if so it is remembered.
    fn begin(&mut self, repair: &Repair, now_ms: u64) -> bool {
        match self.mended.iter_mut().find(|mended| mended.what == *repair) {
            Some(mended) if now_ms.saturating_sub(mended.at_ms) < mended.pause_ms() => return false,
            Some(mended) => (mended.at_ms, mended.again) = (now_ms, mended.again + 1),
            None => self.mended.push(Mended { what: repair.clone(), at_ms: now_ms, again: 0 }),
        }
        true
    }

    /// Nothing at all has arrived for a while: what has not come since the last look is missed from the next one on, for
    /// pictures come back later than sound.
    pub fn interrupted(&mut self) {
        self.before.clear();
        self.failed.clear();
    }

    /// One of the others' could not be subscribed to: the next look need not see it missing twice.
    pub fn failed(&mut self, sid: TrackSid) {
        self.failed.push(sid);
    }

    /// Whether packets were due then and now, and none has come between, or it was missing both times.
    fn is_stuck(&self, now: &Flow) -> bool {
        let Some(before) = self.before.iter().find(|before| before.sid == now.sid) else { return false };
        before.due && now.due && before.packets == now.packets || !before.live && !now.live && !now.muted
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::SizeRange;
    use proptest::prelude::*;

    use super::*;
    use crate::long_history::{LONG, few};

    const ON: &[(Source, bool)] = &[(Source::Microphone, true)];
    const OFF: &[(Source, bool)] = &[(Source::Microphone, false)];

    fn ours(packets: u64) -> Flow {
        let sid = TrackSid("TR_ours".to_owned());
        Flow { sid, source: Source::Microphone, local: true, live: true, muted: false, due: true, packets }
    }

    fn theirs(packets: u64) -> Flow {
        Flow { sid: TrackSid("TR_theirs".to_owned()), local: false, ..ours(packets) }
    }

    #[test]
    fn what_is_as_wanted_is_left_alone() {
        let mut checkup = Checkup::default();
        for step in 0..10 {
            assert_eq!(checkup.look(ON, vec![ours(step), theirs(step)], step * 10_000), []);
        }
        let muted = Flow { muted: true, due: false, ..ours(7) };
        assert_eq!(checkup.look(OFF, vec![muted.clone()], 200_000), []);
        assert_eq!(checkup.look(OFF, vec![muted], 210_000), [], "a muted track sends nothing");
        assert_eq!(checkup.look(OFF, Vec::new(), 220_000), []);
        assert_eq!(checkup.look(&[], Vec::new(), 230_000), [], "what is being switched is not judged");
        assert_eq!(checkup.repairs(), 0);
    }

    #[test]
    fn what_is_not_back_yet_after_nothing_came_at_all_is_given_time() {
        let mut checkup = Checkup::default();
        assert_eq!(checkup.look(OFF, vec![theirs(7)], 0), []);
        checkup.interrupted();
        assert_eq!(checkup.look(OFF, vec![theirs(7)], 10_000), [], "it was just not due to be here");
        let stuck = [Repair::Resubscribe(theirs(7).sid)];
        assert_eq!(checkup.look(OFF, vec![theirs(7)], 20_000), stuck);
    }

    #[test]
    fn what_is_wanted_and_missing_is_published_again_and_not_at_once_a_second_time() {
        let mut checkup = Checkup::default();
        assert_eq!(checkup.look(ON, Vec::new(), 0), [Repair::Republish(Source::Microphone)]);
        assert_eq!(checkup.look(ON, Vec::new(), 10_000), []);
        assert_eq!(checkup.look(ON, Vec::new(), 30_000), [Repair::Republish(Source::Microphone)]);
        assert_eq!(checkup.repairs(), 2);
    }

    #[test]
    fn an_ended_capture_is_opened_again_and_what_should_be_off_is_muted() {
        let mut checkup = Checkup::default();
        let ended = Flow { live: false, ..ours(3) };
        assert_eq!(checkup.look(ON, vec![ended], 0), [Repair::Recapture(Source::Microphone)]);
        assert_eq!(checkup.look(OFF, vec![ours(3)], 10_000), [Repair::Mute(Source::Microphone)]);
    }

    #[test]
    fn what_is_wanted_and_muted_is_published_again_and_what_is_not_wanted_is_muted_also_where_nobody_listens() {
        let mut checkup = Checkup::default();
        let muted = Flow { muted: true, due: false, ..ours(3) };
        assert_eq!(checkup.look(ON, vec![muted.clone()], 0), [Repair::Republish(Source::Microphone)]);
        assert_eq!(checkup.look(&[], vec![muted.clone()], 40_000), [], "it is being switched, or paused");
        let unheard = Flow { due: false, ..ours(3) };
        assert_eq!(checkup.look(ON, vec![unheard.clone()], 50_000), []);
        assert_eq!(checkup.look(OFF, vec![unheard], 60_000), [Repair::Mute(Source::Microphone)]);
        assert_eq!(checkup.look(OFF, vec![muted], 100_000), []);
        let stopped = Flow { source: Source::ScreenShare, muted: true, due: false, ..ours(3) };
        assert_eq!(
            checkup.look(&[(Source::ScreenShare, true)], vec![stopped], 110_000),
            [],
            "a host has the last word"
        );
    }

    #[test]
    fn a_screen_that_nobody_shares_any_more_is_taken_back() {
        let (mut checkup, screen) = (Checkup::default(), Source::ScreenShare);
        let shown = Flow { source: screen, live: false, due: false, ..ours(3) };
        assert_eq!(checkup.look(&[(screen, false)], vec![shown.clone()], 0), [Repair::Mute(screen)]);
        assert_eq!(checkup.look(&[(screen, false)], Vec::new(), 10_000), []);
        let shown = Flow { live: true, ..shown };
        assert_eq!(checkup.look(&[(screen, true)], vec![shown.clone()], 40_000), []);
        assert_eq!(checkup.look(&[(screen, true)], vec![shown], 50_000), [], "a still screen sends nothing");
    }

    #[test]
    fn a_track_without_packets_is_mended_when_they_were_due_all_the_time() {
        let mut checkup = Checkup::default();
        assert_eq!(checkup.look(ON, vec![ours(5), theirs(5)], 0), []);
        assert_eq!(checkup.look(ON, vec![ours(5), theirs(5)], 1_000), [], "too soon to tell");
        assert_eq!(
            checkup.look(ON, vec![ours(5), theirs(5)], 11_000),
            [Repair::Republish(Source::Microphone), Repair::Resubscribe(TrackSid("TR_theirs".to_owned()))]
        );
        let mut checkup = Checkup::default();
        assert_eq!(checkup.look(ON, vec![Flow { due: false, ..theirs(5) }, ours(1)], 0), []);
        assert_eq!(checkup.look(ON, vec![theirs(5), ours(2)], 10_000), [], "they have only just unmuted");
    }

    #[test]
    fn what_should_be_here_and_is_not_is_subscribed_to_again() {
        let missing = || vec![Flow { live: false, due: false, ..theirs(0) }];
        let resubscribe = || [Repair::Resubscribe(theirs(0).sid)];
        let mut checkup = Checkup::default();
        assert_eq!(checkup.look(&[], missing(), 10_000), [], "it has only just been published");
        assert_eq!(checkup.look(&[], missing(), 14_000), [], "too soon to tell");
        assert_eq!(checkup.look(&[], missing(), 24_000), resubscribe());
        assert_eq!(checkup.look(&[], missing(), 34_000), [], "that needs a while");
        assert_eq!(checkup.look(&[], missing(), 54_000), resubscribe());
        let muted = Flow { live: false, muted: true, due: false, ..theirs(0) };
        assert_eq!(checkup.look(&[], vec![muted], 84_000), [], "nobody misses what is muted");
        assert_eq!(checkup.look(&[], vec![theirs(0)], 94_000), [], "here it is");
        assert_eq!(checkup.look(&[], missing(), 104_000), [], "and gone, perhaps for a moment only");
        checkup.interrupted();
        assert_eq!(checkup.look(&[], missing(), 114_000), [], "another room has to bring it first");
        assert_eq!(checkup.look(&[], missing(), 124_000), resubscribe());
        assert_eq!(checkup.repairs(), 3);
    }

    #[test]
    fn what_could_not_be_subscribed_to_is_not_waited_for() {
        let missing = || vec![Flow { live: false, due: false, ..theirs(0) }];
        let mut checkup = Checkup::default();
        checkup.failed(theirs(0).sid);
        checkup.failed(TrackSid("TR_another".to_owned()));
        assert_eq!(checkup.look(&[], missing(), 3_000), [Repair::Resubscribe(theirs(0).sid)]);
        checkup.failed(theirs(0).sid);
        assert_eq!(checkup.look(&[], missing(), 6_000), [], "not without end");
        let mut checkup = Checkup::default();
        checkup.failed(theirs(0).sid);
        checkup.interrupted();
        assert_eq!(checkup.look(&[], missing(), 3_000), [], "another room has to bring it first");
        let mut checkup = Checkup::default();
        checkup.failed(theirs(0).sid);
        assert_eq!(checkup.look(&[], vec![theirs(0)], 3_000), [], "it has come all the same");
        assert_eq!(checkup.look(&[], missing(), 6_000), [], "and that was long ago");
    }

    #[test]
    fn what_does_not_help_is_tried_less_and_less_often() {
        let mut checkup = Checkup::default();
        let missing = || vec![Flow { live: false, due: false, ..theirs(0) }];
        let tried: Vec<u64> =
            (0..1_600).step_by(10).filter(|at_s| !checkup.look(&[], missing(), at_s * 1_000).is_empty()).collect();
        assert_eq!(tried, [10, 40, 100, 220, 460, 940, 1_420]);
        // It was well for a while: the next fault is a new one.
        assert_eq!(checkup.look(&[], vec![theirs(1)], 2_400_000), []);
        assert_eq!(checkup.look(&[], missing(), 2_410_000), []);
        assert_eq!(checkup.look(&[], missing(), 2_420_000).len(), 1);
        assert_eq!(checkup.look(&[], missing(), 2_450_000).len(), 1);
    }

    #[test]
    fn each_track_is_compared_with_itself() {
        let another = |packets| Flow { sid: TrackSid("TR_another".to_owned()), ..theirs(packets) };
        let mut checkup = Checkup::default();
        assert_eq!(checkup.look(OFF, vec![theirs(5), another(6)], 0), []);
        assert_eq!(checkup.look(OFF, vec![theirs(6), another(7)], 10_000), [], "as many as the other had");
        let stuck = Repair::Resubscribe(TrackSid("TR_another".to_owned()));
        assert_eq!(checkup.look(OFF, vec![theirs(7), another(7)], 20_000), [stuck]);
    }

    #[test]
    fn each_repair_has_a_name_of_its_own() {
        let microphone = Source::Microphone;
        let repairs = [
            Repair::Republish(microphone),
            Repair::Recapture(microphone),
            Repair::Mute(microphone),
            Repair::Resubscribe(TrackSid::default()),
        ];
        let names = repairs.each_ref().map(Repair::name);
        assert_eq!(names, ["republish", "recapture", "mute", "resubscribe"]);
    }

    /// A look, so long after the one before, with what is wanted, how often something came, and how it stands there.
    type Step = (u64, bool, u64, [bool; 7]);

    fn any_history(length: impl Into<SizeRange>) -> impl Strategy<Value = Vec<Step>> {
        prop::collection::vec((0_u64..20_000, any::<bool>(), 0_u64..3, any::<[bool; 7]>()), length)
    }

    /// Nothing is mended twice within the pause, and nothing is opened that nobody wants.
    fn obeys_the_rules(looks: Vec<Step>) -> Result<(), TestCaseError> {
        let (mut checkup, mut now_ms) = (Checkup::default(), 0);
        let mut mended: Vec<(Repair, u64)> = Vec::new();
        let mut repairs = 0;
        for (wait_ms, wanted, packets, [published, live, due, here, failed, muted, interrupted]) in looks {
            now_ms += wait_ms;
            let theirs = Flow { live: here, due: here, ..theirs(packets) };
            if interrupted {
                checkup.interrupted();
            }
            if failed {
                checkup.failed(theirs.sid.clone());
            }
            let ours = Flow { live, due, muted, ..ours(packets) };
            let flows = if published { vec![ours, theirs] } else { Vec::new() };
            for repair in checkup.look(&[(Source::Microphone, wanted)], flows, now_ms) {
                mended.retain(|(_, at)| now_ms - at < AGAIN_AFTER_MS);
                prop_assert!(mended.iter().all(|(other, _)| *other != repair));
                prop_assert!(wanted || !matches!(repair, Repair::Republish(_) | Repair::Recapture(_)));
                mended.push((repair, now_ms));
                repairs += 1;
            }
        }
        prop_assert_eq!(checkup.repairs(), repairs);
        Ok(())
    }

    proptest! {
        #[test]
        fn every_history_obeys_the_rules(looks in any_history(1..200)) {
            obeys_the_rules(looks)?;
        }
    }

    proptest! {
        #![proptest_config(few())]

        #[test]
        fn so_does_one_of_ten_thousand_looks(looks in any_history(LONG)) {
            obeys_the_rules(looks)?;
        }
    }
}
