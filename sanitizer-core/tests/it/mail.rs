//! What the reader of a message gets: the same in a second pass, and a notice that names what is missing.

use crate::properties::{for_all, pass};
use fixtures::{
    Expect, MARKER_ASCII, Sample,
    mail::{base64, message, multipart},
};
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

/// Part of a message with a file in it.
fn file(name: &str, content: &[u8]) -> (String, Vec<u8>) {
    let header = format!(
        "Content-Type: application/octet-stream; name=\"{name}\"\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename=\"{name}\""
    );
    (header, base64(content))
}

/// A message with these files, and what its reader gets as text.
fn with_files(files: &[(String, Vec<u8>)]) -> String {
    let mut parts = vec![("Content-Type: text/plain; charset=us-ascii", MARKER_ASCII.as_bytes())];
    parts.extend(files.iter().map(|(header, body)| (header.as_str(), body.as_slice())));
    let bytes = message("Subject: x\nContent-Type: multipart/mixed; boundary=b", multipart("b", &parts));
    let outcome = sent(&bytes);
    let clean = outcome.clean().map(|clean| clean.bytes().to_vec()).unwrap_or_default();
    let message = MessageParser::default().parse(&clean);
    message.as_ref().and_then(|message| message.body_text(0)).unwrap_or_default().replace("\r\n", "\n")
}

fn sent(bytes: &[u8]) -> Outcome {
    let sample = Sample {
        name: "mail-own.eml".to_owned(),
        about: "",
        bytes: bytes.to_vec(),
        expect: Expect::Clean,
        marked: true,
        lossy: false,
    };
    pass(&sample, bytes, &sample.name)
}

fn of_family(name: &str) -> Vec<u8> {
    fixtures::all().into_iter().find(|sample| sample.name == name).map(|sample| sample.bytes).unwrap_or_default()
}

#[test]
fn every_attachment_that_did_not_arrive_is_named() {
    assert!(["docx-ole-embedded.docx", "zip-a2-crc.zip"].iter().all(|name| !of_family(name).is_empty()));
    let mut files: Vec<_> = (1..=8).map(|number| file(&format!("setup{number}.exe"), b"MZ\x90\0\x03\0\0\0")).collect();
    files.push(file("shiryo.docx", &of_family("docx-ole-embedded.docx")));
    files.push(file("himitsu.zip", &of_family("zip-a2-crc.zip")));
    let text = with_files(&files);
    let notice = text.split_once("無害化のお知らせ").expect("a notice").1;
    for name in (1..=8).map(|number| format!("setup{number}.exe")).chain(["himitsu.zip".to_owned(), "shiryo.docx".to_owned()]) {
        assert!(notice.contains(&name), "{name} is not named in {notice}");
    }
    let changed = notice.find("shiryo.docx").unwrap();
    assert!(notice.find("himitsu.zip").unwrap() < changed, "held ones come first: {notice}");
    assert!(notice.lines().count() <= 8, "one line for each reason: {notice}");

    let files: Vec<_> = (1..=60).map(|number| file(&format!("n{number}.exe"), b"MZ\x90\0\x03\0\0\0")).collect();
    let text = with_files(&files);
    assert!(text.contains("n50.exe") && !text.contains("n51.exe") && text.contains("ほか 10 件"), "{text}");
}

#[test]
fn an_attachment_says_how_much_of_it_was_held() {
    let inner =
        multipart("i", &[("", MARKER_ASCII.as_bytes()), ("Content-Disposition: attachment; filename=\"a.exe\"", b"MZ\x90")]);
    let nested: Vec<u8> = message("Subject: inner\nContent-Type: multipart/mixed; boundary=i", inner)
        .into_iter()
        .filter(|byte| *byte != b'\r')
        .collect();
    let text = with_files(&[("Content-Type: message/rfc822".to_owned(), nested)]);
    assert!(text.contains("・inner.eml: 中の 1 件は止めました。\n・inner.eml > a.exe: "), "{text}");
}

#[test]
fn a_nested_message_without_a_date_gets_none() {
    let nested = format!("From: a@example.jp\nSubject: inner\n\n{MARKER_ASCII}\n");
    let parts: [(&str, &[u8]); 2] = [("", b"outer"), ("Content-Type: message/rfc822", nested.as_bytes())];
    let outcome = sent(&message("Subject: x\nContent-Type: multipart/mixed; boundary=b", multipart("b", &parts)));
    let clean = outcome.clean().expect("clean").bytes().to_vec();
    let text = String::from_utf8(clean).unwrap();
    assert!(text.contains(MARKER_ASCII) && text.contains("Subject: inner\r\n"), "{text}");
    assert_eq!(text.matches("\r\nDate: ").count(), 1, "{text}");
    // The outermost has one in any case.
    let outcome = sent(nested.replace('\n', "\r\n").as_bytes());
    assert!(String::from_utf8_lossy(outcome.clean().expect("clean").bytes()).contains("\r\nDate: "));
}

#[test]
fn an_invitation_stays_one() {
    let sample = fixtures::all().into_iter().find(|sample| sample.name == "mail-invitation.eml").unwrap();
    let outcome = pass(&sample, &sample.bytes, &sample.name);
    let built = String::from_utf8(outcome.clean().unwrap().bytes().to_vec()).unwrap();
    assert!(built.contains("Content-Type: text/calendar; charset=utf-8; method=REQUEST;\r\n name=\"attachment.ics\""), "{built}");
    // Only what programs note for themselves went: that is no news to a reader.
    assert_eq!(outcome.report.verdict, Verdict::Rebuilt);
}
