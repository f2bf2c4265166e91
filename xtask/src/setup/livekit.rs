//! The LiveKit server. `parlour` looks for it in the same places when it starts.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, anyhow, bail};

use crate::project::{Project, on_path};
use crate::step::{call, step, succeeds, there};

/// The version that Parlour is tested with.
const VERSION: &str = include_str!("../../../livekit.version").trim_ascii();

const PROGRAM_WAYS: &str = "there is no LiveKit server. Do one of these and start this again:
  install Go 1.24 or newer, https://go.dev/dl (it is then compiled from its source, once)
  put `livekit-server` on PATH, https://github.com/livekit/livekit/releases
  set PARLOUR_LIVEKIT_BIN to a livekit-server";

/// Enough to run Parlour, but not to test it: tests start and kill a server of their own.
const OTHER_WAYS: &str = "
  set LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET of a server that runs
  start docker";

/// Makes sure that `parlour` will find a LiveKit server.
pub(crate) fn prepare(project: &Project) -> Result<()> {
    if let Some(url) = env::var_os("LIVEKIT_URL").filter(|url| !url.is_empty()) {
        there(&format!("LiveKit server: {}", url.to_string_lossy()));
        return Ok(());
    }
    let Err(error) = binary(project) else { return Ok(()) };
    if succeeds(Command::new("docker").arg("info")) {
        there("LiveKit server: by docker");
        return Ok(());
    }
    Err(anyhow!("{error:#}{OTHER_WAYS}"))
}

/// Finds or compiles the program itself.
pub(crate) fn binary(project: &Project) -> Result<PathBuf> {
    if let Some(named) = env::var_os("PARLOUR_LIVEKIT_BIN").filter(|path| !path.is_empty()) {
        let named = PathBuf::from(named);
        // A bare name means the PATH, as in a shell.
        let Some(named) = named.to_str().and_then(|name| on_path(&[name])).or_else(|| named.is_file().then_some(named))
        else {
            bail!("PARLOUR_LIVEKIT_BIN names a program that is not there");
        };
        there(&format!("LiveKit server: {}", named.display()));
        return Ok(named);
    }
    let kept = project.tools.join(format!("livekit-server-{VERSION}")).with_added_extension(env::consts::EXE_EXTENSION);
    if let Some(found) = on_path(&["livekit-server"]).or_else(|| kept.is_file().then(|| kept.clone())) {
        there(&format!("LiveKit server: {}", found.display()));
        return Ok(found);
    }
    if on_path(&["go"]).is_none() {
        bail!("{PROGRAM_WAYS}");
    }
    step("LiveKit server: go install (2 to 4 min, once)", || {
        let folder = project.tools.join("livekit-server.new");
        fs::create_dir_all(&folder)?;
        let package = format!("github.com/livekit/livekit-server/cmd/server@v{VERSION}");
        // Without symbols for debuggers, and with a compiler that collects its garbage less often: a quarter less time.
        let mut go = Command::new("go");
        go.args(["install", "-ldflags=-s -w", &package]).env("GOBIN", &folder).env("GOGC", "400");
        call(&mut go)?;
        fs::rename(folder.join("server").with_extension(env::consts::EXE_EXTENSION), &kept)?;
        fs::remove_dir(&folder)?;
        Ok(kept)
    })
    .context(PROGRAM_WAYS)
}
