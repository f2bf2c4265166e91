//! What several Parlours that share a Postgres tell each other: that something is different for which pages of another one
//! wait, and who is at the doors. Told by NOTIFY and heard by LISTEN. Beside SQLite there is one Parlour, which tells nobody.

use std::io;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::postgres::PgListener;
use tokio::sync::Notify;
use wire::{Identity, RoomName};

use super::{SecretHash, Store};
use crate::random;

const CHANNEL: &str = "parlour";
/// Postgres takes less than 8,000 bytes at once.
const MOST_BYTES: usize = 7_999;
/// How many wait at most, where the database takes none: it is then told that anything may be different.
const MOST_WAITING: usize = 4_096;
/// How often each Parlour says something, and nothing when there is nothing. A connection on which it does not hear itself
/// for longer is dead, which nobody else would say.
pub const SAID_EVERY: Duration = Duration::from_secs(4);
const HEARD_WITHIN: Duration = Duration::from_secs(12);

/// What one Parlour tells the others. It says no more than where to look, but for who is at a door, which stands nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// Something is different at a door.
    Door(RoomName),
    /// Somebody is at a door. It is told again and again for as long as it is so.
    Here(RoomName, Identity),
    /// Somebody is there no longer.
    Gone(RoomName, Identity),
    /// The session with this hash is no longer good.
    SignedOut(SecretHash),
    /// Anything may be different: there was too much to tell.
    Anything,
}

/// As it is sent.
#[derive(Serialize)]
struct Told<'a> {
    from: &'a str,
    notices: &'a [Notice],
}

/// As it is received.
#[derive(Deserialize)]
struct Heard {
    from: String,
    /// Some may be a newer Parlour's.
    notices: Vec<Value>,
}

/// How the other Parlours are reached.
pub(super) struct Others {
    url: String,
    /// What this Parlour is known by, so that it does not answer itself.
    me: String,
    outbox: Outbox,
}

impl Others {
    pub(super) fn new(url: &str) -> Result<Self, random::NoRandomness> {
        let me = random::hex(&random::bytes::<8>()?);
        Ok(Self { url: url.to_owned(), me, outbox: Outbox::to_others() })
    }
}

/// What waits to be told. Nothing is kept where there are no others. A clone is the same.
#[derive(Clone, Default)]
pub struct Outbox(Option<Arc<Waiting>>);

#[derive(Default)]
struct Waiting {
    notices: Mutex<Vec<Notice>>,
    more: Notify,
}

impl Waiting {
    /// A list is whole even when a thread panicked while it held the lock.
    fn lock(&self) -> MutexGuard<'_, Vec<Notice>> {
        self.notices.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Outbox {
    /// One for others.
    pub fn to_others() -> Self {
        Self(Some(Arc::default()))
    }

    /// Tells it soon; nobody waits for that.
    pub fn put(&self, notice: Notice) {
        if let Some(waiting) = &self.0 {
            let mut notices = waiting.lock();
            if notices.len() < MOST_WAITING {
                notices.push(notice);
            } else {
                *notices = vec![Notice::Anything];
            }
            waiting.more.notify_one();
        }
    }

    /// Whether there is anybody to tell.
    pub fn is_read(&self) -> bool {
        self.0.is_some()
    }

    /// All that waits, once something does.
    pub async fn take(&self) -> Vec<Notice> {
        let Some(waiting) = &self.0 else { return std::future::pending().await };
        loop {
            let notices = self.rest();
            if !notices.is_empty() {
                return notices;
            }
            waiting.more.notified().await;
        }
    }

    /// What waits now.
    pub fn rest(&self) -> Vec<Notice> {
        self.0.as_ref().map(|waiting| mem::take(&mut *waiting.lock())).unwrap_or_default()
    }
}

impl Store {
    /// Where what the others should know is put.
    pub fn outbox(&self) -> Outbox {
        self.others.as_ref().map(|others| others.outbox.clone()).unwrap_or_default()
    }

