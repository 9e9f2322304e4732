//! Which properties stay, where, and in which form.

use super::{recurrence, values};
use crate::{
    Action, Context,
    report::kinds::{IcsFinding, TextFinding},
    syntax::contentline::{ContentLine, Param, split},
};

/// What a value is, and so what of it may stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    /// A `mailto:` address (3.3.3).
    Address,
    /// `YYYYMMDD`, or with a time (3.3.4, 3.3.5).
    Date,
    /// Some of those, or periods (3.3.9).
    Dates,
    /// 3.3.6.
    Duration,
    /// Two numbers (3.8.1.6).
    Geo,
    /// http or https to a public host (3.3.13).
    Link,
    /// A whole number of up to nine digits (3.3.8).
    Number,
    /// From UTC (3.3.14).
    Offset,
    /// 3.3.10.
    Recurrence,
    /// `2.0;Success` (3.8.8.3).
    Status,
    /// 3.3.11; also a list of such.
    Text,
    /// A word (letters, digits, hyphen).
    Token,
    /// A duration, or a time (3.8.6.3).
    Trigger,
}

/// Properties, where they may stand (empty: in every component), and what they hold.
const PROPERTIES: &[(&str, &[&str], Value)] = &[
    ("ATTENDEE", &["VEVENT", "VFREEBUSY", "VJOURNAL", "VTODO"], Value::Address),
    ("CALSCALE", &["VCALENDAR"], Value::Token),
    ("CATEGORIES", EVENTS, Value::Text),
    ("CLASS", EVENTS, Value::Token),
    ("COLOR", &["VCALENDAR", "VEVENT", "VJOURNAL", "VTODO"], Value::Token),
    ("COMMENT", &[], Value::Text),
    ("COMPLETED", EVENTS, Value::Date),
    ("CONTACT", &[], Value::Text),
    ("CREATED", EVENTS, Value::Date),
    ("DESCRIPTION", &["VALARM", "VCALENDAR", "VEVENT", "VJOURNAL", "VTODO"], Value::Text),
    ("DTEND", &["VEVENT", "VFREEBUSY"], Value::Date),
    ("DTSTAMP", &["VEVENT", "VFREEBUSY", "VJOURNAL", "VTODO"], Value::Date),
    ("DTSTART", &["DAYLIGHT", "STANDARD", "VEVENT", "VFREEBUSY", "VJOURNAL", "VTODO"], Value::Date),
    ("DUE", EVENTS, Value::Date),
    ("DURATION", &["VALARM", "VEVENT", "VTODO"], Value::Duration),
    ("EXDATE", EVENTS, Value::Dates),
    ("FREEBUSY", &["VFREEBUSY"], Value::Dates),
    ("GEO", EVENTS, Value::Geo),
    ("LAST-MODIFIED", &[], Value::Date),
    ("LOCATION", EVENTS, Value::Text),
    ("METHOD", &["VCALENDAR"], Value::Token),
    ("NAME", &["VCALENDAR"], Value::Text),
    ("ORGANIZER", &["VEVENT", "VFREEBUSY", "VJOURNAL", "VTODO"], Value::Address),
    ("PERCENT-COMPLETE", EVENTS, Value::Number),
    ("PRIORITY", EVENTS, Value::Number),
    ("RDATE", &["DAYLIGHT", "STANDARD", "VEVENT", "VJOURNAL", "VTODO"], Value::Dates),
    ("RECURRENCE-ID", EVENTS, Value::Date),
    ("RELATED-TO", EVENTS, Value::Text),
    ("REPEAT", &["VALARM"], Value::Number),
    ("REQUEST-STATUS", &[], Value::Status),
    ("RESOURCES", EVENTS, Value::Text),
    ("RRULE", &["DAYLIGHT", "STANDARD", "VEVENT", "VJOURNAL", "VTODO"], Value::Recurrence),
    ("SEQUENCE", EVENTS, Value::Number),
    ("STATUS", EVENTS, Value::Token),
    ("SUMMARY", &["VALARM", "VEVENT", "VJOURNAL", "VTODO"], Value::Text),
    ("TRANSP", EVENTS, Value::Token),
    ("TRIGGER", &["VALARM"], Value::Trigger),
    ("TZID", &["VTIMEZONE"], Value::Text),
    ("TZNAME", &["DAYLIGHT", "STANDARD"], Value::Text),
    ("TZOFFSETFROM", &["DAYLIGHT", "STANDARD"], Value::Offset),
    ("TZOFFSETTO", &["DAYLIGHT", "STANDARD"], Value::Offset),
    ("UID", &["VALARM", "VCALENDAR", "VEVENT", "VFREEBUSY", "VJOURNAL", "VTODO"], Value::Text),
    ("URL", EVENTS, Value::Link),
    ("X-MICROSOFT-CDO-ALLDAYEVENT", EVENTS, Value::Token),
    ("X-MICROSOFT-CDO-BUSYSTATUS", EVENTS, Value::Token),
    ("X-MICROSOFT-CDO-IMPORTANCE", EVENTS, Value::Token),
    ("X-MICROSOFT-CDO-INTENDEDSTATUS", EVENTS, Value::Token),
    ("X-WR-CALDESC", &["VCALENDAR"], Value::Text),
    ("X-WR-CALNAME", &["VCALENDAR"], Value::Text),
    ("X-WR-TIMEZONE", &["VCALENDAR"], Value::Text),
];

