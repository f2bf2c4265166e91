//! Errors of the database that are not its fault: nothing is wrong with what was asked and it cannot be done now; or something
//! is wrong with what was asked.

use sqlx::Error;
use sqlx::sqlite::SqliteError;

/// SQLite's result codes: busy, locked, read-only, input or output failed, full, cannot be opened. The upper bits say more.
const SQLITE: [u32; 6] = [5, 6, 8, 10, 13, 14];
/// Classes of Postgres's SQLSTATE: connection lost, gave way to another transaction, out of resources, locked by
/// somebody, being shut down; and of another class the code for what can only be read, as a server that follows another.
const POSTGRES: [&str; 6] = ["08", GAVE_WAY, "53", "55", "57", "25006"];
/// The class of a deadlock, which ends one of those who are in it.
const GAVE_WAY: &str = "40";

/// Whether the same may work in a moment, or when an operator has made room.
pub fn is_unavailable(error: &Error) -> bool {
    match error {
        Error::Io(_) | Error::Tls(_) | Error::PoolTimedOut | Error::PoolClosed | Error::WorkerCrashed => true,
        Error::Database(error) => {
            let code = error.code().unwrap_or_default();
            match error.try_downcast_ref::<SqliteError>() {
                Some(_) => code.parse::<u32>().is_ok_and(|code| SQLITE.contains(&(code & 0xff))),
                None => POSTGRES.iter().any(|class| code.starts_with(class)),
            }
        }
        _ => false,
    }
}

/// Whether a transaction gave way to another one, and the same works at once.
pub(super) fn gave_way(error: &Error) -> bool {
    matches!(error, Error::Database(error) if error.try_downcast_ref::<SqliteError>().is_none()
        && error.code().is_some_and(|code| code.starts_with(GAVE_WAY)))
}

/// Postgres's SQLSTATE for text with a zero in it, which it cannot hold and SQLite can.
const ZERO_IN_TEXT: &str = "22021";

/// Whether what was asked holds text that the database cannot.
pub fn is_unstorable(error: &Error) -> bool {
    matches!(error, Error::Database(error) if error.code().is_some_and(|code| code == ZERO_IN_TEXT))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::fmt;
    use std::sync::Arc;

    use sqlx::error::{BoxDynError, DatabaseError, ErrorKind};
    use wire::{DisplayName, ErrorCode, Identity, Mark, MessageId, MessageText, RoomName};

    use super::*;
    use crate::error;
    use crate::store::{Appended, NewMessage, Readable, Room, Store};

    async fn append(store: &Store, room: &Room, id: &str, text: &str) -> Result<Appended, Arc<Error>> {
        let new = NewMessage {
            id: MessageId::parse(id).unwrap(),
            sender: Identity("ada".to_owned()),
            sender_name: DisplayName::parse("Ada").unwrap(),
            text: MessageText::parse(text).unwrap(),
            mark: Mark::None,
            file: None,
            noted: None,
        };
        store.append_message(&room.name, new).await
    }

    #[tokio::test]
    async fn a_full_disk_is_said_and_spoils_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap();
        let room = Room::new(RoomName::from_random(&[1; 32]).unwrap(), String::new(), [1; 32]);
        store.insert_room(&room).await.unwrap();
        // SQLite answers to a file at its limit as to a full disk. The writer is one connection, so it holds for it.
        sqlx::query("PRAGMA max_page_count = 80").execute(&store.writer).await.unwrap();
        let text = "x".repeat(4_000);
        let mut kept = 0;
        let full = loop {
            match append(&store, &room, &format!("message-{kept:04}"), &text).await {
                Ok(Appended::Stored(message)) => kept = message.seq,
                Ok(Appended::Gone | Appended::IdTaken) => panic!("the id is taken"),
                Err(full) => break full,
            }
        };
        assert!(kept > 10 && full.to_string().contains("full"), "after {kept}: {full}");
        assert_eq!(error::Error::from(full).code(), ErrorCode::StoreUnavailable);
        let all = Readable { from_meeting: 0, upto_meeting: i64::MAX, since_ms: 0 };
        let page = store.messages_after(&room.name, all, 0).await.unwrap();
        assert_eq!(page.messages.len() as u64, kept, "all that was acknowledged");
        let well: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&store.reader).await.unwrap();
        assert_eq!(well, "ok");
        sqlx::query("PRAGMA max_page_count = 1000").execute(&store.writer).await.unwrap();
        match append(&store, &room, "message-last", &text).await.unwrap() {
            Appended::Stored(message) => assert_eq!(message.seq, kept + 1, "there is room again"),
            Appended::Gone | Appended::IdTaken => panic!("the id is taken"),
        }
    }

    #[tokio::test]
    async fn what_was_asked_wrongly_does_not_pass() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap();
        let wrong = sqlx::query("SELECT nothing FROM nowhere").execute(&store.reader).await.unwrap_err();
        assert_eq!(error::Error::from(wrong).code(), ErrorCode::Internal);
        assert_eq!(error::Error::from(Error::PoolTimedOut).code(), ErrorCode::StoreUnavailable);
    }

    /// What Postgres says, by its SQLSTATE.
    #[derive(Debug)]
    struct Said(&'static str);

    impl fmt::Display for Said {
        fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
            to.write_str(self.0)
        }
    }

    impl std::error::Error for Said {}

    impl DatabaseError for Said {
        fn message(&self) -> &str {
            self.0
        }

        fn code(&self) -> Option<Cow<'_, str>> {
            Some(self.0.into())
        }

        fn as_error(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
            self
        }

        fn as_error_mut(&mut self) -> &mut (dyn std::error::Error + Send + Sync + 'static) {
            self
        }

        fn into_error(self: Box<Self>) -> BoxDynError {
            self
        }

        fn kind(&self) -> ErrorKind {
            ErrorKind::Other
        }
    }

    #[test]
    fn postgres_says_what_is_only_so_for_now() {
        for (code, unavailable, gives_way) in [
            ("40P01", true, true),  // a deadlock
            ("40001", true, true),  // serialization
            ("25006", true, false), // read only
            ("25001", false, false),
            ("55P03", true, false), // locked
            ("23505", false, false),
            ("22021", false, false),
        ] {
            let error = Error::Database(Box::new(Said(code)));
            assert_eq!((is_unavailable(&error), gave_way(&error)), (unavailable, gives_way), "{code}");
        }
        assert!(!gave_way(&Error::PoolTimedOut));
    }

    #[tokio::test]
    async fn a_database_that_can_only_be_read_is_not_ready_and_is_once_it_can_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap();
        // The writer is one connection, so it holds for it.
        sqlx::query("PRAGMA query_only = ON").execute(&store.writer).await.unwrap();
        let refused = store.ready().await.unwrap_err();
        assert!(is_unavailable(&refused), "{refused}");
        sqlx::query("PRAGMA query_only = OFF").execute(&store.writer).await.unwrap();
        while store.ready().await.is_err() {
            tokio::task::yield_now().await;
        }
    }
}
