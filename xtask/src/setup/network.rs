//! What the end-to-end tests break networks with: nftables, inside a network namespace that they make themselves.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::packages::install;
use crate::project::on_path;
use crate::step::{step, succeeds, there};

/// Not on every user's PATH.
const USUAL: &str = "/usr/sbin/nft";

/// Finds or installs it.
pub(crate) fn prepare() -> Result<()> {
    let found = || on_path(&["nft"]).is_some() || Path::new(USUAL).exists();
    if found() {
        there("network faults: nftables");
        return Ok(());
    }
    step("network faults: the distribution's nftables", || install(&["nftables"]))
        .context("the tests that break the network need nft (nftables): install it and start this again")
}

/// Whether such a namespace can be made: better said now than after everything was built.
pub(crate) fn namespace() -> Result<()> {
    // `ip` is not on every user's PATH either.
    let trial = "PATH=$PATH:/usr/sbin:/sbin ip link set lo up";
    // Root needs no namespace of users for it.
    if ["-n", "-rn"].iter().any(|flags| succeeds(Command::new("unshare").args([*flags, "sh", "-c", trial]))) {
        there("network faults: a network namespace");
        return Ok(());
    }
    bail!(
        "the end-to-end tests break networks. They take Linux, and a network namespace of their own, which cannot be made \
         here. Run them as root, or let users make namespaces (on Ubuntu 24.04 and later: \
         sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0)"
    )
}
