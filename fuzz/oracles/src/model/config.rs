//! Configurations: one that works, with lies in it.

use super::lies::{self, Lie};
use arbitrary::Arbitrary;
use serde_json::Value;
use std::sync::LazyLock;

/// A relay's and a gateway's configuration.
#[derive(Arbitrary, Debug)]
pub struct Written {
    relay: Vec<Lie>,
    gateway: Vec<Lie>,
}

/// Keys both have, beside those of the embedded configuration.
const SHARED: &str = r#"
[service]
role = "back"
state_dir = "state"
drain_seconds = 30
[sandbox]
level = "best-effort"
workers = 2
memory_mib = 1024
wall_seconds = 120
converters = 1
[log]
format = "text"
"#;

const RELAY: &str = r#"
[smtp]
host = "relay.city.example.lg.jp"
listen = "127.0.0.1:2525"
metrics = "127.0.0.1:9465"
postmaster = "postmaster@city.example.lg.jp"
bounce_hop = "out"
[limits]
hops = 50
message_bytes = 50000000
line_bytes = 10000000
recipients = 1000
errors = 20
idle_commands = 100
messages_per_connection = 1000
connections = 400
connections_per_peer = 50
[timeouts]
read_seconds = 300
write_seconds = 300
content_seconds = 3600
[queue]
first_retry_seconds = 60
longest_retry_seconds = 3600
expire_seconds = 432000
delivering = 16
[[route]]
domains = ["city.example.lg.jp"]
next_hop = "lgwan"
[[route]]
addresses = ["a@a.jp"]
next_hop = "out"
[next_hop.lgwan]
address = "127.0.0.1:2626"
connections = 4
timeout_seconds = 300
[next_hop.out]
address = "mx.example.jp:25"
"#;

const GATEWAY: &str = r#"
https = true
[listen]
internet = "127.0.0.1:8080"
lgwan = "127.0.0.1:8081"
management = "127.0.0.1:8082"
[upload]
max_bytes = 500000000
parallel = 16
[session]
idle_minutes = 30
absolute_minutes = 600
[development]
mailbox = "mail"
"#;

static TREES: LazyLock<[Value; 2]> = LazyLock::new(|| {
    [format!("{RELAY}{SHARED}"), format!("{GATEWAY}{SHARED}")].map(|text| toml::from_str(&text).unwrap_or_default())
});

impl Written {
    /// Both as text; nothing where the lies made no configuration at all.
    pub fn write(&self) -> [Option<String>; 2] {
        let [relay, gateway] = &*TREES;
        [(relay, &self.relay), (gateway, &self.gateway)].map(|(tree, told)| toml::to_string(&lies::told(tree.clone(), told)).ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_lies_both_are_taken() {
        let [relay, gateway] = Written { relay: Vec::new(), gateway: Vec::new() }.write();
        assert!(crate::config::relay(&relay.unwrap()) && crate::config::gateway(&gateway.unwrap()));
    }
}
