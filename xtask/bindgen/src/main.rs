//! Turns the browser half's wasm into a module with its JavaScript glue:
//! `xtask-bindgen <module.wasm> <folder> [--release]`.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (module, folder, release) = match arguments.as_slice() {
        [module, folder] => (module, folder, false),
        [module, folder, release] if release == "--release" => (module, folder, true),
        _ => bail!("usage: xtask-bindgen <module.wasm> <folder> [--release]"),
    };
    let folder = PathBuf::from(folder);
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    Bindgen::new()
        .input_path(module)
        .out_name("app")
        .web(true)?
        .typescript(false)
        .remove_name_section(release)
        .remove_producers_section(release)
        .generate(&folder)
        .with_context(|| format!("cannot bind {module}"))
}
