//! Making one's own account: who may, and how the address is proven first.

use wire::DisplayName;

use super::{Accounts, Link, LinkToken, NotChanged};
use crate::clock;
use crate::email::Email;
use crate::error::Error;
use crate::secret::Secret;
use crate::store::Account;

/// Who may make an account without an administrator.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Registration {
    /// Nobody.
    #[default]
    Closed,
    /// Everybody.
    Open,
    /// Whoever has an address in one of these domains.
    Domains(Vec<String>),
}

impl Registration {
    /// Reads `closed`, `open`, or a list of domains with an `@` before each, separated by commas.
    ///
    /// # Errors
    /// The first entry that is none of them.
    pub fn parse(text: &str) -> Result<Self, &str> {
        match text.trim() {
            "closed" => Ok(Self::Closed),
            "open" => Ok(Self::Open),
            list => {
                let domain = |entry: &str| {
                    // A domain is what an address could end in.
                    let domain = entry.strip_prefix('@')?;
                    Email::parse(&format!("a@{domain}")).map(|email| email.domain().to_owned())
                };
                let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
                let domains: Vec<String> = entries.map(|entry| domain(entry).ok_or(entry)).collect::<Result<_, _>>()?;
                if domains.is_empty() { Err(list) } else { Ok(Self::Domains(domains)) }
            }
        }
    }

    /// Whether nobody may.
    pub fn is_closed(&self) -> bool {
        *self == Self::Closed
    }

    /// The domains whose addresses may, when not all may.
    pub fn domains(&self) -> &[String] {
        match self {
            Self::Domains(domains) => domains,
            Self::Closed | Self::Open => &[],
        }
    }

    /// Whether whoever has this address may.
    pub fn admits(&self, email: &Email) -> bool {
        match self {
            Self::Closed => false,
            Self::Open => true,
            Self::Domains(domains) => domains.iter().any(|domain| domain == email.domain()),
        }
    }
}

/// Who wants to make an account.
pub enum Newcomer {
    /// Somebody who has one.
    Known(Box<Account>),
    /// Somebody else, with the link that proves the address.
    New(LinkToken),
}

impl Accounts {
    /// Whether there is an account: before, nobody may take the first administrator's place.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_any(&self) -> Result<bool, Error> {
        Ok(self.store.has_accounts().await?)
    }

    /// What is to be sent to somebody who wants an account with this address; nothing when it is disabled.
    ///
    /// # Errors
    /// When the database or the system's randomness fails.
    pub async fn newcomer(&self, email: &Email) -> Result<Option<Newcomer>, Error> {
        if let Some((account, _)) = self.store.account_by_email(email).await? {
            return Ok((!account.disabled).then(|| Newcomer::Known(Box::new(account))));
        }
        let link = LinkToken::fresh()?;
        let ends_at_ms = clock::now_ms() + clock::to_ms(LinkToken::REGISTRATION_LASTS);
        self.store.insert_registration(&link.hash(), email, ends_at_ms).await?;
        Ok(Some(Newcomer::New(link)))
    }

    /// Makes the account of somebody who has proven their address by a link, which is used up.
    ///
    /// # Errors
    /// What is wrong with the link or the password; a refused password leaves the link as it is.
    pub async fn register(
        &self,
        token: &LinkToken,
        name: DisplayName,
        password: Secret,
    ) -> Result<Account, NotChanged> {
        let Some(Link::Registration(email)) = self.link(token).await? else { return Err(NotChanged::NotYou) };
        let account = Account::fresh(Some(email.clone()), name, false)?;
        let hash = self.hash(password, &account).await?;
        if !self.store.insert_registered(&token.hash(), &email, &account, &hash).await? {
            return Err(NotChanged::NotYou);
        }
        tracing::info!(account = account.id.as_str(), "an account was made by its owner");
        Ok(account)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_register_follows_from_the_domain() {
        let (ada, eve) = (Email::parse("ada@school.example").unwrap(), Email::parse("eve@evilschool.example").unwrap());
        for (text, admits) in [
            ("closed", [false, false]),
            (" open ", [true, true]),
            ("@School.example", [true, false]),
            ("@staff.example, @school.example,", [true, false]),
            ("@example", [false, false]),
        ] {
            let registration = Registration::parse(text).unwrap();
            assert_eq!([&ada, &eve].map(|email| registration.admits(email)), admits, "{text}");
        }
        for wrong in ["", "yes", "school.example", "@", ",", "@school.example, ada@school.example"] {
            assert!(Registration::parse(wrong).is_err(), "{wrong}");
        }
    }
}
