//! Histories so long that whatever grows or wears out in a machine shows.

use proptest::prelude::ProptestConfig;

/// How many events there are in one.
pub(crate) const LONG: usize = 10_000;

/// A few are tried, and shrunk for no longer than somebody waits.
pub(crate) fn few() -> ProptestConfig {
    ProptestConfig { cases: 2, max_shrink_iters: 2_000, ..ProptestConfig::default() }
}
