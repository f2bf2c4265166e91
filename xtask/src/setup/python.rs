//! The tests' other LiveKit client: a Python package, in an environment of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::packages;
use crate::project::Project;
use crate::step::{call, step, succeeds, there};

/// What is installed, and in which version.
const REQUIREMENTS: &str = "end2end/lib/requirements.txt";

/// What Debian keeps apart from its Python; it brings that along.
const VENV: &str = "python3-venv";

const WAYS: &str = "the end-to-end tests try LiveKit with a client in Python. See to it that
  python3 is on PATH, 3.9 or newer, with venv and pip (of Debian: python3-venv)
  pip can reach its index
and start this again";

/// Finds or installs it, once; answers the Python that has it.
pub(crate) fn prepare(project: &Project) -> Result<PathBuf> {
    let file = project.root.join(REQUIREMENTS);
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {REQUIREMENTS}"))?;
    let version = text.lines().find_map(|line| line.strip_prefix("livekit=="));
    let version = version.with_context(|| format!("{REQUIREMENTS} names no version of livekit"))?;
    let kept = project.tools.join(format!("python-livekit-{version}"));
    let python = kept.join("bin/python");
    if works(&python) {
        there(&format!("LiveKit client in Python: {}", python.display()));
        return Ok(python);
    }
    step("LiveKit client in Python: pip install livekit (about 30 s, once)", || install(&kept, &file)).context(WAYS)?;
    Ok(python)
}

fn install(kept: &Path, requirements: &Path) -> Result<()> {
    // Whatever is there was begun only, or the system's Python is another one now.
    if kept.exists() {
        fs::remove_dir_all(kept)?;
    }
    if !succeeds(Command::new("python3").args(["-c", "import venv, ensurepip"])) {
        packages::install(&[VENV])?;
    }
    call(Command::new("python3").args(["-m", "venv"]).arg(kept))?;
    let mut pip = Command::new(kept.join("bin/python"));
    // Built by those who publish it, or not at all: nothing of it runs here before it is used.
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "-r"]);
    call(pip.arg(requirements))
}

fn works(python: &Path) -> bool {
    succeeds(Command::new(python).args(["-c", "from livekit import rtc"]))
}
