//! Mailboxes of an SMTP envelope (RFC 5321, 4.1.2 and 4.1.3): parsed strictly, written so that nobody misreads them.
//!
//! The local-part is kept decoded and written in the shortest safe form. Japanese carriers once gave out addresses like
//! `taro..suzuki.@docomo.ne.jp`, which RFC 5321 only knows in quotes: they are read bare and written quoted. What is not
//! printable ASCII is refused: we do not offer SMTPUTF8, and a next hop behind us may not either.

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::string_slice)]

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// Longest path, including its angle brackets (RFC 5321, 4.5.3.1.3).
///
/// The 64 octets of 4.5.3.1.1 for the local-part alone are not enforced: real bounce addresses (VERP) are longer.
pub const MAX_PATH: usize = 256;

/// A mailbox. Its `Display` is safe inside the angle brackets of a command.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    local: String,
    domain: Domain,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Domain {
    /// Lower-case labels.
    Name(String),
    V4(Ipv4Addr),
    V6(Ipv6Addr),
}

/// A path that is no mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressError {
    /// The domain, or the literal in its place, is malformed.
    Domain,
    /// The local-part is malformed.
    Local,
    /// Not printable ASCII, which would need SMTPUTF8.
    NotAscii,
    /// Longer than [`MAX_PATH`].
    TooLong,
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Domain => "malformed domain",
            Self::Local => "malformed local-part",
            Self::NotAscii => "address is not printable ASCII",
            Self::TooLong => "address is too long",
        })
    }
}

impl std::error::Error for AddressError {}

impl Address {
    /// The local-part, decoded.
    pub fn local(&self) -> &str {
        &self.local
    }

    /// The domain in lower case, or nothing for an address literal.
    pub fn domain(&self) -> Option<&str> {
        match &self.domain {
            Domain::Name(name) => Some(name),
            Domain::V4(_) | Domain::V6(_) => None,
        }
    }
}

impl FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if text.len().saturating_add(2) > MAX_PATH {
            return Err(AddressError::TooLong);
        }
        if !text.bytes().all(|byte| matches!(byte, 0x20..=0x7E)) {
            return Err(AddressError::NotAscii);
        }
        let (local, rest) = match text.strip_prefix('"') {
            Some(quoted) => unquote(quoted)?,
            None => text.split_once('@').map(|(local, rest)| (local.to_owned(), rest)).ok_or(AddressError::Domain)?,
        };
        let bare = !text.starts_with('"');
        if local.is_empty() || (bare && !local.bytes().all(|byte| byte == b'.' || is_atext(byte))) {
            return Err(AddressError::Local);
        }
        Ok(Self { local, domain: rest.parse()? })
    }
}

/// The content of a quoted-string whose opening quote is gone, and what follows its closing quote and `@`.
fn unquote(text: &str) -> Result<(String, &str), AddressError> {
    let mut local = String::new();
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        match char {
            '"' => return chars.as_str().strip_prefix('@').map(|rest| (local, rest)).ok_or(AddressError::Local),
            '\\' => local.push(chars.next().ok_or(AddressError::Local)?),
            char => local.push(char),
        }
    }
    Err(AddressError::Local)
}

impl FromStr for Domain {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if let Some(literal) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let v6 = literal.get(..5).is_some_and(|tag| tag.eq_ignore_ascii_case("IPv6:"));
            return match literal.get(5..).filter(|_| v6) {
                Some(v6) => v6.parse().map(Self::V6).map_err(|_| AddressError::Domain),
                None => literal.parse().map(Self::V4).map_err(|_| AddressError::Domain),
            };
        }
        if is_domain(text) { Ok(Self::Name(text.to_ascii_lowercase())) } else { Err(AddressError::Domain) }
    }
}

/// Whether `text` is a domain name: labels of letters, digits, hyphens and, as in practice, underscores.
pub fn is_domain(text: &str) -> bool {
    text.len() <= 255
        && text.split('.').all(|label| {
            (1..=63).contains(&label.len())
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
        })
}

