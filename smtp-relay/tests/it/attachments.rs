//! The whole way through, on real input: a Japanese mail with four attachments, three of them hostile, through the running relay.

use crate::support::{House, Process, block_on, eventually, send, wait_for};
use custody::{
    State,
    audit::Action::{Deliver, DeliverStart, Sanitize, SanitizeStart, Submit},
};
use fixtures::{CANARY, MARKER, MARKER_ASCII};
use mail_parser::{Message, MessageParser, MimeHeaders as _};
use std::{
    io::{Cursor, Read as _},
    process::Command,
};

const TARO: &str = "taro@city.example.lg.jp";

#[test]
fn a_mail_with_four_attachments_arrives_harmless_and_usable() {
    let scratch = tempfile::tempdir().unwrap();
    let (_mailbox, hop) = Process::mailbox(scratch.path());
    let house = House::with_dir(scratch, hop, "");
    let relay = house.relay(None);
    assert_eq!(send(relay.address("smtp").unwrap(), "sender@example.com", &[TARO], &fixtures::demo::mail()), 250);
    let bytes = wait_for(house.dir.path(), 1).remove(0);
    let item = eventually("the ledger says delivered", || house.items().into_iter().find(|item| item.state == State::Delivered));
    assert!(!fixtures::scan::contains(&bytes, CANARY), "a payload came through");
    assert!(bytes.is_ascii());
    let message = MessageParser::default().parse(&bytes).unwrap();
    body(&message, &item.receipt.to_string());
    let attachments: Vec<_> = message.attachments().map(|part| (part.attachment_name().unwrap(), part.contents())).collect();
    let names: Vec<_> = attachments.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["お知らせ.docx", "計画.pdf", "資料.zip", "写真.jpg"], "{}", String::from_utf8_lossy(&bytes[..2000]));
    docx(attachments[0].1);
    pdf(attachments[1].1);
    archive(attachments[2].1);
    assert!(image::load_from_memory_with_format(attachments[3].1, image::ImageFormat::Jpeg).unwrap().width() > 1);
    let recorded = block_on(async { house.ledger().audit_about(item.id).await.unwrap() });
    let actions: Vec<_> = recorded.iter().map(|one| one.event.action).collect();
    assert_eq!(actions, [Submit, SanitizeStart, Sanitize, DeliverStart, Deliver]);
    assert!(house.audited() >= 5);
}

fn body(message: &Message<'_>, receipt: &str) {
    assert_eq!(message.subject(), Some("お知らせ"));
    assert_eq!(message.html_body_count(), message.text_body_count(), "no HTML of its own");
    let text = message.body_text(0).unwrap();
    assert!(text.starts_with("お知らせ"), "{text}");
    let everything: String = (0..message.text_body_count()).filter_map(|at| message.body_text(at)).collect();
    assert!(everything.contains("受付番号") && everything.contains(receipt), "{everything}");
    for name in ["お知らせ", "計画.pdf", "setup.exe"] {
        assert!(everything.contains(name), "the notice does not speak of {name}: {everything}");
    }
    assert!(message.header_raw("X-Sanitizer-Result").is_some());
    assert!(message.header_raw("X-Mailer").is_none());
}

/// Every member's name and content, archives opened.
fn members(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut member = archive.by_index(at).unwrap();
            let mut content = Vec::new();
            member.read_to_end(&mut content).unwrap();
            (member.name().unwrap().into_owned(), content)
        })
        .collect()
}

fn docx(bytes: &[u8]) {
    let members = members(bytes);
    let document = &members.iter().find(|(name, _)| name == "word/document.xml").unwrap().1;
    assert!(String::from_utf8_lossy(document).contains(MARKER_ASCII));
    assert!(members.iter().all(|(name, _)| !name.to_ascii_lowercase().contains("vba")));
}

fn pdf(bytes: &[u8]) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("out.pdf");
    std::fs::write(&file, bytes).unwrap();
    let output = Command::new("pdftotext").arg(&file).arg("-").output().expect("pdftotext (poppler-utils) is needed");
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains(MARKER_ASCII));
}

fn archive(bytes: &[u8]) {
    let outer = members(bytes);
    let names: Vec<_> = outer.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.contains(&"表計算.csv") && names.contains(&"内側.zip"), "{names:?}");
    let inner = members(&outer.iter().find(|(name, _)| name == "内側.zip").unwrap().1);
    let (_, text) = inner.iter().find(|(name, _)| name == "見積書.txt").unwrap();
    assert!(String::from_utf8_lossy(text).contains(MARKER));
    assert!(inner.iter().all(|(name, _)| name != "setup.exe"));
}
