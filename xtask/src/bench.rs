//! The measurements that README quotes, on the release build.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::build;
use crate::project::{Profile, Project, on_path};
use crate::setup;
use crate::step::{call, output, step};

/// Builds the release and measures it; `arguments` go to the script.
pub(crate) fn bench(project: &Project, arguments: &[OsString]) -> Result<()> {
    setup::npm(project)?;
    let browser = setup::browser(project)?;
    let livekit = setup::livekit_binary(project)?;
    let listeners = listeners(project)?;
    let parlour = build::release(project)?;
    let events = events(project)?;
    let state = build::state(project, &setup::wasm::prepare(project)?)?;
    step("bench", || {
        let mut node = project.command("node");
        node.arg("end2end/bench/run.mjs").args(arguments);
        node.env("PARLOUR_STATE_WASM", &state)
            .env("PARLOUR_EVENTS_PER_SECOND", &events)
            .env("PARLOUR_BENCH_LISTENERS", &listeners)
            .env("PARLOUR_BIN", &parlour)
            .env("PARLOUR_SITE_DIR", project.site(Profile::Release));
        call(node.env("PARLOUR_CHROMIUM", &browser).env("PARLOUR_LIVEKIT_BIN", &livekit))
    })
}

/// How many events a second the call takes in, as its own benchmark says.
fn events(project: &Project) -> Result<String> {
    let said = step("events a second", || {
        output(project.cargo(Profile::Release).args(["bench", "--quiet", "--package", "call", "--bench", "reducer"]))
    })?;
    let number = said.strip_prefix("events: ").and_then(|rest| rest.split_once(' '));
    Ok(number.with_context(|| format!("the benchmark says something else: {said}"))?.0.to_owned())
}

/// Builds those who listen while others write.
fn listeners(project: &Project) -> Result<PathBuf> {
    if on_path(&["go"]).is_none() {
        bail!("who listens in the bench is LiveKit's client in Go: install Go 1.26 or newer, https://go.dev/dl");
    }
    let program = project.target.join("listeners");
    step("those who listen: go build (1 min, once)", || {
        let mut go = project.command("go");
        go.args(["build", "-C", "end2end/bench/listeners", "-o"]).arg(&program).env("CGO_ENABLED", "0");
        call(&mut go)
    })?;
    Ok(program)
}
