//! Messages in any order, twice, late, lost and sent again.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn id(n: u64) -> MessageId {
    MessageId::parse(&format!("message-{n:08}")).unwrap()
}

fn text(text: &str) -> MessageText {
    MessageText::parse(text).unwrap()
}

fn message(seq: u64, sender: &str) -> ChatMessage {
    ChatMessage {
        id: id(seq),
        seq,
        place: seq,
        sender: Identity(sender.to_owned()),
        sender_name: sender.to_owned(),
        text: text(&format!("number {seq}")),
        sent_at_ms: seq * 10,
        edited: false,
        mark: Mark::None,
        file: None,
    }
}

fn timeline() -> Timeline {
    Timeline::new(Identity("me".to_owned()))
}

fn states(timeline: &Timeline) -> Vec<(String, Delivery)> {
    timeline.entries().into_iter().map(|entry| (entry.text.as_str().to_owned(), entry.state)).collect()
}

#[test]
fn messages_stand_in_the_servers_order_once() {
    let mut chat = timeline();
    assert!(chat.insert(message(2, "ada")));
    assert!(chat.has_gap());
    assert_eq!(chat.next_after(), 0);
    assert!(chat.insert(message(1, "me")));
    assert!(!chat.insert(message(2, "ada")));
    assert!(!chat.has_gap());
    assert_eq!(chat.next_after(), 2);
    let entries = chat.entries();
    assert_eq!(entries.iter().map(|e| e.own).collect::<Vec<_>>(), [true, false]);
    assert_eq!(entries[1].sender_name, "ada");
    assert!(!chat.insert(ChatMessage { place: 0, ..message(9, "ada") }), "places start at 1");
}

#[test]
fn a_draft_becomes_the_stored_message() {
    let mut chat = timeline();
    chat.send(id(1), text("hello"), 5);
    chat.send(id(1), text("hello"), 6);
    assert_eq!(states(&chat), [("hello".to_owned(), Delivery::Sending)]);
    let key = chat.entries()[0].key();
    assert!(chat.insert(ChatMessage { text: text("hello"), ..message(1, "me") }));
    assert_eq!(states(&chat), [("hello".to_owned(), Delivery::Sent)]);
    assert_eq!(chat.entries()[0].key(), key, "the line on the page stays the same one");
    chat.failed(&id(1));
    chat.send(id(1), text("hello"), 7);
    assert_eq!(states(&chat), [("hello".to_owned(), Delivery::Sent)], "it was stored, only the answer was lost");
}

#[test]
fn a_failed_message_stays_and_is_sent_again() {
    let mut chat = timeline();
    chat.send(id(1), text("hello"), 5);
    chat.retry(&id(2));
    assert_eq!(states(&chat), [("hello".to_owned(), Delivery::Sending)], "there is no such message");
    chat.failed(&id(1));
    assert_eq!(states(&chat), [("hello".to_owned(), Delivery::Failed)]);
    chat.retry(&id(1));
    assert_eq!(states(&chat), [("hello".to_owned(), Delivery::Sending)]);
}

#[test]
fn what_waits_for_the_server_goes_out_in_the_order_in_which_it_was_written() {
    let mut chat = timeline();
    for n in 1..=3 {
        chat.send(id(n), text(&n.to_string()), n);
    }
    let states = |chat: &Timeline| chat.entries().iter().map(|entry| entry.state).collect::<Vec<_>>();
    assert_eq!(chat.next_unsent(), Some((id(1), text("1"))));
    chat.unreachable(&id(1));
    assert_eq!(states(&chat), [Delivery::Waiting; 3], "what was written after it waits too");
    assert_eq!(chat.next_unsent(), Some((id(1), text("1"))), "one after the other");
    assert_eq!(states(&chat), [Delivery::Sending, Delivery::Waiting, Delivery::Waiting]);
    chat.insert(ChatMessage { text: text("1"), ..message(1, "me") });
    assert_eq!(chat.next_unsent(), Some((id(2), text("2"))));
    chat.failed(&id(2));
    assert_eq!(chat.next_unsent(), Some((id(3), text("3"))), "what was refused is not sent unasked");
    chat.unreachable(&id(1));
    assert_eq!(states(&chat)[2], Delivery::Sending, "the first was stored, only the answer was lost");
    chat.unreachable(&id(3));
    chat.retry(&id(3));
    assert_eq!(states(&chat), [Delivery::Sent, Delivery::Failed, Delivery::Sending], "the person need not wait");
}

