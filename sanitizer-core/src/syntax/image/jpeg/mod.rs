//! JPEG, written anew from its quantized coefficients (ITU-T T.81): lossless, and idempotent.
//!
//! Every scan is decoded to coefficients and checked; then one baseline frame is written with our own optimal
//! Huffman tables. Kept beside the coefficients: size, sampling, quantization tables, what a reader needs to tell the
//! color space (the bare JFIF header with its density, the Adobe transform flag), and the EXIF orientation as a
//! segment of our own with that one tag: turning the picture instead would cost quality wherever its size is not a
//! multiple of the coding unit, and inside a PDF it would turn what was not turned before.
//!
//! Not done here: no pixel is ever computed.

mod bits;
mod exif;
mod huffman;
mod markers;
mod scan;
#[cfg(test)]
mod tests;
mod write;

use super::{Findings, PictureError};
use sanitizer_verify::Budget;

/// A JPEG file written anew.
#[derive(Clone, Debug)]
pub struct Jpeg {
    /// The file.
    pub bytes: Vec<u8>,
    /// What was left behind.
    pub findings: Findings,
    /// Width in pixels.
    pub width: u16,
    /// Height in pixels.
    pub height: u16,
    /// Number of color components: 1, 3 or 4.
    pub components: u8,
}

/// Writes a JPEG file or `DCTDecode` stream anew.
pub fn rebuild(bytes: &[u8], budget: &mut Budget) -> Result<Jpeg, PictureError> {
    let source = markers::read(bytes, budget)?;
    let frame = &source.frame;
    Ok(Jpeg {
        width: frame.width,
        height: frame.height,
        components: u8::try_from(frame.components.len()).map_err(|_| PictureError::Broken)?,
        bytes: write::write(&source)?,
        findings: source.findings,
    })
}
