//! What the end-to-end tests break networks with: nftables, inside a network namespace that they make themselves.

use std::path::Path;

use anyhow::{Context, Result};

use super::packages::install;
use crate::project::on_path;
use crate::step::{step, there};

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
