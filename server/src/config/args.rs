//! The command line and the environment.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::{Command, CommandFactory as _, FromArgMatches as _, Parser};

use super::mail;
use super::mistakes::Mistakes;
use super::oidc::OidcArgs;
use super::parse::{self, Invalid, NOWHERE};
use super::recordings::recordings;
use super::task::Task;
use super::{Config, Given, LiveKit, MediaAddress, Rates, Stored};
use wire::ClientProfile;

use crate::accounts::{Access, Teachers};
use crate::secret::{KeyPair, Secret};
use crate::store::Quotas;

/// Web meetings: a link, a browser, and you see and hear each other.
///
/// Without any option Parlour listens on http://127.0.0.1:3000, keeps its data in your home folder and starts a
/// LiveKit server of its own. Every option can be given in the environment instead; on the command line, options stand
/// before the command.
#[derive(Parser)]
#[command(name = "parlour", version, max_term_width = 110)]
pub struct Args {
    #[command(subcommand)]
    task: Option<Task>,

    // What is not text is parsed below, not by clap: clap stops at the first mistake.
    /// Address and port to listen on
    #[arg(long, env = "PARLOUR_ADDR", default_value = "127.0.0.1:3000")]
    addr: String,

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
    /// docker where it runs]
    #[arg(long, env = "PARLOUR_LIVEKIT_BIN")]
    livekit_bin: Option<OsString>,

    /// Address that media is sent to [default: the one of the default route]
    #[arg(long, env = "PARLOUR_MEDIA_IP")]
    media_ip: Option<String>,

    /// UDP port for media
    #[arg(long, env = "PARLOUR_MEDIA_UDP_PORT", default_value = "7882")]
    media_udp_port: String,

    /// TCP port for media, where networks let no UDP through
    #[arg(long, env = "PARLOUR_MEDIA_TCP_PORT", default_value = "7881")]
    media_tcp_port: String,

    /// Addresses or networks of proxies in front of Parlour, separated by commas: their X-Forwarded headers are believed
    #[arg(long, env = "PARLOUR_TRUSTED_PROXIES")]
    trusted_proxies: Option<String>,

    /// ICE servers for browsers: stun: addresses separated by commas, a JSON list like RTCIceServer, `none`, or
    /// `livekit` for what LiveKit hands out [default: none with Parlour's own LiveKit, else livekit]
    #[arg(long, env = "PARLOUR_ICE_SERVERS", hide_env_values = true)]
    ice_servers: Option<String>,

    /// New meetings per minute and client address; 0 for no limit
    #[arg(long, env = "PARLOUR_LIMIT_CREATE_PER_MINUTE", default_value_t = Rates::STANDARD.create_per_minute.to_string())]
    limit_create_per_minute: String,

    /// Requests per second and client address, twenty seconds' worth at once: many people may share an address; 0 for no
    /// limit, nor one for how many codes an address may try
    #[arg(long, env = "PARLOUR_LIMIT_REQUESTS_PER_SECOND", default_value_t = Rates::STANDARD.requests_per_second.to_string())]
    limit_requests_per_second: String,

