//! Messages over a channel that loses, doubles and disorders them.

use proptest::collection::SizeRange;
use proptest::prelude::*;
use wire::PeerMessage::AskToUnmute;

use super::*;
use crate::long_history::{LONG, few};

const STREAM: u64 = 7;

fn id(identity: &str) -> Identity {
    Identity(identity.to_owned())
}

fn message(seq: u64, base: u64) -> PeerPacket {
    PeerPacket::Message { stream: STREAM, seq, base, body: AskToUnmute }
}

fn transmit(to: &str, packet: PeerPacket) -> ReliableEffect {
    ReliableEffect::Transmit { to: id(to), packet }
}

fn ack(seq: u64) -> PeerPacket {
    PeerPacket::Ack { stream: STREAM, seq }
}

fn delivered(from: &str) -> ReliableEffect {
    ReliableEffect::Deliver { from: id(from), body: AskToUnmute }
}

fn settled(to: &str, reached: bool) -> ReliableEffect {
    ReliableEffect::Settled { to: id(to), body: AskToUnmute, reached }
}

#[test]
fn each_recipient_is_sent_to_and_acknowledges_for_itself() {
    let mut ada = Reliable::new(STREAM);
    let sent = ada.send(&[id("ben"), id("cay")], AskToUnmute, 0);
    assert_eq!(sent, [transmit("ben", message(1, 1)), transmit("cay", message(1, 1))]);
    assert_eq!(ada.packet(&id("cay"), ack(1)), [settled("cay", true)]);
    assert_eq!(ada.packet(&id("cay"), ack(1)), [], "a second acknowledgement is no news");
    assert_eq!(ada.packet(&id("mallory"), ack(1)), [], "nobody acknowledges for another");
    assert_eq!(ada.packet(&id("ben"), PeerPacket::Ack { stream: 8, seq: 1 }), [], "nor for another stay");
    assert_eq!(ada.wakes_at_ms(), Some(3_000));
    assert_eq!(ada.packet(&id("ben"), ack(1)), [settled("ben", true)]);
    assert_eq!(ada.wakes_at_ms(), None);
}

#[test]
fn what_is_not_acknowledged_is_sent_three_times_more_and_then_given_up() {
    let mut ada = Reliable::new(STREAM);
    assert_eq!(ada.send(&[id("ben")], AskToUnmute, 0), [transmit("ben", message(1, 1))]);
    for again_ms in [3_000, 6_000, 9_000] {
        assert_eq!(ada.tick(again_ms - 1), []);
        assert_eq!(ada.tick(again_ms), [transmit("ben", message(1, 1))]);
    }
    assert_eq!(ada.tick(11_999), []);
    assert_eq!(ada.tick(12_000), [settled("ben", false)]);
    assert_eq!(ada.wakes_at_ms(), None);
    assert_eq!(ada.send(&[id("ben")], AskToUnmute, 20_000), [transmit("ben", message(2, 2))], "the base has moved on");
}

#[test]
fn who_left_is_not_waited_for() {
    let mut ada = Reliable::new(STREAM);
    let _ = ada.send(&[id("ben"), id("cay")], AskToUnmute, 0);
    assert_eq!(ada.left(&id("ben")), [settled("ben", false)]);
    assert_eq!(ada.tick(3_000), [transmit("cay", message(1, 1))]);

    let mut ben = Reliable::new(1);
    for from in ["ada", "cay"] {
        let _ = ben.packet(&id(from), message(1, 1));
    }
    assert_eq!(ben.left(&id("ada")), []);
    assert_eq!(ben.packet(&id("ada"), message(1, 1)), [transmit("ada", ack(1)), delivered("ada")], "new again");
    assert_eq!(ben.packet(&id("cay"), message(1, 1)), [transmit("cay", ack(1))], "the others go on");
}

#[test]
fn a_message_that_comes_twice_is_delivered_once_and_acknowledged_again() {
    let mut ben = Reliable::new(1);
    assert_eq!(ben.packet(&id("ada"), message(1, 1)), [transmit("ada", ack(1)), delivered("ada")]);
    assert_eq!(ben.packet(&id("ada"), message(1, 1)), [transmit("ada", ack(1))]);
}

#[test]
fn what_comes_early_waits_for_what_is_missing_or_given_up() {
    let mut ben = Reliable::new(1);
    let _ = ben.packet(&id("ada"), message(1, 1));
    assert_eq!(ben.packet(&id("ada"), message(3, 2)), [], "not taken in before the second");
    let both = [transmit("ada", ack(2)), delivered("ada"), transmit("ada", ack(3)), delivered("ada")];
    assert_eq!(ben.packet(&id("ada"), message(2, 2)), both);

    assert_eq!(ben.packet(&id("ada"), message(6, 4)), []);
    let given_up = [transmit("ada", ack(6)), delivered("ada"), transmit("ada", ack(7)), delivered("ada")];
    assert_eq!(ben.packet(&id("ada"), message(7, 7)), given_up);
    assert_eq!(ben.packet(&id("ada"), message(7 + 33, 8)), [], "too far ahead to be kept");
    assert_eq!(ben.packet(&id("ada"), message(8, 8)), [transmit("ada", ack(8)), delivered("ada")]);

    assert_eq!(ben.packet(&id("ada"), message(10, 9)), []);
    let from_the_base_on = [transmit("ada", ack(10)), delivered("ada"), transmit("ada", ack(11)), delivered("ada")];
    assert_eq!(ben.packet(&id("ada"), message(11, 10)), from_the_base_on, "what comes early is the next one itself");
}

