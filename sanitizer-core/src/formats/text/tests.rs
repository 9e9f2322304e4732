use crate::{Claim, Outcome, Policy, Run, report::FindingKind, report::kinds::TextFinding, sanitize};
use sanitizer_verify::Untrusted;

fn run(bytes: &[u8], name: &str) -> Outcome {
    let claim = Claim { name: Some(name), ..Claim::default() };
    sanitize(Untrusted::new(bytes), &claim, &Policy::default(), &Run::default())
}

fn text(bytes: &[u8]) -> String {
    let outcome = run(bytes, "a.txt");
    String::from_utf8(outcome.clean().unwrap().bytes().to_vec()).unwrap()
}

fn found(outcome: &Outcome, kind: TextFinding) -> bool {
    outcome.report.part.findings.iter().any(|finding| finding.kind == FindingKind::TextFinding(kind))
}

#[test]
fn line_ends_stay_and_control_characters_go() {
    let outcome = run("一行目\r\n二\u{7}行目\n\u{202E}三\u{8}行目\r\n".as_bytes(), "a.txt");
    assert_eq!(outcome.clean().unwrap().bytes(), "一行目\r\n二行目\n三行目\r\n".as_bytes());
    assert!(found(&outcome, TextFinding::Control) && found(&outcome, TextFinding::Direction));
}

#[test]
fn dangerous_links_are_broken_visibly_and_others_stay() {
    let cases = [
        ("\\\\10.0.0.1\\share\\a.docx", "[\\]\\10.0.0.1\\share\\a.docx"),
        ("file:///c:/a", "file[:]///c:/a"),
        ("see search-ms:query=x", "see search-ms[:]query=x"),
        ("javascript:alert(1)", "javascript[:]alert(1)"),
        ("http://intranet/a", "http[:]//intranet/a"),
        ("http://192.168.1.1/", "http[:]//192.168.1.1/"),
        ("https://www.city.example.jp/a?b=c:d", "https://www.city.example.jp/a?b=c:d"),
        ("担当:山田 TEL:03-0000-0000 mailto:a@b.jp 12:30 C:\\temp", "担当:山田 TEL:03-0000-0000 mailto:a@b.jp 12:30 C:\\temp"),
        ("Search: x, data: 5", "Search: x, data: 5"),
    ];
    for (given, want) in cases {
        assert_eq!(text(given.as_bytes()), want);
        assert_eq!(text(want.as_bytes()), want);
    }
}

#[test]
fn encoded_files_are_cut_out_and_keys_stay() {
    let base64 = "TVqQAAMAAAAEAAAA".repeat(4) + "\n";
    let long = format!("前\n{}後\n", base64.repeat(40));
    assert_eq!(text(long.as_bytes()), "前\n［符号化されたデータを除きました］\n後\n");
    let short = format!("前\n{}後\n", base64.repeat(10));
    assert_eq!(text(short.as_bytes()), short);
    let uu = "前\nbegin 644 a.exe\n#0V%T\n`\nend\n後\n";
    assert_eq!(text(uu.as_bytes()), "前\n［符号化されたデータを除きました］\n後\n");
    let sentence = "begin 100 steps\nand end there\n";
    assert_eq!(text(sentence.as_bytes()), sentence);
    assert_eq!(text(format!("x {} y", "A1b2".repeat(600)).as_bytes()), "x ［符号化されたデータを除きました］ y");
}

fn csv(given: &str) -> String {
    let policy = Policy::default();
    let run = Run::default();
    let mut cx = crate::Context::new(&policy, &run);
    super::csv::disarm(given, &mut cx)
}

