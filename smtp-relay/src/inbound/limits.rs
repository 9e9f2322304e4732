//! How many connections are let in, in all and from one place.

use crate::protocol::reply::{Refusal, Reply};
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};
use tokio::net::TcpStream;

/// How many at once.
#[derive(Clone, Debug)]
pub struct DoorLimits {
    /// Connections in all.
    pub connections: usize,
    /// Connections from one IPv4 address or one IPv6 network of 64 bits.
    pub per_peer: usize,
}

/// Counts who is inside.
#[derive(Clone, Debug)]
pub struct Door {
    limits: DoorLimits,
    inside: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// A place inside; given back when dropped.
#[derive(Debug)]
pub struct Place {
    door: Door,
    peer: IpAddr,
}

impl Door {
    /// Nobody is inside.
    pub fn new(limits: DoorLimits) -> Self {
        Self { limits, inside: Arc::default() }
    }

    /// A place for a connection from `peer`, if there is one.
    pub fn enter(&self, peer: IpAddr) -> Option<Place> {
        let peer = network(peer);
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let all = inside.values().fold(0, |sum: usize, count| sum.saturating_add(*count));
        let here = inside.get(&peer).copied().unwrap_or_default();
        if all >= self.limits.connections || here >= self.limits.per_peer {
            return None;
        }
        inside.insert(peer, here.saturating_add(1));
        Some(Place { door: self.clone(), peer })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut inside = self.door.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let left = inside.get(&self.peer).map_or(0, |count| count.saturating_sub(1));
        if left == 0 {
            inside.remove(&self.peer);
        } else {
            inside.insert(self.peer, left);
        }
    }
}

/// One customer has a whole /64 of IPv6 addresses, so that is what is counted.
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Says 421 without waiting: a fresh socket has room for a line, and one that has none is not worth a task.
pub(super) fn turn_away(stream: &TcpStream) {
    let line = Reply::from(Refusal::TooManyConnections).to_string();
    if stream.try_write(line.as_bytes()).is_err() {
        tracing::debug!("a connection was turned away without a word");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_all_and_by_peer_and_given_back() {
        let door = Door::new(DoorLimits { connections: 3, per_peer: 2 });
        let [a, b] = ["192.0.2.1", "192.0.2.2"].map(|text| text.parse::<IpAddr>().unwrap());
        let first = door.enter(a);
        let second = door.enter(a);
        assert!(first.is_some() && second.is_some());
        assert!(door.enter(a).is_none());
        let third = door.enter(b);
        assert!(third.is_some());
        assert!(door.enter(b).is_none());
        drop(first);
        assert!(door.enter(a).is_some());
        drop((second, third));
        assert!(door.inside.lock().unwrap().is_empty());
    }

    #[test]
    fn one_ipv6_network_is_one_peer() {
        assert_eq!(network("2001:db8::1".parse().unwrap()), network("2001:db8::ffff:2".parse().unwrap()));
        assert_ne!(network("2001:db8::1".parse().unwrap()), network("2001:db8:0:1::1".parse().unwrap()));
        assert_eq!(network("::ffff:192.0.2.1".parse().unwrap()), "192.0.2.1".parse::<IpAddr>().unwrap());
    }
}
