//! Chat messages: numbered in their room, each stored once however often it is sent.

use sqlx::Row as _;
use sqlx::any::AnyRow;
use wire::{ChatMessage, DisplayName, Identity, MESSAGES_PAGE, MessageId, MessageText, RoomName};

use super::{Store, spoilt};
use crate::clock;

/// A message that is to be stored.
pub struct NewMessage<'a> {
    /// The sender's id for it.
    pub id: &'a MessageId,
    /// Who sent it.
    pub sender: &'a Identity,
    /// The sender's name.
    pub sender_name: &'a DisplayName,
    /// What it says.
    pub text: &'a MessageText,
}

/// What became of a message.
pub enum Appended {
    /// It is stored, now or since an earlier try.
    Stored(ChatMessage),
    /// Somebody else has sent a message with this id.
    IdTaken,
}

impl Store {
    /// Stores a message under the room's next number; the same id from the same sender is the same message.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn append_message(&self, room: &RoomName, new: NewMessage<'_>) -> Result<Appended, sqlx::Error> {
        let mut transaction = self.writer.begin().await?;
        // The first statement writes: from here on the room's numbers are this transaction's.
        let seq: i64 =
            sqlx::query_scalar("UPDATE rooms SET last_seq = last_seq + 1 WHERE name = $1 RETURNING last_seq")
                .bind(room.as_str())
                .fetch_one(&mut *transaction)
                .await?;
        let stored = sqlx::query(
            "INSERT INTO messages (room, seq, id, sender, sender_name, text, sent_at_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (room, id) DO NOTHING",
        )
        .bind(room.as_str())
        .bind(seq)
        .bind(new.id.as_str())
        .bind(new.sender.as_str())
        .bind(new.sender_name.as_str())
        .bind(new.text.as_str())
        .bind(clock::now_ms().cast_signed())
        .execute(&mut *transaction)
        .await?;
        if stored.rows_affected() == 1 {
            transaction.commit().await?;
        } else {
            // It is there already: the number goes back.
            transaction.rollback().await?;
        }
        let row = sqlx::query(
            "SELECT seq, id, sender, sender_name, text, sent_at_ms FROM messages WHERE room = $1 AND id = $2",
        )
        .bind(room.as_str())
        .bind(new.id.as_str())
        .fetch_one(&self.reader)
        .await?;
        let stored = message(&row)?;
        Ok(if stored.sender == *new.sender { Appended::Stored(stored) } else { Appended::IdTaken })
    }

    /// Messages after `seq`, oldest first, at most [`MESSAGES_PAGE`].
    ///
    /// # Errors
    /// When the database fails.
    pub async fn messages_after(&self, room: &RoomName, seq: u64) -> Result<Vec<ChatMessage>, sqlx::Error> {
        // Numbers that SQLite cannot hold come after every message.
        let seq = i64::try_from(seq).unwrap_or(i64::MAX);
        let rows = sqlx::query(
            "SELECT seq, id, sender, sender_name, text, sent_at_ms FROM messages
             WHERE room = $1 AND seq > $2 ORDER BY seq LIMIT $3",
        )
        .bind(room.as_str())
        .bind(seq)
        .bind(i64::from(MESSAGES_PAGE))
        .fetch_all(&self.reader)
        .await?;
        rows.iter().map(message).collect()
    }
}

