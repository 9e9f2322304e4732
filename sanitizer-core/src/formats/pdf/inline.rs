//! Inline images (ISO 32000-2, 8.9.7): each becomes a picture object like any other.

use super::{
    builder::{Builder, Built, reference},
    content::{Scope, emit},
    resources::Category,
};
use crate::syntax::pdf::{
    Coding, filters,
    lexer::{Lexer, Token, is_space},
};
use lopdf::{Dictionary, Object};

/// Short keys and the long ones they stand for (table 91).
const KEYS: &[(&[u8], &str)] = &[
    (b"BPC", "BitsPerComponent"),
    (b"CS", "ColorSpace"),
    (b"D", "Decode"),
    (b"DP", "DecodeParms"),
    (b"F", "Filter"),
    (b"H", "Height"),
    (b"I", "Interpolate"),
    (b"IM", "ImageMask"),
    (b"W", "Width"),
];

impl Builder<'_, '_, '_> {
    /// Reads what follows `BI` and draws it as an external object.
    pub(super) fn inline(&mut self, lexer: &mut Lexer<'_>, bytes: &[u8], scope: &mut Scope, out: &mut Vec<u8>) -> Built<()> {
        let Some(dict) = parameters(lexer) else { return Ok(()) };
        // One byte of white space follows `ID`.
        let start = lexer.position().saturating_add(1);
        let end = match self.unfiltered(&dict, scope)? {
            Some(length) => ended(bytes, start.saturating_add(length)).unwrap_or_else(|| search(bytes, start)),
            None => search(bytes, start),
        };
        let data = bytes.get(start..end.min(bytes.len())).unwrap_or_default();
        lexer.seek(after_end(bytes, end));
        let decoded = match filters(&dict, data, self.cx.budget()) {
            Ok(decoded) => decoded,
            Err(crate::syntax::pdf::Error::Exceeded(exceeded)) => return Err(exceeded.into()),
            Err(_) => crate::syntax::pdf::Decoded { bytes: Vec::new(), coding: Coding::Plain, parms: Dictionary::new() },
        };
        let slot = self.reserve();
        let image = self.image_from(&dict, decoded, slot, scope)?;
        self.fill(slot, image);
        let new = scope.new.add(Category::XObject, reference(slot));
        emit(&[Object::Name(new)], b"Do", out);
        Ok(())
    }

    /// The size of the data if it is not compressed.
    fn unfiltered(&mut self, dict: &Dictionary, scope: &Scope) -> Built<Option<usize>> {
        if dict.has(b"Filter") {
            return Ok(None);
        }
        let whole = |key: &[u8]| dict.get(key).ok().and_then(super::builder::whole).and_then(|number| u64::try_from(number).ok());
        let (Some(width), Some(height)) = (whole(b"Width"), whole(b"Height")) else { return Ok(None) };
        let stencil = matches!(dict.get(b"ImageMask"), Ok(Object::Boolean(true)));
        let (bits, components) = if stencil {
            (1, 1)
        } else {
            let space = self.color_space(dict.get(b"ColorSpace").unwrap_or(&Object::Null), scope)?;
            let Some(space) = space else { return Ok(None) };
            (whole(b"BitsPerComponent").unwrap_or(8), space.components as u64)
        };
        let row = width.saturating_mul(bits).saturating_mul(components).div_ceil(8);
        Ok(usize::try_from(row.saturating_mul(height)).ok())
    }
}

/// Keys and values up to `ID`, with long keys.
fn parameters(lexer: &mut Lexer<'_>) -> Option<Dictionary> {
    let mut dict = Dictionary::new();
    loop {
        match lexer.token() {
            Token::Keyword(b"ID") => return Some(dict),
            Token::Name(key) => {
                let value = lexer.object().ok()?;
                let long = KEYS.iter().find(|(short, _)| *short == key).map_or(key, |(_, long)| long.as_bytes().to_vec());
                dict.set(long, value);
            }
            _ => return None,
        }
    }
}

/// `end` if `EI` stands there, perhaps after white space.
fn ended(bytes: &[u8], end: usize) -> Option<usize> {
    let rest = bytes.get(end..)?;
    let blank = rest.iter().take(4).take_while(|byte| is_space(**byte)).count();
    rest.get(blank..)?.starts_with(b"EI").then_some(end)
}

/// The first `EI` between white space after which content goes on: bytes of compressed data can look like one.
fn search(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(rest) = bytes.get(at..).filter(|rest| rest.len() >= 3) {
        let begins = rest.first().copied().is_some_and(is_space) && rest.get(1..3) == Some(b"EI");
        let after = rest.get(3..).unwrap_or_default();
        let ends = after.first().is_none_or(|byte| is_space(*byte));
        if begins && ends && after.iter().take(12).all(|byte| matches!(byte, 0 | b'\t' | b'\n' | b'\r' | b' '..=b'~')) {
            return at;
        }
        at = at.saturating_add(1);
    }
    bytes.len()
}

/// The position after `EI`.
fn after_end(bytes: &[u8], end: usize) -> usize {
    let rest = bytes.get(end..).unwrap_or_default();
    let blank = rest.iter().take(4).take_while(|byte| is_space(**byte)).count();
    end.saturating_add(blank).saturating_add(2).min(bytes.len())
}
