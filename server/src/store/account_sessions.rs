//! Where accounts are signed in.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::Row as _;

use super::accounts::{COLUMNS, account};
use super::{Account, AccountId, SIGNED_IN_FOR, Store, spoilt};
use crate::clock;

/// SHA-256 of a secret that somebody keeps: of a session's cookie, of a link.
pub type TokenHash = [u8; 32];

/// How long a session lasts that is not used.
pub const SESSION_LASTS: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How long somebody has for entering the code.
const CODE_LASTS: Duration = Duration::from_secs(10 * 60);
/// How often at most it is written that a session was used.
const SEEN_EVERY: Duration = Duration::from_secs(60 * 60);

/// One place where an account is signed in.
pub struct AccountSession {
    /// Which.
    pub hash: TokenHash,
    /// The browser, in words.
    pub browser: String,
    /// When it signed in, in milliseconds since 1970.
    pub made_at_ms: u64,
    /// When it was used last, to the hour.
    pub seen_at_ms: u64,
}

/// Somebody who is signed in.
pub struct Known {
    /// As whom.
    pub account: Arc<Account>,
    /// Whether the session was just prolonged, and its cookie should be.
    pub prolonged: bool,
}

impl Store {
    /// Stores a new session, and forgets those that are over; `complete` when no code is to be entered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_account_session(
        &self,
        hash: &TokenHash,
        id: &AccountId,
        complete: bool,
        proven_at_ms: u64,
        browser: &str,
    ) -> Result<(), sqlx::Error> {
        let now = clock::now_ms().cast_signed();
        let over =
            sqlx::query("DELETE FROM account_sessions WHERE seen_at_ms <= $1 OR (complete = 0 AND seen_at_ms <= $2)");
        over.bind(now - ms(SESSION_LASTS)).bind(now - ms(CODE_LASTS)).execute(&self.writer).await?;
        sqlx::query(
            "INSERT INTO account_sessions (hash, account, complete, browser, made_at_ms, seen_at_ms, proven_at_ms)
             VALUES ($1, $2, $3, $4, $5, $5, $6)",
        )
        .bind(hash.as_slice())
        .bind(id.as_str())
        .bind(i64::from(complete))
        .bind(browser)
        .bind(now)
        .bind(proven_at_ms.cast_signed())
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Who is signed in by this session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signed_in(&self, hash: &TokenHash) -> Result<Option<Known>, sqlx::Error> {
        if let Some((asked, account)) = self.signed_in.get(hash)
            && asked.elapsed() < SIGNED_IN_FOR
        {
            return Ok(Some(Known { account, prolonged: false }));
        }
        let asked = Instant::now();
        let epoch = self.signed_in.epoch();
        let now = clock::now_ms().cast_signed();
        let Some((account, seen)) = self.session_account(hash, true, now - ms(SESSION_LASTS)).await? else {
            return Ok(None);
        };
        let prolonged = seen <= now - ms(SEEN_EVERY);
        if prolonged {
            let update = sqlx::query("UPDATE account_sessions SET seen_at_ms = $1 WHERE hash = $2");
            update.bind(now).bind(hash.as_slice()).execute(&self.writer).await?;
        }
        let account = Arc::new(account);
        // Unless something was revoked meanwhile: it may be the answer from before.
        self.signed_in.put(epoch, *hash, (asked, Arc::clone(&account)));
        Ok(Some(Known { account, prolonged }))
    }

    /// Forgets who is signed in, when a session or an account has changed.
    pub(super) fn forget_signed_in(&self) {
        self.signed_in.clear();
    }

    /// Whose password was right, when the code is still to be entered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn awaits_code(&self, hash: &TokenHash) -> Result<Option<Account>, sqlx::Error> {
        let since = clock::now_ms().cast_signed() - ms(CODE_LASTS);
        Ok(self.session_account(hash, false, since).await?.map(|(account, _)| account))
    }

    async fn session_account(
        &self,
        hash: &TokenHash,
        complete: bool,
        since_ms: i64,
    ) -> Result<Option<(Account, i64)>, sqlx::Error> {
        let statement = format!(
            "SELECT {COLUMNS}, account_sessions.seen_at_ms FROM account_sessions
             JOIN accounts ON accounts.id = account_sessions.account
             WHERE account_sessions.hash = $1 AND complete = $2 AND seen_at_ms > $3 AND disabled = 0"
        );
        let row = sqlx::query(&statement)
            .bind(hash.as_slice())
            .bind(i64::from(complete))
            .bind(since_ms)
            .fetch_optional(&self.reader)
            .await?;
        row.map(|row| Ok((account(&row)?, row.try_get("seen_at_ms")?))).transpose()
    }

    /// When the owner of a session has shown who they are, in milliseconds since 1970; 0 when nobody knows.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session_proven_at_ms(&self, hash: &TokenHash) -> Result<Option<u64>, sqlx::Error> {
        let proven = sqlx::query("SELECT proven_at_ms FROM account_sessions WHERE hash = $1 AND complete = 1");
        let row = proven.bind(hash.as_slice()).fetch_optional(&self.reader).await?;
        row.map(|row| Ok(row.try_get::<i64, _>("proven_at_ms")?.cast_unsigned())).transpose()
    }

    /// Where an account is signed in, used last first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account_sessions(&self, id: &AccountId) -> Result<Vec<AccountSession>, sqlx::Error> {
        let rows = sqlx::query(
            "SELECT hash, browser, made_at_ms, seen_at_ms FROM account_sessions
             WHERE account = $1 AND complete = 1 AND seen_at_ms > $2 ORDER BY seen_at_ms DESC, made_at_ms DESC",
        )
        .bind(id.as_str())
        .bind(clock::now_ms().cast_signed() - ms(SESSION_LASTS))
        .fetch_all(&self.reader)
        .await?;
        let session = |row: &sqlx::any::AnyRow| {
            Ok(AccountSession {
                hash: row.try_get::<&[u8], _>("hash")?.try_into().map_err(|_| spoilt("account_sessions.hash"))?,
                browser: row.try_get("browser")?,
                made_at_ms: row.try_get::<i64, _>("made_at_ms")?.cast_unsigned(),
                seen_at_ms: row.try_get::<i64, _>("seen_at_ms")?.cast_unsigned(),
            })
        };
        rows.iter().map(session).collect()
    }

    /// Ends one session, of whatever account; `false` when there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_session(&self, hash: &TokenHash) -> Result<bool, sqlx::Error> {
        let end = sqlx::query("DELETE FROM account_sessions WHERE hash = $1").bind(hash.as_slice());
        let ended = end.execute(&self.writer).await?.rows_affected() == 1;
        self.forget_signed_in();
        Ok(ended)
    }

    /// Ends an account's sessions, but not `kept`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_sessions(&self, id: &AccountId, kept: Option<&TokenHash>) -> Result<(), sqlx::Error> {
        // No hash is empty.
        let kept = kept.map_or(&[][..], |hash| hash.as_slice());
        let end = sqlx::query("DELETE FROM account_sessions WHERE account = $1 AND hash <> $2");
        end.bind(id.as_str()).bind(kept).execute(&self.writer).await?;
        self.forget_signed_in();
        Ok(())
    }
}

