//! One-time links: each sets one password, once, until it ends.

use sqlx::{AnyConnection, Row as _};

use super::accounts::COLUMNS;
use super::{Account, AccountId, Store, TokenHash, accounts};
use crate::clock;
use crate::email::Email;

/// What a link opens.
pub enum Opens {
    /// The making of the first administrator.
    FirstAdministrator,
    /// A new password for this account.
    Password(Box<Account>),
}

impl Store {
    /// Stores a link for an account, or for the first administrator; an older one of the same kind is of no use any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_link(
        &self,
        hash: &TokenHash,
        account: Option<&AccountId>,
        ends_at_ms: u64,
    ) -> Result<(), sqlx::Error> {
        let mut transaction = self.writer.begin().await?;
        if let Some(id) = account {
            // Postgres has several writers: of two who make a link at once, the later one sees the other's.
            let hold = sqlx::query("UPDATE accounts SET id = id WHERE id = $1").bind(id.as_str());
            hold.execute(&mut *transaction).await?;
        }
        let (forget, insert) = match account {
            Some(id) => (
                sqlx::query("DELETE FROM one_time_links WHERE account = $1").bind(id.as_str()),
                sqlx::query("INSERT INTO one_time_links (hash, ends_at_ms, account) VALUES ($1, $2, $3)"),
            ),
            None => (
                sqlx::query("DELETE FROM one_time_links WHERE account IS NULL"),
                sqlx::query("INSERT INTO one_time_links (hash, ends_at_ms) VALUES ($1, $2)"),
            ),
        };
        forget.execute(&mut *transaction).await?;
        let insert = insert.bind(hash.as_slice()).bind(ends_at_ms.cast_signed());
        let insert = match account {
            Some(id) => insert.bind(id.as_str()),
            None => insert,
        };
        insert.execute(&mut *transaction).await?;
        transaction.commit().await
    }

    /// What a link opens, if anything; it stays as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn link(&self, hash: &TokenHash) -> Result<Option<Opens>, sqlx::Error> {
        let row = sqlx::query(
            "SELECT COALESCE(account, '') AS account FROM one_time_links WHERE hash = $1 AND ends_at_ms > $2",
        )
        .bind(hash.as_slice())
        .bind(clock::now_ms().cast_signed())
        .fetch_optional(&self.reader)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let whose: String = row.try_get("account")?;
        if whose.is_empty() {
            return Ok((!self.has_accounts().await?).then_some(Opens::FirstAdministrator));
        }
        let statement = format!("SELECT {COLUMNS} FROM accounts WHERE id = $1 AND disabled = 0");
        let row = sqlx::query(&statement).bind(whose).fetch_optional(&self.reader).await?;
        row.map(|row| Ok(Opens::Password(Box::new(accounts::account(&row)?)))).transpose()
    }

    /// Uses a link up: its account has this password, and its sessions are over; `false` when the link is not there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn use_link(&self, hash: &TokenHash, id: &AccountId, password: &str) -> Result<bool, sqlx::Error> {
        let mut transaction = self.writer.begin().await?;
        if !take(&mut transaction, hash).await? {
            return Ok(false);
        }
        let set = sqlx::query("UPDATE accounts SET password = $1 WHERE id = $2").bind(password).bind(id.as_str());
        set.execute(&mut *transaction).await?;
        end_ways_in(&mut transaction, id).await?;
        transaction.commit().await?;
        self.forget_signed_in();
        Ok(true)
    }

    /// Uses the first administrator's link up; `false` when it is not there, or there is an account.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_first(&self, hash: &TokenHash, new: &Account, password: &str) -> Result<bool, sqlx::Error> {
        let mut transaction = self.writer.begin().await?;
        if !take(&mut transaction, hash).await? {
            return Ok(false);
        }
        let inserted = sqlx::query(
            "INSERT INTO accounts (id, subject, email, name, password, administrator, created_at_ms)
             SELECT $1, $2, $3, $4, $5, 1, $6 WHERE NOT EXISTS (SELECT 1 FROM accounts WHERE issuer = '' OR administrator = 1)",
        )
        .bind(new.id.as_str())
        .bind(new.subject.as_slice())
        .bind(new.email.as_ref().map_or("", Email::as_str))
        .bind(new.name.as_str())
        .bind(password)
        .bind(clock::now_ms().cast_signed())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(inserted.rows_affected() == 1)
    }
}

/// Ends what an older password has opened: sessions, and links for another one.
pub(super) async fn end_ways_in(connection: &mut AnyConnection, id: &AccountId) -> Result<(), sqlx::Error> {
    for end in ["DELETE FROM account_sessions WHERE account = $1", "DELETE FROM one_time_links WHERE account = $1"] {
        sqlx::query(end).bind(id.as_str()).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Takes a link away; of several who try, one does.
async fn take(connection: &mut AnyConnection, hash: &TokenHash) -> Result<bool, sqlx::Error> {
    let delete = sqlx::query("DELETE FROM one_time_links WHERE hash = $1 AND ends_at_ms > $2");
    let done = delete.bind(hash.as_slice()).bind(clock::now_ms().cast_signed()).execute(connection).await?;
    Ok(done.rows_affected() == 1)
}
