//! So often and no more, and right ones as often as they are.

use super::*;

#[test]
fn one_network_keeps_nobody_out_of_an_account_but_itself() {
    let attempts = Attempts::default();
    let address = |network: u8, n: u8| IpAddr::from([10, 0, network, n]);
    for n in 0..10 {
        attempts.try_password(address(0, n), "ada@example.org", None).unwrap();
    }
    let wait = attempts.try_password(address(0, 99), " Ada@Example.org", None).unwrap_err();
    assert!(wait <= Duration::from_secs(60), "{wait:?}");
    attempts.try_password(address(0, 99), "eve@example.org", None).unwrap();
    for _ in 0..100 {
        let right = attempts.try_password(address(1, 1), "ada@example.org", None).unwrap();
        attempts.was_right(right);
    }
}

#[test]
fn many_networks_try_so_often_together_and_known_browsers_beside_them() {
    let attempts = Attempts::default();
    let ada = "ada@example.org";
    let tried = |network: u8| {
        (0..20).take_while(|_| attempts.try_password([10, 0, network, 1].into(), ada, None).is_ok()).count()
    };
    assert_eq!((0..10).map(tried).sum::<usize>(), 50);
    let here = "203.0.113.1".parse().unwrap();
    attempts.try_password(here, ada, None).unwrap_err();
    for _ in 0..10 {
        attempts.try_password(here, ada, Some(&[1; 16])).unwrap();
    }
    attempts.try_password(here, ada, Some(&[1; 16])).unwrap_err();
    attempts.try_password(here, ada, Some(&[2; 16])).unwrap();
    attempts.try_password(here, "eve@example.org", None).unwrap();
    // Whoever is signed in is asked apart.
    attempts.check_own(ada).unwrap();
}

#[test]
fn an_address_guesses_so_often_and_signs_in_as_often_as_it_is_right() {
    let (attempts, here) = (Attempts::default(), "10.0.0.1".parse().unwrap());
    for n in 0..100 {
        let right = attempts.try_password(here, &format!("pupil{n}@example.org"), None).unwrap();
        attempts.was_right(right);
    }
    let guess = |n| attempts.try_password(here, &format!("{n}@example.org"), None);
    assert_eq!((0..1_000).take_while(|n| guess(*n).is_ok()).count(), 30);
    guess(1_000).unwrap_err();
    attempts.try_password(here, "ada@example.org", Some(&[1; 16])).unwrap();
    // What an account has refused does not count for the address.
    let (attempts, ada) = (Attempts::default(), "ada@example.org");
    assert_eq!((0..100).filter(|_| attempts.try_password(here, ada, None).is_ok()).count(), 10);
    attempts.try_password(here, "eve@example.org", None).unwrap();
}

#[test]
fn an_address_tries_so_many_accounts() {
    let attempts = Attempts::default();
    let [here, beside] = ["2001:db8::1", "2001:db8::2"].map(|address| address.parse().unwrap());
    assert_eq!((0..1_000).take_while(|_| attempts.check_address(here).is_ok()).count(), 30);
    attempts.check_address(beside).unwrap_err();
}

#[test]
fn a_meetings_password_is_guessed_so_often_and_known_as_often_as_it_is() {
    let (attempts, here) = (Attempts::default(), "10.0.0.1".parse().unwrap());
    let [lesson, other] = ["kfwm-3hzxr-8bqt", "kfwm-3hzxr-8bqu"].map(|name| RoomName::parse(name).unwrap());
    for _ in 0..100 {
        let right = attempts.try_room(&lesson, here, &[1; 32]).unwrap();
        attempts.give_back(right);
    }
    for _ in 0..5 {
        attempts.try_room(&lesson, here, &[1; 32]).unwrap();
    }
    assert!(attempts.try_room(&lesson, here, &[1; 32]).is_err());
    attempts.try_room(&other, here, &[1; 32]).unwrap();
    // Sessions cost nothing to make: the address has its own limit.
    let tried = (2..100).take_while(|n| attempts.try_room(&lesson, here, &[*n; 32]).is_ok()).count();
    assert_eq!(tried, 25);
    attempts.try_room(&lesson, "10.0.0.2".parse().unwrap(), &[1; 32]).unwrap_err();
    attempts.try_room(&lesson, "10.0.0.2".parse().unwrap(), &[101; 32]).unwrap();
}

#[test]
fn a_school_comes_back_from_its_provider_together() {
    let (attempts, here) = (Attempts::default(), "10.0.0.1".parse().unwrap());
    assert_eq!((0..1_000).take_while(|_| attempts.check_callback(here).is_ok()).count(), 300);
    attempts.check_address(here).unwrap();
}

#[test]
fn codes_are_tried_five_times() {
    let attempts = Attempts::default();
    for _ in 0..5 {
        attempts.check_code("one").unwrap();
    }
    assert!(attempts.check_code("one").unwrap_err() > Duration::from_secs(200));
    attempts.check_code("other").unwrap();
}
