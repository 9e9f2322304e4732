//! iCalendar as the core writes it: components and properties of a list, alarms that only show, addresses by `mailto:`,
//! links by http and https, recurrence by the day at most.

use super::{
    Refusal,
    lines::{self, Line},
};
use crate::Budget;

/// Which component stands in which.
const NESTED: &[(&str, &str)] = &[
    ("", "VCALENDAR"),
    ("VCALENDAR", "VEVENT"),
    ("VCALENDAR", "VFREEBUSY"),
    ("VCALENDAR", "VJOURNAL"),
    ("VCALENDAR", "VTIMEZONE"),
    ("VCALENDAR", "VTODO"),
    ("VEVENT", "VALARM"),
    ("VTODO", "VALARM"),
    ("VTIMEZONE", "DAYLIGHT"),
    ("VTIMEZONE", "STANDARD"),
];

/// Properties of text.
const TEXTS: &[&str] = &[
    "CATEGORIES",
    "COMMENT",
    "CONTACT",
    "DESCRIPTION",
    "LOCATION",
    "NAME",
    "RELATED-TO",
    "RESOURCES",
    "SUMMARY",
    "TZID",
    "TZNAME",
    "UID",
    "X-WR-CALDESC",
    "X-WR-CALNAME",
    "X-WR-TIMEZONE",
];

/// Properties of nothing but letters, digits and the marks of dates, periods, offsets, numbers and words.
const PLAIN: &[&str] = &[
    "CALSCALE",
    "CLASS",
    "COLOR",
    "COMPLETED",
    "CREATED",
    "DTEND",
    "DTSTAMP",
    "DTSTART",
    "DUE",
    "DURATION",
    "EXDATE",
    "FREEBUSY",
    "GEO",
    "LAST-MODIFIED",
    "METHOD",
    "PERCENT-COMPLETE",
    "PRIORITY",
    "RDATE",
    "RECURRENCE-ID",
    "REPEAT",
    "SEQUENCE",
    "STATUS",
    "TRANSP",
    "TRIGGER",
    "TZOFFSETFROM",
    "TZOFFSETTO",
    "X-MICROSOFT-CDO-ALLDAYEVENT",
    "X-MICROSOFT-CDO-BUSYSTATUS",
    "X-MICROSOFT-CDO-IMPORTANCE",
    "X-MICROSOFT-CDO-INTENDEDSTATUS",
];

/// Parameters of a word.
const WORDS: &[&str] = &["CUTYPE", "FBTYPE", "LANGUAGE", "PARTSTAT", "RANGE", "RELATED", "RELTYPE", "ROLE", "RSVP"];

/// Reads calendars, one after the other.
pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    budget.expand(bytes.len() as u64)?;
    let lines = lines::read(bytes, "ics.line")?;
    budget.objects(lines.len() as u64)?;
    let mut open: Vec<&str> = Vec::new();
    for line in &lines {
        match line.name.as_str() {
            "BEGIN" => {
                let parent = open.last().copied().unwrap_or_default();
                if !line.params.is_empty() || !NESTED.contains(&(parent, line.value.as_str())) {
                    return Err(Refusal::new("ics.component"));
                }
                open.push(&line.value);
            }
            "END" => {
                if !line.params.is_empty() || open.pop() != Some(line.value.as_str()) {
                    return Err(Refusal::new("ics.component"));
                }
            }
            _ => property(open.last().copied(), line)?,
        }
    }
    if open.is_empty() && !lines.is_empty() { Ok(()) } else { Err(Refusal::new("ics.component")) }
}

fn property(component: Option<&str>, line: &Line) -> Result<(), Refusal> {
    let value = line.value.as_str();
    let sound = match line.name.as_str() {
        "ACTION" => component == Some("VALARM") && value == "DISPLAY",
        "VERSION" => component == Some("VCALENDAR") && value == "2.0",
        "PRODID" => component == Some("VCALENDAR") && value == "-//Sanitizer//iCalendar//EN",
        "ATTENDEE" | "ORGANIZER" => lines::is_address(value),
        "URL" => lines::is_link(value),
        "RRULE" => recurrence(value),
        "REQUEST-STATUS" => value.starts_with(|c: char| c.is_ascii_digit()) && lines::is_text(&value.replace(';', "")),
        name if TEXTS.contains(&name) => lines::is_text(value),
        name if PLAIN.contains(&name) => plain(value),
        _ => false,
    };
    if component.is_none() || !sound {
        return Err(Refusal::new("ics.property"));
    }
    for (name, values) in &line.params {
        let sound = match name.as_str() {
            "VALUE" => {
                matches!(values.as_slice(), [one] if ["DATE", "DATE-TIME", "DURATION", "PERIOD", "TEXT", "URI"].contains(&one.as_str()))
            }
            "CN" | "TZID" => true,
            "DELEGATED-FROM" | "DELEGATED-TO" | "MEMBER" | "SENT-BY" => values.iter().all(|value| lines::is_address(value)),
            name => WORDS.contains(&name) && values.iter().all(|value| !value.is_empty() && word(value)),
        };
        if !sound {
            return Err(Refusal::new("ics.parameter"));
        }
    }
    Ok(())
}

fn word(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn plain(value: &str) -> bool {
    !value.is_empty()
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.' | b',' | b'/' | b';' | b' '))
}

fn recurrence(value: &str) -> bool {
    let mut by_the_day = false;
    let sound = value.split(';').all(|part| {
        let Some((name, rule)) = part.split_once('=') else { return false };
        by_the_day |= name == "FREQ" && matches!(rule, "DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY");
        (name != "FREQ" || by_the_day)
            && word(name)
            && rule.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b','))
    });
    sound && by_the_day
}
