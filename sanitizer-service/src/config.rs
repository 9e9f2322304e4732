//! The part of the configuration both faces have: `RawConfig` as written (unknown keys refused) becomes a [`Config`] in
//! which nothing can be wrong any more.
//!
//! A face declares its own raw struct with these sections beside its own, and calls [`Config::resolve`].

use sanitizer_core::Policy;
use sanitizer_pool::PoolConfig;
use serde::{Deserialize, de::DeserializeOwned};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// `[service]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServiceSection {
    /// Which sides this process runs.
    pub role: Role,
    /// Where inbox, ledger and blobs live.
    pub state_dir: PathBuf,
    /// How long work may go on after a signal to stop, in seconds.
    pub drain_seconds: u64,
}

impl Default for ServiceSection {
    fn default() -> Self {
        Self { role: Role::All, state_dir: PathBuf::from("/var/lib/sanitizer"), drain_seconds: 30 }
    }
}

/// `[sandbox]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SandboxSection {
    /// What happens where the kernel lacks a protection.
    pub level: SandboxLevel,
    /// Children of each kind; none: one a core.
    pub workers: Option<usize>,
    /// A child's memory, in MiB; none: 1024.
    pub memory_mib: Option<u64>,
    /// How long one step of a job may take, in seconds; none: 120.
    pub wall_seconds: Option<u64>,
    /// LibreOffice's folder of programs; none: where distributions put it.
    pub libreoffice: Option<PathBuf>,
    /// How many LibreOffice processes are kept ready once a first document in an old format has come; none: 1.
    pub converters: Option<usize>,
}

/// `[policy]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PolicySection {
    /// The policy's file; none: the embedded default.
    pub file: Option<PathBuf>,
}

/// `[log]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogSection {
    /// How a line looks.
    pub format: LogFormat,
}

/// How a log line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// One JSON object a line.
    #[default]
    Json,
    /// For people at a terminal.
    Text,
}

/// Which sides a process runs (design §3.4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Both sides in one process.
    #[default]
    All,
    /// Pulls from the inbox, runs the pool, owns the ledger and the LGWAN side's sockets.
    Back,
    /// Internet listeners only; holds an inbox handle and nothing else.
    Front,
}

impl Role {
    /// Whether this process has the Internet listeners.
    pub const fn has_front(self) -> bool {
        matches!(self, Self::All | Self::Front)
    }

    /// Whether this process owns ledger and pool.
    pub const fn has_back(self) -> bool {
        matches!(self, Self::All | Self::Back)
    }
}

impl std::str::FromStr for Role {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "all" => Ok(Self::All),
            "back" => Ok(Self::Back),
            "front" => Ok(Self::Front),
            _ => Err("a role is one of: all, back, front"),
        }
    }
}

/// What happens where the kernel lacks a protection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SandboxLevel {
    /// Run all the same, and say so in red. For development.
    BestEffort,
    /// Refuse to start.
    #[default]
    Require,
}

/// The shared configuration, resolved.
#[derive(Clone, Debug)]
pub struct Config {
    /// Which sides this process runs.
    pub role: Role,
    /// Where inbox, ledger and blobs live; it exists.
    pub state_dir: PathBuf,
    /// How long work may go on after a signal to stop.
    pub drain: Duration,
    /// What happens where the kernel lacks a protection.
    pub sandbox: SandboxLevel,
    /// How the pool is set up.
    pub pool: PoolConfig,
    /// The policy.
    pub policy: Arc<Policy>,
    /// How a log line looks.
    pub log: LogFormat,
}

/// Why a configuration was refused. Exit code 78 (`EX_CONFIG`).
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A file could not be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file is not in its form; the message shows the line.
    #[error("{}: {message}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong, with the line.
        message: String,
    },
    /// A value makes no sense.
    #[error("{key}: {problem}")]
    Value {
        /// The key.
        key: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

/// Reads a face's raw configuration; without a file, every section has its default.
pub fn load<T: DeserializeOwned>(file: Option<&Path>) -> Result<T, ConfigError> {
    let (path, text) = match file {
        Some(path) => (path, read(path)?),
        None => (Path::new("(embedded defaults)"), String::new()),
    };
    parse(&text, path)
}

/// Reads a face's raw configuration from the text of the file at `path`.
pub fn parse<T: DeserializeOwned>(text: &str, path: &Path) -> Result<T, ConfigError> {
    toml::from_str(text).map_err(|error| ConfigError::Form { path: path.to_owned(), message: error.to_string() })
}

/// More seconds than this are a slip of the pen, and a clock to which they are added may overflow.
const A_DAY: u64 = 24 * 3600;

/// A time of at least one second and at most a day.
pub fn seconds(key: &'static str, value: u64) -> Result<Duration, ConfigError> {
    counted(key, value, A_DAY).map(Duration::from_secs)
}

/// More of anything at once than this is a slip of the pen, and no semaphore takes every number.
const AT_ONCE: u64 = 100_000;

/// A number of things at once.
pub fn at_once(key: &'static str, value: usize) -> Result<usize, ConfigError> {
    counted(key, value as u64, AT_ONCE).map(|_| value)
}

fn counted(key: &'static str, value: u64, most: u64) -> Result<u64, ConfigError> {
    if (1..=most).contains(&value) {
        Ok(value)
    } else {
        Err(ConfigError::Value { key, problem: format!("must be between 1 and {most}") })
    }
}

fn read(path: &Path) -> Result<String, ConfigError> {
    fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })
}

