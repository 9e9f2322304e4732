//! Held mail parts show to the recipient alone; messages of the development mailbox are shown as text, made clean again.

use crate::bed::Bed;
use axum::http::StatusCode;
use custody::{Kind, NewItem, Settlement, Stage};
use file_gateway::faces::Face;
use sanitizer_core::{
    Claim, Policy, Report, Run,
    report::{PartReport, reason_wording},
};
use sanitizer_service::records;
use sanitizer_verify::{Location, Reason};
use std::time::Duration;

/// A report of a mail with one held attachment of this name.
fn report(name: &str) -> Report {
    let mut report = Report::held(Reason::TypeUnsupported, &Claim::default(), &Policy::default(), &Run::default());
    report.verdict = sanitizer_core::Verdict::Modified;
    report.part.reason = None;
    let mut part = PartReport::open(Location::from(vec![1]), &Claim { name: Some(name), ..Claim::default() }, 4321);
    part.reason = Some(Reason::PasswordRequired);
    report.part.children.push(part);
    report
}

async fn settled_mail(bed: &Bed, to: &[&str], name: &str) {
    let recipients = to.iter().map(|&to| to.to_owned()).collect();
    bed.inbox.append(NewItem::mail("sender@example.jp", recipients), b"x".to_vec()).await.unwrap();
    bed.custody.pull(&bed.inbox, Kind::Mail).await.unwrap();
    let report = report(name);
    for claimed in bed.custody.take(Kind::Mail, Stage::Sanitize, 10, Duration::from_mins(1)).await.unwrap() {
        let settlement = Settlement::Held {
            reason: Reason::PasswordRequired.code().to_owned(),
            report: Some(records::store_report(&report)),
            summary: records::summarize(&report),
        };
        bed.custody.settle(&claimed, settlement).await.unwrap();
    }
}

#[tokio::test]
async fn a_held_part_shows_to_its_recipient_with_reason_and_next_step() {
    let bed = Bed::new().await;
    settled_mail(&bed, &["Yamada@city.example.lg.jp", "boss@city.example.lg.jp"], "見積<b>.zip").await;
    settled_mail(&bed, &["boss@city.example.lg.jp"], "人事.zip").await;
    let page = bed.signed_in(Face::Lgwan, "yamada").await.get("/mail").await.text();
    let (what, next) = reason_wording(Reason::PasswordRequired);
    assert!(page.contains(what.ja) && page.contains(next.ja) && page.contains("sender@example.jp"), "{page}");
    assert!(page.contains("見積") && !page.contains("<b>"), "{page}");
    assert!(!page.contains("人事.zip") && !page.contains("boss@"), "another's mail, and who else got this one, stay theirs");
    let other = bed.signed_in(Face::Lgwan, "suzuki").await.get("/mail").await.text();
    assert!(!other.contains("見積") && other.contains("止めた部分はありません"));
}

const LETTER: &str = "Return-Path: <sender@example.jp>\r\nDelivered-To: yamada@city.example.lg.jp\r\n\
    From: Sender <sender@example.jp>\r\nTo: yamada@city.example.lg.jp\r\nSubject: <script>alert(1)</script>\r\n\
    Date: Wed, 25 Nov 2026 10:00:00 +0900\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
    Content-Transfer-Encoding: base64\r\n\r\nPGltZyBzcmM9eD4g5Lya6K2w44Gu5qGI5YaF44Gn44GZDQo=\r\n";

#[tokio::test]
async fn a_mailbox_message_is_shown_as_text() {
    let dir = tempfile::tempdir().unwrap();
    let maildir = dir.path().join("mailbox");
    std::fs::create_dir_all(maildir.join("new")).unwrap();
    std::fs::write(maildir.join("new/1795000000.M1P1Q0.mailbox"), LETTER).unwrap();
    let bed = Bed::with(&format!("[development]\nmailbox = {:?}", maildir.display().to_string())).await;
    let mut visitor = bed.signed_in(Face::Lgwan, "yamada").await;
    let list = visitor.get("/mailbox").await.text();
    assert!(list.contains("/mailbox/1795000000.M1P1Q0.mailbox"), "{list}");
    let letter = visitor.get("/mailbox/1795000000.M1P1Q0.mailbox").await;
    assert_eq!(letter.status, StatusCode::OK);
    for text in [list, letter.text()] {
        assert!(text.contains("alert(1)") && !text.contains("<script>alert") && !text.contains("<img src=x"), "{text}");
    }
    assert!(letter.text().contains("会議の案内です"));

    let mut other = bed.signed_in(Face::Lgwan, "suzuki").await;
    assert_eq!(other.get("/mailbox/1795000000.M1P1Q0.mailbox").await.status, StatusCode::NOT_FOUND);
    for key in ["..%2F..%2Fgateway.toml", "..", "%2Fetc%2Fpasswd"] {
        assert_eq!(visitor.get(&format!("/mailbox/{key}")).await.status, StatusCode::NOT_FOUND, "{key}");
    }
}
