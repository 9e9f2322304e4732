//! Structure-aware inputs: bytes alone rarely get past a checksum, a directory or a cross-reference table.
//!
//! Each model writes a file of its kind with payloads in places that no reader shows, and lies where the model says.
#![allow(
    clippy::cast_possible_truncation,
    clippy::format_collect,
    clippy::format_push_string,
    clippy::needless_pass_by_value,
    clippy::struct_excessive_bools,
    reason = "a model writes small files by hand, lies on purpose, and is read beside the format it writes"
)]

pub mod config;
pub mod frames;
pub mod lies;
pub mod mime;
pub mod ooxml;
pub mod pdf;
pub mod zip;

/// What every payload starts with. Not the token of the seeds, which the fuzzer knows and puts into texts.
pub const TOKEN: &str = "PAYLOAD-4c1f";

/// A payload. It survives nowhere.
pub fn canary() -> String {
    format!("{TOKEN}-90b3e7d2")
}

/// Text of the fuzzer's own, which never is the payload.
pub fn harmless(text: &str) -> String {
    text.replace(['\r', '\n'], " ").replace("PAYLOAD", "text").replace("payload", "text")
}

/// The same for bytes: without letters they spell nothing.
pub fn harmless_bytes(bytes: &[u8], limit: usize) -> Vec<u8> {
    bytes.iter().take(limit).map(|byte| if *byte == b'P' || *byte == b'p' { b'q' } else { *byte }).collect()
}
