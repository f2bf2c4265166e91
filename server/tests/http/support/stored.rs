//! Everything that is remembered, to see that something has changed nothing.

use std::collections::BTreeMap;
use std::fs;

use sqlx::any::AnyRow;

use super::{App, shared};

/// What belongs to meetings; what belongs to accounts changes when somebody is seen.
const TABLES: [&str; 10] = [
    "rooms",
    "admissions",
    "messages",
    "files",
    "file_space",
    "audit",
    "presences",
    "invitations",
    "network_bans",
    "deleted_rooms",
];

impl App {
    /// All rows about meetings, all files, and what LiveKit has of the people in one meeting.
    pub(crate) async fn everything(&self, room: &str) -> Vec<String> {
        let mut all = Vec::new();
        for table in TABLES {
            let rows = sqlx::query(&format!("SELECT * FROM {table}")).fetch_all(self.database.reader()).await.unwrap();
            all.extend(rows.iter().map(|row: &AnyRow| format!("{table}: {:?}", row.values)));
        }
        let files = fs::read_dir(self.data.path().join("files")).into_iter().flatten().flatten();
        all.extend(files.map(|file| format!("file: {:?}", file.file_name())));
        let people = shared().await.rooms().list_participants(room).await.unwrap_or_default();
        all.extend(people.into_iter().map(|person| {
            let attributes: BTreeMap<_, _> = person.attributes.into_iter().collect();
            format!("inside: {} {} {attributes:?} {:?}", person.identity, person.name, person.permission)
        }));
        all.sort();
        all
    }
}
