//! Turns the browser half's wasm into modules with their JavaScript glue:
//! `xtask-bindgen <module.wasm> <folder> [--release]`.
//!
//! What is marked with `wasm_split` becomes a module of its own, which `later.js` fetches.

mod shrink;

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, anyhow, bail};
use walrus::Module;
use wasm_bindgen_cli_support::Bindgen;
use wasm_split_cli_support::Options;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (module, folder, release) = match arguments.as_slice() {
        [module, folder] => (module, folder, false),
        [module, folder, release] if release == "--release" => (module, folder, true),
        _ => bail!("usage: xtask-bindgen <module.wasm> <folder> [--release]"),
    };
    let folder = PathBuf::from(folder);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("cannot empty {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;

    let (main, others) = split(Path::new(module), &folder)?;
    if release {
        for other in &others {
            let mut module = Module::from_file(other).with_context(|| format!("cannot read {}", other.display()))?;
            shrink::drop_unused_views(&mut module);
            module.emit_wasm_file(other).with_context(|| format!("cannot write {}", other.display()))?;
        }
    }
    bind(&main, &folder, release)?;
    fs::remove_file(&main).with_context(|| format!("cannot remove {}", main.display()))
}

/// Parts the module. Answers the main one, which is still to be bound, and the others.
fn split(module: &Path, folder: &Path) -> Result<(PathBuf, Vec<PathBuf>)> {
    let wasm = fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
    let main = folder.join("main.wasm");
    let mut options = Options::new(&wasm);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.main_module = "./app.js";
    options.link_name = "./later.js";
    let split =
        wasm_split_cli_support::transform(options).map_err(|error| anyhow!("cannot split the module: {error:?}"))?;
    Ok((main, split.split_modules))
}

/// Makes the module speak JavaScript.
fn bind(module: &Path, folder: &Path, release: bool) -> Result<()> {
    let mut output = Bindgen::new()
        .input_path(module)
        .out_name("app")
        .web(true)?
        .typescript(false)
        .keep_lld_exports(true)
        .remove_producers_section(release)
        .generate_output()
        .with_context(|| format!("cannot bind {}", module.display()))?;
    if !release {
        return output.emit(folder);
    }
    shrink::drop_unused_exports(output.wasm_mut());
    shrink::drop_unused_views(output.wasm_mut());
    let short = shrink::shorten_names(output.wasm_mut());
    output.emit(folder)?;
    let glue = folder.join("app.js");
    let script = fs::read_to_string(&glue).with_context(|| format!("cannot read {}", glue.display()))?;
    fs::write(&glue, shrink::rename(&script, &short)?).with_context(|| format!("cannot write {}", glue.display()))
}
