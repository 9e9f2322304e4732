use crate::{Claim, Outcome, Policy, Run, sanitize};
use sanitizer_verify::{Reason, Untrusted};

fn run(bytes: &[u8]) -> Outcome {
    let claim = Claim { name: Some("a.vcf"), ..Claim::default() };
    sanitize(Untrusted::new(bytes), &claim, &Policy::default(), &Run::default())
}

/// The lines of a new card, behind its version.
fn card(lines: &str) -> String {
    let outcome = run(format!("BEGIN:VCARD\r\n{lines}\r\nEND:VCARD\r\n").as_bytes());
    let built = String::from_utf8(outcome.clean().expect("released").bytes().to_vec()).unwrap();
    let (_, after) = built.split_once("VERSION:3.0\r\n").unwrap();
    after.replace("\r\n ", "").replace("\r\nEND:VCARD\r\n", "").replace("\r\n", "|")
}

#[test]
fn a_card_of_a_japanese_telephone_is_read() {
    let lines = "VERSION:2.1\r\nN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8E=52=93=63;=91=BE=\r\n=98=59;;;\r\n\
                 SOUND;X-IRMC-N;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=D4=CF=C0=DE;=C0=DB=B3;;;\r\n\
                 TEL;CELL:090-0000-0000\r\nEMAIL;INTERNET:a@example.jp";
    assert_eq!(
        card(lines),
        "N:山田;太郎;;;|FN:山田 太郎|X-PHONETIC-LAST-NAME:ﾔﾏﾀﾞ|X-PHONETIC-FIRST-NAME:ﾀﾛｳ|TEL;TYPE=CELL:090-0000-0000|EMAIL;TYPE=INTERNET:a@example.jp"
    );
}

#[test]
fn a_reading_as_a_sound_gives_way_to_those_by_themselves() {
    let lines = "VERSION:3.0\r\nN:山田;太郎;;;\r\nFN:山田\r\nSOUND;X-IRMC-N:ﾔﾏﾀﾞ;ﾀﾛｳ;;;\r\n\
                 X-PHONETIC-LAST-NAME:やまだ\r\nX-PHONETIC-LAST-NAME:ヤマダ";
    assert_eq!(
        card(lines),
        "N:山田;太郎;;;|FN:山田|X-PHONETIC-FIRST-NAME:ﾀﾛｳ|X-PHONETIC-LAST-NAME:やまだ|X-PHONETIC-LAST-NAME:ヤマダ"
    );
}

#[test]
fn a_card_of_today_is_read() {
    let lines = "VERSION:4.0\r\nFN:山田 太郎\r\nN:山田;太郎;;;\r\nKIND:individual\r\nTEL;VALUE=uri;TYPE=\"work,voice\";PREF=1:tel:+81-3-0000-0000\r\n\
                 item1.URL:https://www.example.com/\r\nitem1.X-ABLabel:_$!<HomePage>!$_\r\nNOTE:一\\n二\\, 三";
    assert_eq!(
        card(lines),
        "N:山田;太郎;;;|FN:山田 太郎|TEL;TYPE=work,voice;TYPE=PREF:+81-3-0000-0000|item1.URL:https://www.example.com/|\
         item1.X-ABLABEL:_$!<HomePage>!$_|NOTE:一\\n二\\, 三"
    );
}

#[test]
fn a_picture_in_the_card_is_rebuilt_and_one_elsewhere_is_left_out() {
    let png = crate::syntax::mime::base64(&fixtures::png::picture(fixtures::png::RGB, &[], &[]));
    let built =
        card(&format!("VERSION:3.0\r\nFN:a\r\nPHOTO;ENCODING=b;TYPE=JPEG:{png}\r\nPHOTO;VALUE=URI:http://www.example.com/a.png"));
    assert!(built.contains("|PHOTO;ENCODING=b;TYPE=PNG:"), "{built}");
    assert_eq!(built.matches("PHOTO").count(), 1);
    let built = card(&format!("VERSION:4.0\r\nFN:a\r\nPHOTO:data:image/png;base64,{png}"));
    assert!(built.contains("|PHOTO;ENCODING=b;TYPE=PNG:"), "{built}");
    assert_eq!(card("VERSION:3.0\r\nFN:a\r\nPHOTO;ENCODING=b;TYPE=JPEG:AAAA"), "N:a;;;;|FN:a");
}

#[test]
fn sound_keys_agents_and_links_to_elsewhere_go() {
    for line in [
        "SOUND;ENCODING=b:AAAA",
        "KEY;ENCODING=b:AAAA",
        "AGENT:BEGIN:VCARD",
        "URL:file://host/a",
        "URL:\\\\host\\a",
        "EMAIL:a@example.jp?cc=b",
        "X-A:b",
        "IMPP:xmpp:a@b",
    ] {
        assert_eq!(card(&format!("VERSION:3.0\r\nFN:a\r\n{line}")), "N:a;;;;|FN:a", "{line}");
    }
}

#[test]
fn what_is_cut_off_or_no_card_is_held() {
    for text in ["BEGIN:VCARD\r\nFN:a\r\n", "FN:a\r\n", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "END:VCARD\r\n"] {
        assert_eq!(run(text.as_bytes()).report.part.reason, Some(Reason::Broken), "{text}");
    }
}
