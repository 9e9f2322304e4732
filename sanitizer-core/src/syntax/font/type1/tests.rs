//! Small programs made here, and what becomes of them.

use super::*;
use sanitizer_verify::Limits;

const CLEAR: &str = "%!PS-AdobeFont-1.0: Tiny\n% a comment with eexec in it\n/Tiny known{/UniqueID get (canary) exec eexec}if\n\
    11 dict begin\n/FontType 1 def\n/PaintType 0 def\n/FontName /Tiny def\n/FontInfo 1 dict dup begin /Notice (canary) def end\n\
    /FontMatrix [0.001 0 0 0.001 0 0]readonly def\n/FontBBox{0 0 500 700}readonly def\n/Encoding 256 array\n\
    0 1 255 {1 index exch /.notdef put} for\ndup 65 /A put\ndup 8#102 /B put\nreadonly def\ncurrentdict end\n";

/// `hsbw`, hint replacement by subroutine 1, a triangle, and a byte too many.
const A: &[u8] = &[139, 239, 13, 140, 140, 142, 12, 16, 12, 17, 10, 239, 239, 21, 14, 77];

fn private(random: i32, glyphs: &[(&str, &[u8])], more: &str) -> Vec<u8> {
    let charstring = |code: &[u8]| match usize::try_from(random) {
        Ok(random) => encrypt(&[&vec![7; random], code].concat(), CHARSTRING),
        Err(_) => code.to_vec(),
    };
    let mut out = b"junkdup/Private 9 dict dup begin/RD{string currentfile exch readstring pop}executeonly def\n".to_vec();
    out.extend(
        format!("/BlueValues[-10 0 700 710]ND/lenIV {random} def{more}/OtherSubrs[{{canary}}{{}}]ND\n/Subrs 3 array\n").bytes(),
    );
    for (number, code) in [&[11_u8][..], &[239, 4, 11, 99], &[66, 66, 11]].iter().enumerate() {
        let code = charstring(code);
        out.extend(format!("dup {number} {} RD ", code.len()).bytes().chain(code).chain(*b" noaccess put\n"));
    }
    out.extend(format!("ND\n2 index/CharStrings {} dict dup begin\n", glyphs.len()).bytes());
    for (name, code) in glyphs {
        let code = charstring(code);
        out.extend(format!("/{name} {} -| ", code.len()).bytes().chain(code).chain(*b" |-\n"));
    }
    out.extend(b"end end readonly put put dup/FontName get exch definefont pop mark currentfile closefile\ncanary");
    out
}

fn font(clear: &str, private: &[u8]) -> Vec<u8> {
    [clear.as_bytes(), b"currentfile eexec\n", &encrypt(private, EEXEC), &[b'0'; 512], b"\ncleartomark\n"].concat()
}

fn judge(bytes: &[u8]) -> Result<Type1, FontError> {
    rebuild(bytes, &mut Budget::new(&Limits::default()))
}

