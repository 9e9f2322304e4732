//! What the strict readers see, told as data, so that it can be laid beside what other programs see.

use crate::{Budget, Format, Limits, Refusal, readers};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// A part of an output: what it is called, what it says, what is in it.
///
/// The field names are those of the JSON form; what does not apply is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Outline {
    /// The format, of what has one: markup inside a package has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// The name it has in what contains it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The media type it is labelled with in a message, without parameters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<String>,
    /// The decoded size, in bytes.
    pub size: u64,
    /// SHA-256 of the decoded bytes, in hexadecimal.
    pub sha256: String,
    /// Of a message: its header fields with encoded words decoded. `Received` is left out, as it may stand there often.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub header: BTreeMap<String, String>,
    /// Of a PDF: its pages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<Page>,
    /// What is in it, in its order: members of an archive or package, parts of a message.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Self>,
}

/// A page of a PDF.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Page {
    /// `MediaBox`: left, bottom, right, top, in thousandths of a point.
    pub media: [i64; 4],
    /// `CropBox` likewise; the media box where there is none.
    pub crop: [i64; 4],
    /// `Rotate`, from 0 to 270.
    pub rotate: u32,
    /// How many operators of the page's own content show text, as bytes other than blanks.
    pub texts: u64,
}

/// Reads `bytes` as the verifier does and tells what it saw; refuses what the verifier refuses.
pub fn outline(format: Format, bytes: &[u8], limits: &Limits) -> Result<Outline, Refusal> {
    readers::read(format, bytes, &mut Budget::new(limits))?;
    readers::outline(format, bytes, &mut Budget::new(limits))
}

impl Outline {
    /// The outline of something that contains nothing.
    pub(crate) fn leaf(bytes: &[u8]) -> Self {
        let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
        let sha256 = Sha256::digest(bytes).iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
        Self { size: bytes.len() as u64, sha256, ..Self::default() }
    }
}
