//! PDF objects, read behind a strict pass of our own, and written anew.
//!
//! Which object is meant by a number is decided here and nowhere else: by the cross-reference chain from the last
//! `startxref` on, never by searching the file for objects. `lopdf` gives the object model and the stream decoders. Its
//! loader is not used, because it repairs in silence where readers differ: it rebuilds a damaged cross-reference, lets
//! the last of two equal keys win, and leaves out what it cannot parse.

pub mod ccitt;
mod file;
pub mod lexer;
mod stream;
mod structure;
pub mod write;

pub use file::{File, Item, RawStream};
pub use stream::{Coding, Decoded, deflate, filters};

use sanitizer_verify::Exceeded;

/// Why a file, or an object of it, is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// Readers could see different content.
    Ambiguous,
    /// Not of the form.
    Broken,
    /// `Encrypt` in the trailer.
    Encrypted,
    /// Over the budget.
    Exceeded(Exceeded),
    /// A filter that is not handled.
    Filter,
}

impl From<Exceeded> for Error {
    fn from(exceeded: Exceeded) -> Self {
        Self::Exceeded(exceeded)
    }
}

#[cfg(test)]
mod tests;
