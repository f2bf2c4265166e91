//! Every test there is.

use std::ffi::OsString;

use anyhow::{Context, Result};

use crate::build;
use crate::project::{Profile, Project};
use crate::setup;
use crate::step::{call, step};

/// Native and HTTP tests, then the whole in browsers; `arguments` go to the latter.
pub(crate) fn test(project: &Project, arguments: &[OsString]) -> Result<()> {
    setup::npm(project)?;
    let browser = setup::browser(project)?;
    let livekit = setup::livekit_binary(project)?;
    let parlour = build::development(project)?;
    step("tests: native and HTTP", || call(project.native(Profile::Dev, "test").env("PARLOUR_LIVEKIT_BIN", &livekit)))?;
    step("tests: end to end", || {
        let mut node = project.command("node");
        node.arg("end2end/run.mjs").args(arguments);
        node.env("PARLOUR_BIN", &parlour).env("PARLOUR_SITE_DIR", project.site(Profile::Dev));
        call(node.env("PARLOUR_CHROMIUM", &browser).env("PARLOUR_LIVEKIT_BIN", &livekit))
    })
    .context("end2end/report and end2end/results hold what the browsers saw")
}