    /// Requests per second and browser, ten seconds' worth at once; 0 for no limit
    #[arg(
        long,
        env = "PARLOUR_LIMIT_SESSION_REQUESTS_PER_SECOND",
        default_value_t = Rates::STANDARD.session_requests_per_second.to_string()
    )]
    limit_session_requests_per_second: String,

    /// Joins, messages, new names and raised hands per second and meeting, ten seconds' worth at once; 0 for no limit
    #[arg(
        long,
        env = "PARLOUR_LIMIT_ROOM_CHANGES_PER_SECOND",
        default_value_t = Rates::STANDARD.room_changes_per_second.to_string()
    )]
    limit_room_changes_per_second: String,

    /// How browsers behave: `production`, or `development` for several on one machine (more in the console, smaller pictures)
    #[arg(long, env = "PARLOUR_CLIENT_PROFILE", default_value = "production")]
    client_profile: String,

    /// Who may create and join meetings: `open` (everybody both), `guests-join` (accounts create, everybody joins) or
    /// `accounts` (only accounts)
    #[arg(long, env = "PARLOUR_ACCESS", default_value = "open")]
    access: String,

    /// E-mail addresses of accounts, and domains such as @school.example, separated by commas: they are hosts in meetings
    /// whose hosts say so in the settings
    #[arg(long, env = "PARLOUR_TEACHERS")]
    teachers: Option<String>,

    #[command(flatten)]
    oidc: OidcArgs,
    /// Mail server, such as smtps://user:password@mail.example.org or smtp://user:password@mail.example.org:587, which is
    /// encrypted by STARTTLS; `?tls=opportunistic` encrypts where the server offers it, `?tls=none` never. Without it no mail
    /// is sent; better in the environment than here
    #[arg(long, env = "PARLOUR_SMTP_URL", hide_env_values = true)]
    smtp_url: Option<Secret>,

    /// Address that mails are from, such as parlour@example.org or `Parlour <parlour@example.org>`
    #[arg(long, env = "PARLOUR_SMTP_FROM")]
    smtp_from: Option<String>,

    /// Who may make an account of their own, with an address that is proven by mail: `closed` (nobody), `open` (everybody),
    /// or domains such as @school.example, separated by commas
    #[arg(long, env = "PARLOUR_REGISTRATION", default_value = "closed")]
    registration: String,

    /// What to log: error, warn, info, debug, trace, or a tracing filter such as info,server=debug
    #[arg(long, env = "PARLOUR_LOG", default_value = "info")]
    log: String,

    /// Days for which the host of a meeting can see who was there and for how long; 0 shows only who is there, and keeps
    /// nothing for longer than two hours
    #[arg(long, env = "PARLOUR_ATTENDANCE_DAYS", default_value = "90")]
    attendance_days: String,

    /// Days for which the hosts of a meeting can see what hosts did; 0 shows nothing, and keeps nothing for longer than an
    /// hour
    #[arg(long, env = "PARLOUR_AUDIT_DAYS", default_value = "365")]
    audit_days: String,

    /// Bucket that speaks S3 for files that people send in the chat, with the usual variables AWS_ACCESS_KEY_ID,
    /// AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT; without it they are in the data folder
    #[arg(long, env = "S3_BUCKET")]
    s3_bucket: Option<String>,

    /// Megabytes of the largest file that somebody may send in the chat; 0 for none at all
    #[arg(long, env = "PARLOUR_FILE_MAX_MB", default_value = "25")]
    file_max_mb: String,

    /// Megabytes of files of one person
    #[arg(long, env = "PARLOUR_FILES_PERSON_MB", default_value = "250")]
    files_person_mb: String,

    /// Megabytes of files in one meeting
    #[arg(long, env = "PARLOUR_FILES_ROOM_MB", default_value = "1000")]
    files_room_mb: String,

    /// Megabytes of files in all meetings
    #[arg(long, env = "PARLOUR_FILES_SERVER_MB", default_value = "10000")]
    files_server_mb: String,

    /// Folder below which administrators may choose one for recordings, such as /srv/recordings; without it nowhere. It must
    /// be there already
    #[arg(long, env = "PARLOUR_RECORDING_ROOT")]
    recording_root: Option<String>,

    /// Folder for recordings, from that one, such as lectures/2026; without it administrators choose
    #[arg(long, env = "PARLOUR_RECORDING_DIR")]
    recording_dir: Option<String>,

    /// Address and port at which Prometheus may ask for /metrics, such as 127.0.0.1:9464; without it nowhere. Everybody who
    /// reaches it can read it
    #[arg(long, env = "PARLOUR_METRICS_ADDR")]
    metrics_addr: Option<String>,
}

