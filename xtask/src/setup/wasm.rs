//! A compiler for the browser half: rustup's target, else the distribution's compiler.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::packages;
use crate::project::{Project, on_path};
use crate::step::{call, output, step, there};

/// The target's name.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

const WAYS: &str = "there is no Rust compiler for wasm32-unknown-unknown. Do one of these:
  rustup target add wasm32-unknown-unknown
  apt-get install rustc-web cargo-web rust-web-src lld-19   (Debian; then start this again)";

/// What Debian has beside its ordinary `rustc`: a newer one, with the library's sources.
const PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-19"];
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_LINKER: &str = "/usr/bin/lld-19";
/// Where a toolchain keeps the library's sources.
const SOURCES: &str = "lib/rustlib/src";

/// The compiler of the browser half.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Compiler {
    /// The one that compiles everything else.
    Usual,
    /// Another `rustc`.
    Other(PathBuf),
}

impl Compiler {
    /// Makes Cargo use it.
    pub(crate) fn apply(&self, cargo: &mut Command) {
        if let Self::Other(rustc) = self {
            cargo.env("RUSTC", rustc);
        }
    }
}

/// Whether the compiler's standard library can be compiled too, which a release does for its size.
pub(crate) fn has_sources(project: &Project, compiler: &Compiler) -> Result<bool> {
    let rustc = match compiler {
        Compiler::Usual => env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from),
        Compiler::Other(rustc) => rustc.clone(),
    };
    if sources(project, &rustc)?.exists() {
        return Ok(true);
    }
    if *compiler == Compiler::Usual && on_path(&["rustup"]).is_some() {
        let add = step("standard library's sources: rustup component add rust-src (a few seconds)", || {
            call(project.command("rustup").args(["component", "add", "rust-src"]))
        });
        match add {
            Ok(()) => return Ok(sources(project, &rustc)?.exists()),
            Err(error) => println!("  rustup cannot: {error:#}"),
        }
    }
    Ok(false)
}

/// Finds or makes a compiler.
pub(crate) fn prepare(project: &Project) -> Result<Compiler> {
    if has_target(project)? {
        there("wasm target: there");
        return Ok(Compiler::Usual);
    }
    if let Some(rustc) = existing(project) {
        there("wasm target: there (the distribution's compiler)");
        return Ok(Compiler::Other(rustc));
    }
    if on_path(&["rustup"]).is_some() {
        let add = step("wasm target: rustup target add (a few seconds)", || {
            call(project.command("rustup").args(["target", "add", TARGET]))
        });
        match add {
            Ok(()) if has_target(project)? => return Ok(Compiler::Usual),
            Ok(()) => println!("  rustup added it to another toolchain than the one in use"),
            Err(error) => println!("  rustup cannot: {error:#}"),
        }
    }
    let missing = ![DEBIAN_RUSTC, DEBIAN_CARGO, DEBIAN_LINKER].iter().all(|file| Path::new(file).exists())
        || !sources(project, Path::new(DEBIAN_RUSTC)).is_ok_and(|folder| folder.exists());
    if missing {
        step("wasm target: the distribution's compiler (about 1 min)", || packages::install(&PACKAGES))
            .context(WAYS)?;
    }
    step("wasm target: its standard library (about 1 min)", || standard_library(project)).context(WAYS)
}

fn has_target(project: &Project) -> Result<bool> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let folder = output(project.command(rustc).args(["--print", "target-libdir", "--target", TARGET]))
        .context("rustc is missing: https://rustup.rs")?;
    Ok(holds_rlibs(Path::new(&folder)))
}

fn holds_rlibs(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| {
        entries.any(|entry| entry.is_ok_and(|entry| entry.path().extension().is_some_and(|kind| kind == "rlib")))
    })
}

/// The toolchain made before, unless the distribution's compiler has changed since.
fn existing(project: &Project) -> Option<PathBuf> {
    if !Path::new(DEBIAN_RUSTC).exists() {
        return None;
    }
    let toolchain = toolchain(project).ok()?;
    let rustc = toolchain.join("bin/rustc");
    (rustc.exists() && toolchain.join(SOURCES).exists()).then_some(rustc)
}