#[test]
fn another_stay_of_the_sender_begins_anew() {
    let mut ben = Reliable::new(1);
    let _ = ben.packet(&id("ada"), message(1, 1));
    let _ = ben.packet(&id("ada"), message(2, 1));
    let rejoined = PeerPacket::Message { stream: 99, seq: 1, base: 1, body: AskToUnmute };
    let expected = [transmit("ada", PeerPacket::Ack { stream: 99, seq: 1 }), delivered("ada")];
    assert_eq!(ben.packet(&id("ada"), rejoined), expected);
    let _ = ben.left(&id("ada"));
    assert_eq!(ben.packet(&id("ada"), message(5, 5)), [transmit("ada", ack(5)), delivered("ada")]);
}

/// A channel and the two at its ends.
struct Wire {
    ada: Reliable,
    ben: Reliable,
    on_the_way: Vec<(bool, PeerPacket)>,
    transmitted: usize,
    delivered: usize,
    settled: Vec<bool>,
}

impl Wire {
    fn carry(&mut self, effects: Vec<ReliableEffect>) {
        for effect in effects {
            match effect {
                ReliableEffect::Transmit { to, packet } => {
                    self.transmitted += usize::from(to == id("ben"));
                    self.on_the_way.push((to == id("ben"), packet));
                }
                ReliableEffect::Deliver { .. } => self.delivered += 1,
                ReliableEffect::Settled { reached, .. } => self.settled.push(reached),
            }
        }
    }

    fn arrive(&mut self, packet: (bool, PeerPacket)) {
        let effects = match packet {
            (true, packet) => self.ben.packet(&id("ada"), packet),
            (false, packet) => self.ada.packet(&id("ben"), packet),
        };
        self.carry(effects);
    }
}

/// What happens, to which of the packets on the way, and how long after the step before.
type Step = (u8, prop::sample::Index, u64);

fn any_history(length: impl Into<SizeRange>) -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec((0_u8..40, any::<prop::sample::Index>(), 0_u64..2_000), length)
}

/// Whatever the channel does, each message is delivered once at most, its fate is known soon, and nothing is kept for longer.
fn obeys_the_rules(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let mut wire = Wire {
        ada: Reliable::new(STREAM),
        ben: Reliable::new(1),
        on_the_way: Vec::new(),
        transmitted: 0,
        delivered: 0,
        settled: Vec::new(),
    };
    let (mut now_ms, mut sent) = (0, Vec::new());
    for (step, which, wait_ms) in steps {
        now_ms += wait_ms;
        match step {
            0..8 => {
                sent.push(now_ms);
                let effects = wire.ada.send(&[id("ben")], AskToUnmute, now_ms);
                wire.carry(effects);
            }
            8 => {
                let effects = wire.ada.left(&id("ben"));
                wire.carry(effects);
                prop_assert_eq!(wire.settled.len(), sent.len(), "who left is not waited for");
            }
            _ if wire.on_the_way.is_empty() => {}
            9..16 => drop(wire.on_the_way.swap_remove(which.index(wire.on_the_way.len()))), // lost
            16..24 => {
                let twice = wire.on_the_way[which.index(wire.on_the_way.len())].clone();
                wire.on_the_way.push(twice);
            }
            _ => {
                let arrives = wire.on_the_way.swap_remove(which.index(wire.on_the_way.len()));
                wire.arrive(arrives);
            }
        }
        let effects = wire.ada.tick(now_ms);
        wire.carry(effects);
        prop_assert!(wire.delivered <= sent.len());
        // Looks are up to two seconds apart, and each may come that late.
        let over = sent.partition_point(|at_ms| now_ms - at_ms > u64::from(MOST_TRIES) * (PATIENCE_MS + 2_000));
        prop_assert!(wire.settled.len() >= over);
        prop_assert_eq!(wire.ada.waiting.len(), sent.len() - wire.settled.len());
        prop_assert!(wire.ada.last_seqs.len() <= 1 && wire.ben.inboxes.len() <= 1);
        prop_assert!(wire.ben.inboxes.iter().all(|inbox| inbox.early.len() <= AHEAD_MAX as usize));
    }
    // In the end everything is acknowledged or given up, and nothing is acknowledged that was not delivered.
    while let Some(at_ms) = wire.ada.wakes_at_ms() {
        let effects = wire.ada.tick(at_ms);
        wire.carry(effects);
    }
    prop_assert_eq!(wire.settled.len(), sent.len());
    prop_assert!(wire.settled.iter().filter(|reached| **reached).count() <= wire.delivered);
    prop_assert!(wire.transmitted <= sent.len() * MOST_TRIES as usize);
    Ok(())
}

#[test]
fn a_stay_that_ends_tells_who_was_not_reached() {
    let mut ada = Reliable::new(STREAM);
    let _ = ada.send(&[id("ben"), id("cay")], AskToUnmute, 0);
    let _ = ada.packet(&id("ben"), ack(1));
    assert_eq!(ada.give_up(), [settled("cay", false)]);
    assert_eq!((ada.give_up(), ada.wakes_at_ms()), (Vec::new(), None));
}

proptest! {
    #[test]
    fn every_history_obeys_the_rules(steps in any_history(0..200)) {
        obeys_the_rules(steps)?;
    }

    #[test]
    fn a_hostile_sender_fills_no_memory(
        packets in prop::collection::vec((0_u64..2, prop_oneof![0_u64..200, Just(u64::MAX)], 0_u64..200), 0..300)
    ) {
        let mut ben = Reliable::new(1);
        for (stream, seq, base) in packets {
            let _ = ben.packet(&id("mallory"), PeerPacket::Message { stream, seq, base, body: AskToUnmute });
            prop_assert!(ben.inboxes.len() == 1 && ben.inboxes[0].early.len() <= AHEAD_MAX as usize);
        }
    }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn so_does_one_of_ten_thousand_steps(steps in any_history(LONG)) {
        obeys_the_rules(steps)?;
    }
}
