//! Mail: RFC 5322 and MIME.
//!
//! ```text
//! mime::parse ─► tree with doubts ─► second reader agrees ─► gather texts and files ─► header, notice ─► write
//! ```
//!
//! What goes out is a new message: fields of an allow-list, one text/plain body, rebuilt attachments, the notice. A
//! message that readers could split differently is held; the stub takes its place. A delivery report stays one.

pub(super) mod date;
mod dsn;
mod flowed;
mod gather;
pub(super) mod headers;
mod notice;
mod received;
mod report;
#[cfg(test)]
mod report_tests;
mod status;
mod stub;
#[cfg(test)]
mod tests;
pub(super) mod write;

pub use dsn::{Dsn, FailedRecipient, Failure, dsn};
pub use stub::stub;

use crate::{
    Action, Claim, Context, Disarm, DisarmError, Role,
    report::{Verdict, hex, kinds::MailFinding},
    syntax::mime::{self, Entity, Headers, Kind, words},
};
use gather::File;
use sanitizer_verify::{Budget, Format, Limits, Reason, Rebuilt, Untrusted};
use sha2::{Digest, Sha256};
use write::{Attachment, Message};

/// Mail: RFC 5322 and MIME.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mail;

impl Disarm for Mail {
    fn formats(&self) -> &'static [Format] {
        &[Format::Mail]
    }

    fn disarm(&self, input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
        let bytes = input.load(cx.budget())?;
        cx.budget().expand(bytes.len() as u64)?;
        let entity = mime::parse(&bytes, cx.budget()).map_err(|reason| cx.hold(MailFinding::Oversize, reason))?;
        if let Some(doubt) = entity.doubt {
            return Err(cx.hold(doubt.finding(), doubt.reason()));
        }
        if entity.headers.fields.is_empty() {
            return Err(cx.hold(MailFinding::HeaderForm, Reason::Broken));
        }
        if !mime::agrees(&bytes, &entity) {
            return Err(cx.hold(MailFinding::ReadersDisagree, Reason::Ambiguous));
        }
        build(&bytes, &entity, cx)
    }
}

fn build(bytes: &[u8], entity: &Entity<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
    let (policy, run) = (cx.policy(), cx.run());
    let is_root = cx.part().is_some_and(|part| part.location.is_root());
    let mut fields = if is_root { received::fields(&entity.headers, policy, run) } else { Vec::new() };
    let mut own = headers::rebuild(&entity.headers, cx);
    stub::complete(&mut own, policy, run, &hex(&Sha256::digest(bytes)));
    if is_root {
        stub::date(&mut own, run);
    }
    fields.append(&mut own);

    let (gathered, report) = report::gather(entity, cx)?;
    if gathered.conceals() {
        // A preview line of a newsletter is no news; anything else hidden is.
        cx.find(MailFinding::HiddenText, Action::Remove);
    }
    // Where the whole message is one part, what holds the part holds the message.
    if let ([file], Kind::Leaf) = (gathered.files.as_slice(), &entity.kind)
        && let Some(doubt) = file.doubt
    {
        return Err(cx.hold(doubt.finding(), doubt.reason()));
    }
    let mut attachments = Vec::new();
    for file in &gathered.files {
        let output = u32::try_from(attachments.len()).unwrap_or(u32::MAX).saturating_add(1);
        if let Some(attachment) = attach(file, cx) {
            cx.placed(cx.last_child(), output);
            attachments.push(attachment);
        }
    }
    unique_names(&mut attachments);

    let mut text = gathered.text();
    let verdict = if cx.part().is_some_and(crate::PartReport::is_modified) { Verdict::Modified } else { Verdict::Rebuilt };
    fields.push(("X-Sanitizer-Result", notice::result(notice::word(verdict), &run.receipt)));
    // The notice of the outermost message speaks for all inside.
    if let Some(notice) = cx.part().filter(|_| is_root).and_then(|part| notice::text(part, &run.receipt, policy)) {
        text.push('\n');
        text.push_str(&notice);
    }
    let message = Message { fields, text, attachments };
    Ok(match report {
        Some(report) => message.write_report(&run.receipt, [report.status, report.original]),
        None => message.write(&run.receipt),
    })
}

/// Sanitizes one file. `None`: held, and the report says so; or nothing a reader would see.
fn attach(file: &File<'_>, cx: &mut Context<'_>) -> Option<Attachment> {
    let entity = file.entity;
    let name = name_of(entity);
    let declared = match entity.media.token("charset") {
        Some(charset) => format!("{}; charset=\"{}\"", entity.media.value, charset.replace(['"', '\\'], "")),
        None => entity.media.value.clone(),
    };
    let role = if matches!(entity.kind, Kind::Message) { Role::Message } else { Role::Attachment };
    let claim = Claim { name: name.as_deref(), media_type: Some(&declared), role };
    let size = entity.body.len() as u64;
    if matches!(entity.media.value.as_str(), "multipart/encrypted" | "application/pkcs7-mime" | "application/x-pkcs7-mime") {
        cx.hold_child(&claim, size, MailFinding::Encrypted, Reason::PasswordRequired);
        return None;
    }
    let doubt = match (file.doubt, gather::content(entity)) {
        (None, Ok(bytes)) => {
            if file.inline && gather::is_dot(&bytes) {
                cx.find(MailFinding::TrackingPixel, Action::Rebuild);
                return None;
            }
            if let Err(exceeded) = cx.budget().expand(bytes.len() as u64) {
                cx.hold_child(&claim, size, MailFinding::Oversize, exceeded.into());
                return None;
            }
            let part = cx.descend(Untrusted::new(&bytes), &claim).ok()?;
            let shown = crate::DisplayName::new(name.as_deref().unwrap_or("attachment"));
            return Some(Attachment { name: shown.file_name(part.format()), part });
        }
        (Some(doubt), _) | (None, Err(doubt)) => doubt,
    };
    cx.hold_child(&claim, size, doubt.finding(), doubt.reason());
    None
}

/// The name of a file; a nested message goes by its subject.
fn name_of(entity: &Entity<'_>) -> Option<String> {
    let given = gather::file_name(entity);
    if !matches!(entity.kind, Kind::Message) {
        return given;
    }
    given.or_else(|| {
        let inner = Headers::split(entity.body, &mut Budget::new(&Limits::default())).ok()?;
        let subject = headers::line(&words::decode(inner.first("Subject")?));
        // Slashes and dots in a subject are no path and no extension.
        (!subject.is_empty()).then(|| format!("{}.eml", subject.replace(['/', '\\'], "／")))
    })
}

/// Two files of one name would overwrite each other when saved.
fn unique_names(attachments: &mut [Attachment]) {
    let mut seen = std::collections::BTreeMap::<String, u32>::new();
    for attachment in attachments {
        let count = seen.entry(attachment.name.to_lowercase()).or_default();
        *count = count.saturating_add(1);
        if *count > 1 {
            let (stem, extension) = attachment.name.rsplit_once('.').unwrap_or((&attachment.name, ""));
            attachment.name = format!("{stem} ({count}).{extension}");
        }
    }
}
