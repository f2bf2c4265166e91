//! Where somebody is signed in.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::{Accounts, browser};
use crate::clock;
use crate::error::Error;
use crate::random::{self, NoRandomness};
use crate::store::{Account, AccountSession, Known, TokenHash};

/// How long a sign-in counts as one of just now.
const FRESH_FOR: Duration = Duration::from_secs(10 * 60);

/// What the cookie of a signed-in browser holds: 32 random bytes. No `Debug`: it is a secret.
#[derive(Clone)]
pub struct SessionToken([u8; 32]);

impl SessionToken {
    fn fresh() -> Result<Self, NoRandomness> {
        random::bytes().map(Self)
    }

    /// Reads a token as it stands in a cookie; anything else is none.
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// The token as it stands in a cookie.
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What the database keeps of it.
    pub fn hash(&self) -> TokenHash {
        Sha256::new().chain_update(b"parlour account session\0").chain_update(self.0).finalize().into()
    }
}

/// A sign-in that has begun.
pub struct Begun {
    /// For the cookie.
    pub token: SessionToken,
    /// Whether the code is still to be entered.
    pub awaits_code: bool,
}

impl Accounts {
    /// Signs somebody in whose password was right: whole, or up to the code. Always with a fresh token, so that nobody
    /// can have known it before; what the browser had is over.
    ///
    /// # Errors
    /// When the database or the system's randomness fails.
    pub async fn begin(&self, account: &Account, user_agent: &str, old: Option<&SessionToken>) -> Result<Begun, Error> {
        let awaits_code = account.second_factor;
        let token = self.open(account, !awaits_code, user_agent, old).await?;
        Ok(Begun { token, awaits_code })
    }

    /// A new session in place of an old one.
    pub(super) async fn open(
        &self,
        account: &Account,
        complete: bool,
        user_agent: &str,
        old: Option<&SessionToken>,
    ) -> Result<SessionToken, Error> {
        self.open_proven(account, complete, clock::now_ms(), user_agent, old).await
    }

    /// The same for somebody who has shown at another time, or nobody knows when, who they are.
    pub(super) async fn open_proven(
        &self,
        account: &Account,
        complete: bool,
        proven_at_ms: u64,
        user_agent: &str,
        old: Option<&SessionToken>,
    ) -> Result<SessionToken, Error> {
        if let Some(old) = old {
            self.end(old, Some(account)).await?;
        }
        let token = SessionToken::fresh()?;
        let browser = browser::words(user_agent);
        self.store.insert_account_session(&token.hash(), &account.id, complete, proven_at_ms, &browser).await?;
        if complete {
            tracing::info!(account = account.id.as_str(), browser, "signed in");
        }
        Ok(token)
    }

    /// A new session for somebody whose sessions have all just ended, by their own doing.
    ///
    /// # Errors
    /// When the database or the system's randomness fails.
    pub async fn stay(&self, account: &Account, user_agent: &str) -> Result<SessionToken, Error> {
        self.open(account, true, user_agent, None).await
    }

    /// Who is signed in by this token.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn signed_in(&self, token: &SessionToken) -> Result<Option<Known>, Error> {
        Ok(self.store.signed_in(&token.hash()).await?)
    }

    /// Whether the owner of this session has shown a moment ago who they are: whoever sits at the browser knows the
    /// password, or what the provider asks for.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_fresh(&self, session: &TokenHash) -> Result<bool, Error> {
        let proven_at_ms = self.store.session_proven_at_ms(session).await?;
        Ok(proven_at_ms.is_some_and(|at_ms| clock::now_ms().saturating_sub(at_ms) < clock::to_ms(FRESH_FOR)))
    }

    /// Whose code is still to be entered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn awaits_code(&self, token: &SessionToken) -> Result<Option<Account>, Error> {
        Ok(self.store.awaits_code(&token.hash()).await?)
    }

    /// Signs out in one browser, also out of calls.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_out(&self, token: &SessionToken) -> Result<(), Error> {
        self.end(token, None).await
    }

    /// Ends what a browser had. Where the same account goes on in it, so do its calls.
    async fn end(&self, token: &SessionToken, next: Option<&Account>) -> Result<(), Error> {
        let hash = token.hash();
        let known = self.store.signed_in(&hash).await?;
        if self.store.end_session(&hash).await?
            && let Some(Known { account, .. }) = known
            && next.is_none_or(|next| next.id != account.id)
        {
            self.revoked(&account).await?;
        }
        Ok(())
    }

    /// Where an account is signed in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sessions(&self, account: &Account) -> Result<Vec<AccountSession>, Error> {
        Ok(self.store.account_sessions(&account.id).await?)
    }

    /// Signs somebody out of one of their browsers, known by what [`Accounts::sessions`] says of it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_session(&self, account: &Account, hash_hex: &str) -> Result<(), Error> {
        let sessions = self.sessions(account).await?;
        // Nobody else's: it must be in the list.
        if let Some(session) = sessions.iter().find(|session| random::hex(&session.hash) == hash_hex) {
            self.store.end_session(&session.hash).await?;
            self.revoked(account).await?;
        }
        Ok(())
    }

    /// Signs an account out everywhere, but not in the browser with `kept`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_sessions(&self, account: &Account, kept: Option<&TokenHash>) -> Result<(), Error> {
        self.store.end_sessions(&account.id, kept).await?;
        Ok(self.revoked(account).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_token_is_one_and_its_hash_does_not_show_it() {
        let token = SessionToken::fresh().unwrap();
        assert_eq!(SessionToken::parse(&token.to_text()).unwrap().hash(), token.hash());
        assert_ne!(token.hash(), token.0);
        for text in ["", "abc", &token.to_text()[1..], &format!("{}=", token.to_text())] {
            assert!(SessionToken::parse(text).is_none(), "{text}");
        }
    }
}
