//! The form of a meeting's settings: what it holds, read and written.

use app::account::Problems;
use app::hosting::Values;
use wire::{ErrorCode, Role, Title};

use crate::http::accounts::fields::Fields;
use crate::meetings::{BACKWARDS, CAPACITY_MAX, Door, NO_CAPACITY, RoomPatch, SettingsPatch};
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

/// What the form holds, as it would be sent.
pub(super) fn written(values: &Values) -> String {
    let Values { title, door, guests, capacity, starts, ends, zone, newcomers, teachers, guests_take_over } = values;
    let mut written = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in [
        ("title", title),
        ("door", door),
        ("capacity", capacity),
        ("starts", starts),
        ("ends", ends),
        ("zone", zone),
        ("newcomers", newcomers),
    ] {
        written.append_pair(name, value);
    }
    for (name, on) in [("guests", guests), ("teachers", teachers), ("guests_take_over", guests_take_over)] {
        if *on {
            written.append_pair(name, "on");
        }
    }
    written.finish()
}

/// A form as it was sent, and as it was when the page was fetched; without that everything in it is meant.
struct Page<'a> {
    values: &'a Values,
    fetched: Option<&'a Values>,
}

impl Page<'_> {
    /// Whether somebody has changed a part of it.
    fn has_other<T: PartialEq>(&self, part: impl Fn(&Values) -> T) -> bool {
        self.fetched.is_none_or(|before| part(before) != part(self.values))
    }
}

/// A time, which is another one in another zone. Where there is none, the zone is only what the page itself proposes.
fn time(typed: &str, of: &Values) -> Option<(String, String)> {
    (!typed.trim().is_empty()).then(|| (typed.to_owned(), of.zone.clone()))
}

/// What is wanted: what is other than when the page was fetched, so that what another host has changed meanwhile stays. Or
/// what is wrong with it, each beside its field.
pub(super) fn read(values: &Values, fetched: Option<&Values>) -> Result<RoomPatch, Problems> {
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
    let page = Page { values, fetched };
    let (starts, ends) = (page.has_other(|of| time(&of.starts, of)), page.has_other(|of| time(&of.ends, of)));
    let all = SettingsPatch::from(settings);
    let settings = SettingsPatch {
        guests_off: all.guests_off.filter(|_| page.has_other(|of| of.guests)),
        capacity: all.capacity.filter(|_| page.has_other(|of| of.capacity.clone())),
        starts_at_ms: all.starts_at_ms.filter(|_| starts),
        ends_at_ms: all.ends_at_ms.filter(|_| ends),
        zone_min: all.zone_min.filter(|_| starts || ends),
        newcomers: all.newcomers.filter(|_| page.has_other(|of| of.newcomers.clone())),
        teachers: all.teachers.filter(|_| page.has_other(|of| of.teachers)),
        guests_take_over: all.guests_take_over.filter(|_| page.has_other(|of| of.guests_take_over)),
    };
    Ok(RoomPatch {
        title: page.has_other(|of| of.title.clone()).then_some(title),
        rules: if page.has_other(|of| of.door.clone()) { door.rules() } else { Vec::new() },
        settings,
        ..RoomPatch::default()
    })
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
        let wanted = read(&values_of(&room()), None).unwrap_or_else(|_| panic!());
        assert!(wanted.settings == room().settings.into() && wanted.rules == Door::Open.rules());
        assert_eq!(wanted.title.unwrap().as_str(), "Lesson");
    }

    #[test]
    fn only_what_was_changed_is_wanted() {
        let before = values_of(&room());
        assert!(values_typed(&Fields::parse(written(&before).as_bytes())) == before, "the page knows what it held");
        let wanted = |values: &Values| read(values, Some(&before)).unwrap_or_else(|_| panic!());
        let none = wanted(&before);
        assert!(none.title.is_none() && none.rules.is_empty() && none.settings == SettingsPatch::default());
        let later = wanted(&Values { ends: "2026-11-29T09:50".to_owned(), guests: true, ..before.clone() });
        assert!(later.title.is_none() && later.rules.is_empty());
        let SettingsPatch { guests_off, ends_at_ms, zone_min, .. } = later.settings;
        assert!(guests_off == Some(false) && ends_at_ms.is_some() && zone_min == Some(345));
        assert!(later.settings.starts_at_ms.is_none() && later.settings.capacity.is_none());
        let elsewhere = wanted(&Values { zone: "0".to_owned(), ..before.clone() }).settings;
        assert!(elsewhere.zone_min == Some(0) && elsewhere.starts_at_ms.is_some(), "the same words say another time");
        let timeless = Values { starts: String::new(), ends: String::new(), ..before };
        let proposed = Values { zone: "60".to_owned(), ..timeless.clone() };
        let proposed = read(&proposed, Some(&timeless)).unwrap_or_else(|_| panic!());
        assert!(proposed.settings == SettingsPatch::default(), "only the page has changed something");
    }

    #[test]
    fn what_makes_no_sense_is_said_beside_its_field() {
        let values = Values {
            title: "x".repeat(121),
            capacity: "0".to_owned(),
            starts: "tomorrow".to_owned(),
            ..values_of(&room())
        };
        let problems = format!("{:?}", read(&values, None).err().unwrap());
        for field in ["title", "capacity", "starts"] {
            assert!(problems.contains(&format!("\"{field}\"")), "{problems}");
        }
        let backwards = Values { ends: "2026-11-28T09:50".to_owned(), ..values_of(&room()) };
        assert!(format!("{:?}", read(&backwards, None).err().unwrap()).contains("after the beginning"));
    }
}
