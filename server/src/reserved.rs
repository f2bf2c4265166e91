//! First path segments that Parlour keeps for itself: no room or alias may take them.

/// The one list. Everything that the server or the application serves, or will serve, at the root.
pub const RESERVED: [&str; 21] = [
    "_gallery",
    "admin",
    "api",
    "auth",
    "check",
    "favicon.ico",
    "healthz",
    "live",
    "manifest.webmanifest",
    "meetings",
    "metrics",
    "pkg",
    "readyz",
    "recordings",
    "robots.txt",
    "rtc",
    "settings",
    "signin",
    "sw.js",
    "twirp",
    "webhooks",
];

/// Whether a first path segment is kept, in any writing.
pub fn is_reserved(segment: &str) -> bool {
    let segment = segment.trim().to_lowercase();
    segment.starts_with('.') || RESERVED.contains(&segment.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_and_says_each_word_once() {
        assert!(RESERVED.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn capitals_and_hidden_names_do_not_get_around_it() {
        for word in ["API", " rtc ", ".well-known", "Check"] {
            assert!(is_reserved(word), "{word}");
        }
        assert!(!is_reserved("kfwm-3hzxr-8bqt"));
    }
}