fn message(row: &AnyRow) -> Result<ChatMessage, sqlx::Error> {
    Ok(ChatMessage {
        id: MessageId::parse(row.try_get("id")?).map_err(|_| spoilt("messages.id"))?,
        seq: row.try_get::<i64, _>("seq")?.cast_unsigned(),
        sender: Identity(row.try_get("sender")?),
        sender_name: row.try_get("sender_name")?,
        text: MessageText::parse(row.try_get("text")?).map_err(|_| spoilt("messages.text"))?,
        sent_at_ms: row.try_get::<i64, _>("sent_at_ms")?.cast_unsigned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use wire::Role;

    use crate::store::{Member, Room, Standing};

    async fn store(folder: &tempfile::TempDir) -> Store {
        Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap()
    }

    fn room(letter: u8) -> Room {
        Room::new(RoomName::from_random(&[letter; 32]).unwrap(), String::new(), [letter; 32])
    }

    async fn append(store: &Store, room: &Room, id: &str, sender: &str, text: &str) -> Appended {
        let new = NewMessage {
            id: &MessageId::parse(id).unwrap(),
            sender: &Identity(sender.to_owned()),
            sender_name: &DisplayName::parse("Ada").unwrap(),
            text: &MessageText::parse(text).unwrap(),
        };
        store.append_message(&room.name, new).await.unwrap()
    }

    fn stored(appended: Appended) -> ChatMessage {
        match appended {
            Appended::Stored(message) => message,
            Appended::IdTaken => panic!("the id is taken"),
        }
    }

    #[tokio::test]
    async fn a_retry_is_the_same_message_and_a_stranger_cannot_take_its_id() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        let room = room(1);
        store.insert_room(&room).await.unwrap();
        let first = stored(append(&store, &room, "message-1", "ada", "hello").await);
        assert_eq!(first.seq, 1);
        assert_eq!(stored(append(&store, &room, "message-1", "ada", "changed").await), first);
        assert!(matches!(append(&store, &room, "message-1", "eve", "hello").await, Appended::IdTaken));
        assert_eq!(stored(append(&store, &room, "message-2", "eve", "hi").await).seq, 2);
        assert_eq!(store.messages_after(&room.name, 0).await.unwrap().len(), 2);
        assert_eq!(store.messages_after(&room.name, u64::MAX).await.unwrap(), []);
    }

    #[tokio::test]
    async fn numbers_have_no_gap_when_many_write_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let store = std::sync::Arc::new(store(&folder).await);
        let (one, other) = (room(1), room(2));
        store.insert_room(&one).await.unwrap();
        store.insert_room(&other).await.unwrap();
        let mut writers = tokio::task::JoinSet::new();
        for writer in 0..8 {
            let (store, one, other) = (store.clone(), one.clone(), other.clone());
            writers.spawn(async move {
                for n in 0..30 {
                    stored(append(&store, &one, &format!("message-{writer}-{n}"), "ada", "x").await);
                    stored(append(&store, &other, &format!("message-{writer}-{n}"), "ada", "x").await);
                }
            });
        }
        while let Some(done) = writers.join_next().await {
            done.unwrap();
        }
        for room in [&one, &other] {
            let first = store.messages_after(&room.name, 0).await.unwrap();
            let rest = store.messages_after(&room.name, 200).await.unwrap();
            let numbers: Vec<u64> = first.iter().chain(&rest).map(|message| message.seq).collect();
            assert_eq!(numbers, (1..=240).collect::<Vec<_>>());
        }
    }

    #[tokio::test]
    async fn a_restart_forgets_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (room, ada) = (room(1), Identity("ada".to_owned()));
        let name = DisplayName::parse("Ada").unwrap();
        let member = Member {
            name,
            role: Some(Role::CoHost),
            standing: Standing::Waiting,
            meeting: 1,
            since_ms: 7,
            valid_from_s: 0,
            asks_in: 0,
            network: None,
        };
        {
            let store = store(&folder).await;
            assert!(store.insert_room(&room).await.unwrap());
            assert!(!store.insert_room(&room).await.unwrap(), "a name is taken once");
            assert!(store.put_member(&room.name, &ada, &[9; 32], &member).await.unwrap());
            append(&store, &room, "message-1", "ada", "hello").await;
            store.close().await;
        }
        let store = store(&folder).await;
        assert!(store.room(&room.name).await.unwrap() == Some(room.clone()));
        assert_eq!(store.member(&room.name, &ada).await.unwrap(), Some(member));
        assert_eq!(store.member(&room.name, &Identity("eve".to_owned())).await.unwrap(), None);
        assert_eq!(store.messages_after(&room.name, 0).await.unwrap().len(), 1);
    }
}
