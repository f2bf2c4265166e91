//! The command: configuration in, exit code out.

use std::env;
use std::io::{self, Write as _, stderr};
use std::net::SocketAddr;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode};

use crate::accounts::NoLink;
use crate::accounts::oidc::Trouble;
use crate::config::{Args, Config, Mistakes, Task};
use crate::data_dir::Unusable;
use crate::error::Error;
use crate::files::DepotError;
use crate::media::managed::StartError;
use crate::media::{guard, lookup};
use crate::serve::Ended;
use crate::{account_command, backup, check, logging, serve};

/// Exit code for a configuration that cannot work.
const MISCONFIGURED: u8 = 2;

/// Why Parlour does not run.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Invalid(#[from] Mistakes),
    #[error("PARLOUR_LOG is not a filter: {0}. Use a level such as info, or a filter such as info,server=debug.")]
    Log(#[from] tracing_subscriber::filter::ParseError),
    #[error("the data folder {path} cannot be used: {error}. Set PARLOUR_DATA_DIR to a folder that Parlour may write.")]
    DataDir { path: String, error: Unusable },
    #[error("the database cannot be opened: {0}")]
    Store(#[from] sqlx::Error),
    #[error("cannot listen on {addr}: {error}. Set PARLOUR_ADDR to another address or port.")]
    Listen { addr: SocketAddr, error: io::Error },
    #[error(
        "cannot listen on {addr} for metrics: {error}. Set PARLOUR_METRICS_ADDR to another address or port, or unset it."
    )]
    ListenForMetrics { addr: SocketAddr, error: io::Error },
    #[error(transparent)]
    NoLivekit(#[from] lookup::NotFound),
    #[error(transparent)]
    Livekit(#[from] StartError),
    #[error(
        "this binary was built without the browser half: build it by `cargo xtask build`, or use `cargo xtask run`"
    )]
    NotBuilt,
    #[error(transparent)]
    Backup(#[from] backup::Failed),
    #[error(transparent)]
    FirstLink(#[from] NoLink),
    #[error("{0}. Set PARLOUR_DATA_DIR, or S3_BUCKET and AWS_…, to where Parlour may keep files of chats.")]
    Depot(#[from] DepotError),
    #[error(
        "nobody can be signed in by PARLOUR_OIDC_ISSUER: {0}. Install the system's certificates (ca-certificates)."
    )]
    Provider(#[from] Trouble),
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
            Self::Store(_)
            | Self::Depot(_)
            | Self::Backup(_)
            | Self::Io(_)
            | Self::FirstLink(_)
            | Self::Domain(_)
            | Self::NoAccount => 1,
            Self::Livekit(error) if !matches!(error, StartError::PortTaken { .. }) => 1,
            _ => MISCONFIGURED,
        }
    }
}

/// Runs `parlour` and says with which code it ends.
pub fn main() -> ExitCode {
    let mut args = Args::read();
    match run(args.task(), args.check()) {
        Ok(code) => code,
        Err(failure) => {
            let _ = writeln!(stderr(), "parlour: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

fn run(task: Option<Task>, config: Result<Config, Mistakes>) -> Result<ExitCode, Failure> {
    // What is written here and by LiveKit is nobody else's: chats, keys.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match task {
            None => {
                let config = config?;
                logging::start(&config.log)?;
                if serve::serve(&config).await? == Ended::ToStartAnew {
                    // Everything anew, under the same process id, which a service manager watches.
                    let mut again = Command::new(guard::this_program()?);
                    let mut arguments = env::args_os();
                    if let Some(name) = arguments.next() {
                        again.arg0(name);
                    }
                    return Err(again.args(arguments).exec().into());
                }
            }
            Some(Task::CheckConfig) => {
                let sound = check::check(&config).await?;
                return Ok(if sound { ExitCode::SUCCESS } else { ExitCode::from(MISCONFIGURED) });
            }
            Some(Task::Backup { file }) => backup::write(&config?, &file).await?,
            Some(Task::Account(task)) => account_command::run(&config?, task).await?,
            Some(Task::Restore { file, replace }) => backup::restore(&config?, &file, replace).await?,
        }
        Ok(ExitCode::SUCCESS)
    })
}
