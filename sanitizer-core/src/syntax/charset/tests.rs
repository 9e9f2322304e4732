use super::*;
use encoding_rs::{EUC_JP, SHIFT_JIS};

fn read(bytes: &[u8], label: &str) -> String {
    let decoded = decode(bytes, Some(label));
    assert!(!decoded.malformed, "{label}: {decoded:?}");
    assert!(!decoded.relabelled, "{label}: {decoded:?}");
    decoded.text
}

#[test]
fn hard_characters_of_each_japanese_charset() {
    assert_eq!(read(b"\x87\x40\x87\x8A\xFB\xFC\xFA\xB1\xB1\x81\x60\x81\x7C", "cp932"), "①㈱髙﨑ｱ～－");
    assert_eq!(read(b"\xAD\xA1\xAD\xEA\xFC\xE2\xF9\xD4\x8E\xB1\xA1\xC1", "eucJP-ms"), "①㈱髙﨎ｱ～");
    assert_eq!(read(b"\x1B$B-!-j|b\x1B(B ok \x1B(I1\x1B(J\\~\x1B(B", "iso-2022-jp"), "①㈱髙 ok ｱ¥‾");
    assert_eq!(read(b"\x0E12\x0F x \xB1", "cp50220"), "ｱｲ x ｱ");
    assert_eq!(read(b"\x1B$(D0!\x1B(B", "iso-2022-jp-1"), "丂");
    assert_eq!(read(b"\x1B$B4A;z\r\nABC", "csISO2022JP"), "漢字\r\nABC");
}

#[test]
fn every_label_of_ours_is_found_in_any_case() {
    for label in ["CP932", "MS_Kanji", "x-sjis", "Windows-31J", "cp50221", "ISO-2022-JP-MS", "eucJP-ms", "\"utf-8\"", "GB2312"] {
        assert!(Charset::for_label(label).is_some(), "{label}");
    }
    assert!(Charset::for_label("hz-gb-2312").is_none());
    assert!(is_utf7("UTF-7") && !is_utf7("utf-8"));
}

#[test]
fn bytes_decide_where_nothing_valid_is_declared() {
    let text = "市役所からのお知らせです。住民票の写しの交付について、下記のとおりご案内します。";
    let sjis = SHIFT_JIS.encode(text).0;
    let euc = EUC_JP.encode(text).0;
    let jis = encoding_rs::ISO_2022_JP.encode(text).0;
    for bytes in [&sjis, &euc, &jis] {
        for label in [None, Some("us-ascii"), Some("utf-8"), Some("x-who-knows")] {
            let decoded = decode(bytes, label);
            assert_eq!(decoded.text, text, "{label:?}");
            assert!(!decoded.malformed);
        }
    }
    assert!(decode(&sjis, Some("utf-8")).relabelled);
}

#[test]
fn a_declaration_that_fits_wins() {
    let decoded = decode(b"caf\xE9", Some("iso-8859-1"));
    assert_eq!((decoded.text.as_str(), decoded.relabelled), ("café", false));
    assert_eq!(decode("髙橋".as_bytes(), Some("utf-8")).text, "髙橋");
}

#[test]
fn byte_order_marks_are_read_and_left_out() {
    assert_eq!(decode(b"\xEF\xBB\xBFa", None).text, "a");
    assert_eq!(decode(b"\xFF\xFEa\0\x42\x30", None).text, "aあ");
    assert_eq!(decode(b"\xFE\xFF\0a\x30\x42", Some("utf-16")).text, "aあ");
    assert_eq!(decode(b"a\0b\0\r\0\n\0", None).text, "ab\r\n");
}

#[test]
fn what_is_no_character_is_flagged() {
    assert!(Charset::Iso2022Jp.decode(b"\x1B$B\x21").malformed);
    assert!(Charset::Iso2022Jp.decode(b"\x1B[31m").malformed);
    assert!(Charset::UTF_8.decode(b"\xFF").malformed);
}
