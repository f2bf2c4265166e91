//! Tells the compiler which folder of built browser files goes into the binary.
//!
//! `PARLOUR_SITE_DIR` is set by `cargo xtask`. Without it (`cargo check`, `cargo test`) the folder
//! is an empty one, so that the server compiles and is tested without the browser half; started
//! like that, it says what to build.

use std::path::PathBuf;
use std::{env, fs};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-env-changed=PARLOUR_SITE_DIR");
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=migrations");
    let site = match env::var_os("PARLOUR_SITE_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env::var_os("OUT_DIR").ok_or("Cargo sets OUT_DIR")?).join("site"),
    };
    fs::create_dir_all(&site)?;
    let site = site.canonicalize()?;
    // A release embeds the files, so it is built anew when they change; a debug build reads them.
    if env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo:rerun-if-changed={}", site.display());
    }
    println!("cargo:rustc-env=PARLOUR_SITE_DIR={}", site.display());
    Ok(())
}
