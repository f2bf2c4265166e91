//! Files in the chat: each comes as a message, and goes with it.

use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use wire::{ChatMessage, ErrorCode, FileId, FileName, MessageId, MessageText};

use super::Meetings;
use super::chat::stored;
use super::identity::Session;
use crate::error::Error;
use crate::files::{Content, Depot, Examined, examine};
use crate::random;
use crate::store::{NewFile, Quotas, StoredFile};

/// How many files may be on their way at once: each is held in memory until it is whole.
const AT_ONCE: usize = 16;
/// When to try again where all of these places are taken.
const BUSY_FOR: Duration = Duration::from_secs(10);

/// Where files are kept, and how many.
pub struct Files {
    pub(super) depot: Depot,
    quotas: Quotas,
    places: Semaphore,
}

impl Files {
    /// Files in `depot`, as many as the quotas allow.
    pub fn new(depot: Depot, quotas: Quotas) -> Self {
        Self { depot, quotas, places: Semaphore::new(AT_ONCE) }
    }
}

/// Somebody who may send a file now.
pub struct Upload<'a> {
    /// Its longest length.
    pub most_bytes: u64,
    _place: SemaphorePermit<'a>,
}

impl Meetings {
    /// Whether somebody may send a file, before it comes; and room for it in memory.
    ///
    /// # Errors
    /// As for writing; `rate_limited` when too many are sending some.
    pub async fn begin_upload(&self, session: &Session, typed: &str) -> Result<Upload<'_>, Error> {
        let room = self.find_typed(typed).await?;
        self.writer(session, &room).await?;
        let place = self.files.places.try_acquire().map_err(|_| Error::TooOften(BUSY_FOR))?;
        Ok(Upload { most_bytes: self.files.quotas.file, _place: place })
    }

    /// Stores a file as a message and pushes that to the room; the same id again is the same message.
    ///
    /// # Errors
    /// As for writing; `invalid_file`, `file_too_large`, `files_full`, or when the file cannot be kept.
    pub async fn send_file(
        &self,
        session: &Session,
        typed: &str,
        id: &str,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<ChatMessage, Error> {
        let room = self.find_typed(typed).await?;
        let me = self.writer(session, &room).await?;
        let (id, name) = (MessageId::parse(id)?, FileName::cut(name));
        if let Some(sent) = self.store.sent_message(&room.name, &id, &me.identity).await? {
            return Ok(stored(sent)?);
        }
        if bytes.is_empty() {
            return Err(ErrorCode::InvalidFile.into());
        }
        if bytes.len() as u64 > self.files.quotas.file {
            return Err(ErrorCode::FileTooLarge.into());
        }
        let Examined { kind, bytes } = examine(bytes).map_err(|_| ErrorCode::InvalidFile)?;
        let file = FileId::parse(&random::hex(&random::bytes::<16>()?))?;
        let owner = session.hash();
        let new = NewFile { id: &file, owner: &owner, name: name.as_str(), kind, bytes: bytes.len() as u64 };
        if !self.store.reserve_file(&room.name, &new, self.files.quotas).await? {
            return Err(ErrorCode::FilesFull.into());
        }
        // What fails from here on leaves a file that belongs to no message, and is deleted as such.
        self.files.depot.put(&file, bytes).await?;
        self.store_message(&room, &me, &id, &MessageText::parse(name.as_str())?, Some(&file)).await
    }

    /// A file of a message that the caller may read.
    ///
    /// # Errors
    /// `invalid_room_name`, `room_not_found`, `not_in_meeting`, `not_found`, or when it cannot be read.
    pub async fn file(&self, session: &Session, typed: &str, id: &str) -> Result<(StoredFile, Content), Error> {
        let room = self.find_typed(typed).await?;
        let readable = self.readable(session, &room).await?;
        let id = FileId::parse(id)?;
        let file = self.store.file(&room.name, readable, &id).await?.ok_or(ErrorCode::NotFound)?;
        let content = self.files.depot.get(&id).await?.ok_or(ErrorCode::NotFound)?;
        Ok((file, content))
    }
}
