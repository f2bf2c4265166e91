//! Programs that do one short thing, and may hang.

use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How often it is looked whether one has ended: the standard library waits without an end, or not at all.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Runs a program in silence until it ends, or ends it when that takes too long. `None`: it did not start, or did not end.
pub(super) fn run(command: &mut Command, limit: Duration) -> Option<ExitStatus> {
    let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = quiet.spawn().ok()?;
    let start = Instant::now();
    while start.elapsed() < limit {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) => thread::sleep(LOOK_EVERY),
            Err(_) => break,
        }
    }
    // It may have ended just now.
    let _ = child.kill();
    let _ = child.wait();
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_hangs_is_ended() {
        let ended = |program: &str, limit| run(Command::new(program).arg("600"), limit);
        assert_eq!(ended("true", Duration::from_secs(60)).map(|status| status.success()), Some(true));
        assert_eq!(ended("false", Duration::from_secs(60)).map(|status| status.success()), Some(false));
        assert_eq!(ended("/nowhere", Duration::from_secs(60)), None);
        let start = Instant::now();
        assert_eq!(ended("sleep", Duration::from_millis(50)), None);
        assert!(start.elapsed() < Duration::from_secs(60));
    }
}
