use super::*;

#[test]
fn lines_are_read_and_written() {
    let line = ContentLine::parse("ATTENDEE;ROLE=REQ-PARTICIPANT;CN=\"山田, 太郎\";X-A=1,\"b:c\":mailto:a@example.jp").unwrap();
    assert_eq!((line.name.as_str(), line.value.as_str()), ("ATTENDEE", "mailto:a@example.jp"));
    assert_eq!(line.param("CN"), Some("山田, 太郎"));
    assert_eq!(line.params[2].values, ["1", "b:c"]);
    let mut out = String::new();
    line.write(&mut out);
    assert!(out.split("\r\n").all(|piece| piece.len() <= WIDTH), "{out}");
    assert_eq!(ContentLine::parse(&unfold(&out)[0]), Some(line));
}

#[test]
fn groups_blanks_and_bare_parameters_are_read() {
    let line = ContentLine::parse("item1.tel;CELL;ENCODING=QUOTED-PRINTABLE;QUOTED-PRINTABLE:03").unwrap();
    assert_eq!((line.group.as_str(), line.name.as_str()), ("item1", "TEL"));
    assert_eq!((line.param("TYPE"), line.param("ENCODING")), (Some("CELL"), Some("QUOTED-PRINTABLE")));
    let line = ContentLine::parse("DTSTART ; TZID = \"Asia/Tokyo\" :20260401T090000").unwrap();
    assert_eq!((line.name.as_str(), line.param("TZID")), ("DTSTART", Some("Asia/Tokyo")));
}

#[test]
fn what_is_no_line_is_none() {
    for text in ["", "abc", ":a", "A;B", "A;B=\"c:d", "A B:c", "a.b.c d:e"] {
        assert_eq!(ContentLine::parse(text), None, "{text}");
    }
}

#[test]
fn folds_and_soft_breaks_are_undone() {
    assert_eq!(unfold("A:b\r\n c\r\n\td\r\n\r\nE:f\n"), ["A:bcd", "E:f"]);
    assert_eq!(unfold("N;ENCODING=QUOTED-PRINTABLE:=8E=\r\n=52=\r\n\r\nTEL:1"), ["N;ENCODING=QUOTED-PRINTABLE:=8E=52", "TEL:1"]);
}

#[test]
fn text_is_escaped_and_read_again() {
    let plain = "一行目\n二行目, a; b\\c";
    assert_eq!(escape(plain), "一行目\\n二行目\\, a\\; b\\\\c");
    assert_eq!(text(&escape(plain)), plain);
    assert_eq!(split("a\\;b;c;", ';'), ["a\\;b", "c", ""]);
}
