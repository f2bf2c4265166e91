//! What has happened lately, kept by the page for a bug report.

/// Writes a line down: a kind, and a state or an id; never a name, a message or a token.
pub fn note(kind: &str, detail: &str) {
    crate::externs::note(kind, detail);
}