/// What a program holds, in clear and decrypted.
fn parts(font: &Type1) -> (String, Vec<u8>) {
    let [first, second, third] = font.lengths;
    assert_eq!(first + second + third, font.bytes.len());
    let clear = String::from_utf8(font.bytes[..first].to_vec()).unwrap();
    (clear, decrypt(&font.bytes[first..first + second], EEXEC))
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn what_draws_is_kept_and_code_is_not() {
    let written = judge(&font(CLEAR, &private(4, &[("A", A)], ""))).unwrap();
    let (clear, plain) = parts(&written);
    assert!(clear.contains("dup 65 /A put\ndup 66 /B put\n") && clear.contains("/FontBBox {0 0 500 700} readonly"), "{clear}");
    assert!(has(&plain, b"/BlueValues [-10 0 700 710] def"));
    assert!(!clear.contains("canary") && !has(&plain, b"canary"));
    let glyph = [b"/A 19 RD ".as_slice(), &encrypt(&[&[0; 4], &A[..15]].concat(), CHARSTRING), b" ND\n"].concat();
    assert!(has(&plain, &glyph), "cut at its end");
    let unused = [b"dup 2 5 RD ".as_slice(), &encrypt(&[0, 0, 0, 0, 11], CHARSTRING), b" NP\n"].concat();
    assert!(has(&plain, &unused), "a subroutine nobody calls is empty");
    assert!(has(&plain, b"/.notdef 8 RD "));
    assert_eq!(judge(&written.bytes), Ok(written));
}

#[test]
fn every_form_of_the_same_font_is_written_alike() {
    let plain = private(4, &[("A", A)], "");
    let expected = judge(&font(CLEAR, &plain)).unwrap();
    assert_eq!(judge(&font(CLEAR, &private(0, &[("A", A)], ""))).as_ref(), Ok(&expected));
    assert_eq!(judge(&font(CLEAR, &private(-1, &[("A", A)], ""))).as_ref(), Ok(&expected));
    let digits = encrypt(&plain, EEXEC).iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
    assert_eq!(judge(format!("{CLEAR}currentfile eexec\r\n{digits}\n").as_bytes()).as_ref(), Ok(&expected));
    let clear = format!("{CLEAR}currentfile eexec\n");
    let cipher = encrypt(&plain, EEXEC);
    let segment =
        |kind: u8, bytes: &[u8]| [&[0x80, kind], &u32::try_from(bytes.len()).unwrap().to_le_bytes()[..], bytes].concat();
    assert_eq!(judge(&[segment(1, clear.as_bytes()), segment(2, &cipher)].concat()).as_ref(), Ok(&expected));
}

#[test]
fn what_cannot_be_followed_is_refused() {
    let glyph = |code: &[u8]| judge(&font(CLEAR, &private(4, &[("A", code)], ""))).map(|_| ());
    assert_eq!(glyph(&[139, 239, 13, 14]), Ok(()));
    assert_eq!(glyph(&[139, 239, 13, 2, 14]), Err(FontError::Broken), "an operator that is none");
    assert_eq!(glyph(&[139, 239, 13, 148, 10, 14]), Err(FontError::Broken), "a subroutine that is not there");
    assert_eq!(glyph(&[139, 239, 13, 12, 17, 14]), Err(FontError::Broken), "a result of nothing");
    assert_eq!(glyph(&[139, 153, 12, 16, 14]), Err(FontError::Unsupported), "a procedure for multiple masters");
    assert_eq!(glyph(&[139; 60]), Err(FontError::Broken), "too many operands");
    assert_eq!(judge(&font(CLEAR, &private(4, &[("A", A)], "/Blend 3 dict def"))), Err(FontError::Unsupported));
    assert_eq!(
        judge(&font(&CLEAR.replace("PaintType 0", "PaintType 2"), &private(4, &[("A", A)], ""))),
        Err(FontError::Unsupported)
    );
    assert_eq!(judge(CLEAR.as_bytes()), Err(FontError::Broken), "no private part");
    assert_eq!(judge(&font(CLEAR, b"junk/Private")), Err(FontError::Broken), "no glyphs");
}

#[test]
fn a_matrix_with_code_in_it_is_not_taken() {
    let clear = CLEAR.replace("[0.001 0 0 0.001 0 0]", "[0.001 0 0 0.001 0 (canary)]");
    let (clear, _) = parts(&judge(&font(&clear, &private(4, &[("A", A)], ""))).unwrap());
    assert!(clear.contains("/FontMatrix [0.001 0 0 0.001 0 0] readonly"), "{clear}");
}

#[test]
fn a_subroutine_that_calls_itself_ends() {
    let mut plain = private(4, &[("A", &[139, 239, 13, 139, 10, 14])], "");
    let at = plain.windows(8).position(|window| window == b"dup 0 5 ").unwrap() + 11;
    let looped = encrypt(&[7, 7, 7, 7, 139, 10, 11], CHARSTRING);
    plain.splice(at..at + 5, looped);
    plain[at - 5] = b'7';
    assert_eq!(judge(&font(CLEAR, &plain)), Err(FontError::Broken));
}
