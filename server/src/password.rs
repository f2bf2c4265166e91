//! Passwords: hashed with argon2id, as slowly as OWASP advises, and never many at once.

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use zxcvbn::{Score, zxcvbn};

use crate::asker;
use crate::random::{self, NoRandomness};
use crate::secret::Secret;
use crate::slots::Slots;

/// Shortest password, in characters.
pub const MIN_CHARS: usize = 10;
/// Longest password, in characters: hashing takes as long as it takes, reading must not.
pub const MAX_CHARS: usize = 128;

/// How many are hashed at once. Each takes 19 MiB and a core for some 30 ms; the others wait.
const AT_ONCE: usize = 2;

/// OWASP's first choice: memory in KiB, passes, lanes.
const MEMORY_KIB: u32 = 19 * 1_024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// A hash that no password has, made with the parameters above: to verify against it takes as long as against any other.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Why a password is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It has too few characters.
    TooShort,
    /// It has too many.
    TooLong,
    /// It is easily guessed: a common one, a pattern, a name.
    Guessable,
}

impl Refusal {
    /// One sentence for a person, with what to do.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::TooShort => "Use at least 10 characters.",
            Self::TooLong => "Use at most 128 characters.",
            Self::Guessable => {
                "This password is easy to guess. A few words that do not belong together are a good one."
            }
        }
    }
}

/// Why there is no hash.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The password itself.
    #[error("the password was refused")]
    Refused(Refusal),
    /// No salt.
    #[error(transparent)]
    Random(#[from] NoRandomness),
    /// The library.
    #[error("a password could not be hashed: {0}")]
    Hash(#[from] argon2::password_hash::Error),
    /// Nobody waits for it any more.
    #[error("a password was not hashed, as whoever gave it has gone")]
    Gone,
    /// Parlour stops.
    #[error("a password was not hashed, as Parlour is stopping")]
    Stopping,
}

/// Hashes and verifies. A clone shares the slots.
#[derive(Clone)]
pub struct Passwords {
    slots: Slots,
}

impl Default for Passwords {
    fn default() -> Self {
        Self { slots: Slots::new(AT_ONCE) }
    }
}

impl Passwords {
    /// The hash of a new password; `about` are words that it must not consist of, such as its owner's name.
    ///
    /// # Errors
    /// When it is refused, and when the system fails.
    pub async fn hash(&self, password: Secret, about: Vec<String>) -> Result<String, Failed> {
        self.slowly(move || {
            check(password.expose(), &about).map_err(Failed::Refused)?;
            let salt = SaltString::encode_b64(&random::bytes::<16>()?)?;
            Ok(argon()?.hash_password(password.expose().as_bytes(), &salt)?.to_string())
        })
        .await?
    }

    /// Whether this is the password of that hash. Without a hash it is not, and that takes as long.
    ///
    /// # Errors
    /// When the system fails.
    pub async fn verify(&self, password: Secret, hash: Option<String>) -> Result<bool, Failed> {
        self.slowly(move || {
            // What nobody can have chosen is not hashed: that would take longer the longer it is.
            let fits = password.expose().chars().count() <= MAX_CHARS;
            let shown = if fits { password.expose() } else { "" };
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODYS.to_owned());
            let right = argon()?.verify_password(shown.as_bytes(), &PasswordHash::new(&hash)?).is_ok();
            Ok(right && known && fits)
        })
        .await?
    }

    /// Works when it is its turn, which those pass over who have gone by then: nothing has been stored for them yet.
    async fn slowly<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failed> {
        let slot = tokio::select! {
            biased;
            () = asker::gone() => return Err(Failed::Gone),
            slot = self.slots.wait() => slot.map_err(|_| Failed::Stopping)?,
        };
        slot.work(work).await.map_err(|_| Failed::Stopping)
    }
}

