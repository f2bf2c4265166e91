//! Who somebody is: a session per browser, and an identity per session and room.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use wire::{DisplayName, Identity, RoomName};

use crate::random::{self, NoRandomness};
use crate::store::SecretHash;

/// Bytes of an identity: 128 bits, so that nobody meets another's by chance.
const IDENTITY_BYTES: usize = 16;
/// Bytes of a seat: it tells apart the few browsers of one person.
const SEAT_BYTES: usize = 8;

/// Who asks: a browser's session, or what stands for one. 32 random bytes that only the browser keeps. No `Debug`: it is a secret.
#[derive(Clone)]
pub struct Session {
    secret: [u8; 32],
    signed_in: bool,
    teacher: bool,
    name: Option<DisplayName>,
    /// What tells the browsers of an account apart.
    browser: Option<[u8; 32]>,
}

impl Session {
    /// A new session.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub fn fresh() -> Result<Self, NoRandomness> {
        random::bytes().map(Self::of_browser)
    }

    /// What stands for an account, the same in every browser; `subject` is the account's secret.
    pub fn of_account(subject: [u8; 32]) -> Self {
        Self { secret: subject, signed_in: true, teacher: false, name: None, browser: None }
    }

    /// The same in one browser, told from others by what only that is known by.
    #[must_use]
    pub fn in_browser(self, browser: [u8; 32]) -> Self {
        Self { browser: Some(browser), ..self }
    }

    /// What stands for a machine's key; `subject` is the key's secret, and `name` what it does is written down under.
    pub fn of_key(subject: [u8; 32], name: DisplayName) -> Self {
        Self { secret: subject, signed_in: true, teacher: false, name: Some(name), browser: None }
    }

    fn of_browser(secret: [u8; 32]) -> Self {
        Self { secret, signed_in: false, teacher: false, name: None, browser: None }
    }

    /// What it is called where it has not said a name yet.
    pub fn name(&self) -> Option<&DisplayName> {
        self.name.as_ref()
    }

    /// Whether it is a person's account. A machine's key is signed in, too, and nobody knows who uses it.
    pub fn is_account(&self) -> bool {
        self.browser.is_some()
    }

    /// Whether it is an account's or a key's.
    pub fn is_signed_in(&self) -> bool {
        self.signed_in
    }

    /// The same session, of somebody who is a teacher here, or not.
    #[must_use]
    pub fn teaching(self, teacher: bool) -> Self {
        Self { teacher, ..self }
    }

    /// Whether it is a teacher's.
    pub fn is_teacher(&self) -> bool {
        self.teacher
    }

    /// Reads a session as it stands in a cookie; anything else is no session.
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self::of_browser)
    }

    /// The session as it stands in a cookie.
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.secret)
    }

    /// What the database keeps of it.
    pub fn hash(&self) -> SecretHash {
        self.digest(b"parlour session", b"")
    }

    /// Its identity in one room. Nothing links it to the session's identity in another one.
    pub fn identity(&self, room: &RoomName) -> Identity {
        let digest = self.digest(b"parlour identity", room.as_str().as_bytes());
        Identity(random::hex(digest.get(..IDENTITY_BYTES).unwrap_or(&digest)))
    }

    /// From where it takes part in a room; `None` where the identity says so already, because it is one browser's.
    pub fn seat(&self, room: &RoomName) -> Option<String> {
        let digest = Sha256::new().chain_update(b"parlour seat\0").chain_update(self.browser?);
        let digest = digest.chain_update(room.as_str().as_bytes()).finalize();
        Some(random::hex(digest.get(..SEAT_BYTES).unwrap_or(&digest)))
    }

    /// A hash of the session for one purpose: the purposes are told apart by their length and words.
    fn digest(&self, purpose: &[u8], about: &[u8]) -> [u8; 32] {
        Sha256::new()
            .chain_update(purpose)
            .chain_update([0])
            .chain_update(self.secret)
            .chain_update(about)
            .finalize()
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(name: &str) -> RoomName {
        RoomName::parse(name).unwrap()
    }

    #[test]
    fn an_identity_is_stable_in_its_room_and_another_elsewhere() {
        let (ada, eve) = (Session::of_browser([1; 32]), Session::of_browser([2; 32]));
        assert_eq!(ada.identity(&room("a")), Session::parse(&ada.to_text()).unwrap().identity(&room("a")));
        assert_ne!(ada.identity(&room("a")), ada.identity(&room("b")));
        assert_ne!(ada.identity(&room("a")), eve.identity(&room("a")));
        assert_eq!(ada.identity(&room("a")).as_str().len(), 32);
        assert!(!random::hex(&ada.hash()).starts_with(ada.identity(&room("a")).as_str()));
    }

    #[test]
    fn the_browsers_of_an_account_are_one_person_on_several_seats() {
        let (laptop, phone) =
            (Session::of_account([1; 32]).in_browser([2; 32]), Session::of_account([1; 32]).in_browser([3; 32]));
        assert_eq!(laptop.identity(&room("a")), phone.identity(&room("a")));
        assert_eq!(laptop.seat(&room("a")), laptop.clone().seat(&room("a")));
        assert_ne!(laptop.seat(&room("a")), phone.seat(&room("a")));
        assert_ne!(laptop.seat(&room("a")), laptop.seat(&room("b")), "nothing links two rooms");
        assert_eq!(laptop.seat(&room("a")).unwrap().len(), 16);
        assert_eq!(Session::fresh().unwrap().seat(&room("a")), None);
    }

    #[test]
    fn only_a_whole_session_is_one() {
        let session = Session::fresh().unwrap();
        assert!(Session::parse(&session.to_text()).is_some());
        for text in ["", "abc", &session.to_text()[1..], &format!("{}=", session.to_text()), "päivää"] {
            assert!(Session::parse(text).is_none(), "{text}");
        }
    }
}
