//! Type 1 font programs (Adobe Type 1 Font Format): read to a model without running any PostScript, written in one form.
//!
//! A Type 1 font is a PostScript program. Nothing of its code is kept or run: from the tokens the few entries that draw
//! are taken, as numbers, names and charstrings, and a program of our own wording is written around them. The procedures
//! for flex and hint replacement (chapter 8) go too, since every reader of PDF has its own for the numbers 0 to 3.

mod charstring;
mod parse;
#[cfg(test)]
mod tests;
mod token;
mod write;

use super::FontError;
use sanitizer_verify::Budget;

/// The key of the private part (7.2), and that of charstrings (7.3).
const EEXEC: u16 = 55_665;
const CHARSTRING: u16 = 4330;

/// A font program for `FontFile`, with the lengths its dictionary must say (ISO 32000-2, table 125).
#[derive(Debug, PartialEq, Eq)]
pub struct Type1 {
    /// The program.
    pub bytes: Vec<u8>,
    /// `Length1` to `Length3`: the part in clear, the encrypted one, the zeros.
    pub lengths: [usize; 3],
}

/// Writes a Type 1 font program anew. The same program, or one this function wrote, gives the same bytes.
pub fn rebuild(bytes: &[u8], budget: &mut Budget) -> Result<Type1, FontError> {
    let mut font = Font::read(bytes, budget)?;
    charstring::trim(&mut font.glyphs, &mut font.subroutines, budget)?;
    font.write(budget)
}

/// A number as it is written.
type Number = Vec<u8>;

/// What is kept of a font.
struct Font {
    matrix: Vec<Number>,
    bounds: Vec<Number>,
    encoding: Encoding,
    /// Entries of the Private dictionary, in the order of [`parse::PRIVATE`].
    private: Vec<(&'static str, Value)>,
    /// Decrypted charstrings by number; what is missing is empty.
    subroutines: Vec<Vec<u8>>,
    /// Names and decrypted charstrings, each name once.
    glyphs: Vec<(Vec<u8>, Vec<u8>)>,
}

/// The built-in encoding (2.2).
#[derive(Debug, PartialEq, Eq)]
enum Encoding {
    Standard,
    /// Glyph names by code; empty where there is none.
    Codes(Vec<Vec<u8>>),
}

/// A value of a Private dictionary (chapter 5).
#[derive(Debug, PartialEq, Eq)]
enum Value {
    Flag(bool),
    Number(Number),
    Numbers(Vec<Number>),
}

fn decrypt(bytes: &[u8], mut key: u16) -> Vec<u8> {
    let plain = |cipher: &u8| {
        let [high, _] = key.to_be_bytes();
        key = step(key, *cipher);
        cipher ^ high
    };
    bytes.iter().map(plain).collect()
}

fn encrypt(bytes: &[u8], mut key: u16) -> Vec<u8> {
    let cipher = |plain: &u8| {
        let [high, _] = key.to_be_bytes();
        let cipher = plain ^ high;
        key = step(key, cipher);
        cipher
    };
    bytes.iter().map(cipher).collect()
}

/// The next key (7.1).
fn step(key: u16, cipher: u8) -> u16 {
    key.wrapping_add(u16::from(cipher)).wrapping_mul(52_845).wrapping_add(22_719)
}
