//! npm packages, exactly those of package-lock.json.

use std::fs;

use anyhow::{Context, Result};

use crate::project::{Project, on_path};
use crate::step::{call, step, there};

/// Installs them unless they are those of the lock.
pub(crate) fn prepare(project: &Project) -> Result<()> {
    let lock = fs::read(project.root.join("package-lock.json")).context("cannot read package-lock.json")?;
    let installed = project.root.join("node_modules/.parlour-lock");
    if fs::read(&installed).is_ok_and(|before| before == lock) {
        there("npm packages: there");
        return Ok(());
    }
    on_path(&["npm"]).context("npm is missing: install Node.js 20 or newer, https://nodejs.org")?;
    step("npm packages: npm ci (about 15 s)", || {
        let mut npm = project.command("npm");
        npm.args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        call(&mut npm).context("the packages cannot be installed: is the npm registry reachable?")?;
        fs::write(&installed, &lock).context("cannot write into node_modules")
    })
}
