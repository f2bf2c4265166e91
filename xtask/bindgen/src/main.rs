//! Turns the browser half's wasm into a module with its JavaScript glue:
//! `xtask-bindgen <module.wasm> <folder> [--release]`.

mod shrink;

use std::fs;
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
        fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    let mut output = Bindgen::new()
        .input_path(module)
        .out_name("app")
        .web(true)?
        .typescript(false)
        .remove_producers_section(release)
        .generate_output()
        .with_context(|| format!("cannot bind {module}"))?;
    if !release {
        return output.emit(&folder);
    }
    shrink::drop_unused_exports(output.wasm_mut());
    shrink::drop_unused_views(output.wasm_mut());
    let short = shrink::shorten_imports(output.wasm_mut());
    output.emit(&folder)?;
    let glue = folder.join("app.js");
    let script = fs::read_to_string(&glue).with_context(|| format!("cannot read {}", glue.display()))?;
    fs::write(&glue, shrink::rename(&script, &short)?).with_context(|| format!("cannot write {}", glue.display()))
}