/// RFC 5322, 3.2.3.
fn is_atext(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte)
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dot_string = self.local.split('.').all(|atom| !atom.is_empty() && atom.bytes().all(is_atext));
        if dot_string {
            f.write_str(&self.local)?;
        } else {
            f.write_str("\"")?;
            for char in self.local.chars() {
                if matches!(char, '"' | '\\') {
                    f.write_str("\\")?;
                }
                write!(f, "{char}")?;
            }
            f.write_str("\"")?;
        }
        match &self.domain {
            Domain::Name(name) => write!(f, "@{name}"),
            Domain::V4(address) => write!(f, "@[{address}]"),
            Domain::V6(address) => write!(f, "@[IPv6:{address}]"),
        }
    }
}

/// Where a delivery failure is reported: a mailbox, or nowhere (RFC 5321, 4.5.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReversePath {
    /// `<>`: this is itself a notification, and never bounces.
    Null,
    /// A mailbox.
    Mailbox(Address),
}

impl fmt::Display for ReversePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => Ok(()),
            Self::Mailbox(address) => address.fmt(f),
        }
    }
}

impl FromStr for ReversePath {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if text.is_empty() { Ok(Self::Null) } else { text.parse().map(Self::Mailbox) }
    }
}

/// Whom a message is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForwardPath {
    /// A mailbox.
    Mailbox(Address),
    /// `<Postmaster>` without a domain, which every server has to know (RFC 5321, 4.5.1).
    Postmaster,
}

impl FromStr for ForwardPath {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        if text.eq_ignore_ascii_case("postmaster") { Ok(Self::Postmaster) } else { text.parse().map(Self::Mailbox) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expected: Result<&str, AddressError>) {
        let got = input.parse::<Address>().map(|address| address.to_string());
        assert_eq!(got.as_deref().map_err(|error| *error), expected, "{input}");
    }

    #[test]
    fn what_is_accepted_is_written_in_one_safe_form() {
        check("taro@City.Example.LG.JP", Ok("taro@city.example.lg.jp"));
        check("taro..suzuki.@docomo.ne.jp", Ok("\"taro..suzuki.\"@docomo.ne.jp"));
        check(".taro@ezweb.ne.jp", Ok("\".taro\"@ezweb.ne.jp"));
        check("\"taro..suzuki.\"@docomo.ne.jp", Ok("\"taro..suzuki.\"@docomo.ne.jp"));
        check("\"taro\"@a.jp", Ok("taro@a.jp"));
        check("\"a b\\\"c\\\\d\"@a.jp", Ok("\"a b\\\"c\\\\d\"@a.jp"));
        check("\"a@b\"@a.jp", Ok("\"a@b\"@a.jp"));
        check("a+b=c@[192.0.2.1]", Ok("a+b=c@[192.0.2.1]"));
        check("a@[ipv6:2001:DB8::1]", Ok("a@[IPv6:2001:db8::1]"));
        check("a@my_host.example", Ok("a@my_host.example"));
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_refused() {
        for local in ["", "a b@c.jp", "a>@c.jp", "<a@c.jp", "\"a\"b@c.jp", "\"a@c.jp", "\"\"@c.jp", "a\"b@c.jp", "@c.jp"] {
            let error = local.parse::<Address>().unwrap_err();
            assert!(matches!(error, AddressError::Local | AddressError::Domain), "{local}");
        }
        for domain in ["a@", "a@b@c.jp", "a@-b.jp", "a@b..jp", "a@b.jp.", "a@[300.1.1.1]", "a@[IPv6:x]", "a@b jp", "a@[]"] {
            check(domain, Err(AddressError::Domain));
        }
        check("a\r\nRCPT TO:<b@c.jp>@c.jp", Err(AddressError::NotAscii));
        check("太郎@c.jp", Err(AddressError::NotAscii));
        check(&format!("{}@c.jp", "a".repeat(300)), Err(AddressError::TooLong));
    }

    #[test]
    fn writing_and_reading_again_changes_nothing() {
        for text in ["a@b.jp", "\"..\"@b.jp", "\"\\\\\\\"\"@b.jp", "\" \"@[IPv6:::1]"] {
            let address: Address = text.parse().unwrap();
            assert_eq!(address.to_string().parse::<Address>().unwrap(), address);
        }
    }
}
