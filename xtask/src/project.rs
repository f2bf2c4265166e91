//! Where things are: the checkout, Cargo's target folder, the tools that are kept between checkouts.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow};

/// Which of the two builds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build; assets are read from disk.
    Dev,
    /// What is shipped: one file.
    Release,
}

impl Profile {
    /// Its folder's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Dev => "dev",
            Self::Release => "release",
        }
    }
}

/// The packages of native builds. Cargo unites the features of what is built together: with the
/// same packages for building and testing, no dependency is compiled twice.
const NATIVE: [&str; 6] = ["app", "call", "livekit-web", "server", "wire", "xtask"];

/// The folders that every chore needs.
#[derive(Debug)]
pub(crate) struct Project {
    /// The checkout.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, wherever it was put.
    pub(crate) target: PathBuf,
    /// Tools of this user: `$XDG_CACHE_HOME/parlour/tools`.
    pub(crate) tools: PathBuf,
}

impl Project {
    /// Asks the environment; Cargo runs this program from `<target>/debug`.
    pub(crate) fn find() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").context("start this with `cargo xtask`")?;
        let root = Path::new(&manifest).parent().context("the xtask folder has no parent")?.to_owned();
        let program = env::current_exe().context("cannot find this program's own file")?;
        let target = program.ancestors().nth(2).context("this program is not in Cargo's target folder")?.to_owned();
        let cache = match env::var_os("XDG_CACHE_HOME").filter(|folder| Path::new(folder).is_absolute()) {
            Some(folder) => PathBuf::from(folder),
            None => env::home_dir().ok_or_else(|| anyhow!("set HOME or XDG_CACHE_HOME"))?.join(".cache"),
        };
        Ok(Self { root, target, tools: cache.join("parlour").join("tools") })
    }

    /// The built assets of a profile.
    pub(crate) fn site(&self, profile: Profile) -> PathBuf {
        self.target.join("site").join(profile.name())
    }

    /// The server's binary.
    pub(crate) fn parlour(&self, profile: Profile) -> PathBuf {
        let folder = if profile == Profile::Dev { "debug" } else { "release" };
        self.target.join(folder).join("parlour").with_extension(env::consts::EXE_EXTENSION)
    }

    /// A program, started in the checkout.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// Cargo with the target folder of this run, whose server takes its assets from `profile`.
    pub(crate) fn cargo(&self, profile: Profile) -> Command {
        let mut cargo = self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.env("CARGO_TARGET_DIR", &self.target).env("PARLOUR_SITE_DIR", self.site(profile));
        // Cargo sets these for the program that it runs; they would only make its child rebuild.
        for (name, _) in env::vars_os() {
            let text = name.to_string_lossy();
            if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
                cargo.env_remove(name);
            }
        }
        cargo
    }

    /// A Cargo command on all native packages.
    pub(crate) fn native(&self, profile: Profile, command: &str) -> Command {
        let mut cargo = self.cargo(profile);
        cargo.arg(command).args((profile == Profile::Release).then_some("--release"));
        cargo.args(NATIVE.iter().flat_map(|package| ["--package", package]));
        cargo
    }
}

/// A program on `PATH`.
pub(crate) fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let places: Vec<PathBuf> = env::split_paths(&path).collect();
    names.iter().find_map(|name| {
        let file = Path::new(name).with_extension(env::consts::EXE_EXTENSION);
        places.iter().map(|place| place.join(&file)).find(|file| file.is_file())
    })
}
