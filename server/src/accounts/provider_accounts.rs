//! People who sign in by a provider.

use super::oidc::{Person, Roles};
use super::{Accounts, SessionToken};
use crate::error::Error;
use crate::store::{Account, Told};

/// Why somebody whom the provider knows does not come in.
pub enum NotEntered {
    /// Their account is disabled.
    Disabled,
    /// Something failed.
    Failed(Error),
}

impl From<Error> for NotEntered {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<sqlx::Error> for NotEntered {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl Accounts {
    /// The account of somebody whom the provider has signed in, made at the first time. It is known by issuer and subject
    /// alone: whoever has the same address with a password, or at another provider, has another account. Address and roles
    /// follow the provider; the name is their own after the first time.
    ///
    /// # Errors
    /// When the account is disabled, or the database or the system's randomness fails.
    pub async fn of_person(&self, issuer: &str, person: &Person, roles: Roles) -> Result<Account, NotEntered> {
        let Roles { administrator, teacher } = roles;
        let told = Told { email: person.email.as_ref(), administrator, teacher };
        let found = self.store.provider_account(issuer, &person.subject).await?;
        match &found {
            Some(account) if account.disabled => {
                tracing::info!(account = account.id.as_str(), "a disabled account was not signed in to");
                return Err(NotEntered::Disabled);
            }
            Some(account) => {
                if administrator.is_some_and(|administrator| administrator != account.administrator) {
                    tracing::info!(
                        account = account.id.as_str(),
                        ?roles,
                        "the provider changes who is an administrator"
                    );
                }
                self.store.update_provider_account(&account.id, &told).await?;
            }
            None => {
                let Account { id, subject, name, .. } = Account::fresh(None, person.name.clone(), false)?;
                let whose = (issuer, person.subject.as_str());
                self.store.insert_provider_account(whose, (&id, &subject), &name, &told).await?;
                tracing::info!(account = id.as_str(), "an account was made for somebody whom the provider knows");
            }
        }
        // Of two who are the same person and come at once, one has made it.
        let account = self.store.provider_account(issuer, &person.subject).await?;
        account.ok_or_else(|| Error::from(wire::ErrorCode::Internal).into())
    }

    /// Whether an account is that of somebody whom the provider has signed in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_of_person(&self, account: &Account, issuer: &str, person: &Person) -> Result<bool, Error> {
        let theirs = self.store.provider_account(issuer, &person.subject).await?;
        Ok(theirs.is_some_and(|theirs| theirs.id == account.id))
    }

    /// Signs in somebody whom the provider has signed in; `proven_at_ms` is when they have shown it who they are, 0 when it
    /// does not say.
    ///
    /// # Errors
    /// When the database or the system's randomness fails.
    pub async fn begin_by_provider(
        &self,
        account: &Account,
        proven_at_ms: u64,
        user_agent: &str,
        old: Option<&SessionToken>,
    ) -> Result<SessionToken, Error> {
        self.open_proven(account, true, proven_at_ms, user_agent, old).await
    }
}
