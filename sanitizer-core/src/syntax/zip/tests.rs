use super::*;
use sanitizer_verify::Limits;

fn budget() -> Budget {
    Budget::new(&Limits::default())
}

fn small() -> Vec<u8> {
    let mut writer = Writer::new();
    writer.directory("資料/").unwrap();
    writer.file("資料/表.txt", &b"text ".repeat(100), Method::Deflate).unwrap();
    writer.file("b", b"x", Method::Deflate).unwrap();
    writer.finish().unwrap()
}

#[test]
fn what_is_written_is_read() {
    let bytes = small();
    let mut archive = Archive::open(&bytes, &mut budget()).unwrap();
    let names: Vec<_> = archive.entries().iter().map(|entry| (entry.name.as_str(), entry.kind)).collect();
    assert_eq!(names, [("資料/", Kind::Directory), ("資料/表.txt", Kind::File), ("b", Kind::File)]);
    assert_eq!(archive.read(1, &mut budget()).unwrap(), b"text ".repeat(100));
    assert_eq!(archive.read(2, &mut budget()).unwrap(), b"x");
}

#[test]
fn the_same_calls_give_the_same_bytes() {
    assert_eq!(small(), small());
}

#[test]
fn no_cut_and_no_added_byte_passes() {
    let bytes = small();
    for cut in 0..bytes.len() {
        assert!(Archive::open(&bytes[..cut], &mut budget()).is_err(), "cut at {cut}");
    }
    assert!(Archive::open(&[&bytes[..], b"x"].concat(), &mut budget()).is_err());
    assert!(Archive::open(&[&bytes[..], b"\r\n"].concat(), &mut budget()).is_ok());
    assert!(Archive::open(&[b"x", &bytes[..]].concat(), &mut budget()).is_err());
}

#[test]
fn an_entry_larger_than_the_budget_is_not_decoded() {
    let mut writer = Writer::new();
    writer.file("zeros", &vec![0; 11 << 20], Method::Deflate).unwrap();
    writer.file("few zeros", &vec![0; 9 << 20], Method::Deflate).unwrap();
    let bytes = writer.finish().unwrap();
    let mut archive = Archive::open(&bytes, &mut budget()).unwrap();
    assert_eq!(archive.read(0, &mut budget()), Err(ZipError::Exceeded(Exceeded::Expanded)), "a ratio over a thousand");
    assert!(archive.read(1, &mut budget()).is_ok(), "below the floor no ratio counts");
    let mut small = Budget::new(&Limits { expanded_bytes: 1 << 20, ..Limits::default() });
    assert_eq!(archive.read(1, &mut small), Err(ZipError::Exceeded(Exceeded::Expanded)));
}
