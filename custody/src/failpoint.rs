//! Places where a test may kill the process: between each two steps that a crash could separate.
//!
//! With the feature `failpoints` (never in a release build), `CUSTODY_FAILPOINT=name` aborts the process when it comes to that
//! point, `name:3` at the third time. Without the feature a point is nothing at all. The faces put their own points in with the
//! same function, so that one setting reaches them all.

/// Aborts here if a test asked for it.
#[cfg(not(feature = "failpoints"))]
#[inline]
pub fn point(_name: &'static str) {}

/// Aborts here if a test asked for it.
#[cfg(feature = "failpoints")]
pub fn point(name: &'static str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static WANTED: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static SEEN: AtomicU64 = AtomicU64::new(0);
    let wanted = WANTED.get_or_init(|| {
        let setting = std::env::var("CUSTODY_FAILPOINT").ok()?;
        match setting.split_once(':') {
            Some((name, times)) => Some((name.to_owned(), times.parse().unwrap_or(1))),
            None => Some((setting, 1)),
        }
    });
    if let Some((wanted, times)) = wanted
        && wanted == name
        && SEEN.fetch_add(1, Ordering::SeqCst).saturating_add(1) == *times
    {
        std::process::abort();
    }
}
