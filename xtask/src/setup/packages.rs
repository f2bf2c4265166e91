//! Packages of a Debian-like distribution.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::project::on_path;
use crate::step::{call, output};

/// Installs them; who is not root is asked for a password.
pub(super) fn install(packages: &[&str]) -> Result<()> {
    if on_path(&["apt-get"]).is_none() {
        bail!("apt-get is not here");
    }
    let apt = |arguments: &[&str]| {
        let command = ["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y"];
        as_root(&[&command, arguments].concat())
    };
    apt(&["update"])?;
    apt(&[&["install", "--no-install-recommends"], packages].concat())
}

/// Runs a command, which may begin with variables; who is not root is asked for a password.
pub(super) fn as_root(command: &[&str]) -> Result<()> {
    let runner = match is_root() {
        true => "env".into(),
        false => on_path(&["sudo"]).context("this user is not root and there is no sudo")?,
    };
    call(Command::new(runner).args(command))
}

/// Whether packages can be installed without asking anybody.
pub(super) fn is_free() -> bool {
    on_path(&["apt-get"]).is_some() && is_root()
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id == "0")
}
