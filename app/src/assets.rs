//! Addresses of the built files, each with a hash of its content in its name.

use serde::{Deserialize, Serialize};

/// The build's manifest (`manifest.json`), written by `xtask`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assets {
    /// Style sheet of every page.
    pub css: String,
    /// JavaScript glue, an ES module that exports `default` (init) and `hydrate`.
    pub js: String,
    /// The application as WebAssembly.
    pub wasm: String,
    /// livekit-client with its adapter: fetched lazily, preloaded while in pre-join.
    pub livekit: String,
    /// What `livekit` imports statically and must be preloaded with it.
    #[serde(default)]
    pub livekit_imports: Vec<String>,
    /// The icon.
    pub icon: String,
}
