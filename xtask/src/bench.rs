//! The measurements that README quotes, on the release build.

use std::ffi::OsString;

use anyhow::Result;

use crate::build;
use crate::project::{Profile, Project};
use crate::setup;
use crate::step::{call, step};

/// Builds the release and measures it; `arguments` go to the script.
pub(crate) fn bench(project: &Project, arguments: &[OsString]) -> Result<()> {
    setup::npm(project)?;
    let browser = setup::browser(project)?;
    let python = setup::python(project)?;
    let livekit = setup::livekit_binary(project)?;
    let parlour = build::release(project)?;
    let state = build::state(project, &setup::wasm::prepare(project)?)?;
    step("bench", || {
        let mut node = project.command("node");
        node.arg("end2end/bench/run.mjs").args(arguments);
        node.env("PARLOUR_STATE_WASM", &state)
            .env("PARLOUR_TEST_PYTHON", &python)
            .env("PARLOUR_BIN", &parlour)
            .env("PARLOUR_SITE_DIR", project.site(Profile::Release));
        call(node.env("PARLOUR_CHROMIUM", &browser).env("PARLOUR_LIVEKIT_BIN", &livekit))
    })
}
