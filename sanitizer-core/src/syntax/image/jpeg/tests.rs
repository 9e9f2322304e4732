//! JPEG against pictures coded by the fixtures' own hand.

use super::rebuild;
use fixtures::jpeg::{Coding, exif, jfif, picture, segment};
use sanitizer_verify::{Budget, Limits};

const PLAIN: Coding = Coding::Sequential { restart: 0 };

fn built(bytes: &[u8]) -> Vec<u8> {
    rebuild(bytes, &mut Budget::new(&Limits::default())).unwrap().bytes
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn sequential_and_progressive_give_the_same_file() {
    for components in [1, 3] {
        let plain = built(&picture(components, PLAIN, &[jfif()]));
        assert_eq!(built(&picture(components, Coding::Sequential { restart: 1 }, &[jfif()])), plain);
        assert_eq!(built(&picture(components, Coding::Progressive, &[jfif()])), plain);
    }
}

#[test]
fn the_orientation_stays_and_nothing_else() {
    let out = built(&picture(3, PLAIN, &[exif(6, "jpeg-unit")]));
    assert!(has(&out, &super::exif::segment(6)));
    assert!(!has(&out, b"CANARY"));
    assert!(!has(&built(&picture(3, PLAIN, &[exif(1, "jpeg-unit")])), b"Exif"));
}

#[test]
fn the_density_stays() {
    assert!(has(&built(&picture(1, PLAIN, &[jfif()])), b"JFIF\0\x01\x02\x01\0\x60\0\x60\0\0"));
    assert!(has(&built(&picture(1, PLAIN, &[])), b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0"));
}

#[test]
fn four_colors_keep_their_flag() {
    let out = built(&picture(4, PLAIN, &[segment(0xEE, b"Adobe\0\x64\0\0\0\0\x02")]));
    assert!(has(&out, b"Adobe\0\x64\0\0\0\0\x02"));
    assert!(!has(&out, b"JFIF"));
}

#[test]
fn stray_bytes_between_segments_are_forgiven() {
    let plain = picture(1, PLAIN, &[jfif()]);
    let stray = [&plain[..2], b"\0stray", &plain[2..plain.len() - 2], b"\xFF\xFF\xFF\xD9"].concat();
    assert_eq!(built(&stray), built(&plain));
}
