//! Parts in an old format: asked for, and built from what a converter made of them, which is as hostile as they were.

use fixtures::zip::{Archive, Entry};
use sanitizer_core::{Claim, Draft, Outcome, Part, PartReport, Policy, Role, Run, Verdict, convert, rebuild, sanitize};
use sanitizer_verify::{Format, Location, Reason, Untrusted};
use std::sync::Arc;

const RTF: &[u8] = br"{\rtf1\ansi text}";

fn sample(name: &str) -> Vec<u8> {
    fixtures::all().into_iter().find(|sample| sample.name == name).unwrap().bytes
}

fn with(at: &[u32], made: Result<Vec<u8>, Reason>) -> Run {
    let mut run = Run { receipt: "20261125-TEST-0001".to_owned(), now: 1_795_000_000, ..Run::default() };
    run.converted.insert(Location::from(at.to_vec()), made.map(Arc::from));
    run
}

fn claim(name: &str) -> Claim<'_> {
    Claim { name: Some(name), media_type: None, role: if name == "m.eml" { Role::Message } else { Role::File } }
}

fn draft(name: &str, bytes: &[u8]) -> Draft {
    rebuild(Untrusted::new(bytes), &claim(name), &Policy::default(), &Run::default())
}

fn outcome(name: &str, bytes: &[u8], run: &Run) -> Outcome {
    sanitize(Untrusted::new(bytes), &claim(name), &Policy::default(), run)
}

fn has(part: &PartReport, code: &str) -> bool {
    part.findings.iter().any(|finding| finding.kind.code() == code)
}

fn archive(entries: Vec<Entry>) -> Vec<u8> {
    Archive::of(entries).bytes()
}

#[test]
fn without_a_converter_an_old_format_is_held_and_asked_for() {
    let draft = draft("letter.rtf", RTF);
    assert_eq!(draft.part.unwrap_err(), Reason::ConverterMissing);
    assert!(has(&draft.report.part, "core.not_converted"));
    let [wanted] = draft.wanted.as_slice() else { panic!("one part is wanted") };
    assert_eq!((wanted.at.clone(), wanted.format, wanted.bytes.len()), (Location::root(), Format::Rtf, 0));
}

#[test]
fn what_was_converted_is_built_anew_and_says_what_it_was() {
    let outcome = outcome("手紙.rtf", RTF, &with(&[], Ok(sample("docx-japanese.docx"))));
    let Part::Clean(clean) = outcome.part else { panic!("{:?}", outcome.report) };
    assert_eq!(clean.format(), Format::Docx);
    let part = &outcome.report.part;
    assert_eq!((part.format, part.output, outcome.report.verdict), (Format::Rtf, Some(Format::Docx), Verdict::Rebuilt));
    assert!(has(part, "core.converted"));
}

#[test]
fn what_a_converter_made_is_as_hostile_as_anything() {
    let made = sample("docx-ole-embedded.docx");
    let outcome = outcome("a.rtf", RTF, &with(&[], Ok(made)));
    let clean = outcome.clean().unwrap();
    assert_eq!(outcome.report.verdict, Verdict::Modified);
    let canaries = fixtures::canary("docx-ole");
    assert!(!String::from_utf8_lossy(clean.bytes()).contains(&canaries));
    for (made, name) in [
        (RTF.to_vec(), "itself"),
        (b"MZ".to_vec(), "a program"),
        (Vec::new(), "nothing"),
        (sample("xlsx-plain.xlsx"), "a workbook"),
    ] {
        let outcome = sanitize(Untrusted::new(RTF), &claim("a.rtf"), &Policy::default(), &with(&[], Ok(made)));
        assert!(matches!(outcome.part, Part::Held(Reason::ConvertFailed)), "{name}: {:?}", outcome.report);
    }
}

#[test]
fn why_nothing_was_made_is_why_the_part_is_held() {
    for reason in [Reason::ConvertFailed, Reason::Timeout, Reason::OutOfMemory] {
        let outcome = outcome("a.rtf", RTF, &with(&[], Err(reason)));
        assert!(matches!(outcome.part, Part::Held(held) if held == reason));
        assert!(has(&outcome.report.part, "core.not_converted"));
    }
}

#[test]
fn a_member_of_an_archive_is_converted_in_its_place() {
    let bytes = archive(vec![Entry::stored("a.txt", b"text"), Entry::deflated("b.rtf", RTF)]);
    let draft = draft("a.zip", &bytes);
    let [wanted] = draft.wanted.as_slice() else { panic!("one part is wanted") };
    assert_eq!((wanted.at.clone(), wanted.bytes.as_slice()), (Location::from(vec![1]), RTF));
    let outcome = outcome("a.zip", &bytes, &with(&[1], Ok(sample("docx-japanese.docx"))));
    let clean = outcome.clean().unwrap();
    assert!(clean.bytes().windows(6).any(|name| name == b"b.docx"));
    assert_eq!(outcome.report.part.children[1].output, Some(Format::Docx));
}

#[test]
fn an_attachment_of_a_mail_is_converted_in_its_place() {
    let mail = "From: a@example.jp\r\nTo: b@example.jp\r\nSubject: s\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n\
        --b\r\nContent-Type: application/rtf; name=a.rtf\r\nContent-Disposition: attachment; filename=a.rtf\r\n\r\n\
        {\\rtf1\\ansi text}\r\n--b--\r\n";
    let draft = draft("m.eml", mail.as_bytes());
    let [wanted] = draft.wanted.as_slice() else { panic!("one part is wanted: {:?}", draft.report) };
    assert_eq!(wanted.format, Format::Rtf);
    let at = wanted.at.steps().to_vec();
    let outcome = outcome("m.eml", mail.as_bytes(), &with(&at, Ok(sample("docx-japanese.docx"))));
    let text = String::from_utf8_lossy(outcome.clean().unwrap().bytes()).into_owned();
    assert!(text.contains("a.docx") && !text.contains("rtf1"));
}

