//! Font programs as they stand in PDF files, written anew from what a reader draws with.
//!
//! [`rebuild`] takes the decoded bytes of a `FontFile2` ([`Kind::TrueType`]), a `FontFile3` of subtype `Type1C` or
//! `CIDFontType0C` ([`Kind::Cff`]) or one of subtype `OpenType` ([`Kind::OpenType`]) and gives the bytes for the same
//! slot. In the verifier `font::read_sfnt` reads the first and the last, `font::read_cff` the second. [`rebuild_type1`] does
//! the same for a `FontFile`, which has its lengths in the dictionary; `font::read_type1` reads it.
//!
//! Subsets of real producers are sloppy, and every reader forgives them: missing tables, a `loca` that overshoots,
//! padded lengths. So what is missing stays missing, and a glyph that cannot be read is written as an empty one, which
//! is what readers draw for it. A font is refused only when nothing could be drawn with it.
//!
//! Hinting programs are kept, within their bounds: fonts of the MS Mincho and `MingLiU` line move whole strokes by them,
//! so that glyphs fall apart without; interpreters run them in a closed machine; and the OpenType Sanitizer of the
//! browsers keeps them for the same reasons. Names, notices, bitmaps, layout tables and everything unknown go.

mod cff;
mod cmap;
mod glyf;
mod post;
mod sfnt;
#[cfg(test)]
mod tests;
mod type1;

use sanitizer_verify::{Budget, Exceeded, Reason};
pub use type1::{Type1, rebuild as rebuild_type1};

/// The form of a font program, as the PDF says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An sfnt with TrueType outlines.
    TrueType,
    /// A bare Compact Font Format.
    Cff,
    /// An sfnt with outlines of either form.
    OpenType,
}

/// Why a font program could not be written anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FontError {
    /// Nothing can be drawn with it.
    Broken,
    /// Over the budget.
    Exceeded(Exceeded),
    /// Another form than the slot allows, or one we do not write.
    Unsupported,
}

impl From<Exceeded> for FontError {
    fn from(exceeded: Exceeded) -> Self {
        Self::Exceeded(exceeded)
    }
}

impl From<FontError> for Reason {
    fn from(error: FontError) -> Self {
        match error {
            FontError::Broken => Self::Broken,
            FontError::Exceeded(exceeded) => exceeded.into(),
            FontError::Unsupported => Self::TypeUnsupported,
        }
    }
}

/// Writes a font program anew. The same program, or one this function wrote, gives the same bytes.
pub fn rebuild(bytes: &[u8], kind: Kind, budget: &mut Budget) -> Result<Vec<u8>, FontError> {
    let wrapped = bytes.starts_with(b"OTTO");
    match kind {
        Kind::TrueType | Kind::OpenType if !wrapped => sfnt::truetype(bytes, budget),
        // Readers take an OpenType font with CFF outlines in either slot.
        Kind::TrueType | Kind::OpenType => sfnt::opentype(bytes, budget),
        // Some producers put the whole OpenType font where only its CFF table belongs, and readers take it.
        Kind::Cff if wrapped => cff::rebuild(sfnt::Tables::read(bytes)?.get(*b"CFF ").ok_or(FontError::Broken)?, budget),
        Kind::Cff => cff::rebuild(bytes, budget),
    }
}
