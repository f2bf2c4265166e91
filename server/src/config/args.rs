//! The command line and the environment.

use std::env;
use std::ffi::{OsStr, OsString};
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Command, CommandFactory as _, FromArgMatches as _, Parser};

use super::parse::{self, Invalid};
use super::{Config, LiveKit, MediaAddress, Rates};
use wire::ClientProfile;

use crate::accounts::Access;
use crate::secret::{KeyPair, Secret};

/// Web meetings: a link, a browser, and you see and hear each other.
///
/// Without any option Parlour listens on http://127.0.0.1:3000, keeps its data in your home folder and starts a
/// LiveKit server of its own. Every option can be given in the environment instead.
#[derive(Parser)]
#[command(name = "parlour", version, max_term_width = 110)]
pub struct Args {
    /// Address and port to listen on
    #[arg(long, env = "PARLOUR_ADDR", default_value = "127.0.0.1:3000")]
    addr: SocketAddr,

    /// Address that people open, such as https://meet.example.org; without it, links carry the address of the request
    #[arg(long, env = "PARLOUR_PUBLIC_URL")]
    public_url: Option<String>,

    /// Folder for the database, keys and LiveKit's configuration [default: $XDG_DATA_HOME/parlour or
    /// ~/.local/share/parlour]
    #[arg(long, env = "PARLOUR_DATA_DIR")]
    data_dir: Option<OsString>,

    /// Database, such as sqlite:/var/lib/parlour/parlour.db or postgres://user:password@host/database [default:
    /// parlour.db in the data folder]
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,

    /// LiveKit server to use, such as wss://livekit.example.org; without it Parlour starts one of its own
    #[arg(long, env = "LIVEKIT_URL")]
    livekit_url: Option<String>,

    /// API key of that LiveKit server
    #[arg(long, env = "LIVEKIT_API_KEY")]
    livekit_api_key: Option<String>,

    /// API secret of that LiveKit server; better in the environment than here
    #[arg(long, env = "LIVEKIT_API_SECRET", hide_env_values = true)]
    livekit_api_secret: Option<Secret>,

    /// API key that signs that LiveKit server's webhooks [default: LIVEKIT_API_KEY]
    #[arg(long, env = "LIVEKIT_WEBHOOK_KEY")]
    livekit_webhook_key: Option<String>,

    /// Secret of the key that signs webhooks [default: LIVEKIT_API_SECRET]
    #[arg(long, env = "LIVEKIT_WEBHOOK_SECRET", hide_env_values = true)]
    livekit_webhook_secret: Option<Secret>,

    /// Program to start as LiveKit server [default: livekit-server on PATH, then the one of `cargo xtask setup`, then
    /// docker]
    #[arg(long, env = "PARLOUR_LIVEKIT_BIN")]
    livekit_bin: Option<OsString>,

    /// Address that media is sent to [default: the one of the default route]
    #[arg(long, env = "PARLOUR_MEDIA_IP")]
    media_ip: Option<String>,

    /// UDP port for media
    #[arg(long, env = "PARLOUR_MEDIA_UDP_PORT", default_value_t = 7882)]
    media_udp_port: u16,

    /// TCP port for media, where networks let no UDP through
    #[arg(long, env = "PARLOUR_MEDIA_TCP_PORT", default_value_t = 7881)]
    media_tcp_port: u16,

    /// Addresses or networks of proxies in front of Parlour, separated by commas: their X-Forwarded headers are believed
    #[arg(long, env = "PARLOUR_TRUSTED_PROXIES")]
    trusted_proxies: Option<String>,

    /// ICE servers for browsers: stun: addresses separated by commas, a JSON list like RTCIceServer, `none`, or
    /// `livekit` for what LiveKit hands out [default: none with Parlour's own LiveKit, else livekit]
    #[arg(long, env = "PARLOUR_ICE_SERVERS", hide_env_values = true)]
    ice_servers: Option<String>,

    /// New meetings per minute and client address; 0 for no limit
    #[arg(long, env = "PARLOUR_LIMIT_CREATE_PER_MINUTE", default_value_t = 30)]
    limit_create_per_minute: u32,

    /// Requests per second and client address, ten seconds' worth at once; 0 for no limit
    #[arg(long, env = "PARLOUR_LIMIT_REQUESTS_PER_SECOND", default_value_t = 50)]
    limit_requests_per_second: u32,

    /// How browsers behave: `production`, or `development` for several on one machine (more in the console, smaller pictures)
    #[arg(long, env = "PARLOUR_CLIENT_PROFILE", default_value = "production")]
    client_profile: Profile,

    /// Who may create and join meetings: `open` (everybody both), `guests-join` (accounts create, everybody joins) or
    /// `accounts` (only accounts)
    #[arg(long, env = "PARLOUR_ACCESS", default_value = "open")]
    access: AccessWord,

