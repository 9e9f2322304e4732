//! Structure-aware inputs: bytes alone rarely get past a checksum, a directory or a cross-reference table.
//!
//! Each model writes a file of its kind with payloads in places that no reader shows, and lies where the model says.

pub mod mime;
pub mod ooxml;
pub mod pdf;
pub mod zip;

/// A payload. It survives nowhere.
pub fn canary() -> String {
    fixtures::canary("fuzz-model")
}
