//! Postgres's programs: the HTTP tests start a server of their own, once for each run.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::packages::{as_root, install};
use crate::project::on_path;
use crate::step::{step, there};

/// Where Debian keeps them, by version.
const USUAL: &str = "/usr/lib/postgresql";

/// What Debian's package reads before it makes a cluster, which it also starts, now and whenever the machine does. Nobody
/// has asked for that one: it would only take memory, port 5432 and somebody's time to wonder where it comes from.
const SETTINGS: &str = "/etc/postgresql-common/createcluster.d";
const NO_CLUSTER: &str = "/etc/postgresql-common/createcluster.d/parlour-tests.conf";

/// Finds or installs them.
pub(crate) fn prepare() -> Result<()> {
    if found() {
        there("Postgres for the tests: there");
        return Ok(());
    }
    step("Postgres for the tests: the distribution's (about 1 min)", || {
        as_root(&["mkdir", "-p", SETTINGS])?;
        as_root(&["sh", "-c", &format!("echo 'create_main_cluster = false' > {NO_CLUSTER}")])?;
        let installed = install(&["postgresql"]);
        // For this installation only: what this machine does later is its owner's affair.
        as_root(&["rm", "-f", NO_CLUSTER])?;
        installed
    })
    .context(
        "the tests run on Postgres too: install its server (`postgresql`), or put its programs initdb and postgres on \
         PATH, and start this again",
    )
}

/// Both programs: a distribution may have the clients only.
fn found() -> bool {
    let folders = fs::read_dir(USUAL).into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let whole = |folder: &Path| ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file());
    let on_path = on_path(&["initdb"]).is_some() && on_path(&["postgres"]).is_some();
    on_path || folders.into_iter().any(|folder| whole(&folder))
}