impl Args {
    /// The command line and the environment; explains and ends the program when they make no sense.
    #[must_use]
    pub fn read() -> Self {
        let matches = without_empty_variables(Self::command(), |name| env::var_os(name)).get_matches();
        Self::from_arg_matches(&matches).unwrap_or_else(|error| error.exit())
    }

    /// What is to be done instead of serving.
    pub fn task(&mut self) -> Option<Task> {
        self.task.take()
    }

    /// Checks what was given, together.
    ///
    /// # Errors
    /// All mistakes, each a sentence that names the variable, and says what is wrong and what to do.
    pub fn check(self) -> Result<Config, Mistakes> {
        let mut mistakes = Mistakes::default();
        let data_dir = match self.data_dir.filter(|dir| !dir.is_empty()) {
            Some(dir) => PathBuf::from(dir),
            None => mistakes.or_default(default_data_dir()),
        };
        // LiveKit's configuration and the service manager may look from another folder.
        let data_dir = std::path::absolute(&data_dir).unwrap_or(data_dir);
        let database_url = mistakes.or_default(parse::database(given(self.database_url), &data_dir));
        // Parsed also when they are not used: whoever sets them wants to know.
        let media = MediaAddress {
            ip: mistakes.or_default(given(self.media_ip).map(|ip| parse::media_ip(&ip)).transpose()),
            udp_port: mistakes.or_default(parse::port("PARLOUR_MEDIA_UDP_PORT", &self.media_udp_port)),
            tcp_port: mistakes.or_default(parse::port("PARLOUR_MEDIA_TCP_PORT", &self.media_tcp_port)),
        };
        let managed = LiveKit::Managed {
            program: self.livekit_bin.filter(|program| !program.is_empty()).map(PathBuf::from),
            media,
        };
        let (url, key) = (given(self.livekit_url), given(self.livekit_api_key));
        let secret = self.livekit_api_secret.filter(|secret| !secret.expose().is_empty());
        let livekit_given = Given { url: url.is_some(), key: key.is_some(), secret: secret.is_some() };
        let stored = mistakes.or_default(Stored::read(&data_dir));
        let api = pair(key.or(stored.key), secret.or(stored.secret));
        let webhook = pair(self.livekit_webhook_key, self.livekit_webhook_secret);
        let livekit = match url.or(stored.url) {
            Some(url) => external(&mut mistakes, &url, api, webhook).unwrap_or(managed),
            None => managed,
        };
        let ice_servers = match given(self.ice_servers) {
            Some(text) => mistakes.or_default(parse::ice_servers(&text)),
            None => matches!(livekit, LiveKit::Managed { .. }).then(Vec::new),
        };
        let public_url = given(self.public_url);
        let smtp_url = self.smtp_url.filter(|url| !url.expose().trim().is_empty());
        let has_mail = smtp_url.is_some();
        let smtp = mail::smtp(&mut mistakes, smtp_url, given(self.smtp_from), public_url.is_some());
        let (root, directory) = (given(self.recording_root), given(self.recording_dir));
        let recordings = mistakes.or_default(recordings(root, &data_dir, directory, stored.recording_directory));
        let config = Config {
            addr: mistakes.or(parse::address("PARLOUR_ADDR", &self.addr), NOWHERE),
            public_url: mistakes.or_default(public_url.map(|url| parse::public_url(&url)).transpose()),
            data_dir,
            database_url,
            livekit,
            livekit_given,
            trusted_proxies: mistakes
                .or_default(given(self.trusted_proxies).map_or_else(|| Ok(Vec::new()), |list| parse::networks(&list))),
            ice_servers,
            rates: Rates {
                session_requests_per_second: mistakes.or_default(parse::rate(
                    "PARLOUR_LIMIT_SESSION_REQUESTS_PER_SECOND",
                    &self.limit_session_requests_per_second,
                )),
                room_changes_per_second: mistakes.or_default(parse::rate(
                    "PARLOUR_LIMIT_ROOM_CHANGES_PER_SECOND",
                    &self.limit_room_changes_per_second,
                )),
                create_per_minute: mistakes
                    .or_default(parse::rate("PARLOUR_LIMIT_CREATE_PER_MINUTE", &self.limit_create_per_minute)),
                requests_per_second: mistakes
                    .or_default(parse::rate("PARLOUR_LIMIT_REQUESTS_PER_SECOND", &self.limit_requests_per_second)),
            },
            client_profile: mistakes.or(parse::client_profile(&self.client_profile), ClientProfile::PRODUCTION),
            access: mistakes.or(parse::access(&self.access), Access::Open),
            teachers: mistakes.or_default(
                given(self.teachers).map_or_else(|| Ok(Teachers::default()), |list| parse::teachers(&list)),
            ),
            provider: self.oidc.check(&mut mistakes),
            smtp,
            registration: mistakes.or_default(mail::registration(&self.registration, has_mail)),
            log: mistakes.or_default(parse::log(self.log)),
            metrics_addr: mistakes.or_default(
                given(self.metrics_addr).map(|addr| parse::address("PARLOUR_METRICS_ADDR", &addr)).transpose(),
            ),
            attendance_days: mistakes.or_default(parse::days("PARLOUR_ATTENDANCE_DAYS", &self.attendance_days)),
            audit_days: mistakes.or_default(parse::days("PARLOUR_AUDIT_DAYS", &self.audit_days)),
            bucket: mistakes.or_default(given(self.s3_bucket).map(|name| parse::bucket(&name)).transpose()),
            quotas: Quotas {
                file: mistakes.or_default(parse::megabytes("PARLOUR_FILE_MAX_MB", &self.file_max_mb)),
                person: mistakes.or_default(parse::megabytes("PARLOUR_FILES_PERSON_MB", &self.files_person_mb)),
                room: mistakes.or_default(parse::megabytes("PARLOUR_FILES_ROOM_MB", &self.files_room_mb)),
                server: mistakes.or_default(parse::megabytes("PARLOUR_FILES_SERVER_MB", &self.files_server_mb)),
            },
            recordings,
        };
        mistakes.none(config)
    }