    /// Tells the others now.
    ///
    /// # Errors
    /// When the database fails; some may have been told then.
    pub async fn announce(&self, notices: &[Notice]) -> Result<(), sqlx::Error> {
        let Some(others) = &self.others else { return Ok(()) };
        for text in parcels(&others.me, notices).map_err(|cause| sqlx::Error::Encode(cause.into()))? {
            // What the function answers says nothing.
            let tell = sqlx::query("SELECT pg_notify($1, $2)::text").bind(CHANNEL).bind(text);
            tell.execute(&self.writer).await?;
        }
        Ok(())
    }

    /// Listens to the others from now on; `None` where there are none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn listen(&self) -> Result<Option<Notices>, sqlx::Error> {
        let Some(others) = &self.others else { return Ok(None) };
        let mut listener = PgListener::connect(&others.url).await?;
        listener.listen(CHANNEL).await?;
        Ok(Some(Notices { listener, me: others.me.clone() }))
    }
}

/// As few texts as are short enough, or nearly.
fn parcels(from: &str, notices: &[Notice]) -> serde_json::Result<Vec<String>> {
    let text = serde_json::to_string(&Told { from, notices })?;
    if text.len() <= MOST_BYTES || notices.len() < 2 {
        return Ok(vec![text]);
    }
    let (some, rest) = notices.split_at(notices.len() / 2);
    let mut texts = parcels(from, some)?;
    texts.extend(parcels(from, rest)?);
    Ok(texts)
}

/// What the others tell.
pub struct Notices {
    listener: PgListener,
    me: String,
}

impl Notices {
    /// The next, and who says it; `None` when the connection was lost and is there again, so that some may have been missed.
    ///
    /// # Errors
    /// When the database fails, or nothing is heard any more.
    pub async fn next(&mut self) -> Result<Option<(String, Vec<Notice>)>, sqlx::Error> {
        let silent = |_| sqlx::Error::Io(io::Error::new(io::ErrorKind::TimedOut, "nothing is heard any more"));
        while let Some(told) = tokio::time::timeout(HEARD_WITHIN, self.listener.try_recv()).await.map_err(silent)?? {
            match serde_json::from_str::<Heard>(told.payload()) {
                Ok(heard) if heard.from == self.me => {}
                Ok(heard) => {
                    let notices = heard.notices.into_iter().map(serde_json::from_value).filter_map(Result::ok);
                    return Ok(Some((heard.from, notices.collect())));
                }
                Err(cause) => tracing::warn!(%cause, "what another Parlour tells is not understood"),
            }
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use wire::ROOM_NAME_MAX_CHARS;

    use super::*;

    #[test]
    fn whatever_there_is_to_tell_is_short_enough_for_postgres() {
        // The longest name, each letter as long as letters are.
        let longest = "\u{10000}".repeat(ROOM_NAME_MAX_CHARS);
        let room = RoomName::parse(&longest).unwrap();
        let notices: Vec<_> =
            (0..1_000).map(|one| Notice::Here(room.clone(), Identity(format!("{one:032}")))).collect();
        let texts = parcels("0123456789abcdef", &notices).unwrap();
        assert!(texts.iter().all(|text| text.len() < 8_000));
        let read = texts.iter().flat_map(|text| serde_json::from_str::<Heard>(text).unwrap().notices);
        let read: Vec<Notice> = read.map(|notice| serde_json::from_value(notice).unwrap()).collect();
        assert_eq!(read, notices);
    }

    #[tokio::test]
    async fn nothing_is_kept_for_nobody() {
        let (none, some) = (Outbox::default(), Outbox::to_others());
        let notice = Notice::SignedOut([7; 32]);
        none.put(notice.clone());
        some.put(notice.clone());
        assert_eq!(some.take().await, std::slice::from_ref(&notice));
        for _ in 0..=MOST_WAITING {
            some.put(notice.clone());
        }
        assert_eq!(some.rest(), [Notice::Anything], "nor too much for those who cannot hear it");
        assert!(!none.is_read());
    }
}
