//! Small fonts made here, taken apart by hand.

use super::*;
use sanitizer_verify::Limits;

fn judge(bytes: &[u8], kind: Kind) -> Result<Vec<u8>, FontError> {
    rebuild(bytes, kind, &mut Budget::new(&Limits::default()))
}

fn words(values: &[i32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_be_bytes()[2..].to_vec()).collect()
}

/// An sfnt with these tables, its sums left at zero.
fn sfnt(tables: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
    let mut out = vec![0, 1, 0, 0];
    out.extend(words(&[i32::try_from(tables.len()).unwrap(), 0, 0, 0]));
    let mut at = 12 + tables.len() * 16;
    for (tag, table) in tables {
        out.extend_from_slice(*tag);
        out.extend_from_slice(&[0; 4]);
        out.extend_from_slice(&u32::try_from(at).unwrap().to_be_bytes());
        out.extend_from_slice(&u32::try_from(table.len()).unwrap().to_be_bytes());
        at += table.len();
    }
    for (_, table) in tables {
        out.extend_from_slice(table);
    }
    out
}

fn head() -> Vec<u8> {
    let mut head = vec![0, 1, 0, 0, 0, 1, 0, 0, 9, 9, 9, 9, 0x5F, 0x0F, 0x3C, 0xF5];
    head.extend(words(&[3, 1000]));
    head.extend_from_slice(b"CREATED!MODIFIED");
    head.extend(words(&[0, 0, 500, 500, 0, 8, 2, 0, 0]));
    head
}

/// A triangle, a composite of it, and a composite of itself.
fn tables() -> Vec<(&'static [u8; 4], Vec<u8>)> {
    let mut triangle = words(&[1, 0, 0, 500, 500, 2, 1]);
    // One instruction, three flags, two steps across, one up, and a byte too many.
    triangle.extend_from_slice(&[0x4F, 0x31, 0x33, 0x37, 100, 50, 200, 0]);
    let mut composite = words(&[-1, 0, 0, 500, 500, 0x0002, 0]);
    composite.extend_from_slice(&[10, 20]);
    let mut looped = words(&[-1, 0, 0, 500, 500, 0x0002, 2]);
    looped.extend_from_slice(&[10, 20]);
    let mut glyf = triangle.clone();
    let first = glyf.len();
    glyf.extend(composite);
    let second = glyf.len();
    glyf.extend(looped);
    let offsets: Vec<i32> = [0, first, second, glyf.len() + 40].iter().map(|at| i32::try_from(at / 2).unwrap()).collect();
    let mut maxp = vec![0, 1, 0, 0];
    maxp.extend(words(&[3, 900, 900, 900, 900, 9, 5, 5, 5, 5, 5, 0, 9, 9]));
    vec![
        (b"head", head()),
        (b"maxp", maxp),
        (b"loca", words(&offsets)),
        (b"glyf", glyf),
        (b"name", b"a name with a payload".to_vec()),
        (b"EBDT", b"a bitmap".to_vec()),
        (b"fpgm", vec![0xB0, 0]),
    ]
}

fn table(font: &[u8], tag: [u8; 4]) -> Option<&[u8]> {
    sfnt::Tables::read(font).unwrap().get(tag)
}

#[test]
fn only_what_draws_is_written() {
    let font = judge(&sfnt(&tables()), Kind::TrueType).unwrap();
    for tag in [b"name", b"EBDT"] {
        assert!(table(&font, *tag).is_none());
    }
    assert_eq!(table(&font, *b"fpgm"), Some(&[0xB0, 0][..]));
    assert!(!font.windows(8).any(|window| window == b"CREATED!" || window == b"MODIFIED"));
    assert_eq!(judge(&font, Kind::TrueType).unwrap(), font);
}

#[test]
fn the_maxima_are_those_of_the_outlines() {
    let font = judge(&sfnt(&tables()), Kind::TrueType).unwrap();
    let maxp = table(&font, *b"maxp").unwrap();
    assert_eq!(maxp[4..], words(&[3, 3, 1, 3, 1, 2, 5, 5, 5, 5, 5, 1, 1, 1])[..]);
}

#[test]
fn a_glyph_that_contains_itself_is_emptied_and_overshooting_offsets_are_forgiven() {
    let font = judge(&sfnt(&tables()), Kind::TrueType).unwrap();
    let loca = table(&font, *b"loca").unwrap();
    assert_eq!(loca.len(), 16);
    assert_eq!(loca[8..12], loca[12..16]);
    assert_ne!(loca[4..8], loca[8..12]);
}

