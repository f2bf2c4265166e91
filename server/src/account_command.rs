//! `parlour account …`: for whoever has the machine, when nobody can sign in.

use std::io::{Write as _, stdout};

use wire::ErrorCode;

use crate::accounts::Accounts;
use crate::command::Failure;
use crate::config::{AccountTask, Config};
use crate::email::Email;
use crate::error::Error;
use crate::password::Passwords;
use crate::serve::address;
use crate::store::Store;

/// Does what was asked for and says so on standard output.
///
/// # Errors
/// When there is no such account, or the database fails.
pub(crate) async fn run(config: &Config, task: AccountTask) -> Result<(), Failure> {
    let store = Store::open(&config.database_url).await?;
    let accounts = Accounts::new(store.clone(), Passwords::default());
    let said = match task {
        AccountTask::List => list(&accounts).await?,
        AccountTask::Reset { email, codes } => reset(config, &accounts, &email, codes).await?,
    };
    store.close().await;
    stdout().write_all(said.as_bytes())?;
    Ok(())
}

async fn list(accounts: &Accounts) -> Result<String, Failure> {
    let lines = accounts.all().await?.into_iter().map(|account| {
        let words = [
            (account.administrator, "administrator"),
            (account.disabled, "disabled"),
            (account.by_provider, "by OpenID Connect"),
        ];
        let words: Vec<&str> = words.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect();
        format!("{}\t{}\t{}\n", account.email.as_ref().map_or("-", Email::as_str), account.name, words.join(", "))
    });
    Ok(lines.collect())
}

async fn reset(config: &Config, accounts: &Accounts, email: &str, codes: bool) -> Result<String, Failure> {
    let email = Email::parse(email).ok_or(Failure::NoAccount)?;
    let link = accounts.reset_by_operator(&email, codes).await.map_err(|error| match error {
        Error::Refused(ErrorCode::NotFound) => Failure::NoAccount,
        error => error.into(),
    })?;
    Ok(format!("{}{}\n", address(config, config.addr), link.path()))
}
