//! Formatting, lints of both halves, dependencies.

use anyhow::Result;

use crate::project::{Profile, Project};
use crate::step::{call, step};

pub(crate) fn lint(project: &Project) -> Result<()> {
    step("formatting", || call(project.cargo(Profile::Dev).args(["fmt", "--all", "--check"])))
}
