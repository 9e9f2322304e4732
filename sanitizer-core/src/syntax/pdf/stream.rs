//! Stream filters (ISO 32000-2, 7.4): all that are generic are undone, within the budget; what we write is Flate.

use super::Error;
use flate2::{Compression, write::ZlibEncoder};
use lopdf::{Dictionary, Object, Stream};
use sanitizer_verify::Budget;
use std::io::Write as _;

/// Filters in one stream.
const CASCADE: usize = 4;

/// An image coding that is left after the generic filters were undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// `CCITTFaxDecode`.
    Ccitt,
    /// `DCTDecode`.
    Dct,
    /// `JBIG2Decode`.
    Jbig2,
    /// `JPXDecode`.
    Jpx,
    /// None: the bytes are what they are.
    Plain,
}

/// What a stream decodes to.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// How they are still coded.
    pub coding: Coding,
    /// `DecodeParms` of that coding.
    pub parms: Dictionary,
}

impl Decoded {
    /// The bytes, if nothing is left to undo.
    pub fn plain(self) -> Option<Vec<u8>> {
        (self.coding == Coding::Plain).then_some(self.bytes)
    }
}

/// Undoes the filters named in `dict`, whose values must be direct.
pub fn filters(dict: &Dictionary, bytes: &[u8], budget: &mut Budget) -> Result<Decoded, Error> {
    let names = list(dict, b"Filter");
    let parms = list(dict, b"DecodeParms");
    if names.len() > CASCADE {
        return Err(Error::Filter);
    }
    let mut bytes = bytes.to_vec();
    for (index, name) in names.iter().enumerate() {
        let parms = parms.get(index).and_then(|parms| parms.as_dict().ok()).cloned().unwrap_or_default();
        let name = name.as_name().map_err(|_| Error::Broken)?;
        let coding = match name {
            b"CCITTFaxDecode" | b"CCF" => Coding::Ccitt,
            b"DCTDecode" | b"DCT" => Coding::Dct,
            b"JBIG2Decode" => Coding::Jbig2,
            b"JPXDecode" => Coding::Jpx,
            _ => Coding::Plain,
        };
        if coding != Coding::Plain {
            // An image coding ends the list (7.4.1 leaves nothing that could follow it).
            return if index.saturating_add(1) == names.len() {
                Ok(Decoded { bytes, coding, parms })
            } else {
                Err(Error::Filter)
            };
        }
        bytes = undo(name, &parms, bytes, budget)?;
    }
    Ok(Decoded { bytes, coding: Coding::Plain, parms: Dictionary::new() })
}

/// A single value or an array of them.
fn list(dict: &Dictionary, key: &[u8]) -> Vec<Object> {
    match dict.get(key) {
        Err(_) | Ok(Object::Null) => Vec::new(),
        Ok(Object::Array(items)) => items.clone(),
        Ok(object) => vec![object.clone()],
    }
}

fn undo(name: &[u8], parms: &Dictionary, bytes: Vec<u8>, budget: &mut Budget) -> Result<Vec<u8>, Error> {
    let name: &[u8] = match name {
        b"ASCII85Decode" | b"A85" => b"ASCII85Decode",
        b"ASCIIHexDecode" | b"AHx" => b"ASCIIHexDecode",
        b"FlateDecode" | b"Fl" => b"FlateDecode",
        b"LZWDecode" | b"LZW" => b"LZWDecode",
        b"RunLengthDecode" | b"RL" => b"RunLengthDecode",
        // Crypt, Brotli and whatever else.
        _ => return Err(Error::Filter),
    };
    let limit = usize::try_from(budget.expandable_from(bytes.len() as u64)).unwrap_or(usize::MAX);
    let mut dict = Dictionary::new();
    dict.set("Filter", Object::Name(name.to_vec()));
    dict.set("DecodeParms", Object::Dictionary(parms.clone()));
    let bytes = if name == b"ASCII85Decode" { trim_ascii85(bytes) } else { bytes };
    let decoded = Stream::new(dict, bytes).decompressed_content_with_limit(limit).map_err(|error| match error {
        lopdf::Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { .. }) => {
            Error::Exceeded(sanitizer_verify::Exceeded::Expanded)
        }
        _ => Error::Broken,
    })?;
    budget.expand(decoded.len() as u64)?;
    Ok(decoded)
}

/// `lopdf` wants the data to end with its mark; producers put line ends after it.
fn trim_ascii85(mut bytes: Vec<u8>) -> Vec<u8> {
    if let Some(end) = bytes.iter().rposition(|byte| *byte == b'>') {
        bytes.truncate(end.saturating_add(1));
    }
    bytes
}

/// Compresses with Flate.
pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to a vector cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
