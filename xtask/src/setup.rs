//! Preparation: what Rust, Node and Go do not bring along. What is there is left alone.

mod browser;
mod deny;
mod livekit;
mod network;
mod npm;
mod packages;
mod postgres;
mod python;
pub(crate) mod wasm;

pub(crate) use browser::{browsers, prepare as browser};
pub(crate) use deny::prepare as deny;
pub(crate) use livekit::{binary as livekit_binary, prepare as livekit};
pub(crate) use network::{namespace, prepare as network};
pub(crate) use npm::prepare as npm;
pub(crate) use postgres::prepare as postgres;
pub(crate) use python::prepare as python;

use anyhow::Result;

use crate::project::Project;

/// All of it.
pub(crate) fn everything(project: &Project) -> Result<()> {
    wasm::prepare(project)?;
    npm(project)?;
    livekit(project)?;
    network()?;
    postgres()?;
    python(project)?;
    browsers(project).map(drop)
}
