//! People with accounts.

use server::accounts::Accounts;
use server::email::Email;
use server::password::Passwords;
use server::secret::Secret;
use server::store::{Account, Store};
use sqlx::ConnectOptions as _;
use sqlx::any::{AnyConnectOptions, install_default_drivers};
use totp_rs::{Algorithm, TOTP};
use wire::DisplayName;

use super::{Answer, App, Browser, Parlour};

/// What Ada signs in with.
pub(crate) const EMAIL: &str = "ada@example.org";
/// Her password.
pub(crate) const PASSWORD: &str = "rusty kettle orbit 9";

impl App {
    /// An account that has a password.
    pub(crate) async fn account(&self, email: &str, name: &str) {
        let (email, name) = (Email::parse(email).unwrap(), DisplayName::parse(name).unwrap());
        let (_, link) = self.state.accounts.make(email, name).await.unwrap().unwrap();
        assert!(self.state.accounts.set_password(&link, Secret::new(PASSWORD)).await.is_ok());
    }

    /// Ada, signed in.
    pub(crate) async fn ada(&self) -> Browser {
        self.account(EMAIL, "Ada").await;
        let mut browser = self.browser();
        let answer = browser.sign_in(EMAIL, PASSWORD).await;
        assert_eq!(answer.status.as_u16(), 303, "{answer:?}");
        browser
    }

    /// An administrator who is signed in, and the secret of their codes, of which the one of the last half minute is used.
    pub(crate) async fn administrator(&self) -> (Browser, String) {
        let mut browser = self.ada().await;
        self.sql("UPDATE accounts SET administrator = 1").await;
        self.forget_who_is_signed_in(&mut browser).await;
        let secret = browser.set_up_codes().await;
        (browser, secret)
    }

    /// Changes the database behind Parlour's back.
    pub(crate) async fn sql(&self, statement: &str) {
        install_default_drivers();
        let mut connection = self.database.url.parse::<AnyConnectOptions>().unwrap().connect().await.unwrap();
        sqlx::query(statement).execute(&mut connection).await.unwrap();
    }

    /// What was changed behind Parlour's back is believed from here on.
    pub(crate) async fn forget_who_is_signed_in(&self, browser: &mut Browser) {
        // Any change forgets everybody.
        assert_eq!(browser.form("/settings/name", &[("name", "Ada")]).await.status.as_u16(), 303);
    }
}

impl Parlour {
    /// The accounts of one whose database is a file.
    pub(crate) async fn accounts(&self) -> Accounts {
        let store = Store::open(&format!("sqlite:{}", self.data.path().join("parlour.db").display())).await.unwrap();
        Accounts::new(store, Passwords::default())
    }

    /// Makes an account and answers it, with what its owner's cookie holds; it has codes.
    pub(crate) async fn signed_in(&self, accounts: &Accounts) -> (Account, String) {
        let (email, name) = (Email::parse(EMAIL).unwrap(), DisplayName::parse("Ada").unwrap());
        let (account, link) = accounts.make(email, name).await.unwrap().unwrap();
        assert!(accounts.set_password(&link, Secret::new(PASSWORD)).await.is_ok());
        let enrolment = accounts.enrol(&account, Secret::new(PASSWORD)).await.unwrap().unwrap();
        let secret = enrolment.secret.expose();
        assert!(accounts.prove(&account, &code(secret, -1)).await.unwrap().is_some());
        let account = accounts.get(&account.id).await.unwrap();
        let begun = accounts.begin(&account, "Firefox", None).await.unwrap();
        let token = accounts.enter_code(&account, &begun.token, &code(secret, 0), "Firefox").await.unwrap().unwrap();
        (account, token.to_text())
    }
}

impl Browser {
    /// Sends the form of `/signin`.
    pub(crate) async fn sign_in(&mut self, email: &str, password: &str) -> Answer {
        self.form("/signin", &[("email", email), ("password", password)]).await
    }

    /// Sets up codes and answers their secret.
    pub(crate) async fn set_up_codes(&mut self) -> String {
        let page = self.form("/settings/second-factor", &[("totp_password", PASSWORD)]).await.text();
        let secret = shown(&page, "totp-secret").split('<').next().unwrap().replace(' ', "");
        let answer = self.form("/settings/second-factor/prove", &[("code", &code(&secret, -1))]).await;
        assert_eq!(answer.status.as_u16(), 200, "{answer:?}");
        secret
    }
}

/// The code of a secret, some half minutes from now. Each works once, and none before one that was used.
pub(crate) fn code(secret: &str, steps: i64) -> String {
    let secret = totp_rs::Secret::Encoded(secret.to_owned()).to_bytes().unwrap();
    let now = i64::try_from(server::clock::now().as_secs()).unwrap() + 30 * steps;
    TOTP::new(Algorithm::SHA1, 6, 0, 30, secret).unwrap().generate(now.cast_unsigned())
}

/// The value of a hidden field in a page.
pub(crate) fn field_of(page: &str, name: &str) -> String {
    let input = page.split("<input").find(|input| input.contains(&format!("name=\"{name}\""))).expect(name);
    input.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// The secret of the one-time link in a text.
pub(crate) fn link_in(text: &str) -> String {
    let secret = text.split("/signin#link=").nth(1).expect("a link");
    secret.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect()
}

/// What stands in a page from an element with a test id on.
pub(crate) fn shown<'a>(page: &'a str, id: &str) -> &'a str {
    let element = page.split_once(&format!("data-testid=\"{id}\"")).expect(id).1;
    element.split_once('>').unwrap().1
}
