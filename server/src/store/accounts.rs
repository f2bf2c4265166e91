//! Accounts.

use sqlx::Row as _;
use sqlx::any::AnyRow;
use wire::DisplayName;

use super::one_time_links::end_ways_in;
use super::{Store, spoilt};
use crate::clock;
use crate::email::Email;

/// Characters of an account's id: 64 bits in hexadecimal.
const ID_CHARS: usize = 16;
/// What is read of an account, by its columns' names.
pub(super) const COLUMNS: &str = "accounts.id, accounts.subject, accounts.email, accounts.name, accounts.administrator, accounts.disabled, \
     accounts.totp_proven, accounts.issuer, accounts.issuer_email, accounts.teacher";

/// Which account, in forms and in the log.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AccountId(String);

impl AccountId {
    /// Reads an id; anything else is none.
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.len() == ID_CHARS && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        hex.then(|| Self(text.to_owned()))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A stored account. No `Debug`: it holds a secret and an address.
#[derive(Clone)]
pub struct Account {
    /// Which.
    pub id: AccountId,
    /// What a browser's session is to a guest; a secret.
    pub subject: [u8; 32],
    /// What it signs in with; for an account of a provider, the address that the provider tells, if any.
    pub email: Option<Email>,
    /// What others call its owner.
    pub name: DisplayName,
    /// Whether it may look after accounts.
    pub administrator: bool,
    /// Whether nobody may sign in to it.
    pub disabled: bool,
    /// Whether a code is asked for when it signs in.
    pub second_factor: bool,
    /// Whether its owner signs in by a provider, and has no password.
    pub by_provider: bool,
    /// Whether the provider says that they are a teacher.
    pub teacher: bool,
}

impl Store {
    /// Stores an account without a password; `false` when its address is taken.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn insert_account(&self, account: &Account) -> Result<bool, sqlx::Error> {
        let done = sqlx::query(
            "INSERT INTO accounts (id, subject, email, name, administrator, created_at_ms)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        )
        .bind(account.id.as_str())
        .bind(account.subject.as_slice())
        .bind(account.email.as_ref().map_or("", Email::as_str))
        .bind(account.name.as_str())
        .bind(i64::from(account.administrator))
        .bind(clock::now_ms().cast_signed())
        .execute(&self.writer)
        .await?;
        Ok(done.rows_affected() == 1)
    }

    /// Whether there is an account that looks after the others, or was made by one that does.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_accounts(&self) -> Result<bool, sqlx::Error> {
        Ok(sqlx::query("SELECT id FROM accounts WHERE issuer = '' OR administrator = 1 LIMIT 1")
            .fetch_optional(&self.reader)
            .await?
            .is_some())
    }

    /// Every account, by name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn accounts(&self) -> Result<Vec<Account>, sqlx::Error> {
        let statement = format!("SELECT {COLUMNS} FROM accounts ORDER BY lower(name), email");
        sqlx::query(&statement).fetch_all(&self.reader).await?.iter().map(account).collect()
    }

    /// An account by its id.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account(&self, id: &AccountId) -> Result<Option<Account>, sqlx::Error> {
        let statement = format!("SELECT {COLUMNS} FROM accounts WHERE id = $1");
        let row = sqlx::query(&statement).bind(id.as_str()).fetch_optional(&self.reader).await?;
        row.as_ref().map(account).transpose()
    }

    /// An account by its address, and the hash of its password when it has one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn account_by_email(&self, email: &Email) -> Result<Option<(Account, Option<String>)>, sqlx::Error> {
        let statement = format!("SELECT {COLUMNS}, accounts.password FROM accounts WHERE email = $1");
        let Some(row) = sqlx::query(&statement).bind(email.as_str()).fetch_optional(&self.reader).await? else {
            return Ok(None);
        };
        let password: String = row.try_get("password")?;
        Ok(Some((account(&row)?, Some(password).filter(|hash| !hash.is_empty()))))
    }

    /// Gives an account another name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rename_account(&self, id: &AccountId, name: &DisplayName) -> Result<(), sqlx::Error> {
        let update = sqlx::query("UPDATE accounts SET name = $1 WHERE id = $2").bind(name.as_str()).bind(id.as_str());
        update.execute(&self.writer).await?;
        self.forget_signed_in();
        Ok(())
    }

    /// Gives an account another password and ends all its sessions and links.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_password(&self, id: &AccountId, hash: &str) -> Result<(), sqlx::Error> {
        let mut transaction = self.writer.begin().await?;
        let update = sqlx::query("UPDATE accounts SET password = $1 WHERE id = $2").bind(hash).bind(id.as_str());
        update.execute(&mut *transaction).await?;
        end_ways_in(&mut transaction, id).await?;
        transaction.commit().await?;
        self.forget_signed_in();
        Ok(())
    }

    /// Says whether an account is an administrator's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_administrator(&self, id: &AccountId, administrator: bool) -> Result<(), sqlx::Error> {
        let update = sqlx::query("UPDATE accounts SET administrator = $1 WHERE id = $2");
        update.bind(i64::from(administrator)).bind(id.as_str()).execute(&self.writer).await?;
        self.forget_signed_in();
        Ok(())
    }

    /// Says whether nobody may sign in to an account; one that is disabled has no sessions and no open links.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_disabled(&self, id: &AccountId, disabled: bool) -> Result<(), sqlx::Error> {
        let mut transaction = self.writer.begin().await?;
        let update = sqlx::query("UPDATE accounts SET disabled = $1 WHERE id = $2");
        update.bind(i64::from(disabled)).bind(id.as_str()).execute(&mut *transaction).await?;
        if disabled {
            for statement in
                ["DELETE FROM account_sessions WHERE account = $1", "DELETE FROM one_time_links WHERE account = $1"]
            {
                sqlx::query(statement).bind(id.as_str()).execute(&mut *transaction).await?;
            }
        }
        transaction.commit().await?;
        self.forget_signed_in();
        Ok(())
    }
}

/// An account as it stands in a row.
pub(super) fn account(row: &AnyRow) -> Result<Account, sqlx::Error> {
    let yes = |column| row.try_get::<i64, _>(column).map(|number| number != 0);
    let by_provider = !row.try_get::<&str, _>("issuer")?.is_empty();
    let email = row.try_get::<&str, _>(if by_provider { "issuer_email" } else { "email" })?;
    Ok(Account {
        id: AccountId::parse(row.try_get("id")?).ok_or_else(|| spoilt("accounts.id"))?,
        subject: row.try_get::<&[u8], _>("subject")?.try_into().map_err(|_| spoilt("accounts.subject"))?,
        email: match email {
            "" => None,
            email => Some(Email::parse(email).ok_or_else(|| spoilt("accounts.email"))?),
        },
        name: DisplayName::parse(row.try_get("name")?).map_err(|_| spoilt("accounts.name"))?,
        administrator: yes("administrator")?,
        disabled: yes("disabled")?,
        second_factor: yes("totp_proven")?,
        by_provider,
        teacher: yes("teacher")?,
    })
}
