//! Messages on their way into the store: whoever waits while others are written is written with all who wait, since a
//! transaction costs SQLite's one writer as much for one message as for a hundred.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sqlx::{Any, AnyPool, Row as _, Transaction};
use tokio::sync::oneshot;
use wire::{ChatMessage, DisplayName, FileId, Identity, Mark, MessageId, MessageText, RoomName};

use super::{Appended, Store, is_unavailable};
use crate::clock;

/// A message that is to be stored.
#[derive(Debug, Clone)]
pub struct NewMessage {
    /// The sender's id for it.
    pub id: MessageId,
    /// Who sent it.
    pub sender: Identity,
    /// The sender's name.
    pub sender_name: DisplayName,
    /// What it says.
    pub text: MessageText,
    /// What it is marked as from the beginning.
    pub mark: Mark,
    /// A file that comes with it.
    pub file: Option<FileId>,
}

/// Those who wait for a transaction. A clone is the same queue.
#[derive(Clone)]
pub(super) struct Queue {
    /// Lines in which somebody is written for, each with those who wait until that is done.
    lines: Arc<Mutex<HashMap<Line, Vec<Waiting>>>>,
    is_sqlite: bool,
}

/// SQLite has one writer, and one line. With Postgres each room has its own: one that somebody holds keeps no other back.
type Line = Option<RoomName>;

/// A message, and who waits for word of it.
struct Waiting {
    room: RoomName,
    new: NewMessage,
    answer: oneshot::Sender<Result<Written, Arc<sqlx::Error>>>,
}

/// What a transaction has done with a message.
enum Written {
    /// It has this number, and was sent at this time.
    Under(u64, u64),
    /// There is one with its id already.
    Known,
    /// There is no such room any more.
    NoRoom,
}

impl Queue {
    pub(super) fn new(is_sqlite: bool) -> Self {
        Self { lines: Arc::default(), is_sqlite }
    }

    fn add(&self, waiting: Waiting, writer: &AnyPool) {
        let line = (!self.is_sqlite).then(|| waiting.room.clone());
        match self.lines().entry(line.clone()) {
            Entry::Occupied(mut before) => return before.get_mut().push(waiting),
            Entry::Vacant(free) => free.insert(vec![waiting]),
        };
        // On its own, since it writes for others too: whoever asked may go.
        tokio::spawn(self.clone().serve(line, writer.clone()));
    }

    /// Writes until nobody waits.
    async fn serve(self, line: Line, writer: AnyPool) {
        loop {
            let mut together = self.next(&line);
            if together.is_empty() {
                return;
            }
            // Nobody is there any more who would say what became of it.
            together.retain(|waiting| !waiting.answer.is_closed());
            // Each room's are together, and stay in their order.
            together.sort_by(|one, other| one.room.cmp(&other.room));
            let writer = writer.clone();
            // On its own as well: a panic may not leave the line to wait for ever.
            if let Err(failed) = tokio::spawn(async move { write_for(together, &writer).await }).await {
                tracing::error!(%failed, "messages could not be written");
            }
        }
    }

    /// Those who wait, whose turn it is now; without anybody, the line is free.
    fn next(&self, line: &Line) -> Vec<Waiting> {
        let mut lines = self.lines();
        let next = lines.get_mut(line).map(std::mem::take).unwrap_or_default();
        if next.is_empty() {
            lines.remove(line);
        }
        next
    }

