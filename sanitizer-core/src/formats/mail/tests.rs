use super::*;
use crate::{Outcome, Policy, Run, sanitize};

/// A run over a message written with LF here and CRLF there.
fn run(message: &str) -> Outcome {
    run_as("R-1", message)
}

fn run_as(receipt: &str, message: &str) -> Outcome {
    let run = Run { receipt: receipt.to_owned(), now: 1_795_000_000, ..Run::default() };
    let bytes = message.replace('\n', "\r\n").into_bytes();
    let claim = Claim { name: None, media_type: None, role: Role::Message };
    sanitize(Untrusted::new(&bytes), &claim, &Policy::default(), &run)
}

fn text_of(outcome: &Outcome) -> String {
    String::from_utf8(outcome.clean().expect("clean").bytes().to_vec()).unwrap()
}

/// What stands in the first text part.
fn body_of(outcome: &Outcome) -> String {
    let out = text_of(outcome);
    let entity = mime::parse(out.as_bytes(), &mut Budget::new(&Limits::default())).unwrap();
    let part = match &entity.kind {
        Kind::Multipart(parts) => &parts[0],
        _ => &entity,
    };
    String::from_utf8(part.encoding.decode(part.body, true).unwrap().into_owned()).unwrap()
}

#[test]
fn a_plain_message_is_written_anew() {
    let outcome = run(
        "From: a@example.jp\nTo: b@example.jp\nSubject: =?ISO-2022-JP?B?GyRCN29MPhsoQg==?=\nX-Secret: x\nDate: Wed, 25 Nov 2026 10:00:00 +0900\n\nhello\n",
    );
    assert_eq!(outcome.report.verdict, Verdict::Rebuilt);
    let out = text_of(&outcome);
    assert!(out.contains("Subject: =?UTF-8?B?5Lu25ZCN?=\r\n") && !out.contains("X-Secret"), "{out}");
    assert!(out.contains("X-Sanitizer-Result: rebuilt; receipt=R-1\r\n") && out.ends_with("\r\n\r\nhello\r\n"), "{out}");
}

#[test]
fn plain_text_is_taken_unless_it_is_only_a_hint() {
    let message = |plain: &str| {
        format!(
            "From: a@example.jp\nSubject: x\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\n{plain}\n--b\nContent-Type: text/html; charset=utf-8\n\n<p>{}</p>\n--b--\n",
            "申込方法のご案内です。".repeat(20)
        )
    };
    assert!(body_of(&run(&message("HTML only"))).starts_with("申込方法"));
    assert!(body_of(&run(&message(&"A full text of its own. ".repeat(20)))).starts_with("A full text"));
}

#[test]
fn an_ambiguous_part_is_held_and_its_neighbors_arrive() {
    let outcome = run(
        "From: a@example.jp\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nbody\n--b\nContent-Type: text/plain; name=a.txt\nContent-Transfer-Encoding: base64\n\nQUJD*\n--b\nContent-Disposition: attachment; filename=b.txt\n\nkept\n--b--\n",
    );
    assert_eq!(outcome.report.verdict, Verdict::Modified);
    assert_eq!(outcome.report.part.children[0].reason, Some(Reason::Ambiguous));
    let body = body_of(&outcome);
    assert!(body.starts_with("body\r\n") && body.contains("受付番号: R-1") && body.contains("a.txt: 読み手によって"), "{body}");
    assert!(body.lines().count() <= 12);
    assert!(text_of(&outcome).contains("filename=\"b.txt\""));
}

#[test]
fn a_held_message_becomes_a_stub_for_its_readers() {
    let outcome = run(
        "From: =?utf-8?B?5bGx55Sw?= <a@example.jp>\nTo: b@example.jp\nSubject: x\nContent-Type: multipart/mixed\n\n--b\n\nsecret\n--b--\n",
    );
    assert_eq!(outcome.report.verdict, Verdict::Held);
    let body = body_of(&outcome);
    assert!(body.contains("受付番号: R-1") && body.contains("山田 <a@example.jp>") && !body.contains("secret"), "{body}");
}

