//! What happens when something breaks: measured, and written into README.

use std::ffi::OsString;

use anyhow::Result;

use crate::build;
use crate::project::{Profile, Project};
use crate::scratch::Scratch;
use crate::setup;
use crate::step::{call, step};

/// Breaks one thing after the other around the release build, since it is the one that people have; `arguments` go to
/// Playwright (`-g cut`, for instance).
pub(crate) fn faults(project: &Project, arguments: &[OsString]) -> Result<()> {
    setup::namespace()?;
    setup::npm(project)?;
    let browsers = setup::browsers(project)?;
    setup::network()?;
    let livekit = setup::livekit_binary(project)?;
    let parlour = build::release(project)?;
    let scratch = Scratch::new();
    step("faults (about an hour and a half; PARLOUR_FAULT_ROUNDS=1 for one round of each)", || {
        let mut node = project.command("node");
        node.args(["end2end/run.mjs", "--faults"]).args(arguments);
        node.env("PARLOUR_BIN", &parlour).env("PARLOUR_SITE_DIR", project.site(Profile::Release));
        browsers.tell(&mut node);
        scratch.tell(&mut node);
        call(node.env("PARLOUR_LIVEKIT_BIN", &livekit))
    })
}
