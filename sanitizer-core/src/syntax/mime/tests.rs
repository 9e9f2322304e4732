use super::*;
use sanitizer_verify::{Budget, Limits};

fn tree(bytes: &[u8]) -> Entity<'_> {
    parse(bytes, &mut Budget::new(&Limits::default())).unwrap()
}

fn doubt(header: &str, body: &str) -> Option<Doubt> {
    let text =
        format!("{header}\n\n{body}").replace('\n', "\r\n").replace("<CR>", "\r").replace("<LF>", "\n").replace("<NUL>", "\0");
    tree(text.as_bytes()).doubt
}

/// Each row of the table, from bytes. The rows that only a part can have are found in the part.
#[test]
fn every_row_of_the_table_is_found() {
    let multi = "Content-Type: multipart/mixed; boundary=b";
    let part = |header: &str, body: &str| format!("--b\n{header}\n\n{body}\n--b--\n");
    let cases: Vec<(Doubt, String, String)> = vec![
        (Doubt::AfterEnd, multi.into(), part("", "a") + &part("", "b")),
        (Doubt::BoundaryForm, "Content-Type: multipart/mixed".into(), "--b\n\na\n--b--".into()),
        (Doubt::BoundaryForm, "Content-Type: multipart/mixed; boundary=b; boundary=c".into(), part("", "a")),
        (Doubt::BoundaryForm, "Content-Type: multipart/mixed; boundary*=us-ascii''b".into(), part("", "a")),
        (Doubt::BoundaryForm, "Content-Type: multipart/mixed; boundary=\"b\\a\"".into(), part("", "a")),
        (Doubt::BoundaryForm, "Content-Type: multipart/mixed (x); boundary=b".into(), part("", "a")),
        (Doubt::BoundaryForm, "Content-Type: multipart/mixed; boundary=\"\"".into(), part("", "a")),
        (Doubt::BoundaryPrefix, multi.into(), part("", "a\n--bc")),
        (Doubt::BoundaryUnused, multi.into(), "a\n".into()),
        (Doubt::BareCr, "Subject: a<CR>X: b".into(), "a".into()),
        (Doubt::BareCr, "Subject: a".into(), "a<CR>b".into()),
        (Doubt::BareCr, multi.into(), part("", "a<CR>--b<CR>c")),
        (Doubt::CharsetConflict, "Content-Type: text/plain; charset=utf-8; charset=cp932".into(), "a".into()),
        (Doubt::DispositionConflict, "Content-Disposition: inline\nContent-Disposition: attachment".into(), "a".into()),
        (Doubt::EncodingConflict, "Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit".into(), "a".into()),
        (Doubt::EncodingOnContainer, format!("{multi}\nContent-Transfer-Encoding: base64"), part("", "a")),
        (Doubt::EncodingUnknown, "Content-Transfer-Encoding: x-uuencode".into(), "a".into()),
        (Doubt::EncodingUnknown, "Content-Transfer-Encoding: base64 (really)".into(), "a".into()),
        (Doubt::ExternalBody, "Content-Type: message/external-body; access-type=URL".into(), "a".into()),
        (Doubt::HeaderForm, "Subject: a\nno field".into(), "a".into()),
        (Doubt::HeaderForm, "Content-Type : text/plain".into(), "a".into()),
        (Doubt::MixedLineEnds, "Subject: a<LF>X: b".into(), "a".into()),
        (Doubt::MixedLineEnds, multi.into(), part("", "a").replace("\n--b--", "<LF>--b--")),
        (Doubt::Nul, "Subject: a<NUL>b".into(), "a".into()),
        (Doubt::Nul, "Subject: a".into(), "a<NUL>".into()),
        (Doubt::Partial, "Content-Type: message/partial; number=1".into(), "a".into()),
        (Doubt::TypeConflict, "Content-Type: text/plain\nContent-Type: text/html".into(), "a".into()),
        (Doubt::TypeConflict, "Content-Type: multipart; boundary=b".into(), part("", "a")),
        (Doubt::Utf7, "Content-Type: text/html; charset=utf-7".into(), "a +AGI-".into()),
    ];
    for (want, header, body) in &cases {
        assert_eq!(doubt(header, body), Some(*want), "{header} / {body}");
    }
    // These show elsewhere: at the end of the input, in decoding, in the last part, in the second reader.
    assert_eq!(tree(b"Subject: a").doubt, Some(Doubt::HeaderUnfinished));
    assert_eq!(Encoding::Base64.decode(b"QUJD-", false).unwrap_err(), Doubt::Base64Junk);
    assert_eq!(Encoding::QuotedPrintable.decode(b"a=ZZ", false).unwrap_err(), Doubt::QuotedPrintableJunk);
    let cut = tree(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: image/png\r\n\r\nabc");
    let Kind::Multipart(parts) = &cut.kind else { panic!() };
    assert_eq!((cut.doubt, parts[0].doubt), (None, Some(Doubt::BoundaryUnclosed)));
    let elsewhere =
        [Doubt::HeaderUnfinished, Doubt::Base64Junk, Doubt::QuotedPrintableJunk, Doubt::BoundaryUnclosed, Doubt::ReadersDisagree];
    for row in Doubt::ALL {
        assert!(elsewhere.contains(row) || cases.iter().any(|(doubt, ..)| doubt == row), "{row:?} has no case");
    }
}

#[test]
fn ordinary_oddities_are_no_doubt() {
    for header in [
        "Content-Transfer-Encoding: 8-bit",
        "Content-Type: text/plain; charset=\"iso-2022-jp\"\nContent-Type: text/plain; charset=\"iso-2022-jp\"",
        "Content-Type: text",
        "Content-Type: text/plain; charset=unicode-1-1-utf-7",
        "Subject : folded\n\tline",
        "From a@b Mon Jan  1 00:00:00 2026\nSubject: mbox",
        "Content-Type: text/plain; name==?ISO-2022-JP?B?GyRCO3EbKEI=?=",
        "Content-Type: text/plain charset=utf-8",
    ] {
        assert_eq!(doubt(header, "a"), None, "{header}");
    }
    assert_eq!(
        doubt("Content-Type: multipart/mixed; boundary=\"----=_Part/1?=\"", "------=_Part/1?= \n\na\n------=_Part/1?=--"),
        None
    );
}

#[test]
fn parts_lose_the_line_end_before_the_delimiter() {
    let entity = tree(b"Content-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n\none\n\n--b\nX: y\n\ntwo\n--b--\nepilogue");
    let Kind::Multipart(parts) = &entity.kind else { panic!() };
    assert_eq!(parts.iter().map(|part| part.body).collect::<Vec<_>>(), [b"one\n".as_slice(), b"two"]);
}

#[test]
fn names_are_read_in_every_form() {
    let cases: &[(&[u8], &str)] = &[
        (b"attachment; filename=\"a.txt\"", "a.txt"),
        (b"attachment; filename=my report(1).txt", "my report(1).txt"),
        (b"attachment; filename*=iso-2022-jp'ja'%1B$B%3BqNA%1B%28B.pdf", "資料.pdf"),
        (b"attachment; filename*0*=utf-8''%E8%B3%87; filename*1*=%E6%96%99; filename*2=.pdf", "資料.pdf"),
        (b"attachment; filename*1*=%E6%96%99.pdf; filename*0*=utf-8'ja'%E8%B3%87", "資料.pdf"),
        (b"attachment; filename=\"=?ISO-2022-JP?B?GyRCO3FOQRsoQg==?=.pdf\"", "資料.pdf"),
        (b"attachment; filename==?UTF-8?B?6LOH?= =?UTF-8?B?5paZ?=.pdf", "資料.pdf"),
        (b"attachment; filename=\"\x8E\x91\x97\xBF\x95\x5C.pdf\"", "資料表.pdf"),
        (b"attachment; filename=\"\x1B$B;qNA\x1B(B.pdf\"", "資料.pdf"),
        (b"attachment;\r\n filename=\"\xE8\xB3\x87\xE6\x96\x99.pdf\"", "資料.pdf"),
    ];
    for (value, want) in cases {
        assert_eq!(Structured::parse(value).text("filename").as_deref(), Some(*want), "{}", String::from_utf8_lossy(value));
    }
}

#[test]
fn words_round_trip() {
    for text in [
        "件名のテスト㈱髙﨑①",
        "plain",
        "",
        "a=?b",
        "長い件名".repeat(30).as_str(),
        "x".repeat(300).as_str(),
        "word ".repeat(60).trim(),
    ] {
        let folded = format!("Subject: {}", words::encode(text, 9));
        assert!(folded.split("\r\n").all(|line| line.len() <= 76 || !line.contains("=?") && line.len() < 400), "{folded}");
        assert_eq!(words::decode(folded.as_bytes().strip_prefix(b"Subject: ").unwrap()), text);
    }
    assert_eq!(words::decode(b"=?UTF-8?B?44G?= =?utf-8?b?gg==?= =?us-ascii?Q?a_b?="), "あa b");
    assert_eq!(words::decode(b"Re: =?bad"), "Re: =?bad");
    assert_eq!(words::decode(b"\x1B$B7oL>\x1B(B"), "件名");
}

#[test]
fn addresses_are_read_and_written() {
    let cases: &[(&str, &str)] = &[
        ("a@example.jp", "a@example.jp"),
        ("\"山田, 太郎\" <a@example.jp>, b@example.jp", "=?UTF-8?B?5bGx55SwLCDlpKrpg44=?= <a@example.jp>,\r\n b@example.jp"),
        ("Yamada, Taro <a@example.jp>", "\"Yamada, Taro\" <a@example.jp>"),
        ("a@example.jp (Taro)", "Taro <a@example.jp>"),
        ("list: a@b.jp, c@d.jp;", "a@b.jp,\r\n c@d.jp"),
        ("a..b.@docomo.ne.jp", "a..b.@docomo.ne.jp"),
        ("undisclosed-recipients:;", ""),
        ("=?utf-8?Q?a,b?= <c@d.jp>", "\"a,b\" <c@d.jp>"),
    ];
    for (given, want) in cases {
        assert_eq!(address::write(&address::parse(given.as_bytes()), 6), *want, "{given}");
    }
    assert!(!address::is_address("a@b\r\nBcc: c@d"));
}

/// `mail-parser` 0.11.9 panics here; found by fuzzing.
#[test]
fn where_the_second_reader_panics_readers_do_not_agree() {
    let inner = "Content-Type: message/rfc822\r\n\r\n";
    let message = format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n{inner}{inner}\r\n--b--\r\n");
    let entity = parse(message.as_bytes(), &mut Budget::new(&Limits::default())).unwrap();
    assert!(!agrees(message.as_bytes(), &entity));
}
