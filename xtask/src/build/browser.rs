//! The browser half: wasm by Cargo, its JavaScript glue by wasm-bindgen, the files that are served by esbuild.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, bail};

use crate::project::{Profile, Project};
use crate::setup::wasm::{Compiler, TARGET, has_sources};
use crate::stamp::Stamp;
use crate::step::{call, step};

/// What the assets are made from, beside the wasm.
const SOURCES: [&str; 5] = ["style", "public", "crates/livekit-web/js", "package-lock.json", "xtask/web"];

/// wasm that every browser of the last years runs, and that rustc makes already.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// What beats `-Oz` once brotli has had its turn: no rewriting that hides likeness, less inlining, copies of one generic
/// function side by side. Nothing lies in the lowest memory: the stack ends there.
const WASM_SIZE: [&str; 9] =
    ["-Os", "-aimfs", "4", "-fimfs", "4", "-ocimfs", "100", "--reorder-functions-by-name", "--low-memory-unused"];

/// Compiles the standard library with everything else, for size. Only an unstable switch does; a stable compiler takes it
/// when told so (`RUSTC_BOOTSTRAP`).
const SMALL_STD: [&str; 2] = ["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];

/// A panic stops the page at once (`js/failures.js` says so and reports the place): the text that nobody would read, and
/// all that formats it, is a tenth of the module. Functions keep names that tell the types they are for, and no two share
/// a body: by these names some are emptied (`xtask/bindgen/src/shrink.rs`), and wasm-opt merges the others afterwards.
const SMALL: [&str; 6] = [
    "-Zunstable-options",
    "-Cpanic=immediate-abort",
    "-Zlocation-detail=none",
    "-Zfmt-debug=none",
    "-Csymbol-mangling-version=v0",
    "-Zmerge-functions=disabled",
];

/// Builds the site's folder; with `reload`, pages reload themselves after the next build.
pub(crate) fn build(project: &Project, profile: Profile, compiler: &Compiler, reload: bool) -> Result<()> {
    same_bindgen(project)?;
    let site = project.site(profile);
    let work = project.target.join("site").join(format!("{}-work", profile.name()));
    fs::create_dir_all(&site).context("cannot make the assets' folder")?;
    fs::create_dir_all(&work).context("cannot make the assets' folder")?;

    let wasm = compile(project, profile, compiler)?;
    let glue = work.join("glue");
    let bindgen = bindgen_program(project)?;
    let inputs = [wasm.clone(), bindgen.clone(), project.root.join("package-lock.json")];
    Stamp::of(&inputs, &format!("{WASM_FEATURES:?} {WASM_SIZE:?}")).unless_same(
        &work.join("glue.stamp"),
        &glue,
        || {
            step("browser half: JavaScript glue (3 s)", || {
                let mut command = project.command(&bindgen);
                command.args([&wasm, &glue]).args((profile == Profile::Release).then_some("--release"));
                call(&mut command)
            })?;
            if profile == Profile::Release { optimise(project, &glue) } else { Ok(()) }
        },
    )?;

    bundle(project, profile, &glue, &work, reload)
}

/// The module as rustc leaves it.
fn compile(project: &Project, profile: Profile, compiler: &Compiler) -> Result<PathBuf> {
    // Macros and build scripts are compiled once for both halves where both have one profile.
    let (name, folder) = if profile == Profile::Dev { ("dev", "debug") } else { ("wasm-release", "wasm-release") };
    let mut cargo = project.cargo(profile);
    // As `crate-type = ["cdylib", "rlib"]` it would lose link-time optimisation without a word.
    cargo.args(["rustc", "--package", "app", "--lib", "--crate-type", "cdylib", "--features", "hydrate"]);
    cargo.args(["--target", TARGET, "--profile", name]);
    if profile == Profile::Dev {
        // Small enough to load in a blink.
        cargo.args(["--config", "profile.dev.opt-level=1", "--config", "profile.dev.debug=false"]);
    } else {
        let small = has_sources(project, compiler)?;
        if small {
            cargo.args(SMALL_STD).env("RUSTC_BOOTSTRAP", "1");
        } else {
            println!("  the standard library's sources are not here: the module becomes a tenth larger");
        }
        cargo.args(["--config", &release_flags(small)?]);
    }
    compiler.apply(&mut cargo);
    // What is fetched later is parted from the rest by what refers to what, which the linker would not leave behind.
    cargo.args(["--", "-Clink-arg=--emit-relocs", "-Cstrip=none"]);
    step(&format!("browser half: wasm, {} (2 min the first time)", profile.name()), || call(&mut cargo))?;
    Ok(project.target.join(TARGET).join(folder).join("app.wasm"))
}

/// The call's state alone, as a module whose speed the bench measures.
pub(crate) fn state(project: &Project, compiler: &Compiler) -> Result<PathBuf> {
    let mut cargo = project.cargo(Profile::Release);
    cargo.args(["build", "--package", "call", "--example", "crowd", "--target", TARGET, "--profile", "wasm-release"]);
    compiler.apply(&mut cargo);
    step("the call's state as WebAssembly (half a minute the first time)", || call(&mut cargo))?;
    Ok(project.target.join(TARGET).join("wasm-release/examples/crowd.wasm"))
}

/// Flags of the compiler. Has panics name `leptos-0.8.23/src/…` and not where this user keeps Cargo's sources: that is
/// nobody's business, and hundreds of paths are kilobytes.
fn release_flags(small: bool) -> Result<String> {
    let cargo_home = match env::var_os("CARGO_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => env::home_dir().context("set HOME or CARGO_HOME")?.join(".cargo"),
    };
    let sources = cargo_home.join("registry").join("src");
    // There are none where the sources are vendored.
    let registries = fs::read_dir(sources).into_iter().flatten().flatten();
    let paths = registries.map(|registry| format!("--remap-path-prefix={}=", registry.path().display()));
    let small = SMALL.iter().filter(|_| small).map(ToString::to_string);
    let flags: Vec<_> = paths.chain(small).collect();
    Ok(format!("build.rustflags={flags:?}"))
}

/// wasm-bindgen as a program of ours: its own crate, so that only this build waits for it.
fn bindgen_program(project: &Project) -> Result<PathBuf> {
    let mut cargo = project.cargo(Profile::Dev);
    cargo.args(["build", "--quiet", "--package", "xtask-bindgen"]);
    step("browser half: wasm-bindgen (1 min the first time)", || call(&mut cargo))?;
    Ok(project.target.join("debug").join("xtask-bindgen").with_extension(std::env::consts::EXE_EXTENSION))
}

fn optimise(project: &Project, glue: &Path) -> Result<()> {
    step("browser half: wasm-opt (10 s)", || {
        for file in fs::read_dir(glue)?.flatten().map(|entry| entry.path()) {
            if file.extension().is_some_and(|kind| kind == "wasm") {
                let mut command = project.command("node");
                command.arg(project.root.join("node_modules/binaryen/bin/wasm-opt")).args(WASM_FEATURES);
                command.args(WASM_SIZE).args(["--strip-debug", "--strip-producers", "--strip-target-features"]);
                call(command.arg(&file).arg("-o").arg(&file))?;
            }
        }
        Ok(())
    })
}

/// JavaScript, styles and public files, each under a name with the hash of its content.
fn bundle(project: &Project, profile: Profile, glue: &Path, work: &Path, reload: bool) -> Result<()> {
    let site = project.site(profile);
    let mut inputs: Vec<PathBuf> = SOURCES.iter().map(|source| project.root.join(source)).collect();
    inputs.push(glue.to_owned());
    let stamp = Stamp::of(&inputs, &format!("reload: {reload}"));
    stamp.unless_same(&work.join("site.stamp"), &site.join("manifest.json"), || {
        step("assets: esbuild (a few seconds)", || {
            let mut node = project.command("node");
            node.arg("xtask/web/build.mjs").arg(glue).arg(&site);
            node.args((profile == Profile::Release).then_some("--release")).args(reload.then_some("--reload"));
            call(&mut node)
        })
    })
}

/// The glue and the library in the wasm speak to each other in one version's way.
fn same_bindgen(project: &Project) -> Result<()> {
    let lock = fs::read_to_string(project.root.join("Cargo.lock")).context("cannot read Cargo.lock")?;
    let version = |name: &str| {
        let entry = lock.split("[[package]]").find(|entry| entry.contains(&format!("\nname = \"{name}\"\n")))?;
        entry.lines().find_map(|line| line.strip_prefix("version = ")).map(|version| version.trim_matches('"'))
    };
    let (library, tool) = (version("wasm-bindgen"), version("wasm-bindgen-cli-support"));
    match library.filter(|_| library == tool) {
        Some(_) => Ok(()),
        None => bail!(
            "Cargo.lock has wasm-bindgen {0} and wasm-bindgen-cli-support {1}; they must be the same:\n  \
             cargo update --package wasm-bindgen-cli-support --precise {0}",
            library.unwrap_or("(none)"),
            tool.unwrap_or("(none)")
        ),
    }
}
