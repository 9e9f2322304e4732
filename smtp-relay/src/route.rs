//! Which recipients are taken on this listener, and which next hop they go to. The only place that decides either.
//!
//! A relay that takes mail for anybody is abused within the hour, so a recipient is taken only if its address or its domain is
//! named. A local-part that itself holds a route (`user%other.example`, `host!user`, `"user@other.example"`) is refused: a next
//! hop that still understands such forms would carry the message on to anywhere.

use crate::protocol::{
    address::{Address, ForwardPath},
    reply::Refusal,
};
use std::collections::BTreeMap;

/// The name of a next hop, as configured.
pub type HopName = String;

/// The routes of one relay. Built by `config`, which has checked that every hop exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routes {
    /// By domain in lower case.
    pub(crate) domains: BTreeMap<String, HopName>,
    /// By address; goes before the domain.
    pub(crate) addresses: BTreeMap<Address, HopName>,
    /// Who gets what is sent to `<Postmaster>`.
    pub(crate) postmaster: Option<Address>,
    /// Where delivery status notifications go.
    pub(crate) bounce: Option<HopName>,
}

/// What an outgoing message is, as far as its way is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Mail for the recipients of our domains.
    Inward,
    /// A notification we wrote, back to a sender on the Internet.
    Notification,
}

impl Routes {
    /// Whether mail for `to` is taken, and under which address.
    pub fn accept(&self, to: &ForwardPath) -> Result<Address, Refusal> {
        let address = match to {
            ForwardPath::Mailbox(address) => address,
            ForwardPath::Postmaster => self.postmaster.as_ref().ok_or(Refusal::NotRelaying)?,
        };
        if address.local().contains(['@', '%', '!']) || self.inward(address).is_none() {
            return Err(Refusal::NotRelaying);
        }
        Ok(address.clone())
    }

    /// The next hop for `to`; nothing if there is none (any more: the configuration may have changed since intake).
    pub fn hop(&self, to: &Address, direction: Direction) -> Option<&HopName> {
        match direction {
            Direction::Inward => self.inward(to),
            Direction::Notification => self.bounce.as_ref(),
        }
    }

    /// Whether notifications can be sent at all.
    pub const fn has_bounce_hop(&self) -> bool {
        self.bounce.is_some()
    }

    fn inward(&self, to: &Address) -> Option<&HopName> {
        self.addresses.get(to).or_else(|| self.domains.get(to.domain()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn routes() -> Routes {
        Routes {
            domains: BTreeMap::from([("city.example.lg.jp".to_owned(), "lgwan".to_owned())]),
            addresses: BTreeMap::from([("kikaku@city.example.lg.jp".parse().unwrap(), "special".to_owned())]),
            postmaster: Some("joho@city.example.lg.jp".parse().unwrap()),
            bounce: Some("out".to_owned()),
        }
    }

    fn check(to: &str, expected: Result<&str, Refusal>) {
        let got = routes().accept(&to.parse().unwrap()).map(|address| address.to_string());
        assert_eq!(got.as_deref().map_err(|refusal| *refusal), expected, "{to}");
    }

    #[test]
    fn only_what_is_configured_is_taken() {
        check("taro@CITY.example.lg.jp", Ok("taro@city.example.lg.jp"));
        check("postmaster", Ok("joho@city.example.lg.jp"));
        for to in [
            "taro@example.com",
            "taro@sub.city.example.lg.jp",
            "taro@city.example.lg.jp.example.com",
            "taro@[127.0.0.1]",
            "taro%example.com@city.example.lg.jp",
            "example.com!taro@city.example.lg.jp",
            "\"taro@example.com\"@city.example.lg.jp",
        ] {
            check(to, Err(Refusal::NotRelaying));
        }
    }

    #[test]
    fn the_address_goes_before_the_domain_and_notifications_go_out() {
        let routes = routes();
        let hop = |to: &str, direction| routes.hop(&to.parse().unwrap(), direction).map(String::as_str);
        assert_eq!(hop("taro@city.example.lg.jp", Direction::Inward), Some("lgwan"));
        assert_eq!(hop("kikaku@city.example.lg.jp", Direction::Inward), Some("special"));
        assert_eq!(hop("sender@example.com", Direction::Inward), None);
        assert_eq!(hop("sender@example.com", Direction::Notification), Some("out"));
    }
}
