//! Delivery reports, from input to output.

use super::*;
use crate::{Outcome, Policy, Run, sanitize};

fn run(bytes: &[u8]) -> Outcome {
    let run = Run { receipt: "R-1".to_owned(), now: 1_795_000_000, ..Run::default() };
    let claim = Claim { name: None, media_type: None, role: Role::Message };
    sanitize(Untrusted::new(bytes), &claim, &Policy::default(), &run)
}

fn fixture(name: &str) -> Outcome {
    run(&fixtures::mail::samples().into_iter().find(|sample| sample.name == name).expect("a sample of this name").bytes)
}

/// Media types and decoded bodies of the parts, if the output is a report.
fn parts(outcome: &Outcome) -> Option<Vec<(String, String)>> {
    let bytes = outcome.clean().expect("clean").bytes();
    let entity = mime::parse(bytes, &mut Budget::new(&Limits::default())).unwrap();
    let Kind::Multipart(parts) = &entity.kind else { return None };
    let is_report =
        entity.media.value == "multipart/report" && entity.media.token("report-type").as_deref() == Some("delivery-status");
    let shown = |part: &Entity<'_>| {
        let body = part.encoding.decode(part.body, true).unwrap().into_owned();
        (part.media.value.clone(), String::from_utf8(body).unwrap().replace("\r\n", "\n"))
    };
    is_report.then(|| parts.iter().map(shown).collect())
}

fn has(outcome: &Outcome, kind: MailFinding) -> bool {
    outcome.report.part.findings.iter().any(|finding| finding.kind == kind.into())
}

#[test]
fn a_notification_of_ours_stays_one() {
    let message = b"From: a@example.jp\r\nTo: b@example.jp\r\nSubject: x\r\nX-Inner: 10.0.0.1\r\n\r\nsecret body";
    let failed = ["b@example.jp", "c@example.jp"].map(|address| FailedRecipient {
        address,
        status: (5, 1, 1),
        failure: Failure::UnknownRecipient,
    });
    let notification = Dsn {
        receipt: "R-0",
        to: "a@example.jp",
        reporting_mta: "mx.example.jp",
        now: 1_795_000_000,
        arrived: 1_794_990_000,
        failed: &failed,
        original: Some(Untrusted::new(message)),
    };
    let first = run(dsn(&notification, &Policy::default()).bytes());
    assert_eq!(first.report.verdict, Verdict::Rebuilt);
    assert!(!has(&first, MailFinding::ReportReduced) && !has(&first, MailFinding::ReportForm));
    let found = parts(&first).expect("a report");
    let media: Vec<&str> = found.iter().map(|(media, _)| media.as_str()).collect();
    assert_eq!(media, ["text/plain", "message/delivery-status", "text/rfc822-headers"]);
    assert!(found[0].1.contains("R-0"));
    let recipient = |address| format!("\nFinal-Recipient: rfc822; {address}\nAction: failed\nStatus: 5.1.1\n");
    assert!(found[1].1.starts_with("Reporting-MTA: dns; mx.example.jp\nArrival-Date: "), "{}", found[1].1);
    assert!(found[1].1.ends_with(&(recipient("b@example.jp") + &recipient("c@example.jp"))), "{}", found[1].1);
    assert_eq!(found[2].1, "From: a@example.jp\nTo: b@example.jp\nSubject: x\n");
    let second = run(first.clean().unwrap().bytes());
    assert_eq!(parts(&second), Some(found));
}

#[test]
fn reports_of_other_systems_stay_reports() {
    for (name, status, original) in [
        (
            "mail-bounce-postfix.eml",
            "Reporting-MTA: dns; mail.example.jp\nArrival-Date: Wed, 25 Nov 2026 10:00:00 +0900\n\nOriginal-Recipient: rfc822; nobody@example.jp\nFinal-Recipient: rfc822; nobody@example.jp\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx.example.jp\nDiagnostic-Code: smtp; 550 5.1.1\n",
            "From: madoguchi@city.example.jp\nTo: nobody@example.jp\nSubject: =?UTF-8?B?44GK55+l44KJ44Gb?=\nDate: Wed, 25 Nov 2026 10:00:00 +0900\nMessage-ID: <1@city.example.jp>\n",
        ),
        (
            "mail-bounce-exchange.eml",
            "Reporting-MTA: dns; TY1PR01MB0001.jpnprd01.prod.outlook.com\nArrival-Date: Wed, 25 Nov 2026 01:00:00 +0000\n\nFinal-Recipient: rfc822; nobody@example.jp\nAction: failed\nStatus: 5.1.10\nDiagnostic-Code: smtp; 550 5.1.10\n",
            "From: madoguchi@city.example.jp\nTo: nobody@example.jp\nSubject: x\nDate: Wed, 25 Nov 2026 01:00:00 +0000\n",
        ),
        (
            "mail-bounce-fields.eml",
            "Reporting-MTA: dns; mx.example.jp\n\nFinal-Recipient: rfc822; a@example.jp\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1\n",
            "From: a@example.jp\nSubject: x\n",
        ),
        (
            "mail-bounce-microsoft.eml",
            "Reporting-MTA: dns; MAIL01.example.jp\nArrival-Date: Wed, 25 Nov 2026 10:00:00 +0900\n\nFinal-Recipient: rfc822; nobody@example.jp\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 550 5.2.2\n",
            "From: madoguchi@city.example.jp\nSubject: x\n",
        ),
        (
            "mail-bounce-google.eml",
            "Reporting-MTA: dns; googlemail.com\nArrival-Date: Tue, 24 Nov 2026 17:00:00 -0800\n\nFinal-Recipient: rfc822; nobody@example.jp\nAction: delayed\nStatus: 4.4.1\nRemote-MTA: dns; mx.example.jp.\nDiagnostic-Code: smtp; 450 4.4.1\nLast-Attempt-Date: Tue, 24 Nov 2026 17:00:01 -0800\nWill-Retry-Until: Fri, 27 Nov 2026 10:00:00 +0900\n",
            "From: madoguchi@city.example.jp\nSubject: x\n",
        ),
        (
            "mail-bounce-sendmail.eml",
            "Reporting-MTA: dns; mail.city.example.jp\nArrival-Date: Wed, 25 Nov 2026 10:00:00 +0900\n\nFinal-Recipient: rfc822; nobody@example.jp\nAction: failed\nStatus: 5.2.0\nRemote-MTA: dns; mx.example.jp\nDiagnostic-Code: smtp; 550\nLast-Attempt-Date: Wed, 25 Nov 2026 10:00:01 +0900\n",
            "From: madoguchi@city.example.jp\nTo: nobody@example.jp\n",
        ),
        (
            "mail-bounce-lines.eml",
            "Reporting-MTA: dns; mx.example.jp\n\nFinal-Recipient: rfc822; a@example.jp\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1\n",
            "From: a@example.jp\nSubject: x     --9B095B5ADSN=_01\n",
        ),
        (
            "mail-bounce.eml",
            "Reporting-MTA: dns; mx.example.jp\n\nFinal-Recipient: rfc822; a@example.jp\nAction: failed\nStatus: 5.1.1\n",
            "",
        ),
    ] {
        let first = fixture(name);
        assert_eq!(first.report.verdict, Verdict::Rebuilt, "{name}");
        let found = parts(&first).expect(name);
        assert!(fixtures::scan::contains(found[0].1.as_bytes(), fixtures::MARKER_ASCII), "{name}");
        assert_eq!((found[1].1.as_str(), found[2].1.as_str()), (status, original), "{name}");
        assert_eq!(has(&first, MailFinding::ReportReduced), name != "mail-bounce.eml", "{name}");
        let second = run(first.clean().unwrap().bytes());
        assert_eq!(parts(&second), Some(found), "{name}");
    }
}

