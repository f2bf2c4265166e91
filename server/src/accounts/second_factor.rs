//! Codes from an application (TOTP, RFC 6238), and recovery codes for the day on which it is lost.

use sha2::{Digest as _, Sha256};
use totp_rs::{Algorithm, TOTP};
use wire::ErrorCode;

use super::{Accounts, SessionToken};
use crate::clock;
use crate::email::Email;
use crate::error::Error;
use crate::random;
use crate::secret::Secret;
use crate::store::{Account, TokenHash};

/// Digits of a code, and how long it is shown, in seconds: what every application can do.
const DIGITS: usize = 6;
const STEP_S: u64 = 30;
/// The code before and the next one count too: clocks differ, and people are slow.
const SKEW_STEPS: u64 = 1;
/// Length of the secret, in bytes: RFC 4226's advice.
const SECRET_BYTES: usize = 20;

/// How many recovery codes there are.
const RECOVERY_CODES: usize = 10;
/// Random bytes of one: 112 bits, so that a fast hash keeps them.
const RECOVERY_BYTES: usize = 14;
/// Letters of a recovery code in one group.
const GROUP_CHARS: usize = 4;

/// What somebody needs for setting up their application.
pub struct Enrolment {
    /// The secret, to type.
    pub secret: Secret,
    /// The secret, as a link that applications open.
    pub url: Secret,
}

impl Accounts {
    /// Begins with a new secret for somebody who knows their password; `None` when they do not.
    ///
    /// # Errors
    /// `bad_request` when codes are asked for already; when the database or the system's randomness fails.
    pub async fn enrol(&self, account: &Account, password: Secret) -> Result<Option<Enrolment>, Error> {
        if !self.is_own_password(account, password).await? {
            return Ok(None);
        }
        let secret = random::bytes::<SECRET_BYTES>()?;
        if !self.store.begin_second_factor(&account.id, &secret).await? {
            return Err(ErrorCode::BadRequest.into());
        }
        Ok(Some(enrolment(account, secret.to_vec())?))
    }

    /// Proves the secret by a code: from now on codes are asked for. Answers the recovery codes, which nobody will ever see
    /// again; `None` when the code is wrong.
    ///
    /// # Errors
    /// When the database or the system's randomness fails.
    pub async fn prove(&self, account: &Account, code: &str) -> Result<Option<Vec<Secret>>, Error> {
        let Some(factor) = self.store.second_factor(&account.id).await? else { return Ok(None) };
        if factor.proven || !self.use_code(account, factor.secret, code).await? {
            return Ok(None);
        }
        let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect::<Result<_, _>>()?;
        let hashes: Vec<TokenHash> = codes.iter().map(|code| recovery_hash(account, code)).collect();
        self.store.prove_second_factor(&account.id, &hashes).await?;
        Ok(Some(codes.into_iter().map(Secret::new).collect()))
    }

    /// Enters the code, or a recovery code, of a sign-in that has begun, and signs in; `None` when it is wrong.
    ///
    /// # Errors
    /// When the database or the system's randomness fails.
    pub async fn enter_code(
        &self,
        account: &Account,
        begun: &SessionToken,
        code: &str,
        user_agent: &str,
    ) -> Result<Option<SessionToken>, Error> {
        let right = match self.store.second_factor(&account.id).await? {
            Some(factor) if factor.proven => {
                self.use_code(account, factor.secret, code).await?
                    || self.store.use_recovery_code(&account.id, &recovery_hash(account, code)).await?
            }
            // It was removed meanwhile: the password has to be entered again.
            _ => false,
        };
        if !right {
            tracing::info!(account = account.id.as_str(), "a code was wrong");
            return Ok(None);
        }
        self.open(account, true, user_agent, Some(begun)).await.map(Some)
    }