impl Config {
    /// Checks the shared sections and makes the state directory, for its owner alone.
    pub fn resolve(
        service: ServiceSection,
        sandbox: &SandboxSection,
        policy: &PolicySection,
        log: &LogSection,
    ) -> Result<Self, ConfigError> {
        let drain = seconds("service.drain_seconds", service.drain_seconds)?;
        let policy = match &policy.file {
            None => Policy::default(),
            Some(path) => Policy::from_toml(&read(path)?)
                .map_err(|error| ConfigError::Form { path: path.clone(), message: error.to_string() })?,
        };
        let mut pool = PoolConfig::for_this_machine()
            .map_err(|source| ConfigError::Read { path: PathBuf::from("/proc/self/exe"), source })?;
        if let Some(workers) = sandbox.workers {
            if !(1..=256).contains(&workers) {
                return Err(ConfigError::Value { key: "sandbox.workers", problem: "must be between 1 and 256".to_owned() });
            }
            pool.workers = workers;
        }
        if let Some(mib) = sandbox.memory_mib {
            if !(128..=1 << 20).contains(&mib) {
                return Err(ConfigError::Value {
                    key: "sandbox.memory_mib",
                    problem: "must be between 128 and 1048576".to_owned(),
                });
            }
            pool.memory = mib << 20;
        }
        if let Some(wall) = sandbox.wall_seconds {
            pool.wall = seconds("sandbox.wall_seconds", wall)?;
        }
        if let Some(converter) = &mut pool.converter {
            converter.ready = sandbox.converters.unwrap_or(1).min(converter.at_once);
        }
        if let Some(folder) = &sandbox.libreoffice {
            let problem = || ConfigError::Value {
                key: "sandbox.libreoffice",
                problem: "needs a folder with soffice.bin and oosplash, and bubblewrap installed".to_owned(),
            };
            let found = folder.join("soffice.bin").is_file() && folder.join("oosplash").is_file();
            pool.converter.as_mut().filter(|_| found).ok_or_else(problem)?.libreoffice.clone_from(folder);
        }
        // Last: a refused configuration leaves nothing behind.
        make_private_dir(&service.state_dir)?;
        Ok(Self {
            role: service.role,
            state_dir: service.state_dir,
            drain,
            sandbox: sandbox.level,
            pool,
            policy: Arc::new(policy),
            log: log.format,
        })
    }
}

fn make_private_dir(dir: &Path) -> Result<(), ConfigError> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(dir)
        .map_err(|source| ConfigError::Read { path: dir.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Raw {
        service: ServiceSection,
        sandbox: SandboxSection,
    }

    fn parse(text: &str) -> Result<Raw, ConfigError> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("config.toml");
        fs::write(&file, text).unwrap();
        load(Some(&file))
    }

    #[test]
    fn unknown_keys_and_roles_are_refused_with_the_line() {
        assert!(parse("[service]\nrole = \"back\"").unwrap().service.role == Role::Back);
        for text in ["[service]\npass_on_error = true", "[sandbox]\nlevel = \"off\"", "[extra]", "[service]\nrole = \"both\""] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains("config.toml"), "{error}");
        }
    }

    #[test]
    fn values_without_sense_name_their_key() {
        let dir = tempfile::tempdir().unwrap();
        let service = ServiceSection { state_dir: dir.path().join("state"), ..ServiceSection::default() };
        let sandbox = SandboxSection { workers: Some(0), ..SandboxSection::default() };
        let error = Config::resolve(service.clone(), &sandbox, &PolicySection::default(), &LogSection::default()).unwrap_err();
        assert!(error.to_string().starts_with("sandbox.workers"));
        let sandbox = SandboxSection { wall_seconds: Some(u64::MAX), ..SandboxSection::default() };
        let error = Config::resolve(service.clone(), &sandbox, &PolicySection::default(), &LogSection::default()).unwrap_err();
        assert!(error.to_string().starts_with("sandbox.wall_seconds"));
        assert!(!service.state_dir.exists(), "a refused configuration leaves nothing behind");
    }

    #[test]
    fn the_state_directory_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let state = dir.path().join("deep/state");
        let service = ServiceSection { state_dir: state.clone(), ..ServiceSection::default() };
        Config::resolve(service, &SandboxSection::default(), &PolicySection::default(), &LogSection::default()).unwrap();
        assert_eq!(fs::metadata(state).unwrap().permissions().mode() & 0o777, 0o700);
    }
}
