//! What proves, beside the password, that somebody is who they say: a secret shared with an application that makes codes,
//! and recovery codes for the day on which it is lost.

use sqlx::Row as _;

use super::{AccountId, Store, TokenHash};

/// The secret of an account's codes.
pub struct SecondFactor {
    /// Shared with the application.
    pub secret: Vec<u8>,
    /// Whether a code of it has been entered once.
    pub proven: bool,
}

impl Store {
    /// The secret of an account's codes, proven or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn second_factor(&self, id: &AccountId) -> Result<Option<SecondFactor>, sqlx::Error> {
        let ask = sqlx::query("SELECT totp, totp_proven FROM accounts WHERE id = $1").bind(id.as_str());
        let Some(row) = ask.fetch_optional(&self.reader).await? else { return Ok(None) };
        let secret = row.try_get::<&[u8], _>("totp")?.to_vec();
        let proven = row.try_get::<i64, _>("totp_proven")? != 0;
        Ok((!secret.is_empty()).then_some(SecondFactor { secret, proven }))
    }

    /// Begins with a secret that is still to be proven, where none is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_second_factor(&self, id: &AccountId, secret: &[u8]) -> Result<bool, sqlx::Error> {
        let set = sqlx::query("UPDATE accounts SET totp = $1, totp_step = 0 WHERE id = $2 AND totp_proven = 0");
        Ok(set.bind(secret).bind(id.as_str()).execute(&self.writer).await?.rows_affected() == 1)
    }

    /// Uses the code of one time step up; `false` when it, or a later one, was used.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn use_step(&self, id: &AccountId, step: u64) -> Result<bool, sqlx::Error> {
        let set = sqlx::query("UPDATE accounts SET totp_step = $1 WHERE id = $2 AND totp_step < $1");
        let done = set.bind(step.cast_signed()).bind(id.as_str()).execute(&self.writer).await?;
        Ok(done.rows_affected() == 1)
    }

    /// From now on a code is asked for, or one of these recovery codes.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn prove_second_factor(&self, id: &AccountId, recovery: &[TokenHash]) -> Result<(), sqlx::Error> {
        let mut transaction = self.writer.begin().await?;
        let set = sqlx::query("UPDATE accounts SET totp_proven = 1 WHERE id = $1").bind(id.as_str());
        set.execute(&mut *transaction).await?;
        let forget = sqlx::query("DELETE FROM recovery_codes WHERE account = $1").bind(id.as_str());
        forget.execute(&mut *transaction).await?;
        for hash in recovery {
            let insert = sqlx::query("INSERT INTO recovery_codes (account, hash) VALUES ($1, $2)");
            insert.bind(id.as_str()).bind(hash.as_slice()).execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        self.forget_signed_in();
        Ok(())
    }

    /// From now on no code is asked for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remove_second_factor(&self, id: &AccountId) -> Result<(), sqlx::Error> {
        let mut transaction = self.writer.begin().await?;
        let set = sqlx::query("UPDATE accounts SET totp = $1, totp_proven = 0, totp_step = 0 WHERE id = $2");
        let nothing: &[u8] = &[];
        set.bind(nothing).bind(id.as_str()).execute(&mut *transaction).await?;
        let forget = sqlx::query("DELETE FROM recovery_codes WHERE account = $1").bind(id.as_str());
        forget.execute(&mut *transaction).await?;
        transaction.commit().await?;
        self.forget_signed_in();
        Ok(())
    }

    /// Uses a recovery code up; `false` when it is not one of this account's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn use_recovery_code(&self, id: &AccountId, hash: &TokenHash) -> Result<bool, sqlx::Error> {
        let delete = sqlx::query("DELETE FROM recovery_codes WHERE account = $1 AND hash = $2");
        let done = delete.bind(id.as_str()).bind(hash.as_slice()).execute(&self.writer).await?;
        Ok(done.rows_affected() == 1)
    }
}
