//! Builds Parlour and starts it in the foreground.

use std::env;
use std::ffi::OsString;
use std::process::Command;

use anyhow::Result;

use crate::build;
use crate::project::Project;

/// Where Parlour listens unless it is told otherwise.
const ADDRESS: &str = "127.0.0.1:3000";

/// Prepares, builds, starts.
pub(crate) fn run(project: &Project, arguments: &[OsString]) -> Result<()> {
    let parlour = build::development(project)?;
    // What was given on the command line Parlour itself will say.
    if arguments.is_empty() {
        println!("\nParlour: http://{}  (Ctrl-C ends it)\n", address());
    }
    let mut command = Command::new(parlour);
    become_it(command.args(arguments).env("PARLOUR_SITE_DIR", project.site(crate::project::Profile::Dev)))
}

/// The address that Parlour will take.
pub(crate) fn address() -> String {
    env::var("PARLOUR_ADDR").ok().filter(|address| !address.is_empty()).unwrap_or_else(|| ADDRESS.to_owned())
}

/// Puts Parlour in this program's place, so that every signal reaches it.
#[cfg(unix)]
fn become_it(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec().into())
}

#[cfg(not(unix))]
fn become_it(command: &mut Command) -> Result<()> {
    crate::step::call(command)
}