#[test]
fn another_sender_cannot_take_our_draft_away() {
    let mut chat = timeline();
    chat.send(id(1), text("hello"), 5);
    chat.insert(message(1, "mallory"));
    assert_eq!(chat.entries().len(), 2);
    assert_ne!(chat.entries()[0].key(), chat.entries()[1].key());
}

#[test]
fn only_others_messages_are_unread() {
    let mut chat = timeline();
    for (seq, sender) in [(1, "ada"), (2, "me"), (4, "bob")] {
        chat.insert(message(seq, sender));
    }
    assert_eq!(chat.unread(), 2);
    chat.mark_read();
    chat.insert(message(4, "bob"));
    assert_eq!(chat.unread(), 0);
    chat.insert(message(3, "ada"));
    assert_eq!(chat.unread(), 1, "fetched late, not seen yet");
}

#[test]
fn memory_is_bounded_and_old_messages_are_not_asked_for() {
    let mut chat = timeline();
    let most = MAX_MESSAGES as u64;
    for seq in (10_001..=10_001 + most).rev() {
        chat.insert(message(seq, "ada"));
    }
    assert_eq!(chat.entries().len(), MAX_MESSAGES);
    assert_eq!(chat.unread(), MAX_MESSAGES);
    assert_eq!(chat.next_after(), 10_001 + most, "what is older would not be kept");
    assert!(!chat.has_gap());
    assert!(!chat.insert(message(1, "ada")));
    assert!(chat.insert(message(10_002 + most, "ada")));
    assert_eq!(chat.entries()[0].text, text("number 10003"));
}

/// A version of a message with a number of its own.
fn version(place: u64, seq: u64, says: &str) -> ChatMessage {
    ChatMessage { seq, text: text(says), edited: true, ..message(place, "ada") }
}

const fn gone(place: u64, seq: u64) -> Gone {
    Gone { seq, place, all: false }
}

fn says(chat: &Timeline) -> Vec<String> {
    chat.entries().into_iter().map(|entry| entry.text.into()).collect()
}

#[test]
fn an_edited_message_stays_where_it_was_and_an_older_version_does_not_come_back() {
    let mut chat = timeline();
    for seq in 1..=3 {
        chat.insert(message(seq, "ada"));
    }
    chat.mark_read();
    let before = chat.entries()[1].key();
    assert!(chat.insert(version(2, 4, "better")));
    assert_eq!(says(&chat), ["number 1", "better", "number 3"]);
    assert!(chat.entries()[1].edited && chat.entries()[1].key() != before, "its line is drawn anew");
    assert_eq!((chat.unread(), chat.next_after()), (0, 4), "what was read is not news");
    assert!(!chat.insert(message(2, "ada")) && !chat.insert(version(2, 4, "better")));
    assert_eq!(says(&chat), ["number 1", "better", "number 3"]);
}

#[test]
fn what_is_gone_stays_gone_also_when_an_answer_from_before_arrives_late() {
    let mut chat = timeline();
    chat.insert(message(1, "ada"));
    chat.remove(gone(2, 3));
    assert!(chat.has_gap(), "number 2 has not come");
    assert!(!chat.insert(message(2, "ada")));
    assert_eq!((says(&chat), chat.unread(), chat.next_after()), (vec!["number 1".to_owned()], 1, 3));
    chat.remove(gone(1, 4));
    assert_eq!((chat.entries().len(), chat.unread()), (0, 0));
}

#[test]
fn a_page_brings_what_was_missed_and_says_up_to_where_it_is_whole() {
    let mut chat = timeline();
    for seq in 1..=3 {
        chat.insert(message(seq, "ada"));
    }
    chat.insert(message(9, "ada"));
    assert_eq!((chat.has_gap(), chat.next_after()), (true, 3));
    let page = ChatPage { messages: vec![version(1, 6, "better")], gone: vec![2], upto: 8, ..ChatPage::default() };
    chat.take_page(page);
    assert_eq!(says(&chat), ["better", "number 3", "number 9"]);
    assert_eq!((chat.has_gap(), chat.next_after()), (false, 9), "numbers of versions that are no more are not missing");
}

#[test]
fn of_very_many_the_newest_are_kept_and_what_is_marked() {
    let mut chat = timeline();
    let marked = |seq| ChatMessage { mark: Mark::Pinned, ..message(seq, "ada") };
    chat.insert(marked(2));
    for seq in 3..=MAX_MESSAGES as u64 + 1 {
        chat.insert(message(seq, "ada"));
    }
    assert!(!chat.has_earlier());
    chat.insert(message(MAX_MESSAGES as u64 + 2, "ada"));
    let places = |chat: &Timeline| chat.entries().iter().map(|entry| entry.place).take(3).collect::<Vec<_>>();
    assert_eq!((places(&chat), chat.has_earlier(), chat.unread()), (vec![2, 4, 5], true, MAX_MESSAGES));
    assert!(chat.insert(marked(1)), "it may have been marked long after it was written");
    assert_eq!((places(&chat), chat.entries().len()), (vec![1, 2, 5], MAX_MESSAGES));
    let mut new = timeline();
    new.take_page(ChatPage { messages: vec![message(9, "ada")], upto: 9, earlier: true, ..ChatPage::default() });
    assert!(new.has_earlier());
}

