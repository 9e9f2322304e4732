//! What an operator writes, and what comes of it: `RawConfig` (unknown keys refused) → [`Config`], in which nothing can be wrong
//! any more.

use crate::{
    deliver::HopConfig,
    inbound::{DoorLimits, ServerConfig, Timeouts},
    protocol::{
        address::{Address, is_domain},
        data::Ceilings,
        session::Rules,
    },
    queue::Schedule,
    route::Routes,
};
use sanitizer_service::{
    ConfigError, Role,
    config::{LogSection, PolicySection, SandboxSection, ServiceSection, at_once, parse, seconds},
};
use serde::Deserialize;
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// What the relay runs with when nobody has written a configuration: everything on loopback, for `make run`.
pub const EMBEDDED: &str = include_str!("default.toml");

/// No more Received fields than this are carried over, so no more can be counted.
const HOPS: u32 = 100;

/// A relay's configuration, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// What both faces have: role, state, pool, policy, log.
    pub service: sanitizer_service::Config,
    /// The Internet listener.
    pub listen: SocketAddr,
    /// Where liveness, readiness and metrics are served, if anywhere.
    pub metrics: Option<SocketAddr>,
    /// The listener's ceilings and times.
    pub server: ServerConfig,
    /// Who is taken and where it goes.
    pub routes: Routes,
    /// The next hops by name.
    pub hops: BTreeMap<String, HopConfig>,
    /// Back-off and expiry.
    pub schedule: Schedule,
    /// Messages delivered at once.
    pub delivering: usize,
}