#[test]
fn formulas_become_text_and_numbers_stay_numbers() {
    let cases = [
        ("=1+1,a", "'=1+1,a"),
        ("a,\"=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"\r\n", "a,\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"\r\n"),
        ("=cmd|'/C calc'!A0", "'=cmd|'/C calc'!A0"),
        ("@SUM(1+1)*cmd|' /C calc'!A0", "'@SUM(1+1)*cmd|' /C calc'!A0"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("＝1+1", "'＝1+1"),
        ("+WEBSERVICE (\"x\")", "'+WEBSERVICE (\"x\")"),
        ("-(WEBSERVICE) (\"x\")", "'-(WEBSERVICE) (\"x\")"),
        ("a;=1+1", "a;'=1+1"),
        ("a;\"b,=cmd|x", "a;\"b,'=cmd|x"),
        (
            "-5,+81-3-1234-5678,-1.5%,=\"0012\",-なし,@taro,===,- 項目 (1)",
            "-5,+81-3-1234-5678,-1.5%,=\"0012\",-なし,@taro,===,- 項目 (1)",
        ),
    ];
    for (given, want) in cases {
        assert_eq!(csv(given), want);
        assert_eq!(csv(want), want, "second pass");
    }
}

#[test]
fn a_first_line_that_names_a_delimiter_hides_no_formula() {
    let cases = [
        ("sep=^\r\na^=HYPERLINK(\"http://x\")^b\r\n", "a^'=HYPERLINK(\"http://x\")^b\r\n"),
        ("\"SEP=~\"\na~=1+1", "a~'=1+1"),
        ("sep=あ\nxあ=1+1", "xあ'=1+1"),
        ("sep=~\nsep=|\na|=1+1~-f(1)", "a|'=1+1~'-f(1)"),
        ("sep='x\na'=1+1", "a'=1+1"),
        ("sep=1\nsep=2\nsep=3\nsep=4\nsep=5\nsep=6\nsep=~x\na~=1+1", "sep=~x\na~'=1+1"),
        ("sep=~,,\na~=1+1,\"~@f(1)\"", "a~'=1+1,\"~'@f(1)\""),
        // It says more than that: it stays, and is taken at its word.
        ("sep=~x\na~=1+1", "sep=~x\na~'=1+1"),
        // What every program knows stays.
        ("sep=;\r\na;b\r\n", "sep=;\r\na;b\r\n"),
        ("sep=;\na;=1+1", "sep=;\na;'=1+1"),
        ("a|=1+1", "a|'=1+1"),
        ("a^=1+1", "a^'=1+1"),
        ("sep\na,b", "sep\na,b"),
    ];
    for (given, want) in cases {
        assert_eq!(csv(given), want);
        assert_eq!(csv(want), want, "second pass");
    }
}

#[test]
fn words_behind_a_dash_stay_and_calls_behind_it_do_not() {
    for text in ["－ご注意ください！", "-注意!", "-A(予備)", "－Ａ（予備）", "-5!", "+注意！次へ", "-なし(予備)", "-Plan A (仮)"]
    {
        assert_eq!(csv(text), text);
    }
    let formulas = [
        "-HYPERLINK(\"http://x\",\"次へ\")",
        "＋ＳＵＭ（１）",
        "-IF(予備,WEBSERVICE(\"http://x\"))",
        "-'\\\\198.51.100.1\\[a.xls]S'!名前",
        "+cmd|' /C calc'!名前",
        "-A(",
        "@NOW()",
    ];
    for text in formulas {
        let quoted = text.replace('"', "\"\"");
        assert_eq!(csv(&format!("\"{quoted}\"")), format!("\"'{quoted}\""));
    }
}

#[test]
fn text_in_no_charset_is_held() {
    // What EBCDIC looks like as Windows-1252, and what stays a text with a few odd characters.
    assert!(super::is_no_text(&"@\u{81}\u{8D}É•£…““‰â££".repeat(20)));
    assert!(!super::is_no_text(&format!("{}\u{FFFD}\u{8}", "本文です。".repeat(20))));
    // Nothing fits these bytes: a lead byte of every multi-byte charset, then a control character.
    let bytes = b"\x81\x01\xFE\x02\x8F\x03".repeat(40);
    assert!(run(&bytes, "a.txt").clean().is_none());
}
