//! What another decoder sees in a picture before and after.

use image::ImageReader;
use sanitizer_core::{Claim, Policy, Run, sanitize};
use sanitizer_verify::Untrusted;
use std::io::Cursor;

fn pixels(bytes: &[u8]) -> image::RgbaImage {
    ImageReader::new(Cursor::new(bytes)).with_guessed_format().unwrap().decode().unwrap().into_rgba8()
}

#[test]
fn the_pixels_stay_the_same() {
    let samples = [fixtures::gif::samples(), fixtures::jpeg::samples(), fixtures::png::samples()].concat();
    let mut compared = 0;
    // The other decoder shows something else behind a palette, and asks for an end mark.
    let beyond = |name: &str| name == "gif-outside.gif" || name.contains("-no-end.");
    for sample in samples.iter().filter(|sample| sample.expect == fixtures::Expect::Clean && !beyond(&sample.name)) {
        let claim = Claim { name: Some(&sample.name), ..Claim::default() };
        let outcome = sanitize(Untrusted::new(&sample.bytes), &claim, &Policy::default(), &Run::default());
        assert_eq!(pixels(&sample.bytes), pixels(outcome.clean().unwrap().bytes()), "{}", sample.name);
        compared += 1;
    }
    assert!(compared > 30);
}
