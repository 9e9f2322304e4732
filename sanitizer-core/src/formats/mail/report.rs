//! Delivery status notifications that come in (RFC 3462, RFC 3464): they leave as what they are, so that programs can
//! still read them.
//!
//! ```text
//! text for people ─► our text      delivery-status ─► fields of an allow-list      returned message ─► a few of its fields
//! ```
//!
//! A report in another form is carried over as text, like any message.

use super::{
    dsn,
    gather::{self, File, Gathered},
    headers, status, stub,
};
use crate::{
    Action, Context,
    report::kinds::MailFinding,
    syntax::mime::{Entity, Headers, Kind},
};
use sanitizer_verify::Exceeded;

/// The parts of a report behind its text, written anew.
#[derive(Debug)]
pub(super) struct Report {
    /// `message/delivery-status`.
    pub status: String,
    /// `text/rfc822-headers`.
    pub original: String,
}

/// Gathers a message; a report stays one, where all of it fits that form.
pub(super) fn gather<'a>(entity: &'a Entity<'a>, cx: &mut Context<'_>) -> Result<(Gathered<'a>, Option<Report>), Exceeded> {
    let mut gathered = Gathered::default();
    let Some(parts) = parts(entity) else {
        gather::part(entity, true, &mut gathered, cx)?;
        return Ok((gathered, None));
    };
    let at = parts.iter().position(|part| part.media.value == "message/delivery-status").unwrap_or(parts.len());
    let (people, rest) = parts.split_at_checked(at).unwrap_or_default();
    people.iter().try_for_each(|part| gather::part(part, false, &mut gathered, cx))?;
    // A logo beside the text has no place in a report; a file has to arrive.
    if !people.is_empty()
        && gathered.files.iter().all(is_picture)
        && let Some((report, reduced)) = read(rest, cx)?
    {
        if reduced || !gathered.files.is_empty() {
            cx.find(MailFinding::ReportReduced, Action::Rebuild);
        }
        gathered.files.clear();
        return Ok((gathered, Some(report)));
    }
    cx.find(MailFinding::ReportForm, Action::Rebuild);
    rest.iter().try_for_each(|part| gather::part(part, false, &mut gathered, cx))?;
    Ok((gathered, None))
}

/// The parts of a delivery report.
fn parts<'a>(entity: &'a Entity<'a>) -> Option<&'a [Entity<'a>]> {
    let Kind::Multipart(parts) = &entity.kind else { return None };
    let is_status = entity.media.token("report-type").is_some_and(|kind| kind.eq_ignore_ascii_case("delivery-status"));
    (entity.doubt.is_none() && entity.media.value == "multipart/report" && is_status).then_some(parts.as_slice())
}

fn is_picture(file: &File<'_>) -> bool {
    file.inline && file.doubt.is_none() && file.entity.media.value.starts_with("image/")
}

/// Reads what stands behind the text; says whether something was left behind.
fn read(parts: &[Entity<'_>], cx: &mut Context<'_>) -> Result<Option<(Report, bool)>, Exceeded> {
    let (status, returned) = match parts {
        [status] => (status, None),
        [status, returned] if is_returned(returned) => (status, Some(returned)),
        _ => return Ok(None),
    };
    if status.doubt.is_some() {
        return Ok(None);
    }
    let Ok(bytes) = status.encoding.decode(status.body, true) else { return Ok(None) };
    cx.budget().expand(bytes.len() as u64)?;
    let Some(found) = status::read(&bytes, cx.budget()) else { return Ok(None) };
    let (fields, more) = match returned {
        Some(returned) => original(returned, cx)?,
        None => (Vec::new(), false),
    };
    let report = Report { status: status::part(&found.groups), original: dsn::original_part(&fields) };
    Ok(Some((report, found.reduced || more)))
}

fn is_returned(part: &Entity<'_>) -> bool {
    matches!(part.kind, Kind::Message) || matches!(part.media.value.as_str(), "message/rfc822" | "text/rfc822-headers")
}

/// The fields of the returned message that are named, and whether it had more. Where readers could differ about it, none.
fn original(part: &Entity<'_>, cx: &mut Context<'_>) -> Result<(status::Group, bool), Exceeded> {
    let nothing = (Vec::new(), true);
    let decoded = match part.kind {
        _ if part.doubt.is_some() => return Ok(nothing),
        Kind::Message => std::borrow::Cow::Borrowed(part.body),
        _ => match part.encoding.decode(part.body, true) {
            Ok(bytes) => bytes,
            Err(_) => return Ok(nothing),
        },
    };
    let start = decoded.get(..stub::HEADER_BYTES).unwrap_or(&decoded);
    cx.budget().expand(start.len() as u64)?;
    let whole = status::ended(start);
    let Ok(found) = Headers::split(&whole, cx.budget()) else { return Ok(nothing) };
    if found.doubt.is_some() {
        return Ok(nothing);
    }
    let fields = dsn::named(headers::fields(&found));
    let more = fields.len() < found.fields.len() || found.body < whole.len();
    Ok((fields, more))
}
