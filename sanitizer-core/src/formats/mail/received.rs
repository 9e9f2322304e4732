//! Received fields (RFC 5321, 4.4): ours, and those of the way before us cut down to hosts and date.

use super::date;
use crate::{
    Policy, Run,
    syntax::mime::{Headers, words},
};

/// Our own field first, then the last ones of the way before us.
pub(super) fn fields(headers: &Headers<'_>, policy: &Policy, run: &Run) -> Vec<(&'static str, String)> {
    let host = host(policy);
    let receipt: String =
        run.receipt.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_')).take(100).collect();
    let id = if receipt.is_empty() { String::new() } else { format!(" id {receipt}") };
    let ours = format!("by {host}{id};\r\n {}", date::write(&date::from_seconds(run.now)));
    let before = headers.all("Received").filter_map(trim).take(policy.mail.received.min(100));
    std::iter::once(ours).chain(before).map(|value| ("Received", value)).collect()
}

/// What we call ourselves.
pub(super) fn host(policy: &Policy) -> &str {
    if is_host(&policy.mail.host) { policy.mail.host.as_str() } else { "sanitizer.invalid" }
}

/// `from HOST by HOST; DATE`: what a person needs to see the way, without comments, programs and inner addresses.
fn trim(value: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&words::unfold(value)).into_owned();
    let (way, when) = text.rsplit_once(';')?;
    let when = date::parse(when.as_bytes())?;
    let mut tokens = way.split_ascii_whitespace();
    let mut out = Vec::new();
    while let Some(word) = tokens.next() {
        if matches!(word.to_ascii_lowercase().as_str(), "from" | "by")
            && let Some(host) = tokens.next().filter(|host| is_host(host))
        {
            out.push(format!("{} {host}", word.to_ascii_lowercase()));
        }
        if out.len() == 2 {
            break;
        }
    }
    (!out.is_empty()).then(|| format!("{};\r\n {}", out.join("\r\n "), date::write(&when)))
}

fn is_host(host: &str) -> bool {
    !host.is_empty()
        && host.len() <= 255
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'[' | b']' | b':'))
}
