//! cargo-deny, which checks the dependencies.

use std::env;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::project::{Project, on_path};
use crate::step::{call, step, there};

/// The version that deny.toml is written for.
const VERSION: &str = "0.20.2";

/// Finds it or compiles it, once.
pub(crate) fn prepare(project: &Project) -> Result<PathBuf> {
    let kept = project.tools.join(format!("cargo-deny-{VERSION}"));
    let program = kept.join("bin/cargo-deny").with_extension(env::consts::EXE_EXTENSION);
    if let Some(found) = program.is_file().then(|| program.clone()).or_else(|| on_path(&["cargo-deny"])) {
        there(&format!("cargo-deny: {}", found.display()));
        return Ok(found);
    }
    step("cargo-deny: cargo install (2 to 4 min, once)", || {
        let build = project.tools.join("cargo-deny.build");
        let mut cargo = project.cargo(crate::project::Profile::Dev);
        // It runs for seconds: to optimise it would take longer than it ever saves.
        cargo
            .args(["install", "--quiet", "--debug", "--locked", "cargo-deny", "--version", VERSION, "--root"])
            .arg(&kept);
        call(cargo.env("CARGO_TARGET_DIR", &build).env("CARGO_PROFILE_DEV_DEBUG", "0"))?;
        fs::remove_dir_all(&build).context("cannot remove what cargo-deny was built in")
    })
    .context("put cargo-deny on PATH by another way and start this again")?;
    Ok(program)
}
