//! Files in the chat: each comes as a message, and goes with it.

use std::time::Duration;

use wire::{ChatMessage, ErrorCode, FileId, FileName, Mark, MessageId, MessageText};

use super::Meetings;
use super::chat::stored;
use super::identity::Session;
use super::uploads::{Place, Places};
use crate::error::Error;
use crate::files::{Content, Depot, Examined, Examiner};
use crate::network::Network;
use crate::random;
use crate::store::{NewFile, NewMessage, Quotas, StoredFile};

/// When to try again where there is no place for another file.
const BUSY_FOR: Duration = Duration::from_secs(10);
/// What files leave of the disk: the database is often on it, too.
const LEFT_FREE_BYTES: u64 = 64 * 1_024 * 1_024;

/// Where files are kept, and how many.
pub struct Files {
    pub(super) depot: Depot,
    quotas: Quotas,
    places: Places,
    examiner: Examiner,
}

impl Files {
    /// Files in `depot`, as many as the quotas allow.
    pub fn new(depot: Depot, quotas: Quotas) -> Self {
        Self { depot, quotas, places: Places::default(), examiner: Examiner::default() }
    }
}

/// Somebody who may send a file now.
pub struct Upload<'a> {
    /// Its longest length.
    pub most_bytes: u64,
    _place: Place<'a>,
}

impl Meetings {
    /// Whether somebody may send a file, before it comes, and room for it in memory; `bytes` is its length, where that is
    /// known.
    ///
    /// # Errors
    /// As for writing; `file_too_large`, `storage_full`; `rate_limited` when they, their network or all together send as
    /// many as may be.
    pub async fn begin_upload(
        &self,
        session: &Session,
        network: Network,
        typed: &str,
        bytes: Option<u64>,
    ) -> Result<Upload<'_>, Error> {
        let room = self.find_typed(typed).await?;
        self.writer(session, &room).await?;
        let most_bytes = self.files.quotas.file;
        let bytes = bytes.unwrap_or(most_bytes);
        if bytes > most_bytes {
            return Err(ErrorCode::FileTooLarge.into());
        }
        if self.files.depot.free_bytes()?.is_some_and(|free| free < bytes.saturating_add(LEFT_FREE_BYTES)) {
            tracing::warn!("the disk is full: files are taken when there is space again");
            return Err(ErrorCode::StorageFull.into());
        }
        let place = self.files.places.take(session.hash(), network).ok_or(Error::TooOften(BUSY_FOR))?;
        Ok(Upload { most_bytes, _place: place })
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
        let Examined { kind, bytes } = self.files.examiner.examine(bytes).await.map_err(|_| ErrorCode::InvalidFile)?;
        let file = FileId::parse(&random::hex(&random::bytes::<16>()?))?;
        let owner = session.hash();
        let new = NewFile { id: &file, owner: &owner, name: name.as_str(), kind, bytes: bytes.len() as u64 };
        if !self.store.reserve_file(&room.name, &new, self.files.quotas).await? {
            return Err(ErrorCode::FilesFull.into());
        }
        // What fails from here on leaves a file that belongs to no message, and is deleted as such.
        self.files.depot.put(&file, bytes).await?;
        let text = MessageText::parse(name.as_str())?;
        let (mark, file, noted) = (Mark::None, Some(file), None);
        let new = NewMessage { id, sender: me.identity, sender_name: me.name, text, mark, file, noted };
        self.store_message(&room.name, new).await
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
