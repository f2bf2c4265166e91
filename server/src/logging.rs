//! Logs: for people in a terminal, JSON lines otherwise.

use std::io::{IsTerminal, stderr};

use tracing_subscriber::filter::{EnvFilter, ParseError};

/// Starts the log on standard error.
///
/// # Errors
/// When `filter` is not a tracing filter.
pub fn start(filter: &str) -> Result<(), ParseError> {
    let filter = EnvFilter::try_new(filter)?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    if stderr().is_terminal() {
        log.with_target(false).compact().init();
    } else {
        log.json().flatten_event(true).with_span_list(false).init();
    }
    Ok(())
}
