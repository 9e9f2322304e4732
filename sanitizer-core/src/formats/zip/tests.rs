use super::*;
use crate::{Outcome, Policy, Run, Verdict, sanitize};
use fixtures::zip::{Archive as Raw, CP932_NAME, Entry as RawEntry};
use sanitizer_verify::Budget;

fn pass(bytes: &[u8]) -> Outcome {
    let claim = Claim { name: Some("送付.zip"), media_type: None, role: Role::File };
    sanitize(Untrusted::new(bytes), &claim, &Policy::default(), &Run::default())
}

fn members(outcome: &Outcome) -> Vec<(String, Vec<u8>)> {
    let clean = outcome.clean().expect("clean");
    let mut budget = Budget::new(&Policy::default().limits);
    let mut archive = Archive::open(clean.bytes(), &mut budget).unwrap();
    let names: Vec<_> = archive.entries().iter().map(|entry| entry.name.clone()).collect();
    names.into_iter().enumerate().map(|(index, name)| (name, archive.read(index, &mut budget).unwrap())).collect()
}

fn names(entries: Vec<RawEntry>) -> Vec<String> {
    members(&pass(&Raw::of(entries).bytes())).into_iter().map(|(name, _)| name).collect()
}

#[test]
fn japanese_names_are_written_in_utf8() {
    let entries = vec![RawEntry::stored(CP932_NAME, b"1"), RawEntry::stored("か\u{3099}いど.txt", b"2")];
    assert_eq!(names(entries), ["申請書表.txt", "がいど.txt"]);
}

#[test]
fn a_held_member_is_named_in_a_notice_and_holds_no_neighbor() {
    let entries = vec![RawEntry::stored("a.txt", b"fine"), RawEntry::stored("../b.txt", b"not fine")];
    let outcome = pass(&Raw::of(entries).bytes());
    assert_eq!(outcome.report.verdict, Verdict::Modified);
    let members = members(&outcome);
    assert_eq!(members.len(), 2);
    let (name, text) = &members[1];
    let text = String::from_utf8(text.clone()).unwrap();
    assert_eq!(name, "無害化のお知らせ.txt");
    assert!(text.contains("../b.txt") && text.contains("止めました"), "{text}");
}

#[test]
fn a_benign_archive_is_rebuilt_without_a_notice() {
    let outcome = pass(&Raw::of(vec![RawEntry::deflated("a.txt", b"fine"), RawEntry::stored("e.txt", b"")]).bytes());
    assert_eq!(outcome.report.verdict, Verdict::Rebuilt);
    assert_eq!(members(&outcome).len(), 2);
}

#[test]
fn blocks_of_a_tape_are_not_written() {
    let padded = |zeros: usize| Raw { suffix: vec![0; zeros], ..Raw::of(vec![RawEntry::stored("a.txt", b"x")]) }.bytes();
    let plain = pass(&padded(0));
    for zeros in [10_240 - 22, 64 * 1024] {
        let outcome = pass(&padded(zeros));
        assert_eq!(outcome.report.verdict, Verdict::Rebuilt);
        assert_eq!(outcome.clean().map(sanitizer_verify::Clean::bytes), plain.clean().map(sanitizer_verify::Clean::bytes));
    }
    assert!(pass(&padded(64 * 1024 + 1)).clean().is_none());
}

#[test]
fn an_archive_of_which_nothing_is_left_is_held() {
    let special = |mode: u32| RawEntry { host: 3, attributes: mode << 16, ..RawEntry::stored("a.txt", b"") };
    let folder = || RawEntry { attributes: 0x10, ..RawEntry::stored("x/", b"") };
    let thumbnails = || RawEntry::stored("Thumbs.db", b"x");
    for entries in
        [vec![special(0o120_777)], vec![special(0o010_600), thumbnails()], vec![folder(), special(0o020_600)], vec![thumbnails()]]
    {
        let outcome = pass(&Raw::of(entries).bytes());
        assert!(outcome.clean().is_none());
        assert_eq!(outcome.report.part.reason, Some(Reason::TypeUnsupported));
    }
    assert_eq!(names(vec![folder(), thumbnails()]), ["x/"]);
}

#[test]
fn an_empty_text_passes_everywhere() {
    for (name, passes) in [("a.txt", true), ("a.csv", true), (".gitkeep", true), ("a.pdf", false), ("a.exe", false)] {
        let claim = Claim { name: Some(name), media_type: None, role: Role::File };
        let file = sanitize(Untrusted::new(b""), &claim, &Policy::default(), &Run::default());
        assert_eq!(file.clean().map(|clean| clean.bytes().len()), passes.then_some(0), "{name}");
        let member = pass(&Raw::of(vec![RawEntry::stored(name, b"")]).bytes());
        assert_eq!(member.clean().is_some(), passes, "{name}");
        let mail = format!(
            "From: a@example.com\r\nSubject: s\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nbody\r\n--b\r\nContent-Type: application/octet-stream\r\n\
             Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n\r\n--b--\r\n"
        );
        let claim = Claim { name: None, media_type: None, role: Role::Message };
        let mail = sanitize(Untrusted::new(mail.as_bytes()), &claim, &Policy::default(), &Run::default());
        assert!(mail.clean().is_some());
        assert_eq!(mail.report.verdict == Verdict::Rebuilt, passes, "{name}");
    }
}

#[test]
fn names_that_clean_to_one_are_told_apart() {
    let entries = ["a.txt", "A.TXT", "a?.txt", "a*.txt"].map(|name| RawEntry::stored(name, b"x")).to_vec();
    assert_eq!(names(entries), ["a.txt", "A (2).TXT", "a_.txt", "a_ (2).txt"]);
}

#[test]
fn device_names_and_trailing_dots_are_defused() {
    let entries = ["con.txt", "x/nul/y.txt", "b. /c.txt"].map(|name| RawEntry::stored(name, b"x")).to_vec();
    assert_eq!(names(entries), ["_con.txt", "x/_nul/y.txt", "b/c.txt"]);
}

#[test]
fn with_nothing_left_the_reason_of_the_first_stands_for_all() {
    let outcome = pass(&Raw::of(vec![RawEntry::stored("../b.txt", b"x")]).bytes());
    assert_eq!(outcome.report.verdict, Verdict::Held);
    assert_eq!(outcome.report.part.reason, Some(Reason::Ambiguous));
}

#[test]
fn what_fits_the_budget_passes_and_the_rest_is_held() {
    let entries = ["a.txt", "b.txt", "c.txt"].map(|name| RawEntry::stored(name, &vec![b'x'; 400 << 10])).to_vec();
    let mut policy = Policy::default();
    policy.limits.expanded_bytes = 1 << 20;
    let claim = Claim { name: Some("a.zip"), media_type: None, role: Role::File };
    let bytes = Raw::of(entries).bytes();
    let draft = crate::rebuild(Untrusted::new(&bytes), &claim, &policy, &Run::default());
    let reasons: Vec<_> = draft.report.part.children.iter().map(|child| child.reason).collect();
    assert_eq!((reasons[0], reasons[2]), (None, Some(Reason::UnpackedLimit)));
}