fn argon() -> Result<Argon2<'static>, argon2::password_hash::Error> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Whether a password may be chosen.
fn check(password: &str, about: &[String]) -> Result<(), Refusal> {
    let length = password.chars().count();
    if length < MIN_CHARS {
        return Err(Refusal::TooShort);
    }
    if length > MAX_CHARS {
        return Err(Refusal::TooLong);
    }
    let about: Vec<&str> = about.iter().map(String::as_str).chain(["parlour"]).collect();
    if zxcvbn(password, &about).score() < Score::Three {
        return Err(Refusal::Guessable);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use tokio_util::sync::CancellationToken;

    use super::*;

    const GOOD: &str = "rusty kettle orbit 9";

    #[tokio::test]
    async fn a_password_is_known_again_and_another_is_not() {
        let passwords = Passwords::default();
        let hash = passwords.hash(Secret::new(GOOD), Vec::new()).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_ne!(passwords.hash(Secret::new(GOOD), Vec::new()).await.unwrap(), hash, "each has its salt");
        assert!(passwords.verify(Secret::new(GOOD), Some(hash.clone())).await.unwrap());
        for wrong in ["", "rusty kettle orbit 8", &format!("{GOOD} "), &"x".repeat(100_000)] {
            assert!(!passwords.verify(Secret::new(wrong), Some(hash.clone())).await.unwrap());
        }
    }

    #[tokio::test]
    async fn who_has_gone_is_passed_over() {
        let passwords = Passwords::default();
        let all = passwords.slots.take(AT_ONCE).await;
        let gone = CancellationToken::new();
        let queued = tokio::spawn({
            let (passwords, gone) = (passwords.clone(), gone.clone());
            async move { asker::known(gone, passwords.verify(Secret::new(GOOD), None)).await }
        });
        tokio::task::yield_now().await;
        gone.cancel();
        assert!(matches!(queued.await.unwrap(), Err(Failed::Gone)), "also when nobody is ready");
        drop(all);
        assert!(matches!(asker::known(gone, passwords.hash(Secret::new(GOOD), Vec::new())).await, Err(Failed::Gone)));
        let here = CancellationToken::new();
        assert!(asker::known(here, passwords.hash(Secret::new(GOOD), Vec::new())).await.is_ok());
    }

    #[tokio::test]
    async fn nobodys_password_takes_as_long_as_somebodys() {
        let passwords = Passwords::default();
        let hash = passwords.hash(Secret::new(GOOD), Vec::new()).await.unwrap();
        let parameters = |hash: &str| hash.rsplitn(3, '$').last().unwrap().to_owned();
        assert_eq!(parameters(NOBODYS), parameters(&hash), "the same work");
        let mut took = Vec::new();
        for hash in [None, Some(hash)] {
            let start = Instant::now();
            for _ in 0..5 {
                assert!(!passwords.verify(Secret::new("wrong"), hash.clone()).await.unwrap());
            }
            took.push(start.elapsed());
        }
        assert!(took[0] < took[1] * 3 && took[1] < took[0] * 3, "{took:?}");
        assert!(!passwords.verify(Secret::new(""), None).await.unwrap());
    }

    #[test]
    fn what_is_easily_guessed_is_refused() {
        let about = ["Ada Lovelace".to_owned(), "ada@example.org".to_owned()];
        for (password, refusal) in [
            ("short", Refusal::TooShort),
            ("ééééééééé", Refusal::TooShort),
            (&*"xy".repeat(65), Refusal::TooLong),
            ("password1234", Refusal::Guessable),
            ("qwertyuiop", Refusal::Guessable),
            ("1234567890", Refusal::Guessable),
            ("aaaaaaaaaaaaaaa", Refusal::Guessable),
            ("lovelaceada", Refusal::Guessable),
        ] {
            assert_eq!(check(password, &about), Err(refusal), "{password}");
        }
        for password in [GOOD, "correct horse battery staple", "Šípková růženka spí"] {
            assert_eq!(check(password, &about), Ok(()), "{password}");
        }
    }
}
