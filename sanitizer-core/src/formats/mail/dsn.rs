//! Delivery status notifications (RFC 3461 to 3464): built from codes, with headers of the message only.

use super::{
    date, headers, status,
    write::{REPORT, boundary_of, field, message_id, multipart, text_part},
};
use crate::{
    Policy,
    report::{Language, Wording},
    syntax::mime::{Headers, address, words},
};
use sanitizer_verify::{Budget, Format, Rebuilt, Untrusted};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// What a notification says.
#[derive(Clone, Copy, Debug)]
pub struct Dsn<'a> {
    /// 受付番号 of the message that could not be delivered.
    pub receipt: &'a str,
    /// Envelope sender of that message: who gets the notification. A null sender must not get one (RFC 5321, 6.1).
    pub to: &'a str,
    /// Name of the reporting MTA.
    pub reporting_mta: &'a str,
    /// The moment, in seconds since 1970-01-01T00:00:00Z.
    pub now: i64,
    /// When the message came in, in seconds since 1970-01-01T00:00:00Z.
    pub arrived: i64,
    /// Who did not get it.
    pub failed: &'a [FailedRecipient<'a>],
    /// The message, of whose header Subject, Date and Message-ID are named.
    pub original: Option<Untrusted<'a>>,
}

/// A recipient who did not get the message.
#[derive(Clone, Copy, Debug)]
pub struct FailedRecipient<'a> {
    /// The address, as in the envelope.
    pub address: &'a str,
    /// Enhanced status code: class 4 or 5, subject, detail (RFC 3463).
    pub status: (u8, u16, u16),
    /// Why.
    pub failure: Failure,
}

/// Why a message could not be delivered. The next hop's own words are never repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Tried until the time was up.
    Expired,
    /// The next hop does not take messages of this size.
    MessageTooLarge,
    /// No next hop for this recipient.
    NoRoute,
    /// The next hop refused the message.
    Refused,
    /// The next hop does not know the recipient.
    UnknownRecipient,
}

impl Failure {
    /// In words.
    pub const fn wording(self) -> Wording {
        match self {
            Self::Expired => {
                Wording { ja: "期限までに届けられませんでした", en: "it could not be delivered in time" }
            }
            Self::MessageTooLarge => Wording { ja: "メールが大きすぎます", en: "the message is too large" },
            Self::NoRoute => Wording { ja: "宛先への経路がありません", en: "there is no route to the recipient" },
            Self::Refused => {
                Wording { ja: "宛先のサーバーが受け取りませんでした", en: "the recipient's server refused it" }
            }
            Self::UnknownRecipient => Wording { ja: "宛先がありません", en: "the recipient does not exist" },
        }
    }
}

/// Builds a notification.
pub fn dsn(dsn: &Dsn<'_>, _policy: &Policy) -> Rebuilt {
    let host = host(dsn.reporting_mta);
    let original = dsn.original.map(fields_of).map(named).unwrap_or_default();
    let parts = [explanation(dsn), groups(dsn, &host), original_part(&original)];
    let mut hash = Sha256::new();
    hash.update(dsn.receipt);
    for part in &parts {
        hash.update(part);
    }
    let boundary = boundary_of(&hash.finalize());
    let seed = dsn.failed.iter().fold(dsn.to.to_owned(), |seed, failed| seed + failed.address);

    let mut out = String::new();
    field(&mut out, "From", &format!("Mail Delivery System <MAILER-DAEMON@{host}>"));
    field(&mut out, "To", ascii_address(dsn.to));
    field(&mut out, "Subject", &words::encode("配信できませんでした (Delivery Status Notification)", 9));
    field(&mut out, "Date", &date::write(&date::from_seconds(dsn.now)));
    field(&mut out, "Message-ID", &message_id(dsn.receipt, seed.as_bytes(), &host));
    field(&mut out, "Auto-Submitted", "auto-replied");
    field(&mut out, "MIME-Version", "1.0");
    field(&mut out, "Content-Type", &format!("{REPORT};\r\n boundary=\"{boundary}\""));
    multipart(&mut out, &boundary, &parts);
    Rebuilt::new(Format::Mail, out.into_bytes())
}

/// An address as it may stand in a field.
fn ascii_address(text: &str) -> &str {
    let text = text.trim_matches(['<', '>', ' ']);
    if address::is_address(text) { text } else { "unknown@address.invalid" }
}

fn host(name: &str) -> String {
    let sound = !name.is_empty()
        && name.len() <= 255
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    if sound { name.to_owned() } else { "mta.invalid".to_owned() }
}

/// The text for people, in both languages: the sender is outside.
fn explanation(dsn: &Dsn<'_>) -> String {
    let mut text = String::from(
        "お送りいただいたメールは、次の宛先に配信できませんでした。\nYour message could not be delivered to these recipients:\n\n",
    );
    for failed in dsn.failed {
        let (class, subject, detail) = failed.status;
        let (ja, en) = (failed.failure.wording().text(Language::Ja), failed.failure.wording().text(Language::En));
        let _ = writeln!(text, "  {}\n    {ja}\n    {en} ({class}.{subject}.{detail})", ascii_address(failed.address));
    }
    let _ = writeln!(text, "\n受付番号 (receipt): {}", headers::line(dsn.receipt));
    let mut out = String::new();
    text_part(&mut out, &text);
    out
}

/// RFC 3464, 2: one group for the message, one for each recipient.
fn groups(dsn: &Dsn<'_>, host: &str) -> String {
    let arrived = date::write(&date::from_seconds(dsn.arrived));
    let mut groups = vec![vec![("Reporting-MTA", format!("dns; {host}")), ("Arrival-Date", arrived)]];
    groups.extend(dsn.failed.iter().map(|failed| {
        let (class, subject, detail) = failed.status;
        vec![
            ("Final-Recipient", format!("rfc822; {}", ascii_address(failed.address))),
            ("Action", "failed".to_owned()),
            ("Status", format!("{class}.{subject}.{detail}")),
        ]
    }));
    status::part(&groups)
}

/// What a notification names of the message it is about.
pub(super) fn named(mut fields: status::Group) -> status::Group {
    fields.retain(|(name, _)| matches!(*name, "From" | "To" | "Subject" | "Date" | "Message-ID"));
    fields
}

/// RFC 3462, 2: the header of the message, as far as it is carried over.
pub(super) fn original_part(fields: &[(&'static str, String)]) -> String {
    let mut out = String::from("Content-Type: text/rfc822-headers\r\nContent-Transfer-Encoding: 7bit\r\n\r\n");
    for (name, value) in fields {
        field(&mut out, name, value);
    }
    out
}

/// The header of `input`, as far as it can be read.
pub(super) fn fields_of(input: Untrusted<'_>) -> Vec<(&'static str, String)> {
    let Ok(prefix) = input.prefix(super::stub::HEADER_BYTES) else { return Vec::new() };
    // What is past the end of a long header is not read; the cut line is dropped by the splitter.
    Headers::split(&prefix, &mut Budget::new(&sanitizer_verify::Limits::default()))
        .map(|found| headers::fields(&found))
        .unwrap_or_default()
}