    fn lines(&self) -> MutexGuard<'_, HashMap<Line, Vec<Waiting>>> {
        // Nothing that is done under the lock leaves it half done.
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes messages and tells those who wait.
async fn write_for(together: Vec<Waiting>, writer: &AnyPool) {
    let error = match write(&together, writer).await {
        Ok(written) => {
            for (waiting, written) in together.into_iter().zip(written) {
                let _ = waiting.answer.send(Ok(written)); // who has gone in the meantime asks again under the same id
            }
            return;
        }
        Err(error) => error,
    };
    if together.len() == 1 || is_unavailable(&error) {
        let error = Arc::new(error);
        for waiting in together {
            let _ = waiting.answer.send(Err(error.clone())); // the same
        }
        return;
    }
    // Something is wrong with one of them: that is no reason to refuse the others.
    for waiting in together {
        Box::pin(write_for(vec![waiting], writer)).await;
    }
}

/// Stores messages, which are in the order of their rooms, in one transaction: all that have a number in the end, or none.
async fn write(together: &[Waiting], writer: &AnyPool) -> Result<Vec<Written>, sqlx::Error> {
    if together.is_empty() {
        return Ok(Vec::new());
    }
    let mut transaction = writer.begin().await?;
    let mut written = Vec::with_capacity(together.len());
    for of_room in together.chunk_by(|one, other| one.room == other.room) {
        write_in_room(of_room, &mut transaction, &mut written).await?;
    }
    transaction.commit().await?;
    Ok(written)
}

async fn write_in_room(
    of_room: &[Waiting],
    transaction: &mut Transaction<'_, Any>,
    written: &mut Vec<Written>,
) -> Result<(), sqlx::Error> {
    let Some(room) = of_room.first().map(|waiting| waiting.room.as_str()) else { return Ok(()) };
    let count = i64::try_from(of_room.len()).unwrap_or(i64::MAX);
    // The first statement writes: from here on the room's numbers are this transaction's.
    let numbers = sqlx::query("UPDATE rooms SET last_seq = last_seq + $2 WHERE name = $1 RETURNING last_seq, meeting")
        .bind(room)
        .bind(count)
        .fetch_optional(&mut **transaction)
        .await?;
    let Some(numbers) = numbers else {
        written.extend(of_room.iter().map(|_| Written::NoRoom));
        return Ok(());
    };
    let meeting: i64 = numbers.try_get("meeting")?;
    let mut last = numbers.try_get::<i64, _>("last_seq")? - count;
    let before = last;
    for Waiting { new, .. } in of_room {
        let now_ms = clock::now_ms();
        let stored = sqlx::query(
            "INSERT INTO messages (room, seq, place, id, sender, sender_name, text, sent_at_ms, meeting, file, mark)
             VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (room, id) DO NOTHING",
        )
        .bind(room)
        .bind(last + 1)
        .bind(new.id.as_str())
        .bind(new.sender.as_str())
        .bind(new.sender_name.as_str())
        .bind(new.text.as_str())
        .bind(now_ms.cast_signed())
        .bind(meeting)
        .bind(new.file.as_ref().map(FileId::as_str).unwrap_or_default())
        .bind(new.mark.as_str())
        .execute(&mut **transaction)
        .await?;
        if stored.rows_affected() == 0 {
            written.push(Written::Known);
            continue;
        }
        last += 1;
        written.push(Written::Under(last.cast_unsigned(), now_ms));
        if let Some(file) = &new.file {
            let attached = sqlx::query("UPDATE files SET attached = 1 WHERE id = $1").bind(file.as_str());
            attached.execute(&mut **transaction).await?;
        }
    }
    if last < before + count {
        // The numbers of those that were there already go back.
        let back = sqlx::query("UPDATE rooms SET last_seq = $2 WHERE name = $1").bind(room).bind(last);
        back.execute(&mut **transaction).await?;
    }
    Ok(())
}

impl Store {
    /// Stores a message under the room's next number; the same id from the same sender is the same message.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn append_message(&self, room: &RoomName, new: NewMessage) -> Result<Appended, Arc<sqlx::Error>> {
        let (answer, answered) = oneshot::channel();
        let waiting = Waiting { room: room.clone(), new: new.clone(), answer };
        self.new_messages.add(waiting, &self.writer);
        match answered.await.map_err(|_| sqlx::Error::WorkerCrashed)?? {
            Written::NoRoom => Err(Arc::new(sqlx::Error::RowNotFound)),
            Written::Under(seq, sent_at_ms) if new.file.is_none() => {
                Ok(Appended::Stored(new.into_message(seq, sent_at_ms)))
            }
            Written::Under(..) | Written::Known => {
                Ok(self.sent_message(room, &new.id, &new.sender).await?.unwrap_or(Appended::Gone))
            }
        }
    }
}

impl NewMessage {
    /// What it is once it is stored; without its file.
    fn into_message(self, seq: u64, sent_at_ms: u64) -> ChatMessage {
        ChatMessage {
            id: self.id,
            seq,
            place: seq,
            sender: self.sender,
            sender_name: self.sender_name.to_string(),
            text: self.text,
            sent_at_ms,
            edited: false,
            mark: self.mark,
            file: None,
        }
    }
}
