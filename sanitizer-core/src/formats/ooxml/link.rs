//! Where a hyperlink may lead: `http` and `https` to public names, and `mailto`. Nothing that a click would hand to a
//! file system, a program or the internal network.

/// Longer than any browser takes.
const MAX: usize = 2083;

/// Last labels that name nothing public (RFC 6761, RFC 6762, RFC 8375, and what local networks use).
const PRIVATE: &[&str] = &[
    "arpa",
    "corp",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
    "test",
];

/// Fields of a `mailto` URI that only fill in the form (RFC 6068).
const MAIL_FIELDS: &[&str] = &["bcc", "body", "cc", "subject", "to"];

/// The target, if a link may lead there.
pub(in crate::formats) fn allowed(target: &str) -> Option<String> {
    let target = target.trim();
    let bad = |c: char| c.is_control() || c.is_whitespace() || matches!(c, '\\' | '"' | '<' | '>' | '`');
    if target.is_empty() || target.len() > MAX || target.chars().any(bad) {
        return None;
    }
    let (scheme, rest) = target.split_once(':')?;
    match scheme.to_ascii_lowercase().as_str() {
        "http" => web(rest).map(|rest| format!("http:{rest}")),
        "https" => web(rest).map(|rest| format!("https:{rest}")),
        "mailto" => mail(rest).map(|rest| format!("mailto:{rest}")),
        _ => None,
    }
}

fn web(rest: &str) -> Option<&str> {
    let after = rest.strip_prefix("//")?;
    let authority = after.split(['/', '?', '#']).next()?;
    // User information makes `http://bank.example@evil.example` readable as the bank's.
    let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
    if authority.contains('@') || port.parse::<u16>().is_err() {
        return None;
    }
    is_public(host).then_some(rest)
}

fn is_public(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host).to_lowercase();
    let labels: Vec<&str> = host.split('.').collect();
    let well_formed = labels.iter().all(|label| {
        !label.is_empty() && label.len() <= 63 && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    });
    let Some(last) = labels.last() else { return false };
    // A last label with a digit in front is a number: an address in one of its many spellings.
    let named = last.chars().next().is_some_and(char::is_alphabetic) && !last.starts_with("0x");
    well_formed && named && labels.len() > 1 && host.len() <= 253 && !PRIVATE.contains(last)
}

fn mail(rest: &str) -> Option<String> {
    let (address, query) = rest.split_once('?').unwrap_or((rest, ""));
    if address.starts_with('/') || (address.is_empty() && query.is_empty()) {
        return None;
    }
    let fields: Vec<&str> = query
        .split('&')
        .filter(|field| {
            let key = field.split('=').next().unwrap_or_default();
            MAIL_FIELDS.iter().any(|known| key.eq_ignore_ascii_case(known))
        })
        .collect();
    if fields.is_empty() { Some(address.to_owned()) } else { Some(format!("{address}?{}", fields.join("&"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_targets_stay() {
        for target in [
            "http://www.city.example.lg.jp/",
            "https://例え.jp/道?a=b#c",
            "HTTPS://Example.com:8443/x",
            "mailto:soumu@city.example.lg.jp",
            "mailto:a@example.com?subject=x",
        ] {
            assert!(allowed(target).is_some(), "{target}");
        }
        assert_eq!(allowed("mailto:a@example.com?attach=c:%5Cx&subject=y").unwrap(), "mailto:a@example.com?subject=y");
    }

    #[test]
    fn everything_else_goes() {
        for target in [
            "javascript:alert(1)",
            "file:///C:/x.exe",
            "\\\\server\\share",
            "ms-word:ofe|u|http://example.com/x.docx",
            "search-ms:query=x",
            "http://localhost/",
            "http://intra/",
            "http://192.168.0.1/",
            "http://0x7f.0x1/",
            "http://2130706433/",
            "http://[::1]/",
            "http://a.example@evil.example.com/",
            "http://host.local/",
            "http:/example.com",
            "../x.docx",
            "x.docx",
            "http://exa mple.com/",
            "mailto:",
            "data:text/html,x",
            "vbscript:x",
            "http://example.com:99999/",
            "",
        ] {
            assert_eq!(allowed(target), None, "{target}");
        }
    }

    #[test]
    fn twice_is_once() {
        for target in ["HTTPS://Example.com:8443/x", "mailto:a@example.com?attach=1&subject=y"] {
            let once = allowed(target).unwrap();
            assert_eq!(allowed(&once).unwrap(), once);
        }
    }
}
