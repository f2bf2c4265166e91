//! `parlour livekit-guard <program> <arguments…>`: runs LiveKit and ends it when Parlour is gone.
//!
//! Parlour holds the other end of the guard's standard input. However Parlour ends, also by SIGKILL,
//! the system closes that pipe, and the guard ends LiveKit. It uses plain threads and no runtime.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, Read as _};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use signal_hook::consts::{SIGINT, SIGTERM};

use super::helper;

/// The hidden first argument.
pub const SUBCOMMAND: &str = "livekit-guard";

/// The option before the name of a container: where it is among the arguments, the program is docker's.
pub(super) const CONTAINER_NAME: &str = "--name";

/// LiveKit takes a first SIGTERM as "when everybody has left" and a second one as "now".
const PATIENCE: Duration = Duration::from_millis(300);
/// How long it may take to end after that.
const LAST_PATIENCE: Duration = Duration::from_secs(3);
/// How long docker may take to remove a container.
const REMOVAL: Duration = Duration::from_secs(5);
/// How long all that takes together at most.
pub(super) const LONGEST_END: Duration =
    PATIENCE.saturating_add(LAST_PATIENCE).saturating_add(LAST_PATIENCE).saturating_add(REMOVAL);
/// Exit code when the program could not be started.
const NOT_STARTED: u8 = 127;

enum Event {
    /// Parlour is gone, or somebody asks the guard to end.
    End,
    /// The program has ended.
    Ended(io::Result<ExitStatus>),
}

/// The program of this process, also when its file has been replaced since it was started.
///
/// # Errors
/// When the system does not say.
pub fn this_program() -> io::Result<PathBuf> {
    let itself = PathBuf::from("/proc/self/exe");
    if itself.exists() { Ok(itself) } else { env::current_exe() }
}

/// Runs the program that the arguments name until it ends or Parlour does.
pub fn run(mut arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let Some(program) = arguments.next() else { return ExitCode::from(NOT_STARTED) };
    let arguments: Vec<OsString> = arguments.collect();
    let mut command = Command::new(&program);
    command.args(&arguments).stdin(Stdio::null());
    match command.spawn() {
        Ok(child) => {
            let code = watch(child);
            if let Some(container) = container(&arguments) {
                remove(&program, container);
            }
            code
        }
        Err(error) => {
            report(&format!("{} could not be started: {error}", program.display()));
            ExitCode::from(NOT_STARTED)
        }
    }
}

fn container(arguments: &[OsString]) -> Option<&OsStr> {
    arguments.iter().skip_while(|word| word.to_str() != Some(CONTAINER_NAME)).nth(1).map(OsString::as_os_str)
}

/// A container outlives docker's own program where that had to be killed, and would keep the ports.
fn remove(docker: &OsStr, container: &OsStr) {
    let mut command = Command::new(docker);
    command.args([OsStr::new("rm"), OsStr::new("--force"), container]);
    // Mostly it is gone already, which docker calls an error.
    if helper::run(&mut command, REMOVAL).is_none() {
        report("docker does not say whether LiveKit's container is gone");
    }
}

fn watch(mut child: Child) -> ExitCode {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    let (events, inbox) = channel();
    let parent = events.clone();
    thread::spawn(move || wait_for_parent(&parent));
    let signals = events.clone();
    thread::spawn(move || wait_for_signal(&signals));
    thread::spawn(move || {
        // Nobody listens when the guard is about to end anyway.
        let _ = events.send(Event::Ended(child.wait()));
    });
    match inbox.recv() {
        Ok(Event::Ended(status)) => code(&status),
        Ok(Event::End) | Err(_) => end(pid, &inbox),
    }
}

/// Ends the program: asks, asks again, and then kills.
fn end(pid: Option<Pid>, inbox: &Receiver<Event>) -> ExitCode {
    let steps = [(Signal::TERM, PATIENCE), (Signal::TERM, LAST_PATIENCE), (Signal::KILL, LAST_PATIENCE)];
    for (signal, patience) in steps {
        if let Some(pid) = pid
            && let Err(error) = kill_process(pid, signal)
        {
            report(&format!("LiveKit could not be ended: {error}"));
        }
        loop {
            match inbox.recv_timeout(patience) {
                Ok(Event::Ended(status)) => return code(&status),
                Ok(Event::End) => {}
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
            }
        }
    }
    ExitCode::FAILURE
}

/// Blocks until the other end of standard input is closed; nothing is ever written to it.
fn wait_for_parent(events: &Sender<Event>) {
    let mut input = io::stdin().lock();
    let mut bytes = [0; 64];
    loop {
        match input.read(&mut bytes) {
            Ok(0) => break,
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    let _ = events.send(Event::End);
}

/// A service manager may signal every process at once: LiveKit must still be ended, not left behind.
fn wait_for_signal(events: &Sender<Event>) {
    if let Ok(mut signals) = signal_hook::iterator::Signals::new([SIGTERM, SIGINT])
        && signals.forever().next().is_some()
    {
        let _ = events.send(Event::End);
    }
}

fn code(status: &io::Result<ExitStatus>) -> ExitCode {
    match status.as_ref().ok().and_then(ExitStatus::code).map(u8::try_from) {
        Some(Ok(code)) => ExitCode::from(code),
        _ => ExitCode::FAILURE,
    }
}

/// The guard has no log: Parlour reads its standard error and writes it to its own.
fn report(line: &str) {
    use std::io::Write as _;
    let _ = writeln!(io::stderr(), "{line}");
}