fn toolchain(project: &Project) -> Result<PathBuf> {
    let version = output(Command::new(DEBIAN_RUSTC).arg("--version"))?;
    let number = version.split_whitespace().nth(1).context("rustc tells no version")?;
    Ok(project.tools.join(format!("wasm-toolchain-{number}")))
}

fn sources(project: &Project, rustc: &Path) -> Result<PathBuf> {
    Ok(sysroot(project, rustc)?.join(SOURCES).join("rust/library"))
}

fn sysroot(project: &Project, rustc: &Path) -> Result<PathBuf> {
    Ok(output(project.command(rustc).args(["--print", "sysroot"]))?.into())
}

/// Compiles `std` for wasm and lays it out, with the compiler, as a toolchain of this user's own.
fn standard_library(project: &Project) -> Result<Compiler> {
    let done = toolchain(project)?;
    let work = done.with_extension("new");
    if work.exists() {
        fs::remove_dir_all(&work)?;
    }
    let krate = work.join("build");
    fs::create_dir_all(krate.join("src"))?;
    fs::write(
        krate.join("Cargo.toml"),
        "[package]\nname = \"needs-std\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n",
    )?;
    fs::write(krate.join("src/lib.rs"), "")?;
    let built = krate.join("target");
    // With bitcode: link-time optimisation needs it. The bootstrap switch is what lets a stable compiler do this.
    let mut cargo = Command::new(DEBIAN_CARGO);
    cargo
        .current_dir(&krate)
        .args(["build", "--quiet", "--release", "--target", TARGET, "-Zbuild-std=std,panic_abort,panic_unwind"])
        .env("RUSTC", DEBIAN_RUSTC)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-C embed-bitcode=yes")
        .env("CARGO_TARGET_DIR", &built);
    call(&mut cargo)?;

    let host = format!("{}-unknown-linux-gnu", env::consts::ARCH);
    let sysroot = sysroot(project, Path::new(DEBIAN_RUSTC))?;
    let rustlib = work.join("lib/rustlib");
    let library = rustlib.join(TARGET).join("lib");
    fs::create_dir_all(&library)?;
    fs::create_dir_all(rustlib.join(&host).join("bin"))?;
    link(&sysroot.join("lib/rustlib").join(&host).join("lib"), &rustlib.join(&host).join("lib"))?;
    link(&sysroot.join(SOURCES), &work.join(SOURCES))?;
    // rustc looks for its linker here; Debian's own link to it is broken.
    link(Path::new(DEBIAN_LINKER), &rustlib.join(&host).join("bin/rust-lld"))?;
    for entry in fs::read_dir(built.join(TARGET).join("release/deps"))? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libneeds_std") {
            fs::copy(&file, library.join(&name))?;
        }
    }
    fs::create_dir_all(work.join("bin"))?;
    let rustc = work.join("bin/rustc");
    fs::write(&rustc, format!("#!/bin/sh\nexec {DEBIAN_RUSTC} --sysroot '{}' \"$@\"\n", done.display()))?;
    executable(&rustc)?;
    fs::remove_dir_all(&krate)?;
    if done.exists() {
        fs::remove_dir_all(&done)?;
    }
    fs::rename(&work, &done)?;
    Ok(Compiler::Other(done.join("bin/rustc")))
}

#[cfg(unix)]
fn link(to: &Path, at: &Path) -> Result<()> {
    Ok(std::os::unix::fs::symlink(to, at)?)
}

#[cfg(unix)]
fn executable(file: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(file, fs::Permissions::from_mode(0o755))?)
}

#[cfg(not(unix))]
fn link(_to: &Path, _at: &Path) -> Result<()> {
    bail!("{WAYS}")
}

#[cfg(not(unix))]
fn executable(_file: &Path) -> Result<()> {
    bail!("{WAYS}")
}
