//! Links in text: only http and https to public names stay links; what opens a share, a file or a program is broken
//! visibly with brackets, so that a reader sees what stood there and no program makes a link of it.

use crate::{Action, Context, report::kinds::TextFinding};

/// Schemes without `//` that open something by themselves.
const SCHEMES: &[&str] = &[
    "data",
    "file",
    "ftp",
    "jar",
    "javascript",
    "ldap",
    "ldaps",
    "livescript",
    "mhtml",
    "mk",
    "mocha",
    "ms-appinstaller",
    "ms-availablenetworks",
    "ms-cxh",
    "ms-cxh-full",
    "ms-gamingoverlay",
    "ms-msdt",
    "ms-office-cmd",
    "ms-officecmd",
    "ms-search",
    "ms-settings",
    "res",
    "search",
    "search-ms",
    "shell",
    "smb",
    "tel-conf",
    "vbscript",
    "view-source",
    "vnd.ms.radio",
    "wscript",
];

/// Breaks every dangerous link in `text`, with a finding for each.
pub(super) fn break_dangerous(text: &str, cx: &mut Context<'_>) -> String {
    let (out, count) = broken(text);
    for _ in 0..count {
        cx.find(TextFinding::DangerousLink, Action::Neutralize);
    }
    out
}

/// The text with every dangerous link broken, and how many there were.
pub(crate) fn broken(text: &str) -> (String, u32) {
    let mut count = 0_u32;
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find([':', '\\']) {
        let (before, from) = rest.split_at_checked(at).unwrap_or_default();
        out.push_str(before);
        let (mark, after) = from.split_at_checked(1).unwrap_or_default();
        let broken = if mark == ":" {
            is_dangerous_scheme(scheme(&out), after).then_some("[:]")
        } else if !out.ends_with('\\') && is_share(after) {
            // `\\server\share`, which Outlook and Word make a link of (NTLM hash leak).
            Some("[\\]")
        } else {
            None
        };
        count = count.saturating_add(u32::from(broken.is_some()));
        out.push_str(broken.unwrap_or(mark));
        rest = after;
    }
    out.push_str(rest);
    (out, count)
}

/// The letters of a scheme at the end of `text`.
fn scheme(text: &str) -> &str {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
    // No real scheme is longer; the bound keeps the cost linear.
    let start = text.char_indices().rev().take(40).take_while(|(_, c)| is_part(*c)).last().map_or(text.len(), |(at, _)| at);
    text.get(start..).unwrap_or_default()
}

fn is_dangerous_scheme(scheme: &str, after: &str) -> bool {
    if scheme.is_empty() {
        return false;
    }
    let scheme = scheme.to_ascii_lowercase();
    if let Some(rest) = after.strip_prefix("//") {
        return !matches!(scheme.as_str(), "http" | "https") || !is_public(rest);
    }
    let opens =
        SCHEMES.contains(&scheme.as_str()) || scheme.starts_with("ms-") && !matches!(scheme.as_str(), "ms-dos" | "ms-windows");
    // "data: 5" and "Search: x" are words with a colon.
    opens && after.chars().next().is_some_and(|c| c.is_ascii_graphic())
}

/// Whether what follows `//` names a host of the public Internet: a name with a dot that is no local one, or a public
/// address.
pub(crate) fn is_public(after: &str) -> bool {
    let authority = after
        .split(['/', '?', '#', ' ', '\t', '\r', '\n', '"', '<', '>', '\u{3000}', '、', '。', '）', '」'])
        .next()
        .unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = host.split(':').next().unwrap_or_default().trim_end_matches('.').to_lowercase();
    if let Ok(address) = host.parse::<std::net::Ipv4Addr>() {
        return !(address.is_private() || address.is_loopback() || address.is_link_local() || address.is_unspecified());
    }
    let Some((_, top)) = host.rsplit_once('.') else { return false };
    let local = ["corp", "home", "internal", "intranet", "lan", "local", "localhost", "private"];
    !host.starts_with('[') && !top.is_empty() && !local.contains(&top) && !top.chars().all(|c| c.is_ascii_digit())
}

/// Whether `after`, behind one backslash, goes on as `\server\…`.
fn is_share(after: &str) -> bool {
    let Some(rest) = after.strip_prefix('\\') else { return false };
    let host = rest
        .chars()
        .take(256)
        .take_while(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '%' | '?' | '$'))
        .count();
    host > 0 && matches!(rest.chars().nth(host), Some('\\' | '/'))
}
