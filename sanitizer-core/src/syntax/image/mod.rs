//! Pictures: readers and writers without opinion, on which the formats (and PDF, for its image streams) stand.
//!
//! Nothing here goes through pixels where it need not: a JPEG is written anew from its coefficients, a PNG from its
//! scan lines, a GIF from its color indices. That is lossless, gives the same bytes on a second pass, and costs less
//! than decoding and encoding. Everything beside the picture itself is left behind.
//!
//! For PDF: [`jpeg::rebuild`] makes a `DCTDecode` stream anew; [`jpeg::Jpeg::components`] says what its color space
//! must fit.

pub mod gif;
pub mod jpeg;
pub mod png;

use crate::{Action, report::kinds::ImageFinding};
use sanitizer_verify::{Exceeded, Reason};

/// Why a picture could not be built anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureError {
    /// Damaged, cut off, or not of its format's form.
    Broken,
    /// Over the budget.
    Exceeded(Exceeded),
    /// A coding hardly any program reads (arithmetic, lossless and hierarchical JPEG, more than 8 bits in a JPEG).
    Unsupported,
}

impl PictureError {
    /// The finding and the reason a part is held with.
    pub const fn cause(self) -> (ImageFinding, Reason) {
        match self {
            Self::Broken => (ImageFinding::Damaged, Reason::Broken),
            Self::Unsupported => (ImageFinding::UnsupportedCoding, Reason::TypeUnsupported),
            Self::Exceeded(exceeded) => {
                let reason = match exceeded {
                    Exceeded::Depth => Reason::DepthLimit,
                    Exceeded::Entries | Exceeded::Objects => Reason::CountLimit,
                    Exceeded::Expanded => Reason::UnpackedLimit,
                    Exceeded::Input => Reason::SizeLimit,
                    Exceeded::Pixels => Reason::PixelLimit,
                };
                (ImageFinding::TooLarge, reason)
            }
        }
    }
}

impl From<Exceeded> for PictureError {
    fn from(exceeded: Exceeded) -> Self {
        Self::Exceeded(exceeded)
    }
}

/// What was left behind while a picture was written anew.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings(Vec<(ImageFinding, Action)>);

impl Findings {
    /// Notes `kind`, once.
    fn add(&mut self, kind: ImageFinding, action: Action) {
        if !self.0.contains(&(kind, action)) {
            self.0.push((kind, action));
        }
    }

    /// Each kind once, in the order they were met.
    pub fn iter(&self) -> impl Iterator<Item = (ImageFinding, Action)> + '_ {
        self.0.iter().copied()
    }
}

/// What a picture of `bytes` decoded bytes costs.
///
/// They live only while the picture is written and never pile up, so that an album of two hundred photographs is no
/// bomb: a sixteenth is charged, beside the pixel ceiling of each picture.
const fn cost(bytes: u64) -> u64 {
    bytes / 16
}
