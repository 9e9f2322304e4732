//! Held mail parts show to the recipient alone.

use crate::bed::Bed;
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
