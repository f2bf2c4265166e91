//! One run of a LiveKit process: started through the guard, its log forwarded.

use std::env;
use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use serde::Deserialize;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};

use super::lookup::Program;
use super::{LIVEKIT_VERSION, guard};
use crate::random;

/// How long the guard may take to end LiveKit: longer than its own steps together.
const END_TIMEOUT: Duration = guard::LONGEST_END.saturating_add(Duration::from_secs(2));

/// What LiveKit gets of Parlour's environment. `LIVEKIT_CONFIG`, `LIVEKIT_KEYS`, `NODE_IP` and others would outrank the
/// configuration that Parlour writes, and Parlour's secrets are none of its business.
const ENVIRONMENT: [&str; 7] =
    ["PATH", "HOME", "TMPDIR", "SystemRoot", "DOCKER_HOST", "DOCKER_CONFIG", "DOCKER_CONTEXT"];

/// The longest line of LiveKit's log that is passed on whole, in bytes.
const LINE_MAX: u64 = 64 * 1024;

/// That part of Parlour's environment.
pub(super) fn environment() -> impl Iterator<Item = (&'static str, OsString)> {
    ENVIRONMENT.into_iter().filter_map(|name| Some((name, env::var_os(name)?)))
}

/// A running LiveKit. Dropping it closes the guard's standard input, which ends it as well.
pub(super) struct Livekit {
    guard: Child,
    // Not left in `guard`: its `wait` closes the pipe, and the guard would end LiveKit.
    input: Option<ChildStdin>,
}

impl Livekit {
    /// Starts it with a configuration file.
    pub(super) fn start(guard_program: &Path, program: &Program, config: &Path) -> io::Result<Self> {
        // Of each start: the container of the one before may still be going.
        let container = format!("parlour-livekit-{}", random::hex(&random::bytes::<4>().map_err(io::Error::other)?));
        let mut command = Command::new(guard_program);
        command
            .arg(guard::SUBCOMMAND)
            .args(command_line(program, config, &container))
            .env_clear()
            .envs(environment())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        // Ctrl-C in a terminal signals the whole group: LiveKit is to be ended by Parlour, after the rest.
        command.process_group(0);
        let mut guard = command.spawn()?;
        if let Some(output) = guard.stdout.take() {
            tokio::spawn(forward(output));
        }
        if let Some(output) = guard.stderr.take() {
            tokio::spawn(forward(output));
        }
        let input = guard.stdin.take();
        Ok(Self { guard, input })
    }

    /// Waits until it ends by itself.
    pub(super) async fn ended(&mut self) -> io::Result<ExitStatus> {
        self.guard.wait().await
    }

    /// Ends it.
    pub(super) async fn end(mut self) {
        drop(self.input.take());
        if tokio::time::timeout(END_TIMEOUT, self.guard.wait()).await.is_err() {
            tracing::warn!("LiveKit did not end in time");
            let _ = self.guard.kill().await;
        }
    }
}

fn command_line(program: &Program, config: &Path, container: &str) -> Vec<OsString> {
    match program {
        Program::Binary(binary) => vec![binary.into(), "--config".into(), config.into()],
        Program::Docker(docker) => {
            let mut volume = config.as_os_str().to_owned();
            volume.push(":/livekit.yaml:ro");
            let mut line: Vec<OsString> = vec![docker.into()];
            // The host's network: media needs its addresses, and signalling stays on its loopback.
            line.extend(["run", "--rm", guard::CONTAINER_NAME, container].map(Into::into));
            line.extend(["--network", "host", "--volume"].map(Into::into));
            line.push(volume);
            line.push(format!("livekit/livekit-server:v{LIVEKIT_VERSION}").into());
            line.extend(["--config", "/livekit.yaml"].map(Into::into));
            line
        }
    }
}

/// One line of LiveKit's log.
#[derive(Deserialize)]
struct Line {
    level: String,
    msg: String,
    #[serde(default)]
    error: Option<String>,
}

/// Passes LiveKit's log on: what it finds ordinary is detail here.
async fn forward(output: impl AsyncRead + Unpin) {
    let mut output = BufReader::new(output);
    let mut bytes = Vec::new();
    // Whatever comes is read: a LiveKit whose log nobody takes would block, or end.
    while matches!((&mut output).take(LINE_MAX).read_until(b'\n', &mut bytes).await, Ok(1..)) {
        let line = without_tokens(String::from_utf8_lossy(&bytes).trim());
        bytes.clear();
        match serde_json::from_str::<Line>(&line) {
            Ok(Line { level, msg, error }) => {
                let error = error.unwrap_or_default();
                match level.as_str() {
                    _ if is_a_goodbye(&error) => tracing::debug!(target: "livekit", error, "{msg}"),
                    "warn" => tracing::warn!(target: "livekit", error, "{msg}"),
                    "debug" | "info" => tracing::debug!(target: "livekit", "{msg}"),
                    _ => tracing::error!(target: "livekit", error, "{msg}"),
                }
            }
            // What is not in its log's form is said before the log starts: a wrong configuration, docker's words.
            Err(_) if !line.is_empty() => tracing::warn!(target: "livekit", "{line}"),
            Err(_) => {}
        }
    }
}

/// LiveKit repeats a token that it does not take, be it that the token's time only begins in a second.
fn without_tokens(line: &str) -> String {
    let (mut clean, mut rest) = (String::new(), line);
    // Every token begins so: `{"` in base64.
    while let Some((before, _)) = rest.split_once("eyJ") {
        clean.push_str(before);
        clean.push_str("[token]");
        let token = rest.get(before.len()..).unwrap_or_default();
        rest = token.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    }
    clean.push_str(rest);
    clean
}

/// LiveKit calls it an error that somebody's connection closed while something was on its way to them.
fn is_a_goodbye(error: &str) -> bool {
    ["Close called", "use of closed", "closed pipe"].iter().any(|words| error.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_do_not_pass() {
        let line = r#"{"error":"invalid token: eyJhb.eyJle-x_9.Yl3k, error: eyJ","msg":"x"}"#;
        assert_eq!(without_tokens(line), r#"{"error":"invalid token: [token], error: [token]","msg":"x"}"#);
        assert_eq!(without_tokens("nothing of that kind"), "nothing of that kind");
    }

    #[test]
    fn docker_runs_the_pinned_image_with_the_written_configuration() {
        let line = command_line(&Program::Docker("/usr/bin/docker".into()), Path::new("/data/livekit.yaml"), "one");
        let words: Vec<&str> = line.iter().map(|word| word.to_str().unwrap()).collect();
        assert_eq!(
            words.join(" "),
            "/usr/bin/docker run --rm --name one --network host --volume /data/livekit.yaml:/livekit.yaml:ro \
             livekit/livekit-server:v1.13.5 --config /livekit.yaml"
        );
    }
}
