//! Every test there is.

use std::ffi::OsString;

use anyhow::{Context, Result};

use crate::build;
use crate::project::{Profile, Project};
use crate::scratch::Scratch;
use crate::setup;
use crate::step::{call, step};

/// Native and HTTP tests, the latter on both databases, then the whole in browsers; `arguments` go to the latter.
pub(crate) fn test(project: &Project, arguments: &[OsString]) -> Result<()> {
    setup::namespace()?;
    setup::npm(project)?;
    let browsers = setup::browsers(project)?;
    setup::network()?;
    setup::postgres()?;
    let python = setup::python(project)?;
    let livekit = setup::livekit_binary(project)?;
    let parlour = build::tested(project)?;
    let scratch = Scratch::new();
    let mut native = project.native(Profile::Dev, "test");
    scratch.tell(&mut native);
    step("tests: native and HTTP", || call(native.env("PARLOUR_LIVEKIT_BIN", &livekit)))?;
    let mut bindgen = project.cargo(Profile::Dev);
    bindgen.args(["test", "--quiet", "--package", "xtask-bindgen"]);
    step("tests: what makes the module small", || call(&mut bindgen))?;
    let mut postgres = project.native(Profile::Dev, "test");
    postgres.args(["--test", "http"]).env("PARLOUR_TEST_DATABASE", "postgres");
    scratch.tell(&mut postgres);
    step("tests: HTTP, on Postgres", || call(postgres.env("PARLOUR_LIVEKIT_BIN", &livekit)))?;
    step("tests: end to end", || {
        let mut node = project.command("node");
        node.arg("end2end/run.mjs").args(arguments);
        browsers.tell(&mut node);
        scratch.tell(&mut node);
        node.env("PARLOUR_TEST_PYTHON", &python);
        node.env("PARLOUR_BIN", &parlour).env("PARLOUR_SITE_DIR", project.site(Profile::Release));
        call(node.env("PARLOUR_LIVEKIT_BIN", &livekit))
    })
    .context("end2end/report and end2end/results hold what the browsers saw")
}
