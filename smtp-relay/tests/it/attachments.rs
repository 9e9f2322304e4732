//! The whole way through, on real input: a Japanese mail with four attachments, three of them hostile, through the running relay.

use crate::support::{House, Process, block_on, eventually, send, wait_for};
use base64::Engine as _;
use custody::{
    State,
    audit::Action::{Deliver, DeliverStart, Sanitize, SanitizeStart, Submit},
};
use fixtures::{
    CANARY, MARKER, MARKER_ASCII, Sample, canary,
    zip::{Archive, Entry},
};
use mail_parser::{Message, MessageParser, MimeHeaders as _};
use std::{
    io::{Cursor, Read as _},
    process::Command,
};

const TARO: &str = "taro@city.example.lg.jp";

fn sample(samples: Vec<Sample>, name: &str) -> Vec<u8> {
    samples.into_iter().find(|sample| sample.name == name).unwrap_or_else(|| panic!("no sample {name}")).bytes
}

/// An archive with a name in CP932, and in it another with a name in UTF-8 and a program.
fn nested_zip() -> Vec<u8> {
    let program = [b"MZ\x90\0".to_vec(), vec![0; 60], canary("relay-program").into_bytes()].concat();
    let inner = Archive::of(vec![
        Entry::deflated("見積書.txt", format!("{MARKER}\r\n").as_bytes()).utf8(),
        Entry::deflated("setup.exe", &program),
    ]);
    let list = format!("品名,金額\r\n{MARKER},100\r\n");
    Archive::of(vec![
        Entry::deflated(b"\x95\x5c\x8c\x76\x8e\x5a.csv", list.as_bytes()),
        Entry::stored("内側.zip", &inner.bytes()).utf8(),
    ])
    .bytes()
}

/// The mail as a Japanese mail program writes it: ISO-2022-JP, an HTML twin of the text, names in RFC 2231.
fn mail() -> Vec<u8> {
    let jis = b"\x1b$B$*CN$i$;\x1b(B";
    let mut out = b"From: =?ISO-2022-JP?B?GyRCJCpDTiRpJDsbKEI=?= <sender@example.com>\r\nTo: taro@city.example.lg.jp\r\n\
        Subject: =?ISO-2022-JP?B?GyRCJCpDTiRpJDsbKEI=?=\r\nDate: Wed, 25 Nov 2026 09:00:00 +0900\r\n\
        Message-ID: <four@example.com>\r\nX-Mailer: Example\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=\"mixed\"\r\n\r\n\
        --mixed\r\nContent-Type: multipart/alternative; boundary=\"alt\"\r\n\r\n\
        --alt\r\nContent-Type: text/plain; charset=ISO-2022-JP\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
        .to_vec();
    out.extend_from_slice(jis);
    out.extend_from_slice(
        format!(
            "\r\n--alt\r\nContent-Type: text/html; charset=UTF-8\r\n\r\n<p>html</p><script>{}</script>\r\n--alt--\r\n",
            canary("relay-html")
        )
        .as_bytes(),
    );
    for (name, media_type, bytes) in [
        ("%E3%81%8A%E7%9F%A5%E3%82%89%E3%81%9B.docm", "application/vnd.ms-word.document.macroEnabled.12", {
            sample(fixtures::docx::samples(), "docx-vba.docm")
        }),
        ("%E8%A8%88%E7%94%BB.pdf", "application/pdf", sample(fixtures::pdf::samples(), "pdf-names-javascript.pdf")),
        ("%E8%B3%87%E6%96%99.zip", "application/zip", nested_zip()),
        ("%E5%86%99%E7%9C%9F.jpg", "image/jpeg", sample(fixtures::jpeg::samples(), "jpeg-exif.jpg")),
    ] {
        let head = format!(
            "--mixed\r\nContent-Type: {media_type}\r\nContent-Transfer-Encoding: base64\r\n\
             Content-Disposition: attachment; filename*=UTF-8''{name}\r\n\r\n"
        );
        out.extend_from_slice(head.as_bytes());
        let encoded = base64::engine::general_purpose::STANDARD.encode(bytes);
        for line in encoded.as_bytes().chunks(76) {
            out.extend_from_slice(line);
            out.extend_from_slice(b"\r\n");
        }
    }
    out.extend_from_slice(b"--mixed--\r\n");
    out
}

#[test]
fn a_mail_with_four_attachments_arrives_harmless_and_usable() {
    let scratch = tempfile::tempdir().unwrap();
    let (_mailbox, hop) = Process::mailbox(scratch.path());
    let house = House::with_dir(scratch, hop, "");
    let relay = house.relay(None);
    assert_eq!(send(relay.address("smtp").unwrap(), "sender@example.com", &[TARO], &mail()), 250);
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
