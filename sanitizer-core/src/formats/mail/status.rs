//! The groups of a delivery status (RFC 3464, 2): fields of an allow-list, read by their form and written anew.

use super::{date, write::field};
use crate::syntax::mime::{Headers, address, words};
use sanitizer_verify::Budget;

/// More recipients than this are not read: a message of ours has a thousand at most.
const RECIPIENTS: usize = 2000;

/// Kinds of names of mail systems (RFC 3464, 2.1.2): those whose names are host names.
const MTA_TYPES: &[&str] = &["dns", "smtp", "x-local-hostname"];

/// RFC 3464, 2.3.3.
const ACTIONS: &[&str] = &["delayed", "delivered", "expanded", "failed", "relayed"];

/// Fields with their values.
pub(super) type Group = Vec<(&'static str, String)>;

/// A field that is carried over.
struct Known {
    name: &'static str,
    form: Form,
    /// Without it the group says nothing to a program.
    needed: bool,
}

/// How a value must look.
#[derive(Clone, Copy)]
enum Form {
    Action,
    Address,
    Date,
    Diagnostic,
    Mta,
    Status,
}

/// RFC 3464, 2.2.
const OF_MESSAGE: &[Known] = &[known("Reporting-MTA", Form::Mta, true), known("Arrival-Date", Form::Date, false)];

/// RFC 3464, 2.3.
const OF_RECIPIENT: &[Known] = &[
    known("Original-Recipient", Form::Address, false),
    known("Final-Recipient", Form::Address, true),
    known("Action", Form::Action, true),
    known("Status", Form::Status, true),
    known("Remote-MTA", Form::Mta, false),
    known("Diagnostic-Code", Form::Diagnostic, false),
    known("Last-Attempt-Date", Form::Date, false),
    known("Will-Retry-Until", Form::Date, false),
];

const fn known(name: &'static str, form: Form, needed: bool) -> Known {
    Known { name, form, needed }
}

/// A delivery status that could be read.
#[derive(Debug)]
pub(super) struct Status {
    /// One group for the message, one for each recipient.
    pub groups: Vec<Group>,
    /// Whether fields were left behind, whole or in part.
    pub reduced: bool,
}

/// Reads a delivery status; `None` where a program could not be sure of it.
pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Option<Status> {
    let whole = ended(bytes);
    let (mut rest, mut status) = (whole.as_ref(), Status { groups: Vec::new(), reduced: false });
    while !rest.is_empty() {
        let headers = Headers::split(rest, budget).ok()?;
        rest = rest.get(headers.body..).unwrap_or_default();
        if headers.doubt.is_some() {
            return None;
        }
        // A blank line more before, between or after groups is no group.
        if headers.fields.is_empty() {
            continue;
        }
        if status.groups.len() > RECIPIENTS {
            return None;
        }
        let allowed = if status.groups.is_empty() { OF_MESSAGE } else { OF_RECIPIENT };
        let group = group(&headers, allowed, &mut status.reduced)?;
        status.groups.push(group);
    }
    // RFC 3464, 2.1: at least one recipient.
    (status.groups.len() > 1).then_some(status)
}

/// `bytes` with a line end after the last line: the one before a delimiter belongs to the delimiter.
pub(super) fn ended(bytes: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    if bytes.is_empty() || bytes.ends_with(b"\n") {
        return bytes.into();
    }
    let crlf = bytes.windows(2).any(|pair| pair == b"\r\n");
    [bytes, if crlf { b"\r\n" } else { b"\n" }].concat().into()
}

fn group(headers: &Headers<'_>, allowed: &[Known], reduced: &mut bool) -> Option<Group> {
    let mut group = Group::new();
    for known in allowed {
        let mut values = headers.all(known.name);
        let value = values.next();
        // Of two, programs take the first or the last.
        if values.next().is_some() {
            return None;
        }
        match value.and_then(|value| known.form.write(value)) {
            Some(written) => group.push((known.name, written)),
            None if known.needed => return None,
            None => {}
        }
    }
    *reduced |= group.len() < headers.fields.len() || group.iter().any(|(name, _)| *name == "Diagnostic-Code");
    Some(group)
}

impl Form {
    fn write(self, value: &[u8]) -> Option<String> {
        let value = words::unfold(value);
        let text = std::str::from_utf8(&value)
            .ok()
            .filter(|text| text.bytes().all(|byte| (0x20..0x7F).contains(&byte) || byte == b'\t'))?;
        match self {
            Self::Action => {
                let word = word(text).to_ascii_lowercase();
                ACTIONS.contains(&word.as_str()).then_some(word)
            }
            Self::Address => {
                let (kind, address) = typed(text)?;
                let address = address.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(address);
                (kind == "rfc822" && is_mailbox(address)).then(|| format!("rfc822; {address}"))
            }
            Self::Date => Some(date::write(&date::parse(text.as_bytes())?)),
            Self::Diagnostic => diagnostic(text),
            Self::Mta => {
                let (kind, name) = typed(text)?;
                let name = word(name);
                (MTA_TYPES.contains(&kind.as_str()) && is_host(name)).then(|| format!("{kind}; {name}"))
            }
            Self::Status => Some(word(text)).filter(|code| is_code(code)).map(str::to_owned),
        }
    }
}

/// `type; value` (RFC 3464, 2.1.2).
fn typed(text: &str) -> Option<(String, &str)> {
    let (kind, value) = text.split_once(';')?;
    Some((kind.trim().to_ascii_lowercase(), value.trim()))
}

/// What stands before a blank or a comment.
fn word(text: &str) -> &str {
    text.split([' ', '\t', '(', ';']).next().unwrap_or_default()
}

/// `smtp; 550 5.1.1`: the codes of a reply. The words of a server far away could be anything.
fn diagnostic(text: &str) -> Option<String> {
    let (kind, reply) = typed(text)?;
    let mut tokens = reply.split([' ', '\t', '-', '(', ';']);
    let code = tokens.next().filter(|code| is_reply(code))?;
    let enhanced = tokens.next().map(|token| token.trim_start_matches('#')).filter(|token| is_code(token));
    (kind == "smtp").then(|| match enhanced {
        Some(enhanced) => format!("smtp; {code} {enhanced}"),
        None => format!("smtp; {code}"),
    })
}

/// RFC 5321, 4.2.
fn is_reply(code: &str) -> bool {
    matches!(code.as_bytes(), [b'2' | b'4' | b'5', b'0'..=b'5', b'0'..=b'9'])
}

/// RFC 3463, 2: class, subject, detail.
fn is_code(text: &str) -> bool {
    let mut numbers = text.split('.');
    let is_number = |number: &str| (1..=3).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    numbers.next().is_some_and(|class| matches!(class, "2" | "4" | "5"))
        && numbers.next().is_some_and(is_number)
        && numbers.next().is_some_and(is_number)
        && numbers.next().is_none()
}

/// An address that programs split in one way: with a local part, and a domain no longer than a host name.
fn is_mailbox(address: &str) -> bool {
    address::is_address(address)
        && address.rsplit_once('@').is_some_and(|(local, domain)| !local.trim_matches('"').is_empty() && is_host(domain))
}

fn is_host(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 255
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'[' | b']' | b':'))
}