    /// The names of all variables that Parlour reads.
    pub fn variables() -> Vec<String> {
        let command = Self::command();
        command.get_arguments().filter_map(|argument| Some(argument.get_env()?.to_str()?.to_owned())).collect()
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

fn external(
    mistakes: &mut Mistakes,
    url: &str,
    api: Option<(String, Secret)>,
    webhook: Option<(String, Secret)>,
) -> Option<LiveKit> {
    let complete = |(key, secret): (String, Secret)| {
        (!key.is_empty() && !secret.expose().is_empty()).then_some(KeyPair { key, secret })
    };
    let url = mistakes.keep(parse::livekit_url(url));
    let keys = mistakes.keep(api.and_then(complete).ok_or(Invalid(
        "LIVEKIT_URL is set, so LIVEKIT_API_KEY and LIVEKIT_API_SECRET must be set as well: they stand in that LiveKit \
         server's configuration under `keys`. Unset LIVEKIT_URL to let Parlour start a LiveKit server of its own."
            .to_owned(),
    )));
    let webhook_keys = match webhook {
        None => keys.clone(),
        Some(given) => mistakes.keep(complete(given).ok_or(Invalid(
            "LIVEKIT_WEBHOOK_KEY and LIVEKIT_WEBHOOK_SECRET belong together: set both or none.".to_owned(),
        ))),
    };
    Some(LiveKit::External { url: url?, keys: keys?, webhook_keys: webhook_keys? })
}

fn default_data_dir() -> Result<PathBuf, Invalid> {
    let folder = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    folder("XDG_DATA_HOME")
        .or_else(|| folder("HOME").map(|home| home.join(".local/share")))
        .map(|base| base.join("parlour"))
        .ok_or_else(|| {
            Invalid(
                "PARLOUR_DATA_DIR is not set, and there is no home folder to keep data in: set it to a folder."
                    .to_owned(),
            )
        })
}

#[cfg(test)]
mod tests;
