//! The message that takes the place of one held as a whole.

use super::{date, headers, notice, received, write::Message, write::message_id};
use crate::{
    Policy, Report, Run,
    formats::text::links,
    report::{Language, reason_wording},
    syntax::mime::{Headers, address, words},
};
use sanitizer_verify::{Budget, Limits, Reason, Rebuilt, Untrusted};

/// How much of the message is looked at for its header.
pub(super) const HEADER_BYTES: usize = 256 * 1024;

/// Fields a stub takes over: who, to whom, what, when, and what keeps the thread together.
const KEPT: &[&str] =
    &["From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted"];

/// The message that takes the place of one held as a whole. `headers` is the message, if its header may be read.
pub fn stub(reason: Reason, headers: Option<Untrusted<'_>>, report: &Report, policy: &Policy, run: &Run) -> Rebuilt {
    let prefix = headers.and_then(|input| input.prefix(HEADER_BYTES).ok()).unwrap_or_default();
    let header = Headers::split(&prefix, &mut Budget::new(&Limits::default())).unwrap_or_default();
    let mut fields = headers::fields(&header);
    fields.retain(|(name, _)| KEPT.contains(name));
    complete(&mut fields, policy, run, report.part.sha256_in.as_deref().unwrap_or_default());
    date(&mut fields, run);
    // A message that is held goes round in circles as well as any other.
    fields.splice(..0, received::fields(&header, policy, run));
    let language = policy.mail.notice;
    let subject = fields.iter_mut().find(|(name, _)| *name == "Subject");
    let original = subject.as_ref().map(|(_, value)| words::decode(value.as_bytes())).unwrap_or_default();
    let mark = match language {
        Language::Ja => "【止めました】",
        Language::En => "[held] ",
    };
    let marked = words::encode(&headers::line(&format!("{mark}{original}")), 9);
    match subject {
        Some((_, value)) => *value = marked,
        None => fields.push(("Subject", marked)),
    }
    fields.push(("X-Sanitizer-Result", notice::result("held", &run.receipt)));
    let text = text(reason, &original, &fields, report, policy);
    Message { fields, text, attachments: Vec::new() }.write(&run.receipt)
}

/// Adds the date the message came in, where it has none. One inside another came at no time we know of.
pub(super) fn date(fields: &mut Vec<(&'static str, String)>, run: &Run) {
    if !has(fields, "Date") {
        fields.push(("Date", date::write(&date::from_seconds(run.now))));
    }
}

fn has(fields: &[(&'static str, String)], name: &str) -> bool {
    fields.iter().any(|(given, _)| *given == name)
}

/// Adds what no message may lack (RFC 5322, 3.6), but for its date: From, To, and an id for the thread.
pub(super) fn complete(fields: &mut Vec<(&'static str, String)>, policy: &Policy, run: &Run, seed: &str) {
    let envelope = run.envelope.as_ref();
    if !has(fields, "From") {
        let from = envelope.map(|envelope| envelope.from.trim_matches(['<', '>'])).filter(|from| address::is_address(from));
        fields.insert(0, ("From", from.unwrap_or("unknown@address.invalid").to_owned()));
    }
    if !has(fields, "To") && !has(fields, "Cc") {
        // Who got it as a hidden copy stays hidden.
        fields.push(("To", "undisclosed-recipients:;".to_owned()));
    }
    if !has(fields, "Message-ID") {
        fields.push(("Message-ID", message_id(&run.receipt, seed.as_bytes(), received::host(policy))));
    }
}

fn text(reason: Reason, subject: &str, fields: &[(&'static str, String)], report: &Report, policy: &Policy) -> String {
    let language = policy.mail.notice;
    let (what, next) = reason_wording(reason);
    let value = |name: &str| {
        let field = fields.iter().find(|(given, _)| *given == name).map(|(_, value)| words::decode(value.as_bytes()));
        headers::line(&field.unwrap_or_default())
    };
    let causes = notice::causes(&report.part, language);
    let (what, next, receipt) = (what.text(language), next.text(language), notice::number(&report.receipt));
    let (from, date, subject) = (value("From"), value("Date"), headers::line(subject));
    let mut lines = match language {
        Language::Ja => vec![
            "このメールは安全に組み直せなかったため、本文と添付を渡さずに止めました。".to_owned(),
            String::new(),
            format!("理由: {what}{causes}。"),
            format!("次にすること: {next}。"),
            String::new(),
            format!("差出人: {from}"),
            format!("件名: {subject}"),
            format!("日時: {date}"),
        ],
        Language::En => vec![
            "This message could not be rebuilt safely and was held with its text and attachments.".to_owned(),
            String::new(),
            format!("Reason: {what}{causes}."),
            format!("Next step: {next}."),
            String::new(),
            format!("From: {from}"),
            format!("Subject: {subject}"),
            format!("Date: {date}"),
        ],
    };
    if let Some(receipt) = receipt {
        let label = match language {
            Language::Ja => "受付番号",
            Language::En => "Receipt number",
        };
        lines.insert(2, format!("{label}: {receipt}"));
    }
    // A subject or a name may hold a path to a share.
    let mut text = links::broken(&lines.join("\n")).0;
    text.extend(notice::portal(policy, language));
    text
}