#[test]
fn no_receipt_number_is_shown_where_there_is_none() {
    let modified = "From: a@example.jp\nSubject: x\n\nhttp://intranet/\n";
    let held = "From: a@example.jp\nSubject: x\nContent-Type: multipart/mixed\n\n--b\n";
    for receipt in ["", "-", " "] {
        let notice = body_of(&run_as(receipt, modified));
        assert!(notice.contains("【無害化のお知らせ】\r\n") && !notice.contains("受付番号"), "{notice}");
        let stub = body_of(&run_as(receipt, held));
        assert!(stub.contains("止めました。\r\n\r\n理由: ") && !stub.contains("受付番号: "), "{stub}");
    }
    assert!(body_of(&run(modified)).contains("【無害化のお知らせ】 受付番号: R-1\r\n"));
    assert!(body_of(&run(held)).contains("止めました。\r\n\r\n受付番号: R-1\r\n理由: "));
}

#[test]
fn what_a_notice_names_is_no_link() {
    let outcome = run(
        "From: a@example.jp\nSubject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nbody\n--b\nContent-Disposition: attachment; filename*=utf-8''%5C%5Chost%5Cshare%5Ca.exe\nContent-Transfer-Encoding: base64\n\n*\n--b--\n",
    );
    let body = body_of(&outcome);
    assert!(body.contains("[\\]\\host\\share\\a.exe"), "{body}");
    let outcome = run("From: a@example.jp\nSubject: \\\\host\\share\\a file://x\nContent-Type: multipart/mixed\n\nx\n");
    assert!(!body_of(&outcome).contains(" \\\\host") && !body_of(&outcome).contains("file://"), "{}", body_of(&outcome));
}

#[test]
fn a_message_without_anything_becomes_a_stub() {
    for message in ["", "\n", "no header at all", "\n\nbody", "Subject: cut"] {
        let outcome = run(message);
        assert_eq!(outcome.report.verdict, Verdict::Held, "{message:?}");
        assert!(body_of(&outcome).contains("R-1"));
    }
}

#[test]
fn a_stub_needs_nothing_but_the_envelope() {
    let policy = Policy::default();
    let envelope = crate::Envelope { from: "a@example.jp".to_owned(), to: vec!["b@example.jp".to_owned()] };
    let run = Run { receipt: "R-1".to_owned(), envelope: Some(envelope), ..Run::default() };
    let report = crate::Report::held(Reason::WorkerDied, &Claim::default(), &policy, &run);
    let stub = stub(Reason::WorkerDied, None, &report, &policy, &run);
    let text = String::from_utf8_lossy(stub.bytes());
    assert!(
        text.starts_with("Received: by sanitizer.invalid id R-1;\r\n") && text.contains("\r\nFrom: a@example.jp\r\n"),
        "{text}"
    );
    sanitizer_verify::verify(stub, &policy.limits).unwrap();
}

#[test]
fn a_notification_names_recipients_and_codes_only() {
    let message = b"From: a@example.jp\r\nSubject: x\r\nX-Inner: 10.0.0.1\r\n\r\nsecret body";
    let failed = [FailedRecipient { address: "b@example.jp", status: (5, 1, 1), failure: Failure::UnknownRecipient }];
    let notification = Dsn {
        receipt: "R-1",
        to: "a@example.jp",
        reporting_mta: "mx.example.jp",
        now: 1_795_000_000,
        arrived: 1_794_990_000,
        failed: &failed,
        original: Some(Untrusted::new(message)),
    };
    let built = dsn(&notification, &Policy::default());
    let text = String::from_utf8(built.bytes().to_vec()).unwrap();
    assert!(text.contains("Final-Recipient: rfc822; b@example.jp\r\nAction: failed\r\nStatus: 5.1.1\r\n"), "{text}");
    assert!(!text.contains("secret") && !text.contains("X-Inner"));
    sanitizer_verify::verify(built, &Limits::default()).unwrap();
}