const EVENTS: &[&str] = &["VEVENT", "VJOURNAL", "VTODO"];

/// What brings something into the calendar from elsewhere, or a file.
const ATTACHED: &[&str] = &["ATTACH", "CONFERENCE", "IMAGE", "SOURCE", "STRUCTURED-DATA"];

/// Written anew for every calendar.
const OURS: &[&str] = &["ACTION", "PRODID", "VERSION", "X-ALT-DESC"];

/// The property as it may stand in `component`. `None`: it may not.
pub(super) fn rebuild(component: &str, line: &ContentLine, cx: &mut Context<'_>) -> Option<ContentLine> {
    let name = line.name.as_str();
    if OURS.contains(&name) {
        return None;
    }
    let row = PROPERTIES.iter().find(|(known, places, _)| *known == name && (places.is_empty() || places.contains(&component)));
    let Some((known, _, kind)) = row else {
        if ATTACHED.contains(&name) {
            cx.find(IcsFinding::Attachment, Action::Remove);
        } else if name.starts_with("X-") || matches!(name, "REFRESH-INTERVAL" | "TZURL") {
            cx.find(IcsFinding::Private, Action::Rebuild);
        } else {
            cx.find(IcsFinding::Property, Action::Remove);
        }
        return None;
    };
    let Some(value) = value(*kind, line, cx) else {
        match kind {
            Value::Link => cx.find(TextFinding::DangerousLink, Action::Remove),
            Value::Recurrence => cx.find(IcsFinding::Recurrence, Action::Remove),
            _ => cx.find(IcsFinding::Property, Action::Remove),
        }
        return None;
    };
    let params = line.params.iter().filter_map(|param| self::param(*kind, param, cx)).collect();
    Some(ContentLine { params, ..ContentLine::new(known, value) })
}

fn value(kind: Value, line: &ContentLine, cx: &mut Context<'_>) -> Option<String> {
    let raw = line.value.trim();
    match kind {
        Value::Address => values::address(raw),
        Value::Date => values::is_date(raw).then(|| raw.to_owned()),
        Value::Dates => values::dates(raw),
        Value::Duration => values::is_duration(raw).then(|| raw.to_owned()),
        Value::Geo => values::is_geo(raw).then(|| raw.to_owned()),
        Value::Link => values::is_public_link(raw).then(|| raw.to_owned()),
        Value::Number => values::is_number(raw).then(|| raw.to_owned()),
        Value::Offset => values::is_offset(raw).then(|| raw.to_owned()),
        Value::Recurrence => recurrence::rebuild(raw),
        Value::Status => values::status(raw, cx),
        Value::Text => Some(texts(&line.value, cx)),
        Value::Token => values::is_token(raw).then(|| raw.to_ascii_uppercase()),
        Value::Trigger => (values::is_duration(raw) || values::is_date(raw)).then(|| raw.to_owned()),
    }
}

/// A text, or several that commas part.
fn texts(value: &str, cx: &mut Context<'_>) -> String {
    let pieces: Vec<String> = split(value, ',').into_iter().map(|piece| values::text(piece, cx)).collect();
    pieces.join(",")
}

/// Parameters by what they hold; any other is left out: nothing that a reader is shown.
fn param(kind: Value, param: &Param, cx: &mut Context<'_>) -> Option<Param> {
    let kept: Vec<String> = match param.name.as_str() {
        "CUTYPE" | "FBTYPE" | "LANGUAGE" | "PARTSTAT" | "RANGE" | "RELATED" | "RELTYPE" | "ROLE" | "RSVP" => {
            param.values.iter().filter(|value| values::is_token(value)).cloned().collect()
        }
        "VALUE" => param.values.iter().filter(|value| is_type(kind, value)).map(|value| value.to_ascii_uppercase()).collect(),
        "CN" | "TZID" => param.values.iter().map(|value| values::label(value, cx)).filter(|value| !value.is_empty()).collect(),
        "DELEGATED-FROM" | "DELEGATED-TO" | "MEMBER" | "SENT-BY" => {
            param.values.iter().filter_map(|value| values::address(value)).collect()
        }
        _ => Vec::new(),
    };
    (!kept.is_empty()).then(|| Param { name: param.name.clone(), values: kept })
}

/// Whether a declared type is one that values of this kind have.
fn is_type(kind: Value, declared: &str) -> bool {
    let types: &[&str] = match kind {
        Value::Date => &["DATE", "DATE-TIME"],
        Value::Dates => &["DATE", "DATE-TIME", "PERIOD"],
        Value::Trigger => &["DATE-TIME", "DURATION"],
        Value::Text => &["TEXT"],
        Value::Link => &["URI"],
        _ => &[],
    };
    types.iter().any(|known| declared.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::PROPERTIES;

    #[test]
    fn the_table_is_sorted() {
        assert!(PROPERTIES.is_sorted_by_key(|(name, _, _)| *name));
    }
}
