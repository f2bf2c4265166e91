//! Addresses of which it is still to be proven that their owner wants an account.

use sqlx::Row as _;

use super::{Account, Store, TokenHash, spoilt};
use crate::clock;
use crate::email::Email;

impl Store {
    /// Stores the link for an address; an older one of it is of no use any more. Those that are over are forgotten.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_registration(
        &self,
        hash: &TokenHash,
        email: &Email,
        ends_at_ms: u64,
    ) -> Result<(), sqlx::Error> {
        let over = sqlx::query("DELETE FROM registrations WHERE ends_at_ms <= $1");
        over.bind(clock::now_ms().cast_signed()).execute(&self.writer).await?;
        sqlx::query(
            "INSERT INTO registrations (email, hash, ends_at_ms) VALUES ($1, $2, $3)
             ON CONFLICT (email) DO UPDATE SET hash = excluded.hash, ends_at_ms = excluded.ends_at_ms",
        )
        .bind(email.as_str())
        .bind(hash.as_slice())
        .bind(ends_at_ms.cast_signed())
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// The address that a link proves, if any; it stays as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn registration(&self, hash: &TokenHash) -> Result<Option<Email>, sqlx::Error> {
        let row = sqlx::query("SELECT email FROM registrations WHERE hash = $1 AND ends_at_ms > $2")
            .bind(hash.as_slice())
            .bind(clock::now_ms().cast_signed())
            .fetch_optional(&self.reader)
            .await?;
        let email = |text: &str| Email::parse(text).ok_or_else(|| spoilt("registrations.email"));
        row.map(|row| email(row.try_get("email")?)).transpose()
    }

    /// Uses a link up: there is an account with its address and this password; `false` when the link is not there, or
    /// somebody else has made the account meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_registered(
        &self,
        hash: &TokenHash,
        email: &Email,
        new: &Account,
        password: &str,
    ) -> Result<bool, sqlx::Error> {
        let mut transaction = self.writer.begin().await?;
        let now = clock::now_ms().cast_signed();
        let take = sqlx::query("DELETE FROM registrations WHERE hash = $1 AND email = $2 AND ends_at_ms > $3");
        let taken = take.bind(hash.as_slice()).bind(email.as_str()).bind(now).execute(&mut *transaction).await?;
        if taken.rows_affected() != 1 {
            return Ok(false);
        }
        let inserted = sqlx::query(
            "INSERT INTO accounts (id, subject, email, name, password, administrator, created_at_ms)
             VALUES ($1, $2, $3, $4, $5, 0, $6) ON CONFLICT DO NOTHING",
        )
        .bind(new.id.as_str())
        .bind(new.subject.as_slice())
        .bind(email.as_str())
        .bind(new.name.as_str())
        .bind(password)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(inserted.rows_affected() == 1)
    }
}
