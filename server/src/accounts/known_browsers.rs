//! Browsers that have signed in to an account before: whoever guesses its password elsewhere does not keep them out.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::Accounts;
use crate::email::Email;
use crate::error::Error;
use crate::random;
use crate::store::Account;

/// What tells such browsers apart: 128 random bits.
pub type BrowserNumber = [u8; 16];

/// What a browser keeps that has signed in to an account: a number, and what only whoever knows the account makes of it. It
/// opens nothing: by it, a password may be tried. No `Debug`: it stands in no log.
pub struct BrowserProof {
    number: BrowserNumber,
    digest: [u8; 32],
}

impl BrowserProof {
    /// Reads a proof as it stands in a cookie; anything else is none.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (number, digest) = bytes.split_first_chunk()?;
        Some(Self { number: *number, digest: digest.try_into().ok()? })
    }

    /// The proof as it stands in a cookie.
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode([self.number.as_slice(), self.digest.as_slice()].concat())
    }

    /// Which browser it is.
    pub fn number(&self) -> &BrowserNumber {
        &self.number
    }
}

impl Accounts {
    /// A proof for a browser that has just signed in; `None` for an account without a password, which nobody guesses.
    ///
    /// # Errors
    /// When the database or the system's randomness fails.
    pub async fn remember_browser(&self, account: &Account) -> Result<Option<BrowserProof>, Error> {
        let Some(email) = &account.email else { return Ok(None) };
        let Some((account, Some(password))) = self.store.account_by_email(email).await? else { return Ok(None) };
        let number = random::bytes()?;
        Ok(Some(BrowserProof { number, digest: digest(&account, &password, &number) }))
    }

    /// Whether a browser has signed in to the account with this address, by the password that it has now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn remembers_browser(&self, email: &Email, shown: &BrowserProof) -> Result<bool, Error> {
        let found = self.store.account_by_email(email).await?;
        let Some((account, Some(password))) = found else { return Ok(false) };
        Ok(digest(&account, &password, &shown.number).ct_eq(&shown.digest).into())
    }
}

/// With the password's hash: whoever has known an earlier password tries no more than others.
fn digest(account: &Account, password: &str, number: &BrowserNumber) -> [u8; 32] {
    Sha256::new()
        .chain_update(b"parlour known browser\0")
        .chain_update(account.subject)
        .chain_update(number)
        .chain_update(password)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_proof_is_one() {
        let proof = BrowserProof { number: [1; 16], digest: [2; 32] };
        let text = proof.to_text();
        let read = BrowserProof::parse(&text).unwrap();
        assert_eq!((read.number, read.digest), (proof.number, proof.digest));
        for broken in ["", "abc", &text[1..], &text[..60], &format!("{text}="), &format!("{text}AAAA")] {
            assert!(BrowserProof::parse(broken).is_none(), "{broken}");
        }
    }
}
