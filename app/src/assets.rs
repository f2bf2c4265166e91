//! Addresses of the built files, each with a hash of its content in its name.

use serde::{Deserialize, Serialize};

/// The build's manifest (`manifest.json`), written by `xtask`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assets {
    /// Style sheet of every page.
    pub css: String,
    /// What pages without WebAssembly (accounts, administration) have beside it.
    pub account_css: String,
    /// JavaScript glue, an ES module that exports `default` (init) and `hydrate`.
    pub js: String,
    /// Scripts that the glue imports at once.
    pub js_imports: Vec<String>,
    /// The application as WebAssembly.
    pub wasm: String,
    /// The icon.
    pub icon: String,
}
