//! Rebuilds on change.

use anyhow::Result;

use crate::project::Project;

pub(crate) fn dev(project: &Project) -> Result<()> {
    crate::build::development(project).map(drop)
}
