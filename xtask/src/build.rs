//! The build: browser half, assets, server.

mod browser;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::project::{Profile, Project};
use crate::setup;
use crate::setup::wasm::Compiler;
use crate::step::{call, step};

pub(crate) use browser::{build as browser, state};

/// Everything that runs needs, prepared and built: the development build.
pub(crate) fn development(project: &Project) -> Result<PathBuf> {
    let compiler = prepare(project)?;
    browser(project, Profile::Dev, &compiler, false)?;
    server(project, Profile::Dev)
}

/// What the end-to-end tests test: the server as it is developed, with the pages as they are shipped, whose module is
/// emptied of what it does not use, and which two cores draw in less time than pages that nobody has optimised.
pub(crate) fn tested(project: &Project) -> Result<PathBuf> {
    let compiler = prepare(project)?;
    browser(project, Profile::Release, &compiler, false)?;
    server(project, Profile::Dev)
}

/// What is shipped.
pub(crate) fn release(project: &Project) -> Result<PathBuf> {
    let compiler = prepare(project)?;
    browser(project, Profile::Release, &compiler, false)?;
    let parlour = server(project, Profile::Release)?;
    println!("{} {}", parlour.display(), size(fs::metadata(&parlour)?.len()));
    list(&project.site(Profile::Release).join("pkg"))?;
    Ok(parlour)
}

/// What both builds need, and what running needs.
pub(crate) fn prepare(project: &Project) -> Result<Compiler> {
    let compiler = setup::wasm::prepare(project)?;
    setup::npm(project)?;
    setup::livekit(project)?;
    Ok(compiler)
}

/// The server, with the assets' folder compiled in (release) or named (development).
pub(crate) fn server(project: &Project, profile: Profile) -> Result<PathBuf> {
    let mut cargo = project.native(profile, "build");
    cargo.args(["--bin", "parlour"]);
    step(&format!("server, {} (6 min the first time)", profile.name()), || call(&mut cargo))?;
    Ok(project.parlour(profile))
}

/// The assets with their sizes, plain and as sent.
fn list(folder: &Path) -> Result<()> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).context("no assets")?.flatten().map(|entry| entry.path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_none_or(|kind| kind != "br")) {
        let sent = fs::metadata(file.with_added_extension("br")).map_or(0, |meta| meta.len());
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        println!("  {name:<32} {:>10}  brotli {:>10}", size(fs::metadata(file)?.len()), size(sent));
    }
    Ok(())
}

fn size(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10) / 1000;
    format!("{}.{} kB", tenths / 10, tenths % 10)
}
