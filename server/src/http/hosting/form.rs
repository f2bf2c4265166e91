//! The form of a meeting's settings: what it holds, read and written.

use app::account::Problems;
use app::hosting::Values;
use wire::{ErrorCode, Role, Title};

use crate::http::accounts::fields::Fields;
use crate::meetings::{BACKWARDS, CAPACITY_MAX, Door, NO_CAPACITY, RoomPatch};
use crate::moment;
use crate::store::{Room, Settings};

/// What is stored, as the form holds it.
pub(super) fn values_of(room: &Room) -> Values {
    let Settings { guests_off, capacity, starts_at_ms, ends_at_ms, zone_min, newcomers, teachers, guests_take_over } =
        room.settings;
    let field = |at_ms: Option<u64>| at_ms.map(|at_ms| moment::field(at_ms, zone_min)).unwrap_or_default();
    let door = match Door::of(room) {
        Door::Open => "open",
        Door::Ask => "ask",
        Door::Locked => "locked",
    };
    Values {
        title: room.title.clone(),
        door: door.to_owned(),
        guests: !guests_off,
        capacity: capacity.map(|capacity| capacity.to_string()).unwrap_or_default(),
        starts: field(starts_at_ms),
        ends: field(ends_at_ms),
        zone: zone_min.to_string(),
        newcomers: newcomers.unwrap_or(Role::Participant).as_str().to_owned(),
        teachers,
        guests_take_over,
    }
}

/// What was typed, as the form holds it.
pub(super) fn values_typed(fields: &Fields) -> Values {
    let text = |name| fields.text(name).to_owned();
    let on = |name| !fields.text(name).is_empty();
    Values {
        title: text("title"),
        door: text("door"),
        guests: on("guests"),
        capacity: text("capacity"),
        starts: text("starts"),
        ends: text("ends"),
        zone: text("zone"),
        newcomers: text("newcomers"),
        teachers: on("teachers"),
        guests_take_over: on("guests_take_over"),
    }
}

/// What is wanted; or what is wrong with it, each beside its field.
pub(super) fn read(values: &Values) -> Result<RoomPatch, Problems> {
    let mut problems = Problems::default();
    let title = Title::parse(&values.title).unwrap_or_else(|code: ErrorCode| {
        problems.add("title", code.sentence());
        Title::default()
    });
    let door = match values.door.as_str() {
        "ask" => Door::Ask,
        "locked" => Door::Locked,
        _ => Door::Open,
    };
    let capacity = match values.capacity.trim() {
        "" => None,
        typed => typed.parse().ok().filter(|capacity| (1..=CAPACITY_MAX).contains(capacity)).or_else(|| {
            problems.add("capacity", NO_CAPACITY);
            None
        }),
    };
    let zone_min = values.zone.parse().ok().filter(|zone| moment::ZONES_MIN.contains(zone)).unwrap_or_default();
    let mut moment = |name, typed: &str| match typed.trim() {
        "" => None,
        typed => moment::parse(typed, zone_min).or_else(|| {
            problems.add(name, "Enter a day and a time, such as 2027-01-31T09:30, or nothing.");
            None
        }),
    };
    let (starts_at_ms, ends_at_ms) = (moment("starts", &values.starts), moment("ends", &values.ends));
    let newcomers = Role::parse(&values.newcomers).filter(|role| matches!(role, Role::Student | Role::Viewer));
    let settings = Settings {
        guests_off: !values.guests,
        capacity,
        starts_at_ms,
        ends_at_ms,
        zone_min,
        newcomers,
        teachers: values.teachers,
        guests_take_over: values.guests_take_over,
    };
    if settings.are_backwards() {
        problems.add("ends", BACKWARDS);
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(RoomPatch { title: Some(title), rules: door.rules(), settings: settings.into(), ..RoomPatch::default() })
}

#[cfg(test)]
mod tests {
    use wire::RoomName;

    use super::*;

    fn room() -> Room {
        let name = RoomName::parse("kfwm-3hzxr-8bqt").unwrap();
        let settings = Settings {
            guests_off: true,
            capacity: Some(12),
            starts_at_ms: Some(1_795_838_700_000),
            ends_at_ms: Some(1_795_842_300_000),
            zone_min: 345,
            newcomers: Some(Role::Student),
            teachers: true,
            guests_take_over: true,
        };
        Room { settings, ..Room::new(name, "Lesson".to_owned(), [0; 32]) }
    }

    #[test]
    fn what_is_shown_is_what_is_stored() {
        let wanted = read(&values_of(&room())).unwrap_or_else(|_| panic!());
        assert!(wanted.settings == room().settings.into() && wanted.rules == Door::Open.rules());
        assert_eq!(wanted.title.unwrap().as_str(), "Lesson");
    }

    #[test]
    fn what_makes_no_sense_is_said_beside_its_field() {
        let values = Values {
            title: "x".repeat(121),
            capacity: "0".to_owned(),
            starts: "tomorrow".to_owned(),
            ..values_of(&room())
        };
        let problems = format!("{:?}", read(&values).err().unwrap());
        for field in ["title", "capacity", "starts"] {
            assert!(problems.contains(&format!("\"{field}\"")), "{problems}");
        }
        let backwards = Values { ends: "2026-11-28T09:50".to_owned(), ..values_of(&room()) };
        assert!(format!("{:?}", read(&backwards).err().unwrap()).contains("after the beginning"));
    }
}