/// What the command line says over the file.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The role.
    pub role: Option<Role>,
    /// The state directory.
    pub state_dir: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawConfig {
    #[serde(default)]
    service: ServiceSection,
    #[serde(default)]
    sandbox: SandboxSection,
    #[serde(default)]
    policy: PolicySection,
    #[serde(default)]
    log: LogSection,
    smtp: RawSmtp,
    #[serde(default)]
    limits: RawLimits,
    #[serde(default)]
    timeouts: RawTimeouts,
    #[serde(default)]
    queue: RawQueue,
    #[serde(default)]
    route: Vec<RawRoute>,
    #[serde(default)]
    next_hop: BTreeMap<String, RawHop>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSmtp {
    host: String,
    listen: SocketAddr,
    metrics: Option<SocketAddr>,
    postmaster: Option<String>,
    bounce_hop: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawLimits {
    hops: u32,
    message_bytes: u64,
    line_bytes: u64,
    recipients: usize,
    errors: u32,
    idle_commands: u32,
    messages_per_connection: u32,
    connections: usize,
    connections_per_peer: usize,
}

impl Default for RawLimits {
    fn default() -> Self {
        Self {
            // RFC 5321, 6.3 thinks of 100. Postfix, most likely the server before and behind us, gives up at 50.
            hops: 50,
            message_bytes: 50_000_000,
            line_bytes: 10_000_000,
            recipients: 1000,
            errors: 20,
            idle_commands: 100,
            messages_per_connection: 1000,
            connections: 400,
            connections_per_peer: 50,
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "an operator reads the unit in the key")]
struct RawTimeouts {
    read_seconds: u64,
    write_seconds: u64,
    content_seconds: u64,
}

impl Default for RawTimeouts {
    /// RFC 5321, 4.5.3.2.7 asks a server to wait five minutes.
    fn default() -> Self {
        Self { read_seconds: 300, write_seconds: 300, content_seconds: 3600 }
    }
}

#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct RawQueue {
    first_retry_seconds: u64,
    longest_retry_seconds: u64,
    expire_seconds: u64,
    delivering: usize,
}

impl Default for RawQueue {
    /// RFC 5321, 4.5.4.1: give up after four or five days.
    fn default() -> Self {
        Self { first_retry_seconds: 60, longest_retry_seconds: 3600, expire_seconds: 5 * 24 * 3600, delivering: 16 }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRoute {
    #[serde(default)]
    domains: Vec<String>,
    #[serde(default)]
    addresses: Vec<String>,
    next_hop: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHop {
    address: String,
    #[serde(default = "connections")]
    connections: usize,
    #[serde(default = "timeout_seconds")]
    timeout_seconds: u64,
}

const fn connections() -> usize {
    4
}

const fn timeout_seconds() -> u64 {
    300
}

fn value(key: &'static str, problem: impl Into<String>) -> ConfigError {
    ConfigError::Value { key, problem: problem.into() }
}

impl Config {
    /// Reads a file, or the embedded configuration if there is none.
    pub fn load(path: Option<&Path>, overrides: &Overrides) -> Result<Self, ConfigError> {
        match path {
            None => Self::from_toml(EMBEDDED, Path::new("(embedded configuration)"), overrides),
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
                Self::from_toml(&text, path, overrides)
            }
        }
    }

    /// Reads the text of the file at `path`.
    pub fn from_toml(text: &str, path: &Path, overrides: &Overrides) -> Result<Self, ConfigError> {
        let raw: RawConfig = parse(text, path)?;
        let hops = raw.next_hop.iter().map(|(name, hop)| Ok((name.clone(), hop.check(&raw.smtp.host)?)));
        let hops = hops.collect::<Result<BTreeMap<_, _>, ConfigError>>()?;
        let schedule = raw.queue.check()?;
        let server = server(&raw)?;
        let routes = routes(&raw, &hops)?;
        let mut service = raw.service;
        service.role = overrides.role.unwrap_or(service.role);
        service.state_dir = overrides.state_dir.clone().unwrap_or(service.state_dir);
        // Last, because it makes the state directory: a refused configuration leaves nothing behind.
        let mut service = sanitizer_service::Config::resolve(service, &raw.sandbox, &raw.policy, &raw.log)?;
        let mail = &mut Arc::make_mut(&mut service.policy).mail;
        // What we write into a message bears the name we greet with.
        mail.host.clone_from(&server.rules.host);
        // Fewer Received fields carried over than are counted would hide every loop through us.
        mail.received = mail.received.max(usize::try_from(server.rules.max_hops).unwrap_or(usize::MAX));
        Ok(Self {
            service,
            listen: raw.smtp.listen,
            metrics: raw.smtp.metrics,
            server,
            routes,
            hops,
            schedule,
            delivering: raw.queue.delivering,
        })
    }
}

fn server(raw: &RawConfig) -> Result<ServerConfig, ConfigError> {
    if !is_domain(&raw.smtp.host) {
        return Err(value("smtp.host", "not a host name"));
    }
    let limits = &raw.limits;
    if limits.message_bytes < 65_536 || limits.line_bytes < 1000 {
        // RFC 5321, 4.5.3.1.6 and 4.5.3.1.7: a server takes at least that much.
        return Err(value("limits", "message_bytes must be at least 65536 and line_bytes at least 1000"));
    }
    if !(10..=HOPS).contains(&limits.hops) {
        return Err(value("limits.hops", "must be between 10 and 100"));
    }
    if limits.recipients < 100 {
        return Err(value("limits.recipients", "RFC 5321 asks for at least 100"));
    }
    if limits.connections == 0 || limits.connections_per_peer == 0 || limits.messages_per_connection == 0 {
        return Err(value("limits", "connections and messages_per_connection must not be 0"));
    }
    let timeouts = &raw.timeouts;
    Ok(ServerConfig {
        rules: Rules {
            host: raw.smtp.host.clone(),
            content: Ceilings { content: limits.message_bytes, line: limits.line_bytes },
            max_hops: limits.hops,
            max_recipients: limits.recipients,
            max_errors: limits.errors,
            max_idle_commands: limits.idle_commands,
            max_messages: limits.messages_per_connection,
        },
        door: DoorLimits { connections: limits.connections, per_peer: limits.connections_per_peer },
        timeouts: Timeouts {
            read: seconds("timeouts.read_seconds", timeouts.read_seconds)?,
            write: seconds("timeouts.write_seconds", timeouts.write_seconds)?,
            content: seconds("timeouts.content_seconds", timeouts.content_seconds)?,
        },
        drain: seconds("service.drain_seconds", raw.service.drain_seconds)?,
    })
}

fn routes(raw: &RawConfig, hops: &BTreeMap<String, HopConfig>) -> Result<Routes, ConfigError> {
    let known = |key, name: &String| {
        if hops.contains_key(name) { Ok(name.clone()) } else { Err(value(key, format!("no [next_hop.{name}]"))) }
    };
    let mut domains = BTreeMap::new();
    let mut addresses = BTreeMap::new();
    for route in &raw.route {
        let hop = known("route.next_hop", &route.next_hop)?;
        for domain in &route.domains {
            if !is_domain(domain) {
                return Err(value("route.domains", format!("{domain} is not a domain")));
            }
            if domains.insert(domain.to_ascii_lowercase(), hop.clone()).is_some() {
                return Err(value("route.domains", format!("{domain} stands in two routes")));
            }
        }
        for text in &route.addresses {
            let address = text.parse().map_err(|error| value("route.addresses", format!("{text}: {error}")))?;
            if addresses.insert(address, hop.clone()).is_some() {
                return Err(value("route.addresses", format!("{text} stands in two routes")));
            }
        }
    }
    if domains.is_empty() && addresses.is_empty() {
        return Err(value("route", "no domain and no address: nothing would be taken"));
    }
    let postmaster = raw.smtp.postmaster.as_ref().map(|text| text.parse::<Address>());
    let postmaster = postmaster.transpose().map_err(|error| value("smtp.postmaster", error.to_string()))?;
    let bounce = raw.smtp.bounce_hop.as_ref().map(|name| known("smtp.bounce_hop", name)).transpose()?;
    let routes = Routes { domains, addresses, postmaster, bounce };
    match &routes.postmaster {
        Some(address) if routes.hop(address, crate::route::Direction::Inward).is_none() => {
            Err(value("smtp.postmaster", "no route takes this address"))
        }
        _ => Ok(routes),
    }
}

impl RawHop {
    fn check(&self, host: &str) -> Result<HopConfig, ConfigError> {
        let port = self.address.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
        if port.is_none_or(|port| port == 0) {
            return Err(value("next_hop.address", "must be host:port"));
        }
        Ok(HopConfig {
            address: self.address.clone(),
            host: host.to_owned(),
            connections: at_once("next_hop.connections", self.connections)?,
            timeout: seconds("next_hop.timeout_seconds", self.timeout_seconds)?,
        })
    }
}

impl RawQueue {
    fn check(&self) -> Result<Schedule, ConfigError> {
        if self.first_retry_seconds == 0 || self.longest_retry_seconds < self.first_retry_seconds {
            return Err(value("queue", "first_retry_seconds must not be 0 nor above longest_retry_seconds"));
        }
        at_once("queue.delivering", self.delivering)?;
        Ok(Schedule {
            first: Duration::from_secs(self.first_retry_seconds),
            longest: Duration::from_secs(self.longest_retry_seconds),
            expiry: Duration::from_secs(self.expire_seconds),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Config, ConfigError> {
        let dir = tempfile::tempdir().unwrap();
        let overrides = Overrides { state_dir: Some(dir.path().join("state")), ..Overrides::default() };
        Config::from_toml(text, Path::new("relay.toml"), &overrides)
    }

    fn check(change: (&str, &str), expected: &str) {
        let text = EMBEDDED.replace(change.0, change.1);
        assert_ne!(text, EMBEDDED, "{change:?}");
        let error = parsed(&text).unwrap_err().to_string();
        assert!(error.contains(expected), "{change:?}: {error}");
    }

    #[test]
    fn the_embedded_configuration_stays_on_loopback() {
        let config = parsed(EMBEDDED).unwrap();
        assert!(config.listen.ip().is_loopback());
        assert!(config.metrics.unwrap().ip().is_loopback());
        for hop in config.hops.values() {
            assert!(hop.address.parse::<SocketAddr>().unwrap().ip().is_loopback());
        }
    }

    #[test]
    fn the_policy_learns_what_the_relay_is_called_and_how_many_hops_it_counts() {
        let mail = parsed(EMBEDDED).unwrap().service.policy.mail.clone();
        assert_eq!((mail.host.as_str(), mail.received), ("relay.city.example.lg.jp", 50));
        let config = parsed(&format!("{EMBEDDED}\n[limits]\nhops = 10\n")).unwrap();
        assert_eq!((config.server.rules.max_hops, config.service.policy.mail.received), (10, 30));
        for hops in [9, 101] {
            let error = parsed(&format!("{EMBEDDED}\n[limits]\nhops = {hops}\n")).unwrap_err().to_string();
            assert!(error.contains("limits.hops"), "{error}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_key() {
        check(("host =", "pass_on_error = true\nhost ="), "pass_on_error");
        check(("127.0.0.1:2525", "localhost"), "listen");
        check(("[\"city.example.lg.jp\"]", "[\"bad domain\"]"), "route.domains");
        check(("[\"city.example.lg.jp\"]", "[]"), "route");
        check(("[\"city.example.lg.jp\"]", "[\"a.jp\", \"A.jp\"]"), "two routes");
        check(("next_hop = \"lgwan\"", "next_hop = \"elsewhere\""), "no [next_hop.elsewhere]");
        check(("bounce_hop = \"lgwan\"", "bounce_hop = \"out\""), "bounce_hop");
        check(("127.0.0.1:2626", "127.0.0.1"), "next_hop.address");
        for huge in [u64::MAX, 1 << 40, 0] {
            let set = |section: &str, key: &str| {
                let error = parsed(&format!("{EMBEDDED}\n[{section}]\n{key} = {}\n", huge >> 1)).unwrap_err().to_string();
                assert!(error.starts_with(&format!("{section}.{key}: ")), "{error}");
            };
            set("timeouts", "content_seconds");
            set("queue", "delivering");
            check(("127.0.0.1:2626\"", &format!("127.0.0.1:2626\"\nconnections = {}", huge >> 1)), "next_hop.connections");
        }
        check(("postmaster@city.example.lg.jp", "postmaster@example.com"), "postmaster");
    }
}