#[test]
fn no_more_is_asked_for_than_may_be() {
    let entries = (0..convert::MOST + 2).map(|index| Entry::stored(format!("{index}.rtf"), RTF)).collect();
    let draft = draft("a.zip", &archive(entries));
    assert_eq!(draft.wanted.len(), convert::MOST);
    let held = draft.report.part.children.iter().filter(|part| part.reason == Some(Reason::CountLimit)).count();
    assert_eq!(held, 2);
}

#[test]
fn a_policy_may_hold_them_all_the_same() {
    let policy = Policy::from_toml("[treatment]\nrtf = \"hold\"").unwrap();
    let draft = rebuild(Untrusted::new(RTF), &claim("a.rtf"), &policy, &with(&[], Ok(sample("docx-japanese.docx"))));
    assert_eq!(draft.part.unwrap_err(), Reason::PolicyHold);
    assert!(draft.wanted.is_empty());
}

/// A compound file ([MS-CFB]) with a main stream that begins so, and perhaps a stream of a VBA project.
fn compound(main: &str, begins: &[u8], project: bool) -> Vec<u8> {
    let entry = |name: &str, left: u32, child: u32, start: u32| {
        let mut entry = vec![0; 128];
        let name: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry[..name.len()].copy_from_slice(&name);
        entry[64] = u8::try_from(name.len() + 2).unwrap();
        for (at, number) in [(68, left), (72, u32::MAX), (76, child), (116, start)] {
            entry[at..at + 4].copy_from_slice(&number.to_le_bytes());
        }
        entry
    };
    let mut header = vec![0; 512];
    header[..8].copy_from_slice(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
    header[30] = 9;
    header[48] = 1;
    header[80..].fill(0xFF);
    let table: Vec<u8> = [0xFFFF_FFFD, 0xFFFF_FFFE, 0xFFFF_FFFE_u32].iter().flat_map(|next| next.to_le_bytes()).collect();
    let project = if project { entry("_VBA_PROJECT", u32::MAX, u32::MAX, 2) } else { Vec::new() };
    let left = if project.is_empty() { u32::MAX } else { 2 };
    let directory = [entry("Root Entry", u32::MAX, 1, 0), entry(main, left, u32::MAX, 2), project].concat();
    let sector = |content: &[u8], fill: u8| {
        let mut sector = content.to_vec();
        sector.resize(512, fill);
        sector
    };
    [header, sector(&table, 0xFF), sector(&directory, 0), sector(begins, 0)].concat()
}

const PLAIN_FIB: &[u8] = &[0xEC, 0xA5, 0xC1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
const ENCRYPTED_FIB: &[u8] = &[0xEC, 0xA5, 0xC1, 0, 0, 0, 0, 0, 0, 0, 0, 1];
const PLAIN_BOOK: &[u8] = &[0x09, 0x08, 2, 0, 0, 6, 0x42, 0, 2, 0, 0x2F, 0];
const ENCRYPTED_BOOK: &[u8] = &[0x09, 0x08, 2, 0, 0, 6, 0x2F, 0, 2, 0, 0, 0];

fn package(media: &str, manifest: &str, member: &str) -> Vec<u8> {
    archive(vec![
        Entry::stored("mimetype", media.as_bytes()),
        Entry::deflated("META-INF/manifest.xml", manifest.as_bytes()),
        Entry::deflated(member, b"x"),
    ])
}

const ODT: &str = "application/vnd.oasis.opendocument.text";

#[test]
fn macros_that_a_conversion_leaves_behind_are_named() {
    let docx = sample("docx-japanese.docx");
    for (name, bytes, expected) in [
        ("a.doc", compound("WordDocument", PLAIN_FIB, true), true),
        ("a.doc", compound("WordDocument", PLAIN_FIB, false), false),
        ("a.odt", package(ODT, "", "Basic/Standard/Run.xml"), true),
        ("a.odt", package(ODT, "", "Scripts/python/run.py"), true),
        ("a.odt", package(ODT, "", "Basic/Standard/script-lb.xml"), false),
    ] {
        let outcome = outcome(name, &bytes, &with(&[], Ok(docx.clone())));
        assert_eq!(has(&outcome.report.part, "core.converted_macros"), expected, "{name} {:?}", outcome.report);
        assert_eq!(outcome.report.verdict == Verdict::Modified, expected, "{name}");
    }
}

#[test]
fn what_could_not_be_opened_for_a_password_says_so() {
    for (name, bytes, expected) in [
        ("a.doc", compound("WordDocument", ENCRYPTED_FIB, false), Reason::PasswordRequired),
        ("a.doc", compound("WordDocument", PLAIN_FIB, false), Reason::ConvertFailed),
        ("a.xls", compound("Workbook", ENCRYPTED_BOOK, false), Reason::PasswordRequired),
        ("a.xls", compound("Workbook", PLAIN_BOOK, false), Reason::ConvertFailed),
        ("a.odt", package(ODT, "<manifest:encryption-data/>", "content.xml"), Reason::PasswordRequired),
        ("a.odt", package(ODT, "", "content.xml"), Reason::ConvertFailed),
    ] {
        let failed = outcome(name, &bytes, &with(&[], Err(Reason::ConvertFailed)));
        assert_eq!(failed.report.part.reason, Some(expected), "{name}");
        // With a password that everybody knows it is opened, and then it is as good as any.
        if name != "a.xls" {
            let opened = outcome(name, &bytes, &with(&[], Ok(sample("docx-japanese.docx"))));
            assert!(opened.clean().is_some(), "{name}");
        }
    }
}