    /// What to log: error, warn, info, debug, trace, or a tracing filter such as info,server=debug
    #[arg(long, env = "PARLOUR_LOG", default_value = "info")]
    log: String,

    #[command(subcommand)]
    task: Option<Task>,
}

/// What to do in place of serving.
#[derive(Clone, clap::Subcommand)]
pub enum Task {
    /// Look after accounts, with the data folder and database that Parlour uses; it may be running
    #[command(subcommand)]
    Account(AccountTask),
}

/// What to do with accounts.
#[derive(Clone, clap::Subcommand)]
pub enum AccountTask {
    /// Print a link, good for an hour, by which the account's owner sets a new password
    Reset {
        /// The e-mail address that the account signs in with
        email: String,
        /// Also ask for no code any more: for an administrator who has lost the application and the recovery codes
        #[arg(long)]
        codes: bool,
    },
    /// List every account
    List,
}

/// Names of the kinds of access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum AccessWord {
    /// Everybody creates and joins.
    Open,
    /// Accounts create, everybody joins.
    GuestsJoin,
    /// Only accounts.
    Accounts,
}

/// Names of the profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Profile {
    /// For people.
    Production,
    /// For whoever works on Parlour.
    Development,
}

impl Args {
    /// The command line and the environment; explains and ends the program when they make no sense.
    #[must_use]
    pub fn read() -> Self {
        let matches = without_empty_variables(Self::command(), |name| env::var_os(name)).get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }

    /// What to do in place of serving.
    pub fn task(&self) -> Option<Task> {
        self.task.clone()
    }

    /// Checks what was given, together.
    ///
    /// # Errors
    /// A sentence that says what is wrong and what to do.
    pub fn check(self) -> Result<Config, Invalid> {
        let data_dir = match self.data_dir.filter(|dir| !dir.is_empty()) {
            Some(dir) => PathBuf::from(dir),
            None => default_data_dir()?,
        };
        // LiveKit's configuration and the service manager may look from another folder.
        let data_dir = std::path::absolute(&data_dir).unwrap_or(data_dir);
        let database_url = parse::database(given(self.database_url), &data_dir)?;
        let livekit = match given(self.livekit_url) {
            Some(url) => external(
                &url,
                pair(self.livekit_api_key, self.livekit_api_secret),
                pair(self.livekit_webhook_key, self.livekit_webhook_secret),
            )?,
            None => LiveKit::Managed {
                program: self.livekit_bin.filter(|program| !program.is_empty()).map(PathBuf::from),
                media: MediaAddress {
                    ip: given(self.media_ip).map(|ip| parse::media_ip(&ip)).transpose()?,
                    udp_port: self.media_udp_port,
                    tcp_port: self.media_tcp_port,
                },
            },
        };
        let ice_servers = match given(self.ice_servers) {
            Some(text) => parse::ice_servers(&text)?,
            None => matches!(livekit, LiveKit::Managed { .. }).then(Vec::new),
        };
        Ok(Config {
            addr: self.addr,
            public_url: given(self.public_url).map(|url| parse::public_url(&url)).transpose()?,
            data_dir,
            database_url,
            livekit,
            trusted_proxies: given(self.trusted_proxies)
                .map_or_else(|| Ok(Vec::new()), |list| parse::networks(&list))?,
            ice_servers,
            rates: Rates {
                create_per_minute: self.limit_create_per_minute,
                requests_per_second: self.limit_requests_per_second,
            },
            client_profile: match self.client_profile {
                Profile::Production => ClientProfile::PRODUCTION,
                Profile::Development => ClientProfile::DEVELOPMENT,
            },
            access: match self.access {
                AccessWord::Open => Access::Open,
                AccessWord::GuestsJoin => Access::GuestsJoin,
                AccessWord::Accounts => Access::Accounts,
            },
            log: self.log,
        })
    }
}

/// A variable that is set to nothing is not set, also where a number is expected.
fn without_empty_variables(command: Command, variable: impl Fn(&OsStr) -> Option<OsString>) -> Command {
    command.mut_args(|argument| {
        let empty = argument.get_env().and_then(&variable).is_some_and(|value| value.is_empty());
        if empty { argument.env(None::<&str>) } else { argument }
    })
}

