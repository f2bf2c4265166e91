//! Finding a LiveKit server to start.

use std::env;
use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{LIVEKIT_VERSION, child, helper};

/// How long docker may take to speak of its daemon. A daemon that hangs would start nothing either.
const DOCKER_PATIENCE: Duration = Duration::from_secs(5);

/// How to start LiveKit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Program {
    /// A binary.
    Binary(PathBuf),
    /// LiveKit's image, by this docker.
    Docker(PathBuf),
}

/// There is no LiveKit server, and these are the ways to get one.
#[derive(Debug, thiserror::Error)]
pub enum NotFound {
    /// The named program is not there.
    #[error("PARLOUR_LIVEKIT_BIN names {}, but there is no such program. Correct it, or unset it to let Parlour look.", .0.display())]
    Named(PathBuf),
    /// Nothing is there.
    #[error(
        "There is no LiveKit server. Any one of these helps:\n  \
         - use one that runs: set LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET;\n  \
         - name a program: set PARLOUR_LIVEKIT_BIN;\n  \
         - start docker, which then runs LiveKit's image;\n  \
         - install livekit-server so that it is on PATH (https://docs.livekit.io/home/self-hosting/local/);\n  \
         - with Go: `cargo xtask setup` in Parlour's source, or GOBIN=/tmp go install \
         github.com/livekit/livekit-server/cmd/server@v{LIVEKIT_VERSION} and then mv /tmp/server {}",
        .0.display()
    )]
    Nowhere(PathBuf),
}

/// Looks where the environment of this process says.
///
/// # Errors
/// When there is none.
pub fn find(named: Option<&Path>) -> Result<Program, NotFound> {
    let cache = variable("XDG_CACHE_HOME")
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))
        .unwrap_or_else(|| PathBuf::from("/var/cache"));
    find_in(named, env::var_os("PATH").unwrap_or_default(), &cache)
}

fn variable(name: &str) -> Option<PathBuf> {
    env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute())
}

fn find_in(named: Option<&Path>, path: OsString, cache: &Path) -> Result<Program, NotFound> {
    let on_path = |name: &str| env::split_paths(&path).map(|folder| folder.join(name)).find(|file| is_program(file));
    if let Some(named) = named {
        // A bare name means the PATH, as in a shell.
        let bare = named.components().count() == 1 && !named.is_absolute();
        let found = if bare { named.to_str().and_then(on_path) } else { None };
        return match found.or_else(|| is_program(named).then(|| named.to_path_buf())) {
            Some(program) => Ok(Program::Binary(program)),
            None => Err(NotFound::Named(named.to_path_buf())),
        };
    }
    let tool = cache.join(format!("parlour/tools/livekit-server-{LIVEKIT_VERSION}"));
    on_path("livekit-server")
        .or_else(|| is_program(&tool).then(|| tool.clone()))
        .map(Program::Binary)
        .or_else(|| on_path("docker").filter(|docker| has_daemon(docker)).map(Program::Docker))
        .ok_or(NotFound::Nowhere(tool))
}

/// Docker's program is also where its daemon does not run, or may not be spoken to.
fn has_daemon(docker: &Path) -> bool {
    let mut command = Command::new(docker);
    command.arg("info").env_clear().envs(child::environment());
    let Some(status) = helper::run(&mut command, DOCKER_PATIENCE) else {
        tracing::warn!(docker = %docker.display(), "docker does not answer: it counts as not there");
        return false;
    };
    status.success()
}

fn is_program(file: &Path) -> bool {
    let Ok(metadata) = file.metadata() else { return false };
    metadata.is_file() && metadata.permissions().mode() & 0o111 != 0
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    fn put(file: &Path) -> PathBuf {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "").unwrap();
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
        file.to_path_buf()
    }

    #[test]
    fn the_order_is_named_path_tools_docker() {
        let folder = tempfile::tempdir().unwrap();
        let (bin, cache) = (folder.path().join("bin"), folder.path().join("cache"));
        let look = |named: Option<&Path>| find_in(named, bin.clone().into_os_string(), &cache);

        let message = look(None).unwrap_err().to_string();
        for way in ["LIVEKIT_URL", "PARLOUR_LIVEKIT_BIN", "docker", "PATH", "go install", "livekit-server-1.13.5"] {
            assert!(message.contains(way), "{way} is missing: {message}");
        }
        let docker = bin.join("docker");
        fs::create_dir(&bin).unwrap();
        symlink("/bin/false", &docker).unwrap();
        assert!(matches!(look(None), Err(NotFound::Nowhere(_))), "its daemon does not run");
        fs::remove_file(&docker).unwrap();
        symlink("/bin/true", &docker).unwrap();
        assert_eq!(look(None).unwrap(), Program::Docker(docker));
        let tool = put(&cache.join("parlour/tools/livekit-server-1.13.5"));
        assert_eq!(look(None).unwrap(), Program::Binary(tool));
        let installed = put(&bin.join("livekit-server"));
        assert_eq!(look(None).unwrap(), Program::Binary(installed));
        let named = put(&folder.path().join("mine"));
        assert_eq!(look(Some(&named)).unwrap(), Program::Binary(named));
        let missing = folder.path().join("missing");
        assert!(look(Some(&missing)).unwrap_err().to_string().contains("PARLOUR_LIVEKIT_BIN"));
    }

    #[test]
    fn a_file_that_cannot_run_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("livekit-server"), "").unwrap();
        assert!(find_in(None, folder.path().as_os_str().to_owned(), Path::new("/nowhere")).is_err());
    }
}
