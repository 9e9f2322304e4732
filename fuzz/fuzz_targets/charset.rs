//! Charsets: no panic under any label; the same bytes give the same text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use sanitizer_core::syntax::charset::decode;

const LABELS: &[&str] = &[
    "utf-8",
    "iso-2022-jp",
    "shift_jis",
    "euc-jp",
    "utf-16",
    "utf-16be",
    "gb18030",
    "big5",
    "euc-kr",
    "windows-1252",
    "unknown",
];

fuzz_target!(init: fuzz_oracles::init(), |input: &[u8]| {
    let Some((choice, bytes)) = input.split_first() else { return };
    let label = LABELS[usize::from(*choice) % LABELS.len()];
    let first = decode(bytes, Some(label)).text;
    assert_eq!(first, decode(bytes, Some(label)).text);
    drop(decode(bytes, None));
});
