//! What must hold of a configuration that was taken: with it a service starts. And of one that was not: its operator learns
//! where to look.

use jiff::{SignedDuration, Timestamp};
use sanitizer_service::ConfigError;
use smtp_relay::{deliver::Hop, queue::Next, route::Direction};
use std::{
    path::Path,
    sync::LazyLock,
    time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::sync::Semaphore;

static STATE: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().unwrap());

const FILE: &str = "sanitizer.toml";

/// Whether the text names files that would be read: those are the operator's own, and may be any device of this machine.
fn names_files(text: &str) -> bool {
    let table: toml::Table = toml::from_str(text).unwrap_or_default();
    table.get("policy").is_some_and(|policy| policy.get("file").is_some())
}

/// The oracle of a relay's configuration; whether it was taken.
pub fn relay(text: &str) -> bool {
    use smtp_relay::config::{Config, Overrides};
    if names_files(text) {
        return false;
    }
    let overrides = Overrides { state_dir: Some(STATE.path().to_owned()), ..Overrides::default() };
    let config = match Config::from_toml(text, Path::new(FILE), &overrides) {
        Ok(config) => config,
        Err(error) => return refused(&error),
    };
    service(&config.service);
    for hop in config.hops.values() {
        drop(Hop::new(hop.clone()));
        lasts(hop.timeout);
    }
    assert!(Semaphore::new(config.delivering).available_permits() > 0, "nothing is delivered");
    let (times, rules) = (&config.server.timeouts, &config.server.rules);
    [times.read, times.write, times.content, config.server.drain].into_iter().for_each(lasts);
    assert!(config.service.policy.mail.host == rules.host, "the notice bears another name than the greeting");
    assert!(config.service.policy.mail.received >= rules.max_hops as usize, "a loop through us would never be seen");
    if config.routes.has_bounce_hop() {
        let bounce = config.routes.hop(&"a@example.com".parse().unwrap(), Direction::Notification);
        assert!(bounce.is_some_and(|hop| config.hops.contains_key(hop)), "notifications go nowhere");
    }
    let now = Timestamp::from_second(1_795_000_000).unwrap();
    let week = SignedDuration::from_hours(168);
    for attempt in [0, 1, 2, 40, u32::MAX] {
        if let Next::Retry(due) = config.schedule.after(attempt, now - week, now, 255) {
            assert!(due > now, "tried again before it failed");
        }
    }
    true
}

/// The oracle of a gateway's configuration; whether it was taken.
pub fn gateway(text: &str) -> bool {
    use file_gateway::config::{Config, Overrides};
    if names_files(text) {
        return false;
    }
    let overrides = Overrides { role: None, state_dir: Some(STATE.path().to_owned()) };
    let config = match Config::from_toml(text, Path::new(FILE), &overrides) {
        Ok(config) => config,
        Err(error) => return refused(&error),
    };
    service(&config.service);
    assert!(Semaphore::new(config.upload.parallel).available_permits() > 0, "nobody can hand in");
    assert!(config.upload.max_bytes > 0, "nothing can be handed in");
    let (idle, absolute) = (config.session.idle_seconds, config.session.absolute_seconds);
    assert!(0 < idle && idle <= absolute, "nobody can stay signed in");
    let listen = config.listen;
    let apart = listen.internet.port() == 0 || listen.internet != listen.lgwan;
    assert!(apart, "two faces on one address");
    true
}

fn service(config: &sanitizer_service::Config) {
    assert!((1..=256).contains(&config.pool.workers), "no worker");
    assert!(config.pool.memory >= 128 << 20, "a child without room");
    [config.pool.wall, config.drain].into_iter().for_each(lasts);
    assert!(!config.policy.id().is_empty(), "a policy without an id");
}

/// A time that is not over at once, and that a clock can be set by.
fn lasts(time: Duration) {
    assert!(!time.is_zero() && Instant::now().checked_add(time).is_some(), "a time that is none: {time:?}");
}

/// The message names the file and the line, or the key.
fn refused(error: &ConfigError) -> bool {
    let text = error.to_string();
    match error {
        ConfigError::Value { key, problem } => assert!(!key.is_empty() && !problem.is_empty(), "no key: {text}"),
        ConfigError::Form { .. } => assert!(text.starts_with(FILE) && text.contains("at line "), "no line: {text}"),
        // A folder or file of the operator's that is not there.
        ConfigError::Read { .. } => assert!(!text.is_empty()),
    }
    false
}
