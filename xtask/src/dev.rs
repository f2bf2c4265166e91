//! Rebuilds what changed, restarts the server; the page reloads itself (xtask/web/reload.js).

use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::build;
use crate::project::{Profile, Project};
use crate::run;
use crate::setup::wasm::Compiler;
use crate::stamp::Stamp;
use crate::step::succeeds;

/// Whose changes matter. xtask itself does not: it would have to replace itself.
const WATCHED: [&str; 8] =
    ["app", "crates", "server", "style", "public", "Cargo.toml", "Cargo.lock", "package-lock.json"];

/// How often the files are looked at. Some hundred of them: a few milliseconds each time.
const INTERVAL: Duration = Duration::from_millis(300);

/// Runs until it is interrupted.
pub(crate) fn dev(project: &Project) -> Result<()> {
    let compiler = build::prepare(project)?;
    let watched: Vec<PathBuf> = WATCHED.iter().map(|path| project.root.join(path)).collect();
    let mut server: Option<Server> = None;
    let mut built = None;
    loop {
        let now = Stamp::of(&watched, "");
        if built.as_ref() != Some(&now) {
            match build(project, &compiler) {
                Ok(state) if server.as_ref().is_none_or(|running| running.started_from != state) => {
                    drop(server.take());
                    server = Some(Server::start(project, state)?);
                }
                Ok(_) => {}
                // Somebody is in the middle of an edit: the old server goes on until this builds again.
                Err(error) => println!("\n{error:#}\nwaiting for the next change"),
            }
            built = Some(now);
        }
        if let Some(status) = server.as_mut().and_then(Server::ended) {
            println!("\nParlour ended ({status}); it is started again after the next change");
            server = None;
        }
        thread::sleep(INTERVAL);
    }
}

/// Builds both halves; answers what the server must be restarted for.
fn build(project: &Project, compiler: &Compiler) -> Result<Stamp> {
    build::browser(project, Profile::Dev, compiler, true)?;
    let parlour = build::server(project, Profile::Dev)?;
    Ok(Stamp::of(&[parlour, project.site(Profile::Dev).join("manifest.json")], ""))
}

/// A running Parlour; dropping it ends it.
struct Server {
    child: Child,
    started_from: Stamp,
}

impl Server {
    fn start(project: &Project, started_from: Stamp) -> Result<Self> {
        let parlour = project.parlour(Profile::Dev);
        let child = Command::new(&parlour)
            .env("PARLOUR_SITE_DIR", project.site(Profile::Dev))
            .spawn()
            .with_context(|| format!("cannot start {}", parlour.display()))?;
        println!("\nParlour: http://{}  (Ctrl-C ends it)\n", run::address());
        Ok(Self { child, started_from })
    }

    /// How it ended, if it has.
    fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }
}

impl Drop for Server {
    /// Politely, so that it ends its LiveKit and says good-bye to the browsers.
    fn drop(&mut self) {
        if self.ended().is_some() {
            return;
        }
        if !succeeds(Command::new("kill").args(["-s", "TERM", &self.child.id().to_string()])) {
            let _ = self.child.kill();
        }
        let _ = self.child.wait();
    }
}