/// The part of a report that programs read.
pub(super) fn part(groups: &[Group]) -> String {
    let mut out = String::from("Content-Type: message/delivery-status\r\nContent-Transfer-Encoding: 7bit\r\n");
    for group in groups {
        out.push_str("\r\n");
        for (name, value) in group {
            field(&mut out, name, value);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use sanitizer_verify::Limits;

    fn fields(of_message: &str, of_recipient: &str) -> Option<String> {
        let text = format!("{of_message}\n\n{of_recipient}\n");
        read(text.as_bytes(), &mut Budget::new(&Limits::default())).map(|status| {
            let part = part(&status.groups);
            part.split_once("\r\n\r\n").unwrap().1.replace("\r\n", "\n")
        })
    }

    const MESSAGE: &str = "Reporting-MTA: dns;mx.example.jp";
    const RECIPIENT: &str = "Final-Recipient: RFC822;<a@example.jp>\nAction: Failed (final)\nStatus: 5.1.1 (no such user)";

    #[test]
    fn fields_are_written_in_one_form() {
        let recipient = format!(
            "{RECIPIENT}\nX-Other: x\nRemote-MTA: DNS; mx.example.com (10.0.0.1, the server)\nDiagnostic-Code: smtp;\n 550-5.1.1 no such user\nOriginal-Recipient: rfc822;b@example.jp\nLast-Attempt-Date: Wed, 25 Nov 2026 10:00:00 +0900 (JST)"
        );
        assert_eq!(
            fields(MESSAGE, &recipient).unwrap(),
            "Reporting-MTA: dns; mx.example.jp\n\nOriginal-Recipient: rfc822; b@example.jp\nFinal-Recipient: rfc822; a@example.jp\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx.example.com\nDiagnostic-Code: smtp; 550 5.1.1\nLast-Attempt-Date: Wed, 25 Nov 2026 10:00:00 +0900\n"
        );
    }

    #[test]
    fn a_value_out_of_form_is_left_out_or_the_report_is_none() {
        for optional in [
            "Remote-MTA: dns; a b",
            "Diagnostic-Code: X-Unix; 67",
            "Diagnostic-Code: smtp; no",
            "Original-Recipient: unknown; x",
            "Will-Retry-Until: soon",
        ] {
            let expected =
                "Reporting-MTA: dns; mx.example.jp\n\nFinal-Recipient: rfc822; a@example.jp\nAction: failed\nStatus: 5.1.1\n";
            let found = fields(MESSAGE, &format!("{RECIPIENT}\n{optional}")).unwrap();
            // What stands before a blank is a host name of its own.
            assert_eq!(found.replace("Remote-MTA: dns; a\n", ""), expected, "{optional}");
        }
        for (message, recipient) in [
            ("Arrival-Date: Wed, 25 Nov 2026 10:00:00 +0900", RECIPIENT),
            ("Reporting-MTA: mx.example.jp", RECIPIENT),
            ("Reporting-MTA: dns; <script>", RECIPIENT),
            ("Reporting-MTA: dns; a\nReporting-MTA: dns; b", RECIPIENT),
            (MESSAGE, ""),
            (MESSAGE, "Final-Recipient: rfc822; a@example.jp\nAction: failed"),
            (MESSAGE, "Final-Recipient: rfc822; a@example.jp\nAction: exploded\nStatus: 5.1.1"),
            (MESSAGE, "Final-Recipient: rfc822; a@example.jp\nAction: failed\nStatus: 6.1.1"),
            (MESSAGE, "Final-Recipient: rfc822; a@example.jp\nAction: failed\nStatus: 5.1.1.1"),
            (MESSAGE, "Final-Recipient: rfc822; nobody\nAction: failed\nStatus: 5.1.1"),
            (MESSAGE, "Final-Recipient: rfc822; \"\"@example.jp\nAction: failed\nStatus: 5.1.1"),
            (MESSAGE, &format!("Final-Recipient: rfc822; a@{}\nAction: failed\nStatus: 5.1.1", "a".repeat(300))),
            (MESSAGE, "Final-Recipient: rfc822; a@example.jp =?utf-8?q?=0D=0AX:?=\nAction: failed\nStatus: 5.1.1"),
            (MESSAGE, "Final-Recipient: rfc822; a\u{1}@example.jp\nAction: failed\nStatus: 5.1.1"),
            (MESSAGE, "no field"),
        ] {
            assert_eq!(fields(message, recipient), None, "{message:?} {recipient:?}");
        }
    }

    #[test]
    fn there_is_an_end_to_recipients() {
        let many = |count: usize| format!("{RECIPIENT}\n\n").repeat(count);
        assert!(fields(MESSAGE, &many(RECIPIENTS)).is_some());
        assert!(fields(MESSAGE, &many(RECIPIENTS + 1)).is_none());
    }
}