fn ms(duration: Duration) -> i64 {
    clock::to_ms(duration).cast_signed()
}

#[cfg(test)]
mod tests {
    use wire::DisplayName;

    use super::*;
    use crate::email::Email;

    #[tokio::test]
    async fn an_answer_from_before_a_revocation_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite:{}", folder.path().join("test.db").display())).await.unwrap();
        let account = Account {
            id: AccountId::parse("0123456789abcdef").unwrap(),
            subject: [1; 32],
            email: Email::parse("ada@example.org"),
            name: DisplayName::parse("Ada").unwrap(),
            administrator: false,
            disabled: false,
            second_factor: false,
            by_provider: false,
            teacher: false,
        };
        assert!(store.insert_account(&account).await.unwrap());
        assert!(!store.insert_account(&account).await.unwrap(), "an address is taken once");
        let hash = [2; 32];
        store.insert_account_session(&hash, &account.id, true, 0, "Firefox").await.unwrap();
        let known = store.signed_in(&hash).await.unwrap().unwrap();
        assert!(store.signed_in.get(&hash).is_some(), "the next request asks nobody");
        let before = store.signed_in.epoch();
        store.end_session(&hash).await.unwrap();
        store.signed_in.put(before, hash, (Instant::now(), known.account));
        assert!(store.signed_in(&hash).await.unwrap().is_none());
    }
}
