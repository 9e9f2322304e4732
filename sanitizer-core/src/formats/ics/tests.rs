use crate::{Claim, Outcome, Policy, Run, report::FindingKind, sanitize};
use sanitizer_verify::{Reason, Untrusted};

fn run(text: &str) -> Outcome {
    let claim = Claim { name: Some("a.ics"), ..Claim::default() };
    sanitize(Untrusted::new(text.as_bytes()), &claim, &Policy::default(), &Run::default())
}

/// The calendar of an event with these lines.
fn event(lines: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\n{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
}

/// What is left of them.
fn left(lines: &str) -> String {
    let outcome = run(&event(lines));
    let built = String::from_utf8(outcome.clean().expect("released").bytes().to_vec()).unwrap();
    let (_, after) = built.split_once("UID:1\r\n").unwrap();
    after.split_once("END:VEVENT").unwrap().0.to_owned()
}

fn codes(outcome: &Outcome) -> Vec<&'static str> {
    outcome.report.part.findings.iter().map(|finding| FindingKind::code(finding.kind)).collect()
}

#[test]
fn what_an_event_says_stays() {
    let kept = "DTSTART;TZID=Asia/Tokyo:20260401T090000\r\nDURATION:PT1H30M\r\nSUMMARY:庁議（4月）\\, 第1回\r\nLOCATION:3階 会議室\r\n\
                STATUS:CONFIRMED\r\nORGANIZER;CN=\"山田, 太郎\":mailto:yamada@city.example.lg.jp\r\n\
                ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:a@example.jp\r\n\
                RRULE:FREQ=WEEKLY;BYDAY=MO,-1FR;UNTIL=20270331T150000Z\r\nEXDATE;VALUE=DATE:20260504,20260505\r\n\
                URL:https://www.city.example.lg.jp/a?b=1\r\n";
    assert_eq!(left(kept.trim_end()).replace("\r\n ", ""), kept);
}

#[test]
fn an_alarm_rings_and_does_nothing_else() {
    let alarm = |lines: &str| left(&format!("BEGIN:VALARM\r\n{lines}\r\nEND:VALARM"));
    assert_eq!(
        alarm("TRIGGER:-PT15M\r\nACTION:AUDIO\r\nATTACH:file://host/a.wav"),
        "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\n"
    );
    for action in ["PROCEDURE", "EMAIL", "X-RUN"] {
        assert_eq!(alarm(&format!("TRIGGER:-PT15M\r\nACTION:{action}\r\nATTACH:file://host/a.exe")), "");
    }
}

#[test]
fn nothing_is_attached_and_nothing_fetched() {
    for line in [
        "ATTACH:https://www.example.com/a.exe",
        "ATTACH;ENCODING=BASE64;VALUE=BINARY:TVqQAAMAAAA=",
        "CONFERENCE;VALUE=URI:https://www.example.com/",
        "IMAGE;VALUE=URI:https://www.example.com/a.png",
    ] {
        let outcome = run(&event(line));
        assert_eq!(codes(&outcome), ["ics.attachment"], "{line}");
        assert_eq!(left(line), "");
    }
}

#[test]
fn links_are_public_and_addresses_are_addresses() {
    for line in [
        "URL:file://host/share/a",
        "URL:http://intranet/",
        "URL:javascript:alert(1)",
        "URL:https://www.example.com/\\evil",
        "ORGANIZER:ldap://host/cn=a",
        "ATTENDEE:mailto:a%0d%0a@example.jp",
        "ATTENDEE:MAILTO:a@example.jp?subject=x",
    ] {
        assert_eq!(left(line), "", "{line}");
    }
    assert_eq!(left("DESCRIPTION:see \\\\\\\\host\\\\share\\\\a"), "DESCRIPTION:see [\\\\]\\\\host\\\\share\\\\a\r\n");
}

#[test]
fn what_repeats_too_often_happens_once() {
    for rule in
        ["FREQ=SECONDLY", "FREQ=HOURLY;COUNT=3", "FREQ=DAILY;COUNT=1000000", "FREQ=DAILY;FREQ=DAILY", "COUNT=2", "FREQ=DAILY;X=1"]
    {
        let outcome = run(&event(&format!("RRULE:{rule}")));
        assert_eq!(codes(&outcome), ["ics.recurrence"], "{rule}");
    }
}

#[test]
fn text_that_stands_only_in_html_is_read() {
    assert_eq!(left("X-ALT-DESC;FMTTYPE=text/html:<p>一<br>二</p><script>x</script>"), "DESCRIPTION:一\\n二\r\n");
    assert_eq!(left("DESCRIPTION:plain\r\nX-ALT-DESC;FMTTYPE=text/html:<p>html</p>"), "DESCRIPTION:plain\r\n");
}

#[test]
fn what_is_cut_off_or_no_calendar_is_held() {
    for text in [
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n",
        "BEGIN:VCALENDAR\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        "BEGIN:VEVENT\r\nEND:VEVENT\r\n",
        "SUMMARY:a\r\n",
    ] {
        assert_eq!(run(text).report.part.reason, Some(Reason::Broken), "{text}");
    }
    assert_eq!(run(&"BEGIN:VCALENDAR\r\n".repeat(100_000)).report.part.reason, Some(Reason::Broken));
}

#[test]
fn private_notes_are_no_news() {
    let outcome = run(&event("X-FOO;X-BAR=1:CANARY\r\nATTENDEE;X-NUM-GUESTS=0:mailto:a@example.jp"));
    assert_eq!(outcome.report.verdict, crate::Verdict::Rebuilt);
    let built = String::from_utf8(outcome.clean().unwrap().bytes().to_vec()).unwrap();
    assert!(!built.contains("CANARY") && !built.contains("GUESTS"));
}
