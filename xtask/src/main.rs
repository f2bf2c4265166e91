//! Parlour's chores: `cargo xtask help` lists them.
#![allow(clippy::print_stdout, reason = "a command-line program talks on its standard output")]

mod bench;
mod build;
mod dev;
mod faults;
mod lint;
mod project;
mod run;
mod scratch;
mod setup;
mod stamp;
mod step;
mod test;

use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, bail};

use crate::project::Project;

const HELP: &str = "\
cargo xtask <command> [arguments]

  run     prepare what is missing, build, start Parlour on http://127.0.0.1:3000
  test    the same preparation and a browser, then every test: native, HTTP on both databases,
          end to end
  lint    formatting, Clippy on both halves, licences and sources of the dependencies
  build   the release: one file, target/release/parlour
  dev     like run, and rebuild, restart and reload the page when a file changes
  bench   the release build, then its measurements
  faults  breaks LiveKit and the network while three people talk, and writes into README how long
          they are without each other
  setup   only the preparation: wasm target, npm packages, LiveKit server, browser, Python's
          LiveKit client

Arguments of run go to parlour, those of test, bench and faults to the scripts in end2end/.

LIVEKIT_URL           use this LiveKit server and prepare none
PARLOUR_LIVEKIT_BIN   use this livekit-server
PARLOUR_CHROMIUM      use this browser for the tests
XDG_CACHE_HOME        tools are kept in its parlour/tools (default ~/.cache)";

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let command = arguments.next().unwrap_or_else(|| "help".into());
    let rest: Vec<OsString> = arguments.skip_while(|argument| argument == "--").collect();
    let start = Instant::now();
    match dispatch(&command.to_string_lossy(), &rest) {
        Ok(()) => {
            println!("{} took {}", command.to_string_lossy(), step::seconds(start.elapsed()));
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: &str, arguments: &[OsString]) -> Result<()> {
    if matches!(command, "help" | "--help" | "-h") {
        println!("{HELP}");
        std::process::exit(0);
    }
    let project = Project::find()?;
    match command {
        "run" => run::run(&project, arguments),
        "test" => test::test(&project, arguments),
        "lint" => lint::lint(&project),
        "build" => build::release(&project).map(drop),
        "dev" => dev::dev(&project),
        "bench" => bench::bench(&project, arguments),
        "faults" => faults::faults(&project, arguments),
        "setup" => setup::everything(&project),
        unknown => bail!("there is no command `{unknown}`\n\n{HELP}"),
    }
}
