use crate::{Claim, Outcome, Policy, Run, report::FindingKind, sanitize};
use fixtures::outlook::{Attachment, Letter, msg, tnef};
use mail_parser::{MessageParser, MimeHeaders as _};
use sanitizer_verify::{Reason, Untrusted};

fn run(name: &str, bytes: &[u8]) -> Outcome {
    let claim = Claim { name: Some(name), ..Claim::default() };
    sanitize(Untrusted::new(bytes), &claim, &Policy::default(), &Run::default())
}

/// In both forms.
fn both(letter: &Letter) -> [Outcome; 2] {
    [run("a.msg", &msg(letter)), run("winmail.dat", &tnef(letter))]
}

fn letter() -> Letter {
    Letter {
        subject: "資料の送付①㈱髙﨑".to_owned(),
        from: ("山田 太郎".to_owned(), "yamada@city.example.lg.jp".to_owned()),
        to: vec![("鈴木".to_owned(), "suzuki@example.jp".to_owned())],
        body: "お世話になっております。\r\n〜添付をご覧ください。\r\n".to_owned(),
        files: vec![Attachment::File("資料.txt".to_owned(), "中身\r\n".as_bytes().to_vec())],
        ..Letter::default()
    }
}

#[test]
fn a_letter_becomes_a_message() {
    for outcome in both(&letter()) {
        let clean = outcome.clean().expect("released");
        let message = MessageParser::default().parse(clean.bytes()).unwrap();
        assert_eq!(message.subject(), Some("資料の送付①㈱髙﨑"));
        let from = message.from().unwrap().first().unwrap();
        assert_eq!((from.name(), from.address()), (Some("山田 太郎"), Some("yamada@city.example.lg.jp")));
        assert_eq!(message.to().unwrap().first().unwrap().address(), Some("suzuki@example.jp"));
        assert_eq!(message.date().unwrap().to_rfc3339(), "2026-04-01T09:00:00+09:00");
        assert!(message.body_text(0).unwrap().starts_with("お世話になっております。\r\n〜添付をご覧ください。"));
        let file = message.attachment(0).unwrap();
        assert_eq!((file.attachment_name(), file.contents()), (Some("資料.txt"), "中身\r\n".as_bytes()));
    }
}

#[test]
fn letters_in_letters_are_messages_in_messages() {
    let outer = Letter { files: vec![Attachment::Letter(letter())], ..letter() };
    for outcome in both(&outer) {
        let clean = outcome.clean().expect("released");
        let message = MessageParser::default().parse(clean.bytes()).unwrap();
        let inner = message.attachment(0).unwrap().message().unwrap();
        assert_eq!(inner.subject(), Some("資料の送付①㈱髙﨑"));
        assert_eq!(inner.attachment(0).unwrap().attachment_name(), Some("資料.txt"));
    }
}

#[test]
fn what_points_elsewhere_or_is_an_object_goes() {
    let files = vec![Attachment::Elsewhere("\\\\host\\share\\a.docx".to_owned()), Attachment::Object(b"CANARY".to_vec())];
    for outcome in both(&Letter { files, ..letter() }) {
        let codes: Vec<_> = outcome.report.part.findings.iter().map(|finding| FindingKind::code(finding.kind)).collect();
        assert!(codes.contains(&"outlook.reference") && codes.contains(&"outlook.object"), "{codes:?}");
        assert!(!fixtures::scan::contains(outcome.clean().expect("released").bytes(), "CANARY"));
    }
}

#[test]
fn fields_that_arrived_count_before_properties() {
    let arrived =
        "Received: from a\r\nFrom: \"B\" <b@example.jp>\r\nMessage-ID: <1@example.jp>\r\nReferences: <0@example.jp>\r\n\r\n";
    for outcome in both(&Letter { arrived: arrived.to_owned(), ..letter() }) {
        let clean = outcome.clean().expect("released");
        let message = MessageParser::default().parse(clean.bytes()).unwrap();
        assert_eq!(message.from().unwrap().first().unwrap().address(), Some("b@example.jp"));
        assert_eq!((message.message_id(), message.references().as_text()), (Some("1@example.jp"), Some("0@example.jp")));
    }
}

#[test]
fn html_is_read_where_it_stands_alone() {
    let html = Letter { body: String::new(), html: "<p>一<br>二</p><script>x</script>".to_owned(), ..letter() };
    for outcome in both(&html) {
        let message = MessageParser::default().parse(outcome.clean().expect("released").bytes()).unwrap();
        assert!(message.body_text(0).unwrap().starts_with("一\r\n二"), "{:?}", message.body_text(0));
    }
}

#[test]
fn what_is_damaged_or_endless_is_held() {
    let [msg, tnef] = [msg(&letter()), tnef(&letter())];
    let mut changed = tnef.clone();
    changed[60] ^= 1;
    for (name, bytes) in
        [("a.msg", &msg[..msg.len() / 2]), ("winmail.dat", &tnef[..tnef.len() - 9]), ("winmail.dat", &changed[..])]
    {
        let reason = run(name, bytes).report.part.reason;
        assert_eq!(reason, Some(Reason::Broken), "{name}");
    }
    let deep = (0..20).fold(letter(), |inner, _| Letter { files: vec![Attachment::Letter(inner)], ..Letter::default() });
    assert_eq!(run("winmail.dat", &fixtures::outlook::tnef(&deep)).report.part.reason, Some(Reason::Broken));
}

#[test]
fn what_stands_behind_the_end_is_left_out() {
    let whole = tnef(&letter());
    let trailed = |with: &[u8]| run("winmail.dat", &[&whole, with].concat());
    let found = |outcome: &Outcome| outcome.report.part.findings.iter().any(|finding| finding.kind.code() == "outlook.trailing");
    assert!(!found(&trailed(b"\r\n")) && trailed(b"\r\n").clean().is_some());
    assert!(found(&trailed(b"CANARY")) && trailed(b"CANARY").clean().is_some());
    // What begins as an attribute and is none was cut off.
    assert_eq!(trailed(&[2, 0, 0]).report.part.reason, Some(Reason::Broken));
    let msg = msg(&letter());
    let filled = msg.len() - msg.iter().rev().take_while(|byte| **byte == 0).count();
    assert!(run("a.msg", &msg[..filled.max(msg.len() - 500)]).clean().is_some());
}

#[test]
fn a_list_of_properties_may_be_missing() {
    let mut file = cfb::CompoundFile::open(std::io::Cursor::new(msg(&letter()))).unwrap();
    file.remove_stream("/__attach_version1.0_#00000000/__properties_version1.0").unwrap();
    file.flush().unwrap();
    let outcome = run("a.msg", &file.into_inner().into_inner());
    let message = MessageParser::default().parse(outcome.clean().expect("released").bytes()).unwrap();
    assert_eq!(message.attachment(0).unwrap().attachment_name(), Some("資料.txt"));
}