#[test]
fn everything_may_go_at_once() {
    let mut chat = timeline();
    for seq in 1..=3 {
        chat.insert(message(seq, "ada"));
    }
    chat.remove(Gone { seq: 4, place: 4, all: true });
    assert_eq!((chat.entries().len(), chat.unread(), chat.next_after()), (0, 0, 4));
    assert!(!chat.insert(message(3, "ada")));
    assert!(chat.insert(message(5, "ada")));
    chat.take_page(ChatPage { cleared: 5, upto: 6, ..ChatPage::default() });
    assert_eq!((chat.entries().len(), chat.next_after()), (0, 6));
}

fn shuffled(most: u64) -> impl Strategy<Value = Vec<u64>> {
    (1..most).prop_flat_map(|n| {
        let once: Vec<u64> = (1..=n).collect();
        let twice = [once.clone(), once].concat();
        Just(twice).prop_shuffle()
    })
}

proptest! {
    #[test]
    fn any_order_of_arrival_gives_the_same_chat(order in shuffled(60)) {
        let mut chat = timeline();
        let sender = |seq: u64| if seq.is_multiple_of(3) { "me" } else { "ada" };
        let mut seen = BTreeSet::new();
        for seq in &order {
            prop_assert_eq!(chat.insert(message(*seq, sender(*seq))), seen.insert(*seq));
            let upto = (1..).find(|seq| !seen.contains(seq)).unwrap() - 1;
            prop_assert_eq!(chat.next_after(), upto);
            prop_assert_eq!(chat.has_gap(), seen.last() > Some(&upto));
            prop_assert_eq!(chat.unread(), seen.iter().filter(|seq| !seq.is_multiple_of(3)).count());
        }
        let mut sorted = timeline();
        for seq in seen {
            sorted.insert(message(seq, sender(seq)));
        }
        prop_assert_eq!(chat, sorted);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]
    #[test]
    fn any_order_keeps_the_same_newest(order in Just((1..=2_300_u64).collect::<Vec<_>>()).prop_shuffle()) {
        let mut chat = timeline();
        for seq in order {
            chat.insert(message(seq, "ada"));
        }
        let kept: Vec<_> = chat.entries().into_iter().map(|entry| entry.id).collect();
        prop_assert_eq!(kept, (301..=2_300).map(id).collect::<Vec<_>>());
        prop_assert_eq!((chat.next_after(), chat.has_gap(), chat.unread()), (2_300, false, 2_000));
    }
}

/// What happens to a chat, as the server numbers it: places that are written, then edited or deleted.
#[derive(Debug, Clone)]
enum Happened {
    Said(ChatMessage),
    Went(Gone),
}

fn story() -> impl Strategy<Value = Vec<Happened>> {
    proptest::collection::vec((0..3_u8, any::<prop::sample::Index>()), 1..50).prop_map(|steps| {
        let (mut places, mut story) = (Vec::new(), Vec::new());
        for ((kind, which), seq) in steps.into_iter().zip(1..) {
            let at = (!places.is_empty()).then(|| which.index(places.len()));
            match (kind, at) {
                (1, Some(at)) => story.push(Happened::Said(version(places[at], seq, &format!("version {seq}")))),
                (2, Some(at)) => story.push(Happened::Went(gone(places.remove(at), seq))),
                _ => {
                    places.push(seq);
                    story.push(Happened::Said(message(seq, "ada")));
                }
            }
        }
        story
    })
}

proptest! {
    #[test]
    fn in_any_order_the_same_things_stay(
        (story, shuffled) in story().prop_flat_map(|story| (Just(story.clone()), Just(story).prop_shuffle())),
    ) {
        let tell = |story: Vec<Happened>| {
            let mut chat = timeline();
            for happened in story {
                match happened {
                    Happened::Said(message) => {
                        chat.insert(message);
                    }
                    Happened::Went(gone) => chat.remove(gone),
                }
            }
            chat
        };
        let told = tell(shuffled);
        prop_assert!(!told.has_gap());
        prop_assert_eq!(told, tell(story));
    }
}