/// An argument that is nothing is not given.
fn given(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Key and secret, when at least one of them is there.
fn pair(key: Option<String>, secret: Option<Secret>) -> Option<(String, Secret)> {
    let secret = secret.unwrap_or_else(|| Secret::new(""));
    let key = given(key).unwrap_or_default();
    (!key.is_empty() || !secret.expose().is_empty()).then_some((key, secret))
}

fn external(url: &str, api: Option<(String, Secret)>, webhook: Option<(String, Secret)>) -> Result<LiveKit, Invalid> {
    let url = parse::livekit_url(url)?;
    let complete = |(key, secret): (String, Secret)| {
        (!key.is_empty() && !secret.expose().is_empty()).then_some(KeyPair { key, secret })
    };
    let keys = api.and_then(complete).ok_or(Invalid(
        "LIVEKIT_URL is set, so LIVEKIT_API_KEY and LIVEKIT_API_SECRET must be set as well: they stand in that LiveKit \
         server's configuration under `keys`. Unset LIVEKIT_URL to let Parlour start a LiveKit server of its own."
            .to_owned(),
    ))?;
    let webhook_keys = match webhook {
        None => keys.clone(),
        Some(given) => complete(given).ok_or(Invalid(
            "LIVEKIT_WEBHOOK_KEY and LIVEKIT_WEBHOOK_SECRET belong together: set both or none.".to_owned(),
        ))?,
    };
    Ok(LiveKit::External { url, keys, webhook_keys })
}

fn default_data_dir() -> Result<PathBuf, Invalid> {
    let folder = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    folder("XDG_DATA_HOME")
        .or_else(|| folder("HOME").map(|home| home.join(".local/share")))
        .map(|base| base.join("parlour"))
        .ok_or_else(|| Invalid("There is no home folder to keep data in: set PARLOUR_DATA_DIR to a folder.".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the command line alone, whatever the environment of the tests holds.
    fn check(arguments: &[&str]) -> Result<Config, String> {
        let base = ["parlour", "--data-dir", "/tmp/parlour-test"];
        let command = Args::command().mut_args(|argument| argument.env(None::<&str>));
        let matches = command.try_get_matches_from(base.iter().chain(arguments)).map_err(|error| error.to_string())?;
        let args = Args::from_arg_matches(&matches).map_err(|error| error.to_string())?;
        args.check().map_err(|invalid| invalid.0)
    }

    #[test]
    fn nothing_is_needed() {
        let config = check(&[]).unwrap();
        assert_eq!(config.addr.to_string(), "127.0.0.1:3000");
        assert_eq!(config.ice_servers, Some(Vec::new()), "no third party hears of a meeting");
        assert!(matches!(config.livekit, LiveKit::Managed { program: None, .. }));
    }

    #[test]
    fn a_livekit_without_its_keys_is_explained() {
        for arguments in [
            &["--livekit-url", "wss://lk.example.org"][..],
            &["--livekit-url", "wss://lk.example.org", "--livekit-api-key", "APIabc"],
            &["--livekit-url", "wss://lk.example.org", "--livekit-api-secret", "s"],
        ] {
            let message = check(arguments).err().unwrap();
            assert!(message.contains("LIVEKIT_API_KEY and LIVEKIT_API_SECRET"), "{message}");
        }
    }

    #[test]
    fn an_external_livekit_chooses_the_ice_servers() {
        let arguments =
            ["--livekit-url", "wss://lk.example.org", "--livekit-api-key", "APIabc", "--livekit-api-secret", "hidden"];
        let config = check(&arguments).unwrap();
        assert_eq!(config.ice_servers, None);
        let LiveKit::External { url, keys, webhook_keys } = config.livekit else { panic!("external") };
        assert_eq!(url.http(), "https://lk.example.org");
        assert!(keys == webhook_keys, "webhooks are signed with the API pair");
    }

    #[test]
    fn an_empty_variable_is_not_set() {
        let names =
            ["--livekit-url", "--public-url", "--ice-servers", "--trusted-proxies", "--media-ip", "--livekit-bin"];
        assert!(check(&names.map(|name| [name, ""]).concat()).is_ok());
    }

    #[test]
    fn an_empty_number_is_not_set() {
        let command = without_empty_variables(Args::command(), |_| Some(OsString::new()));
        assert!(command.get_arguments().all(|argument| argument.get_env().is_none()));
        let command = without_empty_variables(Args::command(), |_| Some("1".into()));
        assert!(command.get_arguments().any(|argument| argument.get_env().is_some()));
    }

    #[test]
    fn nonsense_is_refused() {
        for arguments in [
            ["--addr", "here"],
            ["--public-url", "meet.example.org"],
            ["--public-url", "https://meet.example.org/path"],
            ["--database-url", "mysql://db/parlour"],
            ["--trusted-proxies", "10.0.0.0/8,proxy"],
            ["--media-ip", "eth0"],
            ["--ice-servers", "google.com"],
            ["--media-udp-port", "70000"],
            ["--access", "closed"],
        ] {
            assert!(check(&arguments).is_err(), "{arguments:?}");
        }
    }
}
