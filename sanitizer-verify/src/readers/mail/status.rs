//! Groups of a delivery status (RFC 3464, 2): which fields, in which order, and in what form.

use super::{
    super::Refusal,
    fields::{self, Field},
};

/// A field that may stand in a group; whether it must; and how its value must look.
type Rule = (&'static str, bool, fn(&str) -> bool);

const OF_MESSAGE: &[Rule] = &[("Reporting-MTA", true, is_mta), ("Arrival-Date", false, is_date)];

const OF_RECIPIENT: &[Rule] = &[
    ("Original-Recipient", false, is_recipient),
    ("Final-Recipient", true, is_recipient),
    ("Action", true, is_action),
    ("Status", true, is_code),
    ("Remote-MTA", false, is_mta),
    ("Diagnostic-Code", false, is_diagnostic),
    ("Last-Attempt-Date", false, is_date),
    ("Will-Retry-Until", false, is_date),
];

/// Reads a group for the message, and one for each recipient.
pub(super) fn read(body: &str) -> Result<(), Refusal> {
    let refusal = || Refusal::new("mail.delivery_status");
    let mut groups = body.strip_suffix("\r\n").ok_or_else(refusal)?.split("\r\n\r\n");
    let first = fields::read(groups.next().ok_or_else(refusal)?)?;
    if !fits(&first, OF_MESSAGE) {
        return Err(refusal());
    }
    let mut recipients = 0_u32;
    for group in groups {
        if !fits(&fields::read(group)?, OF_RECIPIENT) {
            return Err(refusal());
        }
        recipients = recipients.saturating_add(1);
    }
    if recipients == 0 { Err(refusal()) } else { Ok(()) }
}

/// Whether the fields are these, in this order, none twice.
fn fits(group: &[Field<'_>], rules: &[Rule]) -> bool {
    let mut fields = group.iter().peekable();
    let kept = rules.iter().all(|(name, needed, form)| match fields.next_if(|field| field.name == *name) {
        Some(field) => form(&field.value),
        None => !needed,
    });
    kept && fields.next().is_none()
}

fn is_mta(value: &str) -> bool {
    let Some((kind, host)) = value.split_once("; ") else { return false };
    matches!(kind, "dns" | "smtp" | "x-local-hostname") && is_host(host)
}

fn is_host(host: &str) -> bool {
    (1..=255).contains(&host.len()) && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_[]:".contains(&byte))
}

fn is_recipient(value: &str) -> bool {
    let Some((local, host)) = value.strip_prefix("rfc822; ").and_then(|address| address.rsplit_once('@')) else {
        return false;
    };
    let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
    let inner = if quoted { local.trim_matches('"') } else { local };
    let sound = |byte: u8| match byte {
        b'"' | b'\\' => false,
        b' ' | b'(' | b')' | b'<' | b'>' | b',' | b';' | b':' | b'@' | b'[' | b']' => quoted,
        byte => byte.is_ascii_graphic(),
    };
    !inner.is_empty() && inner.bytes().all(sound) && is_host(host)
}

fn is_action(value: &str) -> bool {
    matches!(value, "delayed" | "delivered" | "expanded" | "failed" | "relayed")
}

fn is_code(value: &str) -> bool {
    let numbers: Vec<&str> = value.split('.').collect();
    let [class, subject, detail] = numbers.as_slice() else { return false };
    let is_number = |text: &&str| text.len() < 4 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    matches!(*class, "2" | "4" | "5") && is_number(subject) && is_number(detail)
}

/// A reply code with or without an enhanced one; no words.
fn is_diagnostic(value: &str) -> bool {
    let Some(reply) = value.strip_prefix("smtp; ") else { return false };
    let (code, enhanced) = reply.split_once(' ').map_or((reply, None), |(code, enhanced)| (code, Some(enhanced)));
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_digit()) && enhanced.is_none_or(is_code)
}

fn is_date(value: &str) -> bool {
    !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" ,:+-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "Reporting-MTA: dns; mx.example.jp\r\n\r\nFinal-Recipient: rfc822; a@example.jp\r\nAction: failed\r\nStatus: 5.1.1\r\n";

    #[test]
    fn only_fields_of_the_list_in_their_form_pass() {
        assert_eq!(read(GOOD), Ok(()));
        let full = GOOD.replace(
            "\r\n\r\n",
            "\r\nArrival-Date: Wed, 25 Nov 2026 10:00:00 +0900\r\n\r\nOriginal-Recipient: rfc822; \"a b\"@example.jp\r\n",
        ) + "Remote-MTA: dns; [192.0.2.1]\r\nDiagnostic-Code: smtp; 550 5.1.1\r\n";
        assert_eq!(read(&full), Ok(()));
        for (from, to) in [
            ("dns; mx", "dns;mx"),
            ("dns; mx", "x400; mx"),
            ("mx.example.jp", "mx example"),
            ("Action: failed\r\n", ""),
            ("Action: failed", "Action: run"),
            ("Action: failed", "Action: failed\r\nAction: failed"),
            ("5.1.1", "5.1.1 x"),
            ("5.1.1", "3.1.1"),
            ("5.1.1\r\n", "5.1.1\r\nX-Field: x\r\n"),
            ("5.1.1\r\n", "5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n"),
            ("a@example", "a\"b@example"),
            ("a@example", "a b@example"),
            ("rfc822; a", "utf-8; a"),
            ("\r\n\r\n", "\r\n"),
        ] {
            assert!(read(&GOOD.replace(from, to)).is_err(), "{from} to {to}");
        }
        assert!(read("Reporting-MTA: dns; mx.example.jp\r\n").is_err(), "no recipient");
    }
}
