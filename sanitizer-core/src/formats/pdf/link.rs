//! Which addresses may stay links: http and https to a public name.

use std::fmt::Write as _;

/// The longest address that is kept.
const LENGTH: usize = 2048;

/// Last labels that are no public names (RFC 6761, RFC 8375, and what internal networks use).
const INTERNAL: &[&str] = &[
    "arpa",
    "corp",
    "example",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "lgwan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "test",
];

/// What an address is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Judged {
    /// A mail address and nothing more.
    Mail,
    /// Anything else: UNC, `file:`, scripts, internal names, IP addresses.
    Other,
    /// A public address, written anew.
    Public(String),
}

/// Judges the bytes of a `URI` action.
pub(super) fn judge(bytes: &[u8]) -> Judged {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim();
    if text.len() > LENGTH || text.chars().any(char::is_control) {
        return Judged::Other;
    }
    let Some((scheme, rest)) = text.split_once(':') else {
        // Producers write `www.example.jp` without a scheme, and readers take it as http.
        return public("http", text).filter(|_| text.starts_with("www.")).map_or(Judged::Other, Judged::Public);
    };
    match scheme.to_ascii_lowercase().as_str() {
        "mailto" if !rest.contains('?') && rest.contains('@') => Judged::Mail,
        scheme @ ("http" | "https") => match rest.strip_prefix("//").and_then(|rest| public(scheme, rest)) {
            Some(address) => Judged::Public(address),
            None => Judged::Other,
        },
        _ => Judged::Other,
    }
}

/// `scheme://rest` written anew, if it leads to a public name.
fn public(scheme: &str, rest: &str) -> Option<String> {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end)?;
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port.parse::<u16>().ok()?)),
        None => (authority, None),
    };
    // An address is ASCII (ISO 32000-2, 12.6.4.8), so an international name stands in its ASCII form (RFC 5891).
    let host = host.to_ascii_lowercase();
    let labels: Vec<&str> = host.trim_end_matches('.').split('.').collect();
    let last = labels.last()?;
    let named = labels.len() >= 2
        && labels.iter().all(|label| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        })
        && last.len() >= 2
        && !last.chars().all(|c| c.is_ascii_digit() || c == 'x')
        && !INTERNAL.contains(last);
    if !named {
        return None;
    }
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    Some(format!("{scheme}://{}{port}{}", escaped(&host), escaped(path)))
}

/// Everything that is no plain ASCII character of an address (RFC 3986), percent-encoded.
fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_web_addresses_stay() {
        let public = |text: &str| Judged::Public(text.to_owned());
        assert_eq!(judge(b"HTTPS://www.city.example-city.jp/a b?c=1#d"), public("https://www.city.example-city.jp/a%20b?c=1#d"));
        assert_eq!(judge(b"www.city.yaizu.lg.jp/x"), public("http://www.city.yaizu.lg.jp/x"));
        assert_eq!(judge(b"mailto:a@city.yaizu.lg.jp"), Judged::Mail);
        for other in [
            "javascript:alert(1)",
            "file:///etc/passwd",
            "\\\\host\\share",
            "http://host/",
            "http://10.0.0.1/",
            "http://0x7f.1/",
            "http://[::1]/",
            "http://user@host.jp/",
            "http://intra.lgwan/",
            "search-ms:query=x",
            "mailto:a@b.jp?attach=c",
            "http:host.jp",
            "http://例え.jp/",
        ] {
            assert_eq!(judge(other.as_bytes()), Judged::Other, "{other}");
        }
    }

    #[test]
    fn twice_is_once() {
        let Judged::Public(once) = judge("http://xn--r8jz45g.jp/パス".as_bytes()) else { panic!("a public name") };
        assert_eq!(judge(once.as_bytes()), Judged::Public(once));
    }
}