    /// No code is asked for any more; for somebody who knows their password. `false` when they do not.
    ///
    /// # Errors
    /// `bad_request` for an administrator, who must have one; when the database fails.
    pub async fn unenrol(&self, account: &Account, password: Secret) -> Result<bool, Error> {
        if account.administrator {
            return Err(ErrorCode::BadRequest.into());
        }
        if !self.is_own_password(account, password).await? {
            return Ok(false);
        }
        self.store.remove_second_factor(&account.id).await?;
        Ok(true)
    }

    /// Whether a code is right, now; it is used up.
    async fn use_code(&self, account: &Account, secret: Vec<u8>, code: &str) -> Result<bool, Error> {
        match step_of(&totp(secret)?, code, clock::now().as_secs()) {
            Some(step) => Ok(self.store.use_step(&account.id, step).await?),
            None => Ok(false),
        }
    }
}

fn totp(secret: Vec<u8>) -> Result<TOTP, Error> {
    // We look at the steps around now ourselves, to know which one it was.
    TOTP::new(Algorithm::SHA1, DIGITS, 0, STEP_S, secret).map_err(|_| ErrorCode::Internal.into())
}

/// The number of the time step whose code this is.
fn step_of(totp: &TOTP, typed: &str, now_s: u64) -> Option<u64> {
    let code: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let now = now_s / STEP_S;
    (now.saturating_sub(SKEW_STEPS)..=now + SKEW_STEPS).find(|step| totp.check(&code, step * STEP_S))
}

fn enrolment(account: &Account, secret: Vec<u8>) -> Result<Enrolment, Error> {
    let secret = totp(secret)?.get_secret_base32();
    let label = account.email.as_ref().map_or(account.name.as_str(), Email::as_str);
    let label: String = url::form_urlencoded::byte_serialize(label.as_bytes()).collect();
    let url = format!(
        "otpauth://totp/Parlour:{label}?secret={secret}&issuer=Parlour&digits={DIGITS}&period={STEP_S}&algorithm=SHA1"
    );
    Ok(Enrolment { secret: Secret::new(secret), url: Secret::new(url) })
}

/// A recovery code: seven groups like `xxxx-xxxx` in hexadecimal.
fn recovery_code() -> Result<String, Error> {
    let letters: Vec<char> = random::hex(&random::bytes::<RECOVERY_BYTES>()?).chars().collect();
    Ok(letters.chunks(GROUP_CHARS).map(String::from_iter).collect::<Vec<_>>().join("-"))
}

/// What the database keeps of a recovery code; how it is typed does not matter.
fn recovery_hash(account: &Account, typed: &str) -> TokenHash {
    let bare: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    Sha256::new()
        .chain_update(b"parlour recovery code\0")
        .chain_update(account.subject)
        .chain_update(bare.to_ascii_lowercase())
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The secret of RFC 6238's test vectors.
    fn rfc() -> TOTP {
        totp(b"12345678901234567890".to_vec()).unwrap()
    }

    #[test]
    fn codes_are_the_standards_and_their_neighbours_count() {
        // RFC 6238, appendix B: at 59 s the code is 94287082, of which applications show six digits.
        for (now, step) in [(59, Some(1)), (30, Some(1)), (29, Some(1)), (89, Some(1)), (90, None)] {
            assert_eq!(step_of(&rfc(), " 287 082 ", now), step, "{now}");
        }
        for wrong in ["", "287083", "94287082", "28708", "２８７０８２"] {
            assert_eq!(step_of(&rfc(), wrong, 59), None, "{wrong}");
        }
    }

    #[test]
    fn recovery_codes_are_long_and_all_different() {
        let (one, other) = (recovery_code().unwrap(), recovery_code().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.len(), 34, "{one}");
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_no_code_by_accident(typed in "\\PC{0,30}", now in 0_u64..4_000_000_000) {
            let code: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
            if step_of(&rfc(), &typed, now).is_some() {
                prop_assert_eq!(code.len(), DIGITS);
            }
        }
    }
}
