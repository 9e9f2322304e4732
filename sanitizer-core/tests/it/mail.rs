//! A message of ours in a second pass: nobody who reads it sees a difference, and nothing is left to remove.

use crate::properties::{for_all, pass};
use fixtures::MARKER_ASCII;
use mail_parser::{Message, MessageParser, MimeHeaders as _, PartType};
use sanitizer_core::{Outcome, PartReport, Verdict};
use sanitizer_verify::Format;
use std::cell::Cell;

/// What a reader sees of a message: who, to whom, what, when; then each part with its type, its name and its content.
fn seen(message: &Message<'_>) -> Vec<String> {
    let header = [
        format!("{:?}", message.from()),
        format!("{:?}", message.to()),
        format!("{:?}", message.cc()),
        format!("{:?}", message.subject()),
        format!("{:?}", message.date()),
        format!("{:?}", message.message_id()),
    ];
    let parts = message.parts.iter().flat_map(|part| {
        let kind = part.content_type().map(|kind| (kind.ctype(), kind.subtype()));
        let name = format!("{kind:?} {:?}", part.attachment_name());
        let content = match &part.body {
            PartType::Multipart(parts) => vec![format!("{} parts", parts.len())],
            PartType::Message(inner) => seen(inner),
            _ => vec![format!("{:?}", String::from_utf8_lossy(part.contents()))],
        };
        std::iter::once(name).chain(content)
    });
    header.into_iter().chain(parts).collect()
}

fn read(outcome: &Outcome) -> Result<Vec<String>, String> {
    let clean = outcome.clean().ok_or("nothing came out")?;
    Ok(seen(&MessageParser::default().parse(clean.bytes()).ok_or("not readable")?))
}

/// The first difference, shortened.
fn difference(first: &[String], second: &[String]) -> Option<String> {
    let count = first.len().max(second.len());
    let at = (0..count).find(|at| first.get(*at) != second.get(*at))?;
    let short = |seen: &[String]| seen.get(at).map(|text| text.chars().take(600).collect::<String>());
    Some(format!("changed in the second pass: {:?}, before {:?}", short(second), short(first)))
}

#[test]
fn a_message_of_ours_stays_as_it_is_in_a_second_pass() {
    let compared = Cell::new(0);
    for_all(|sample| {
        let first = pass(sample, &sample.bytes, &sample.name);
        // A message, or the stub that took its place.
        let Some(clean) = first.clean().filter(|clean| clean.format() == Format::Mail) else { return Ok(()) };
        let second = pass(sample, clean.bytes(), "again.eml");
        let modified: Vec<_> = second.report.part.walk().into_iter().filter(|part| part.is_modified()).map(told).collect();
        if !modified.is_empty() {
            return Err(format!("something was left to remove: {modified:?}"));
        }
        let before = read(&first)?;
        if sample.marked && first.report.verdict != Verdict::Held && !before.concat().contains(MARKER_ASCII) {
            return Err("the comparison does not see the marker".to_owned());
        }
        compared.set(compared.get() + 1);
        difference(&before, &read(&second)?).map_or(Ok(()), Err)
    });
    assert!(compared.get() > 50, "only {} messages were compared", compared.get());
}

fn told(part: &PartReport) -> String {
    format!("{:?} {:?} {:?}", part.name, part.reason, part.findings)
}
