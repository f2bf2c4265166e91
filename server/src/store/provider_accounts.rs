//! Accounts of people who sign in by a provider: found by issuer and subject, and by nothing else.

use wire::DisplayName;

use super::accounts::{COLUMNS, account};
use super::{Account, AccountId, Store};
use crate::clock;
use crate::email::Email;

/// What the provider tells of somebody at every sign-in.
pub struct Told<'a> {
    /// Their address.
    pub email: Option<&'a Email>,
    /// Whether they look after accounts; `None`: that is not the provider's to say.
    pub administrator: Option<bool>,
    /// Whether they are a teacher.
    pub teacher: bool,
}

impl Told<'_> {
    fn email(&self) -> &str {
        self.email.map_or("", Email::as_str)
    }
}

impl Store {
    /// The account of somebody whom the provider knows, disabled or not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn provider_account(&self, issuer: &str, subject: &str) -> Result<Option<Account>, sqlx::Error> {
        let statement = format!("SELECT {COLUMNS} FROM accounts WHERE issuer = $1 AND issuer_subject = $2");
        let row = sqlx::query(&statement).bind(issuer).bind(subject).fetch_optional(&self.reader).await?;
        row.as_ref().map(account).transpose()
    }

    /// Stores the account of somebody new, under this id; nothing is stored when there is one already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_provider_account(
        &self,
        (issuer, issuer_subject): (&str, &str),
        (id, subject): (&AccountId, &[u8; 32]),
        name: &DisplayName,
        told: &Told<'_>,
    ) -> Result<(), sqlx::Error> {
        sqlx::query(
            "INSERT INTO accounts (id, email, subject, name, administrator, created_at_ms, issuer, issuer_subject,
                 issuer_email, teacher)
             VALUES ($1, $1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        )
        .bind(id.as_str())
        .bind(subject.as_slice())
        .bind(name.as_str())
        .bind(i64::from(told.administrator.unwrap_or_default()))
        .bind(clock::now_ms().cast_signed())
        .bind(issuer)
        .bind(issuer_subject)
        .bind(told.email())
        .bind(i64::from(told.teacher))
        .execute(&self.writer)
        .await?;
        Ok(())
    }

    /// Follows what the provider tells.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn update_provider_account(&self, id: &AccountId, told: &Told<'_>) -> Result<(), sqlx::Error> {
        // What the provider does not say stays: -1 is neither yes nor no.
        sqlx::query(
            "UPDATE accounts SET issuer_email = $1, teacher = $2,
                 administrator = CASE WHEN $3 < 0 THEN administrator ELSE $3 END
             WHERE id = $4",
        )
        .bind(told.email())
        .bind(i64::from(told.teacher))
        .bind(told.administrator.map_or(-1, i64::from))
        .bind(id.as_str())
        .execute(&self.writer)
        .await?;
        self.forget_signed_in();
        Ok(())
    }
}
