//! iCalendar: RFC 5545, with the scheduling of RFC 5546, and vCalendar 1.0 as far as it is the same.
//!
//! ```text
//! decode ─► unfold ─► tree of components ─► components and properties of the tables, each value by its grammar ─► write
//! ```
//!
//! What a calendar program acts on by itself stays only where it shows something: an alarm may ring, never run, send or
//! fetch.

mod properties;
mod recurrence;
#[cfg(test)]
mod tests;
pub(super) mod values;

use crate::{
    Action, Context, Disarm, DisarmError,
    report::kinds::{IcsFinding, TextFinding},
    syntax::{
        charset,
        contentline::{self, ContentLine, unfold},
    },
};
use sanitizer_verify::{Format, Reason, Rebuilt, Untrusted};

/// iCalendar.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ics;

/// Who wrote the file: we did.
const PRODID: &str = "-//Sanitizer//iCalendar//EN";

impl Disarm for Ics {
    fn formats(&self) -> &'static [Format] {
        &[Format::Ics]
    }

    fn disarm(&self, input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
        let lines = lines(input, cx)?;
        let calendars = read(&lines, cx)?;
        let mut out = String::new();
        for calendar in &calendars {
            if let Some(built) = calendar.build(None, cx) {
                built.write(&mut out);
            }
        }
        if out.is_empty() {
            return Err(cx.hold(IcsFinding::Form, Reason::Broken));
        }
        Ok(Rebuilt::new(Format::Ics, out.into_bytes()))
    }
}

/// The content lines of a file (also of a card), decoded and unfolded.
pub(super) fn lines(input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Vec<String>, DisarmError> {
    let bytes = input.load(cx.budget())?;
    cx.budget().expand(bytes.len() as u64)?;
    let declared = cx.claim().media_type.and_then(crate::formats::text::charset_of);
    let decoded = charset::decode(&bytes, declared.as_deref());
    if decoded.malformed {
        cx.find(TextFinding::UnknownCharset, Action::Neutralize);
    }
    let lines = unfold(&decoded.text);
    cx.budget().objects(lines.len() as u64)?;
    Ok(lines)
}

/// `BEGIN:NAME` … `END:NAME`.
#[derive(Debug, Default)]
struct Component {
    name: String,
    properties: Vec<ContentLine>,
    children: Vec<Component>,
}

/// The components that may stand in each other (RFC 5545, 3.4 and 3.6); those of no parent stand by themselves.
const COMPONENTS: &[(Option<&str>, &[&str])] = &[
    (None, &["VCALENDAR"]),
    (Some("VCALENDAR"), &["VEVENT", "VFREEBUSY", "VJOURNAL", "VTIMEZONE", "VTODO"]),
    (Some("VEVENT"), &["VALARM"]),
    (Some("VTODO"), &["VALARM"]),
    (Some("VTIMEZONE"), &["DAYLIGHT", "STANDARD"]),
];

/// How deep components stand in each other: more than the standard has, for what others put there.
const DEPTH: usize = 8;

/// The outermost components. A file that ends inside one was cut off.
fn read(lines: &[String], cx: &mut Context<'_>) -> Result<Vec<Component>, DisarmError> {
    let mut open: Vec<Component> = Vec::new();
    let mut done = Vec::new();
    for line in lines {
        let Some(line) = ContentLine::parse(line) else {
            cx.find(IcsFinding::Line, Action::Remove);
            continue;
        };
        let named = line.value.trim().to_ascii_uppercase();
        match line.name.as_str() {
            "BEGIN" if open.len() >= DEPTH => return Err(cx.hold(IcsFinding::Form, Reason::Broken)),
            "BEGIN" => open.push(Component { name: named, ..Component::default() }),
            "END" => match open.pop() {
                Some(component) if component.name == named => match open.last_mut() {
                    Some(parent) => parent.children.push(component),
                    None => done.push(component),
                },
                _ => return Err(cx.hold(IcsFinding::Form, Reason::Broken)),
            },
            _ => match open.last_mut() {
                Some(component) => component.properties.push(line),
                None => cx.find(IcsFinding::Line, Action::Remove),
            },
        }
    }
    if open.is_empty() { Ok(done) } else { Err(cx.hold(IcsFinding::Form, Reason::Broken)) }
}

impl Component {
    /// The component with what may stay of it. `None`: nothing may.
    fn build(&self, parent: Option<&str>, cx: &mut Context<'_>) -> Option<Self> {
        let allowed =
            COMPONENTS.iter().find(|(outer, _)| *outer == parent).is_some_and(|(_, names)| names.contains(&self.name.as_str()));
        if !allowed {
            cx.find(IcsFinding::Component, Action::Remove);
            return None;
        }
        if self.name == "VALARM" && !self.is_shown() {
            cx.find(IcsFinding::Alarm, Action::Remove);
            return None;
        }
        let mut properties = match self.name.as_str() {
            "VCALENDAR" => vec![ContentLine::new("VERSION", "2.0"), ContentLine::new("PRODID", PRODID)],
            "VALARM" => vec![ContentLine::new("ACTION", "DISPLAY")],
            _ => Vec::new(),
        };
        properties.extend(self.properties.iter().filter_map(|line| properties::rebuild(&self.name, line, cx)));
        self.complete(&mut properties, cx);
        let children = self.children.iter().filter_map(|child| child.build(Some(&self.name), cx)).collect();
        Some(Self { name: self.name.clone(), properties, children })
    }

    /// Whether an alarm shows or sounds, which is all it may do. A sound that it would fetch is not among what stays.
    fn is_shown(&self) -> bool {
        let action = self.value("ACTION").unwrap_or_default().trim();
        action.eq_ignore_ascii_case("DISPLAY") || action.eq_ignore_ascii_case("AUDIO")
    }

    /// What must stand there and does not.
    fn complete(&self, properties: &mut Vec<ContentLine>, cx: &mut Context<'_>) {
        let has = |properties: &[ContentLine], name: &str| properties.iter().any(|line| line.name == name);
        if self.name == "VALARM" && !has(properties, "DESCRIPTION") {
            properties.push(ContentLine::new("DESCRIPTION", "Reminder"));
        }
        // Outlook writes the text as HTML too; alone it is better than none.
        if let Some(html) = self.value("X-ALT-DESC").filter(|_| !has(properties, "DESCRIPTION")) {
            let rendered = crate::syntax::html::to_text(&contentline::text(html));
            let text = values::clean(&rendered.text, cx);
            properties.push(ContentLine::new("DESCRIPTION", contentline::escape(text.trim())));
        }
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.properties.iter().find(|line| line.name == name).map(|line| line.value.as_str())
    }

    fn write(&self, out: &mut String) {
        ContentLine::new("BEGIN", self.name.as_str()).write(out);
        for line in &self.properties {
            line.write(out);
        }
        for child in &self.children {
            child.write(out);
        }
        ContentLine::new("END", self.name.as_str()).write(out);
    }
}