#[test]
fn a_report_out_of_form_is_carried_over_as_text() {
    let report = |more: &str| {
        let status =
            "Reporting-MTA: dns; mx.example.jp\n\nFinal-Recipient: rfc822; a@example.jp\nAction: failed\nStatus: 5.1.1\n";
        let body = format!("--b\n\ntext\n--b\nContent-Type: message/delivery-status\n\n{status}\n{more}--b--\n");
        let header = "From: a@example.jp\nSubject: x\nContent-Type: multipart/report; report-type=delivery-status; boundary=b";
        run(format!("{header}\n\n{body}").replace('\n', "\r\n").as_bytes())
    };
    assert!(parts(&report("")).is_some());
    let with_file = report("--b\nContent-Disposition: attachment; filename=a.txt\n\nkept\n");
    let whole = fixtures::mail::samples().into_iter().find(|sample| sample.name == "mail-bounce.eml").unwrap().bytes;
    let end = whole.windows(7).position(|bytes| bytes == b"5.1.1\r\n").unwrap();
    let cut = run(&whole[..end + 5]);
    let cases = [
        ("form", fixture("mail-bounce-form.eml")),
        ("many", fixture("mail-bounce-many.eml")),
        ("global", fixture("mail-bounce-global.eml")),
        ("file", with_file),
        ("cut", cut),
    ];
    for (name, outcome) in cases {
        assert_eq!(outcome.report.verdict, Verdict::Rebuilt, "{name}");
        assert!(parts(&outcome).is_none() && has(&outcome, MailFinding::ReportForm), "{name}");
        let text = String::from_utf8_lossy(outcome.clean().unwrap().bytes()).into_owned();
        assert!(fixtures::scan::contains(text.as_bytes(), "Status: 5.1.1"), "{name}: {text}");
        assert_eq!(text.contains("filename=\"a.txt\""), name == "file", "{text}");
        assert_eq!(text.contains("multipart/mixed"), matches!(name, "file" | "many"), "{name}");
    }
}

#[test]
fn an_uncertain_returned_message_gives_no_fields() {
    let header = "From: a@example.jp\nSubject: x\nContent-Type: multipart/report; report-type=delivery-status; boundary=b";
    let status = "Reporting-MTA: dns; mx.example.jp\n\nFinal-Recipient: rfc822; a@example.jp\nAction: failed\nStatus: 5.1.1\n";
    for returned in [
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nRnJvbTogYUBleGFtcGxlLmpwDQo=",
        "Content-Type: text/rfc822-headers\n\nno field\nFrom: a@example.jp\n",
        "Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64\n\n*\n",
    ] {
        let body = format!("--b\n\ntext\n--b\nContent-Type: message/delivery-status\n\n{status}\n--b\n{returned}\n--b--\n");
        let outcome = run(format!("{header}\n\n{body}").replace('\n', "\r\n").as_bytes());
        assert_eq!(outcome.report.verdict, Verdict::Rebuilt, "{returned}");
        let found = parts(&outcome).expect("a report");
        assert_eq!(found[2].1, "", "{returned}");
    }
}

#[test]
fn a_receipt_for_a_message_read_is_text() {
    let message = "From: a@example.jp\nSubject: x\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: message/disposition-notification\n\nDisposition: manual-action; displayed\n\n--b--\n";
    let outcome = run(message.replace('\n', "\r\n").as_bytes());
    assert!(parts(&outcome).is_none() && !has(&outcome, MailFinding::ReportForm));
    assert!(String::from_utf8_lossy(outcome.clean().unwrap().bytes()).contains("Disposition: manual-action; displayed"));
}
