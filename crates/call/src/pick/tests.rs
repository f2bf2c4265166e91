//! Devices that are busy, unplugged, plugged in again, too small, and exchanged by the system.

use proptest::prelude::*;

use super::*;

fn device(id: &str, group: &str) -> Device {
    Device { id: id.into(), group: group.into(), label: format!("the {id}"), kind: DeviceKind::Camera }
}

fn list(ids: &[&str]) -> Vec<Device> {
    ids.iter().map(|id| device(id, id)).collect()
}

fn using(id: &str, ids: &[&str]) -> Pick {
    let mut pick = Pick::new(DeviceKind::Camera);
    let _ = pick.listed(&list(ids));
    pick.choose(Some(id.to_owned()));
    let _ = pick.begin();
    assert_eq!(pick.came(id.to_owned()), None, "as wanted");
    pick
}

fn ask(device: &str, size: CaptureSize) -> Search {
    Search::Ask(Ask { device: (!device.is_empty()).then(|| device.to_owned()), size })
}

#[test]
fn what_is_too_much_is_asked_for_in_smaller_sizes() {
    let mut pick = using("a", &["a"]);
    assert_eq!(pick.begin(), Ask { device: Some("a".into()), size: CaptureSize::Full });
    assert_eq!(pick.failed(CaptureError::Overconstrained), ask("a", CaptureSize::Half));
    assert_eq!(pick.failed(CaptureError::Overconstrained), ask("a", CaptureSize::Any));
    assert_eq!(pick.came("a".into()), None);
    assert_eq!(pick.begin().size, CaptureSize::Full, "another time it may do");
}

#[test]
fn a_busy_one_is_asked_for_once_more_and_then_another() {
    let mut pick = using("a", &["a", "b"]);
    let _ = pick.begin();
    assert_eq!(pick.failed(CaptureError::Busy), Search::Pause);
    assert_eq!(pick.asked().device.as_deref(), Some("a"));
    assert_eq!(pick.failed(CaptureError::Busy), ask("b", CaptureSize::Full));
    assert_eq!(pick.came("b".into()), Some(Why::Busy));
    assert_eq!(pick.label(), "the b");
    assert_eq!(pick.listed(&list(&["b", "a", "c"])), None, "it was never gone, so it does not return");
    assert_eq!(pick.listed(&list(&["b", "c"])), None);
    assert_eq!(
        pick.listed(&list(&["b", "c", "a"])),
        None,
        "nor when it is plugged in later: they have gone on without it"
    );
}

#[test]
fn why_another_is_used_is_said_as_it_began() {
    for (why, said) in [(Why::Gone, Why::Gone), (Why::Wanted, Why::Busy)] {
        let mut pick = using("a", &["a", "b"]);
        pick.because(why);
        let _ = pick.begin();
        assert_eq!(pick.failed(CaptureError::Busy), Search::Pause);
        assert_eq!(pick.failed(CaptureError::Busy), ask("b", CaptureSize::Full));
        assert_eq!(pick.came("b".into()), Some(said), "when it began with {why:?}");
    }
}

#[test]
fn what_was_asked_for_in_the_place_of_another_is_not_taken_when_it_is_plugged_in() {
    let mut pick = using("a", &["a", "b", "c"]);
    let _ = pick.begin();
    assert_eq!(pick.failed(CaptureError::Busy), Search::Pause);
    assert_eq!(pick.failed(CaptureError::Busy), ask("b", CaptureSize::Full));
    assert_eq!(pick.failed(CaptureError::Missing), ask("", CaptureSize::Full));
    assert_eq!(pick.came("c".into()), Some(Why::Busy));
    assert_eq!(pick.listed(&list(&["a", "c"])), None);
    assert_eq!(pick.listed(&list(&["a", "b", "c"])), None);
}

#[test]
fn a_browser_that_does_not_say_which_one_it_gave_gave_the_one_that_was_wanted() {
    let mut pick = using("a", &["a", "b"]);
    pick.because(Why::Busy);
    let _ = pick.begin();
    assert_eq!(pick.came(String::new()), None);
    assert_eq!(pick.device(), Some("a"));
}

#[test]
fn one_in_whose_place_the_browser_gave_another_comes_back_only_if_it_was_gone() {
    for (why, back) in [(Some(Why::Gone), Some(Why::Back)), (None, None)] {
        let mut pick = using("a", &["a", "b"]);
        if let Some(why) = why {
            pick.because(why);
        }
        let _ = pick.begin();
        assert_eq!(pick.came("b".into()), why);
        assert_eq!(pick.listed(&list(&["b"])), None);
        assert_eq!(pick.listed(&list(&["b", "a"])), back);
    }
}

#[test]
fn when_all_are_busy_that_is_said() {
    let mut pick = using("a", &["a", "b"]);
    let _ = pick.begin();
    assert_eq!(pick.failed(CaptureError::Busy), Search::Pause);
    assert_eq!(pick.failed(CaptureError::Busy), ask("b", CaptureSize::Full));
    assert_eq!(pick.failed(CaptureError::Missing), ask("", CaptureSize::Full));
    assert_eq!(pick.failed(CaptureError::Busy), Search::GiveUp(CaptureError::Busy));
}

