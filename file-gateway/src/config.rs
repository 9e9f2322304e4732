//! What an operator writes, and what comes of it: `RawConfig` (unknown keys refused) → [`Config`], in which nothing can
//! be wrong any more.

use sanitizer_service::{
    ConfigError, Role,
    config::{LogSection, PolicySection, SandboxSection, ServiceSection, at_once, load, parse},
};
use serde::Deserialize;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

/// What the gateway runs with.
#[derive(Clone, Debug)]
pub struct Config {
    /// What both faces have: role, state, pool, policy, log.
    pub service: sanitizer_service::Config,
    /// Where each listener binds.
    pub listen: Listen,
    /// Whether a proxy in front speaks https with the browser: cookies are then `Secure` and `__Host-`.
    pub https: bool,
    /// Intake.
    pub upload: Upload,
    /// Sign-in.
    pub session: Session,
    /// The Maildir whose messages are shown, in development only.
    pub mailbox: Option<PathBuf>,
}

/// Where each listener binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listen {
    /// インターネット側.
    pub internet: SocketAddr,
    /// LGWAN側.
    pub lgwan: SocketAddr,
    /// Health and figures.
    pub management: SocketAddr,
}

/// Intake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Largest file in bytes.
    pub max_bytes: u64,
    /// How many uploads run at a time; one more is asked to come again.
    pub parallel: usize,
}

/// Sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// A session unused for this long ends.
    pub idle_seconds: i64,
    /// A session this old ends.
    pub absolute_seconds: i64,
}

/// What the command line says over the file.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The role.
    pub role: Option<Role>,
    /// The state directory.
    pub state_dir: Option<PathBuf>,
}

impl Config {
    /// Reads a file, or the embedded configuration if there is none.
    pub fn load(path: Option<&Path>, overrides: &Overrides) -> Result<Self, ConfigError> {
        load::<RawConfig>(path)?.check(overrides)
    }

    /// Reads the text of the file at `path`.
    pub fn from_toml(text: &str, path: &Path, overrides: &Overrides) -> Result<Self, ConfigError> {
        parse::<RawConfig>(text, path)?.check(overrides)
    }
}

/// The configuration as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawConfig {
    service: ServiceSection,
    sandbox: SandboxSection,
    policy: PolicySection,
    log: LogSection,
    listen: RawListen,
    https: bool,
    upload: RawUpload,
    session: RawSession,
    development: RawDevelopment,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawListen {
    internet: SocketAddr,
    lgwan: SocketAddr,
    management: SocketAddr,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawUpload {
    max_bytes: u64,
    parallel: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawSession {
    idle_minutes: u32,
    absolute_minutes: u32,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawDevelopment {
    mailbox: Option<PathBuf>,
}

impl Default for RawListen {
    fn default() -> Self {
        let local = |port| SocketAddr::from(([127, 0, 0, 1], port));
        Self { internet: local(8080), lgwan: local(8081), management: local(8082) }
    }
}

impl Default for RawUpload {
    fn default() -> Self {
        Self { max_bytes: 500_000_000, parallel: 16 }
    }
}

impl Default for RawSession {
    fn default() -> Self {
        Self { idle_minutes: 30, absolute_minutes: 600 }
    }
}

impl RawConfig {
    fn check(self, overrides: &Overrides) -> Result<Config, ConfigError> {
        let listen = self.listen.check()?;
        if self.upload.max_bytes == 0 {
            return Err(value("upload.max_bytes", "must be greater than zero"));
        }
        let parallel = at_once("upload.parallel", self.upload.parallel)?;
        if self.session.idle_minutes == 0 || self.session.absolute_minutes < self.session.idle_minutes {
            return Err(value("session", "idle_minutes must be greater than zero and no more than absolute_minutes"));
        }
        let mut service = self.service;
        service.role = overrides.role.unwrap_or(service.role);
        service.state_dir = overrides.state_dir.clone().unwrap_or(service.state_dir);
        // Last, because it makes the state directory: a refused configuration leaves nothing behind.
        let service = sanitizer_service::Config::resolve(service, &self.sandbox, &self.policy, &self.log)?;
        let seconds = |minutes: u32| i64::from(minutes).saturating_mul(60);
        Ok(Config {
            service,
            listen,
            https: self.https,
            upload: Upload { max_bytes: self.upload.max_bytes, parallel },
            session: Session {
                idle_seconds: seconds(self.session.idle_minutes),
                absolute_seconds: seconds(self.session.absolute_minutes),
            },
            mailbox: self.development.mailbox,
        })
    }
}

impl RawListen {
    /// Two faces on one address would be no separation.
    fn check(self) -> Result<Listen, ConfigError> {
        let Self { internet, lgwan, management } = self;
        // Port 0 asks for any free port: two of them are never the same.
        let same = |a: SocketAddr, b: SocketAddr| a == b && a.port() != 0;
        if same(internet, lgwan) || same(internet, management) || same(lgwan, management) {
            return Err(value("listen", "internet, lgwan and management must have different addresses"));
        }
        Ok(Listen { internet, lgwan, management })
    }
}

fn value(key: &'static str, problem: &str) -> ConfigError {
    ConfigError::Value { key, problem: problem.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Config, ConfigError> {
        let dir = tempfile::tempdir().unwrap();
        let overrides = Overrides { role: None, state_dir: Some(dir.path().join("state")) };
        Config::from_toml(text, Path::new("gateway.toml"), &overrides)
    }

    #[test]
    fn defaults_listen_on_loopback_only() {
        let config = parsed("").unwrap();
        for address in [config.listen.internet, config.listen.lgwan, config.listen.management] {
            assert!(address.ip().is_loopback());
        }
        assert_eq!(config.mailbox, None);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        for (text, part) in [
            ("colour = 1", "unknown field"),
            ("[upload]\nmax = 1", "unknown field"),
            ("[upload]\nmax_bytes = 0", "greater than zero"),
            ("[upload]\nparallel = 0", "upload.parallel"),
            ("[upload]\nparallel = 9223372036854775807", "upload.parallel"),
            ("[session]\nidle_minutes = 700", "idle_minutes"),
            ("[listen]\nlgwan = \"127.0.0.1:8080\"", "different addresses"),
            ("[listen]\nmanagement = \"127.0.0.1:8080\"", "different addresses"),
            ("[listen]\ninternet = \"here\"", "socket address"),
        ] {
            let error = parsed(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
