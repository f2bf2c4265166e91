//! Formatting, lints of both halves, dependencies.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::project::{Profile, Project};
use crate::setup;
use crate::step::{call, step, succeeds};

/// All of it; the first finding ends it.
pub(crate) fn lint(project: &Project) -> Result<()> {
    step("formatting", || {
        call(project.cargo(Profile::Dev).args(["fmt", "--all", "--check"])).context("`cargo fmt --all` puts it right")
    })?;
    // The assets' folder is compiled into the server; for lints it may be empty.
    fs::create_dir_all(project.site(Profile::Dev)).context("cannot make the assets' folder")?;
    step("Clippy: server half and tools (3 min the first time)", || {
        clippy(project, &["--workspace", "--exclude", "livekit-web", "--features", "app/ssr"])
    })?;
    // The browser half compiles on this machine too, so that it needs no second Clippy.
    step("Clippy: browser half (1 min the first time)", || {
        clippy(project, &["--package", "app", "--package", "livekit-web", "--features", "app/hydrate"])
    })?;
    step("package-lock.json", || one_registry(project))?;
    dependencies(project)
}

fn clippy(project: &Project, packages: &[&str]) -> Result<()> {
    let mut cargo = project.cargo(Profile::Dev);
    call(cargo.args(["clippy", "--quiet", "--all-targets"]).args(packages).args(["--", "--deny", "warnings"]))
}

/// The lock names packages by version and checksum only, so that it works with every mirror of the registry.
fn one_registry(project: &Project) -> Result<()> {
    let lock = fs::read_to_string(project.root.join("package-lock.json")).context("cannot read package-lock.json")?;
    if lock.contains("\"resolved\"") {
        bail!("it holds addresses: make it again with `npm install --omit-lockfile-registry-resolved`");
    }
    Ok(())
}

fn dependencies(project: &Project) -> Result<()> {
    let deny = setup::deny(project)?;
    step("dependencies: bans, licences, sources", || {
        call(project.command(&deny).args(["--log-level", "error", "check", "bans", "licenses", "sources"]))
    })?;
    step("dependencies: advisories", || {
        if !succeeds(project.command(&deny).args(["fetch", "db"])) {
            println!("  NOT CHECKED: the advisory database cannot be reached from here");
            return Ok(());
        }
        call(project.command(&deny).args(["--log-level", "error", "check", "--disable-fetch", "advisories"]))
    })
}