#[test]
fn what_is_said_in_the_end_is_what_the_person_can_change() {
    use CaptureError::{Busy, Denied, Missing, Overconstrained};
    let said = |ids, errors: &[CaptureError]| {
        let mut pick = using("a", ids);
        let _ = pick.begin();
        errors.iter().cloned().map(|error| pick.failed(error)).last()
    };
    let busy = [Busy, Busy, Missing, Missing];
    assert_eq!(said(&["a", "b"], &busy), Some(Search::GiveUp(Busy)), "there would be one if it were let go");
    assert_eq!(said(&["a", "b"], &[Busy, Busy, Denied]), Some(Search::GiveUp(Denied)), "letting go would not help");
    let none = vec![Overconstrained; 6];
    assert_eq!(said(&["a"], &none), Some(Search::GiveUp(Missing)), "none that will do is none");
}

#[test]
fn one_that_was_unplugged_comes_back() {
    let mut pick = using("a", &["a", "b"]);
    pick.because(Why::Gone);
    assert_eq!(pick.begin().device.as_deref(), Some("a"), "it may only have been taken back for a moment");
    assert_eq!(pick.failed(CaptureError::Missing), ask("", CaptureSize::Full));
    assert_eq!(pick.came("b".into()), Some(Why::Gone));
    assert_eq!(pick.listed(&list(&["a", "b"])), None, "the list was old");
    assert_eq!(pick.listed(&list(&["b"])), None);
    assert_eq!(pick.listed(&list(&["b", "a"])), Some(Why::Back));
    pick.because(Why::Back);
    assert_eq!(pick.begin().device.as_deref(), Some("a"));
    assert_eq!(pick.came("a".into()), Some(Why::Back));
    assert_eq!(pick.label(), "the a");
}

#[test]
fn one_that_has_chosen_otherwise_keeps_that() {
    let mut pick = using("a", &["a", "b"]);
    pick.because(Why::Gone);
    let _ = pick.begin();
    let _ = pick.failed(CaptureError::Missing);
    let _ = pick.came("b".into());
    pick.choose(Some("c".into()));
    assert_eq!(pick.listed(&list(&["b"])), None);
    assert_eq!(pick.listed(&list(&["b", "a"])), None);
    assert_eq!(pick.device(), Some("c"));
}

#[test]
fn one_that_is_missing_at_once_is_taken_when_it_is_plugged_in() {
    let mut pick = Pick::new(DeviceKind::Camera);
    pick.choose(Some("a".into()));
    let _ = pick.listed(&list(&["b"]));
    let _ = pick.begin();
    assert_eq!(pick.failed(CaptureError::Missing), ask("", CaptureSize::Full));
    assert_eq!(pick.came("b".into()), None, "nobody has lost anything");
    assert_eq!(pick.listed(&list(&["b", "a"])), Some(Why::Back));
}

#[test]
fn one_that_leaves_the_list_is_gone_unless_the_browser_hides_the_list() {
    let mut pick = using("a", &["a", "b"]);
    assert_eq!(pick.clone().listed(&list(&["", ""])), None);
    assert_eq!(pick.clone().listed(&[]), None);
    assert_eq!(pick.listed(&list(&["b"])), Some(Why::Gone));
    pick.set_aside();
    assert_eq!(pick.device(), None);
    assert_eq!(pick.listed(&list(&["a", "b"])), Some(Why::Back));
    assert_eq!(pick.device(), Some("a"));
}

#[test]
fn the_systems_choice_is_followed_by_who_uses_it() {
    let before = [device("default", "one"), device("x", "one"), device("y", "two")];
    let after = [device("default", "two"), device("x", "one"), device("y", "two")];
    let mut pick = Pick::new(DeviceKind::Camera);
    assert_eq!(pick.listed(&before), None);
    assert_eq!(pick.listed(&after), Some(Why::Default));
    let more = [&after[..], &[device("z", "three")]].concat();
    assert_eq!(pick.listed(&more), None, "another device, and the same choice");
    assert_eq!(pick.label(), "the y", "and not what the browser calls the entry");
    pick.choose(Some("default".into()));
    assert_eq!(pick.listed(&before), Some(Why::Default));
    pick.choose(Some("y".into()));
    assert_eq!(pick.listed(&after), None);
}

#[test]
fn what_is_not_about_the_device_ends_the_search() {
    let mut pick = using("a", &["a", "b"]);
    let _ = pick.begin();
    assert_eq!(pick.failed(CaptureError::Denied), Search::GiveUp(CaptureError::Denied));
}

proptest! {
    #[test]
    fn every_search_ends(failures in prop::collection::vec(0_u8..3, 40), named in any::<bool>()) {
        let mut pick = Pick::new(DeviceKind::Camera);
        let _ = pick.listed(&list(&["a", "b", "c"]));
        pick.choose(named.then(|| "b".to_owned()));
        let mut asked = vec![(pick.begin(), false)];
        let mut failures = failures.into_iter();
        loop {
            // Four devices in three sizes, and one pause.
            prop_assert!(asked.len() <= 13);
            let error = match failures.next() {
                Some(0) => CaptureError::Busy,
                Some(1) => CaptureError::Missing,
                _ => CaptureError::Overconstrained,
            };
            match pick.failed(error) {
                Search::Ask(ask) => {
                    prop_assert!(asked.iter().all(|(before, _)| *before != ask), "nothing is asked for twice");
                    asked.push((ask, false));
                }
                Search::Pause => {
                    prop_assert!(asked.iter().all(|(_, again)| !again), "one pause");
                    asked.last_mut().unwrap().1 = true;
                }
                Search::GiveUp(error) => {
                    prop_assert!(matches!(error, CaptureError::Busy | CaptureError::Missing));
                    break;
                }
            }
        }
    }
}
