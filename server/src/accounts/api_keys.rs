//! Keys of machines. Each is a caller of its own: what it makes is its own, and it sees nobody else's rooms.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use tokio_util::sync::CancellationToken;
use wire::{DisplayName, ErrorCode};

use super::Accounts;
use crate::clock;
use crate::error::Error;
use crate::meetings::identity::Session;
use crate::random;
use crate::secret::Secret;
use crate::store::{Account, StoredKey, TokenHash};

/// What every key begins with, so that programs that look for lost secrets know it.
const PREFIX: &str = "parlour";
/// How often at most it is written that a key was used.
const USED_EVERY: Duration = Duration::from_secs(60 * 60);
/// How often it is looked for keys that have ended, and since when at first: no Parlour may have run then.
const ENDED_EVERY: Duration = Duration::from_secs(5);
const ENDED_SINCE: Duration = Duration::from_secs(24 * 60 * 60);

/// What a key may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// List and describe rooms.
    RoomsRead,
    /// Make, change and delete rooms, and invite to them.
    RoomsWrite,
    /// Come in, as itself.
    Join,
    /// Do what a host does.
    Moderation,
    /// Know who is inside, who was, and what hosts did.
    Attendance,
    /// Read and write in chats.
    Messages,
    /// Read the numbers of the whole server.
    Metrics,
}

impl Scope {
    /// Every scope.
    pub const ALL: [Self; 7] = [
        Self::RoomsRead,
        Self::RoomsWrite,
        Self::Join,
        Self::Moderation,
        Self::Attendance,
        Self::Messages,
        Self::Metrics,
    ];

    /// The scope as a stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::RoomsRead => "rooms:read",
            Self::RoomsWrite => "rooms:write",
            Self::Join => "join",
            Self::Moderation => "moderation",
            Self::Attendance => "attendance",
            Self::Messages => "messages",
            Self::Metrics => "metrics",
        }
    }

    /// What it lets a program do, in words.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::RoomsRead => "List and describe its rooms",
            Self::RoomsWrite => "Make, change and delete its rooms, and invite to them",
            Self::Join => "Come into meetings",
            Self::Moderation => "Moderate and end its meetings, keep people out and delete chats",
            Self::Attendance => "See who is and was in its meetings, and what hosts did",
            Self::Messages => {
                "Read what is written in its meetings, with the names of those who wrote, and write there"
            }
            Self::Metrics => "Read the numbers of the whole server",
        }
    }
}

impl StoredKey {
    /// Whether it may be used for something.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.split(' ').any(|word| word == scope.word())
    }

    /// The key as meetings know it.
    pub fn session(&self) -> Session {
        Session::of_key(self.subject, self.name.clone())
    }
}

impl Accounts {
    /// Makes a key and answers its text, which nobody will ever see again.
    ///
    /// # Errors
    /// When the database or the system's randomness fails.
    pub async fn make_key(
        &self,
        by: &Account,
        name: DisplayName,
        scopes: &[Scope],
        lasts: Duration,
    ) -> Result<Secret, Error> {
        let (id, secret) = (random::hex(&random::bytes::<8>()?), random::bytes::<32>()?);
        let words: Vec<&str> = scopes.iter().map(|scope| scope.word()).collect();
        let made_at_ms = clock::now_ms();
        let key = StoredKey {
            hash: hash(&secret),
            subject: random::bytes()?,
            name,
            scopes: words.join(" "),
            made_at_ms,
            ends_at_ms: made_at_ms + clock::to_ms(lasts),
            used_at_ms: 0,
            id,
        };
        self.store.insert_key(&key).await?;
        tracing::info!(by = by.id.as_str(), key = key.id, scopes = key.scopes, "a key was made");
        Ok(Secret::new(format!("{PREFIX}_{}_{}", key.id, URL_SAFE_NO_PAD.encode(secret))))
    }

    /// The key that a program presents, when it is good.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn key(&self, presented: &str) -> Result<Option<StoredKey>, Error> {
        let Some((id, secret)) = parse(presented) else { return Ok(None) };
        let Some(key) = self.store.key(id).await? else { return Ok(None) };
        let now_ms = clock::now_ms();
        let right = bool::from(hash(&secret).ct_eq(&key.hash));
        if !right || key.ends_at_ms <= now_ms {
            tracing::info!(key = key.id, "a key was refused");
            return Ok(None);
        }
        if now_ms.saturating_sub(key.used_at_ms) > clock::to_ms(USED_EVERY) {
            self.store.key_used(&key.id, now_ms).await?;
        }
        Ok(Some(key))
    }

    /// Every key, the newest first; also those that have ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keys(&self) -> Result<Vec<StoredKey>, Error> {
        Ok(self.store.keys().await?)
    }

    /// Revokes a key: it is good for nothing from now on, and what came in by it goes out.
    ///
    /// # Errors
    /// `not_found`, or when the database fails.
    pub async fn revoke_key(&self, by: &Account, id: &str) -> Result<(), Error> {
        let key = self.store.key(id).await?.ok_or(ErrorCode::NotFound)?;
        self.store.delete_key(&key.id).await?;
        tracing::info!(by = by.id.as_str(), key = key.id, "a key was revoked");
        Ok(self.end_calls(key.session()).await?)
    }

    /// Ends what came in by keys when they end, as when they are revoked, until `stop`.
    pub async fn follow_ends(&self, stop: CancellationToken) {
        let mut every = tokio::time::interval(ENDED_EVERY);
        let mut since_ms = clock::now_ms().saturating_sub(clock::to_ms(ENDED_SINCE));
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = every.tick() => {}
            }
            let now_ms = clock::now_ms();
            match self.end_keys(since_ms, now_ms).await {
                Ok(()) => since_ms = now_ms,
                Err(cause) => tracing::warn!(%cause, "which keys have ended is not known: it is looked again"),
            }
        }
    }

    async fn end_keys(&self, since_ms: u64, now_ms: u64) -> Result<(), sqlx::Error> {
        for key in self.store.keys_that_ended(since_ms, now_ms).await? {
            tracing::info!(key = key.id, "a key has ended");
            self.end_calls(key.session()).await?;
        }
        Ok(())
    }
}

/// Id and secret of a key.
fn parse(text: &str) -> Option<(&str, [u8; 32])> {
    let (id, secret) = text.strip_prefix(PREFIX)?.strip_prefix('_')?.split_once('_')?;
    Some((id, URL_SAFE_NO_PAD.decode(secret).ok()?.try_into().ok()?))
}

fn hash(secret: &[u8; 32]) -> TokenHash {
    Sha256::new().chain_update(b"parlour api key\0").chain_update(secret).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_key_is_one() {
        let text = format!("parlour_0123456789abcdef_{}", URL_SAFE_NO_PAD.encode([7; 32]));
        assert_eq!(parse(&text), Some(("0123456789abcdef", [7; 32])));
        for broken in ["", "parlour", "parlour_", "parlour__", &text[1..], &text[..text.len() - 1], &format!("{text}=")]
        {
            assert!(parse(broken).is_none(), "{broken}");
        }
    }
}