#[test]
fn maps_in_every_form_give_the_same_map() {
    let six = words(&[6, 16, 0, 0x41, 3, 1, 0, 2]);
    let four = words(&[4, 38, 0, 4, 4, 1, 0, 0x43, 0xFFFF, 0, 0x41, 0xFFFF, 0, 1, 4, 0, 1, 0, 2]);
    let mut twelve = words(&[12, 0, 0, 40, 0, 0, 0, 2]);
    twelve.extend(words(&[0, 0x41, 0, 0x41, 0, 1, 0, 0x43, 0, 0x43, 0, 2]));
    let written: Vec<_> = [six, four, twelve]
        .iter()
        .map(|subtable| {
            let table = [words(&[0, 1, 3, 1, 0, 12]), subtable.clone()].concat();
            cmap::rebuild(&table, 3, &mut Budget::new(&Limits::default())).unwrap().unwrap()
        })
        .collect();
    assert_eq!(written[0], written[1]);
    assert_eq!(written[0], written[2]);
    let again = cmap::rebuild(&written[0], 3, &mut Budget::new(&Limits::default())).unwrap().unwrap();
    assert_eq!(again, written[0]);
}

#[test]
fn names_of_glyphs_stay_if_they_are_names() {
    let mut post = vec![0, 2, 0, 0];
    post.resize(32, 0);
    post.extend(words(&[3, 258, 5, 259]));
    post.extend_from_slice(b"\x05Aring\x0A<script>!!");
    let written = post::rebuild(&post, 3);
    assert_eq!(written[34..], [&words(&[258, 5, 0])[..], b"\x05Aring"].concat()[..]);
    assert_eq!(post::rebuild(&written, 3), written);
}

fn index(objects: &[&[u8]]) -> Vec<u8> {
    let mut out = words(&[i32::try_from(objects.len()).unwrap()]);
    if objects.is_empty() {
        return out;
    }
    out.push(1);
    let mut at = 1;
    out.push(1);
    for object in objects {
        at += object.len();
        out.push(u8::try_from(at).unwrap());
    }
    out.extend(objects.concat());
    out
}

/// A bare CFF with two glyphs, of which the second calls a subroutine, and a notice.
fn bare(second: &[u8]) -> Vec<u8> {
    let number = |value: usize| [vec![29], u32::try_from(value).unwrap().to_be_bytes().to_vec()].concat();
    let top = |charset: usize, strings: usize, private: usize| {
        [number(391), vec![1], number(charset), vec![15], number(strings), vec![17], number(8), number(private), vec![18]]
            .concat()
    };
    let build = |charset: usize, glyphs: usize, private: usize| {
        let mut out = vec![1, 0, 4, 1];
        out.extend(index(&[b"Name"]));
        out.extend(index(&[&top(charset, glyphs, private)]));
        out.extend(index(&[b"a notice with a payload", b"alpha"]));
        out.extend(index(&[]));
        let charset = out.len();
        out.extend_from_slice(&[0, 1, 136]);
        let glyphs = out.len();
        out.extend(index(&[&[14], second]));
        let private = out.len();
        out.extend_from_slice(&[139, 20, 139, 21, 139 + 8, 19, 139, 10]);
        out.extend(index(&[&[139, 5, 11, 77, 77], b"never called"]));
        (out, charset, glyphs, private)
    };
    let (_, charset, glyphs, private) = build(0, 0, 0);
    build(charset, glyphs, private).0
}

#[test]
fn a_bare_font_loses_what_no_glyph_needs() {
    // Calls subroutine 0: its number less the bias of 107.
    let font = judge(&bare(&[139 - 107, 10, 14, 66, 66]), Kind::Cff).unwrap();
    for gone in [&b"payload"[..], b"never called", b"Name", &[77, 77], &[66, 66]] {
        assert!(!font.windows(gone.len()).any(|window| window == gone), "{gone:?}");
    }
    assert!(font.windows(5).any(|window| window == b"alpha"));
    assert!(font.windows(3).any(|window| window == [139, 5, 11]));
    assert_eq!(judge(&font, Kind::Cff).unwrap(), font);
}

#[test]
fn a_glyph_that_calls_what_is_not_there_is_emptied() {
    let font = judge(&bare(&[139 - 99, 10, 14]), Kind::Cff).unwrap();
    assert!(font.windows(6).any(|window| window == [0, 2, 1, 1, 2, 3]), "two charstrings of one byte");
    assert_eq!(judge(&font, Kind::Cff).unwrap(), font);
}

#[test]
fn what_is_no_font_is_refused() {
    assert_eq!(judge(b"", Kind::Cff), Err(FontError::Broken));
    assert_eq!(judge(b"%!PS-AdobeFont", Kind::TrueType), Err(FontError::Unsupported));
    assert_eq!(judge(&sfnt(&[(b"head", head())]), Kind::TrueType), Err(FontError::Broken));
    let whole = sfnt(&tables());
    for end in 0..whole.len() {
        let _ = judge(&whole[..end], Kind::TrueType);
    }
    let whole = bare(&[139 - 107, 10, 14]);
    for end in 0..whole.len() {
        let _ = judge(&whole[..end], Kind::Cff);
    }
}
