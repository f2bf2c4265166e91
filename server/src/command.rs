//! The command: configuration in, exit code out.

use std::io::{self, Write as _, stderr};
use std::net::SocketAddr;
use std::process::ExitCode;

use crate::accounts::NoLink;
use crate::config::{Args, Config, Invalid};
use crate::error::Error;
use crate::media::lookup;
use crate::media::managed::StartError;
use crate::{account_command, logging, serve};

/// Exit code for a configuration that cannot work.
const MISCONFIGURED: u8 = 2;

/// Why Parlour does not run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Invalid(#[from] Invalid),
    #[error("PARLOUR_LOG is not a filter: {0}. Use a level such as info, or a filter such as info,server=debug.")]
    Log(#[from] tracing_subscriber::filter::ParseError),
    #[error("the data folder {path} cannot be used: {error}. Set PARLOUR_DATA_DIR to a folder that Parlour may write.")]
    DataDir { path: String, error: io::Error },
    #[error("the database cannot be opened: {0}")]
    Store(#[from] sqlx::Error),
    #[error("cannot listen on {addr}: {error}. Set PARLOUR_ADDR to another address or port.")]
    Listen { addr: SocketAddr, error: io::Error },
    #[error(transparent)]
    NoLivekit(#[from] lookup::NotFound),
    #[error(transparent)]
    Livekit(#[from] StartError),
    #[error(
        "this binary was built without the browser half: build it by `cargo xtask build`, or use `cargo xtask run`"
    )]
    NotBuilt,
    #[error(transparent)]
    FirstLink(#[from] NoLink),
    #[error(transparent)]
    Domain(#[from] Error),
    #[error("no account has this e-mail address. `parlour account list` shows which there are.")]
    NoAccount,
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Self::Store(_) | Self::Io(_) | Self::FirstLink(_) | Self::Domain(_) | Self::NoAccount => 1,
            Self::Livekit(error) if !matches!(error, StartError::PortTaken { .. }) => 1,
            _ => MISCONFIGURED,
        }
    }
}

/// Runs `parlour` and says with which code it ends.
pub fn main() -> ExitCode {
    // What is written here and by LiveKit is nobody else's: chats, keys.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let args = Args::read();
    let task = args.task();
    let done = args.check().map_err(Failure::from).and_then(|config| match task {
        Some(task) => account_command::run(&config, &task),
        None => run(&config),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(stderr(), "parlour: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

fn run(config: &Config) -> Result<(), Failure> {
    logging::start(&config.log)?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(serve::serve(config))
}
