//! Browsers for the tests: one that is there, else Playwright's own, else the distribution's; and Chromium's headless
//! shell, in which most of them take less time.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::packages;
use crate::project::{Project, on_path};
use crate::step::{call, output, step, succeeds, there};

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

const SHELLS: [&str; 2] = ["chromium-headless-shell", "chrome-headless-shell"];

const WAYS: &str = "there is no browser for the tests. Do one of these and start this again:
  install Chromium or Chrome so that it is on PATH
  npx playwright install --with-deps chromium
  set PARLOUR_CHROMIUM to a browser";

/// What the end-to-end tests run in.
pub(crate) struct Browsers {
    whole: PathBuf,
    shell: Option<PathBuf>,
}

impl Browsers {
    /// Tells a script where they are.
    pub(crate) fn tell(&self, script: &mut Command) {
        script.env("PARLOUR_CHROMIUM", &self.whole);
        if let Some(shell) = &self.shell {
            script.env("PARLOUR_HEADLESS_SHELL", shell);
        }
    }
}

/// Finds or installs a whole browser and the headless shell; a browser that is named is used for everything.
pub(crate) fn browsers(project: &Project) -> Result<Browsers> {
    let whole = prepare(project)?;
    let shell = if named().is_some() { None } else { headless_shell() };
    Ok(Browsers { whole, shell })
}

fn named() -> Option<PathBuf> {
    env::var_os("PARLOUR_CHROMIUM").filter(|path| !path.is_empty()).map(PathBuf::from)
}

/// Finds or installs a whole browser.
pub(crate) fn prepare(project: &Project) -> Result<PathBuf> {
    if let Some(named) = named() {
        if !works(&named) {
            bail!("PARLOUR_CHROMIUM is {}, which does not start", named.display());
        }
        there(&format!("browser: {}", named.display()));
        return Ok(named);
    }
    if let Some(found) = on_path(&NAMES).filter(works).or_else(|| playwrights(project)) {
        there(&format!("browser: {}", found.display()));
        return Ok(found);
    }
    let download = step("browser: Playwright's Chromium (about 1 min)", || {
        call(project.command("npx").args(["--no-install", "playwright", "install", "chromium"]))?;
        playwrights(project).context("it does not start: libraries of the system are missing")
    });
    match download {
        Ok(browser) => return Ok(browser),
        Err(error) => println!("  {error:#}"),
    }
    step("browser: the distribution's Chromium (about 1 min)", || {
        packages::install(&["chromium"])?;
        on_path(&NAMES).context("apt-get installed no chromium")
    })
    .context(WAYS)
}

/// Finds the headless shell, or installs it where nobody has to be asked: the tests run without it too.
fn headless_shell() -> Option<PathBuf> {
    let find = || on_path(&SHELLS).filter(works);
    if let Some(found) = find() {
        there(&format!("headless shell: {}", found.display()));
        return Some(found);
    }
    if packages::is_free() {
        let installed = step("headless shell: the distribution's Chromium (about 1 min)", || {
            packages::install(&["chromium-headless-shell"])?;
            find().context("apt-get installed no chromium-headless-shell")
        });
        match installed {
            Ok(shell) => return Some(shell),
            Err(error) => println!("  {error:#}"),
        }
    }
    println!("notice: without a {} on PATH the end-to-end tests take a third longer", SHELLS[0]);
    None
}

fn playwrights(project: &Project) -> Option<PathBuf> {
    let ask = "import('@playwright/test').then(p => console.log(p.chromium.executablePath()))";
    let path = PathBuf::from(output(project.command("node").args(["-e", ask])).ok()?);
    works(&path).then_some(path)
}

fn works(browser: &PathBuf) -> bool {
    succeeds(Command::new(browser).arg("--version"))
}
