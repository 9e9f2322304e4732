//! Fields with a value and parameters: Content-Type, Content-Disposition (RFC 2045, 5.1; RFC 2183; RFC 2231).

use super::words;
use crate::syntax::charset;

/// A parsed value with its parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Structured {
    /// The value in lower case, for example `text/plain`.
    pub value: String,
    /// Whether there was something some readers skip and others do not: a comment, an escape, text after a quote.
    pub odd: bool,
    /// Parameters in order: name in lower case, value as it stands, unquoted.
    params: Vec<(String, Vec<u8>)>,
}

/// More parameters than this are not read: the longest real file names in RFC 2231 form take a dozen.
const PARAMS: usize = 200;

impl Structured {
    /// Parses a field value.
    pub fn parse(value: &[u8]) -> Self {
        let value = words::unfold(value);
        let mut parser = Parser { rest: &value, odd: false };
        let (main, _) = parser.until(b";");
        let main = String::from_utf8_lossy(&main).trim().to_ascii_lowercase();
        let mut parsed = Self::default();
        // "text/plain charset=utf-8": the type ends at the blank, and what follows is read as a parameter all the same.
        if let Some((first, tail)) = main.split_once([' ', '\t']) {
            first.clone_into(&mut parsed.value);
            parsed.odd = true;
            parsed.read(&mut Parser { rest: tail.as_bytes(), odd: false });
        } else {
            parsed.value = main;
        }
        parsed.read(&mut parser);
        parsed
    }

    fn read(&mut self, parser: &mut Parser<'_>) {
        while !parser.rest.is_empty() && self.params.len() < PARAMS {
            let (name, stop) = parser.until(b"=;");
            if stop == Some(b'=') {
                let name = String::from_utf8_lossy(&name).trim().to_ascii_lowercase();
                self.params.push((name, parser.value()));
            }
        }
        self.odd |= parser.odd;
    }

    /// Every plain value of the parameter `name`.
    pub fn plain<'s>(&'s self, name: &'s str) -> impl Iterator<Item = &'s [u8]> {
        self.params.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.as_slice())
    }

    /// Whether `name` is given in RFC 2231 form, extended or in pieces.
    pub fn is_extended(&self, name: &str) -> bool {
        self.params.iter().any(|(given, _)| given.strip_prefix(name).is_some_and(|rest| rest.starts_with('*')))
    }

    /// The first plain value of an ASCII parameter.
    pub fn token(&self, name: &str) -> Option<String> {
        self.plain(name).next().map(|value| String::from_utf8_lossy(value).trim().to_owned())
    }

    /// A parameter that is text: RFC 2231 if given, else the plain value with RFC 2047 words and raw 8-bit text read.
    pub fn text(&self, name: &str) -> Option<String> {
        self.extended(name).or_else(|| self.plain(name).next().map(words::decode))
    }

    /// RFC 2231, 3 and 4: `name*=charset'lang'%..`, `name*0*=…; name*1=…`. Pieces are put in order; what follows a gap
    /// is left out.
    fn extended(&self, name: &str) -> Option<String> {
        let mut pieces: Vec<(u32, bool, &[u8])> = Vec::new();
        for (given, value) in &self.params {
            let Some(rest) = given.strip_prefix(name).and_then(|rest| rest.strip_prefix('*')) else { continue };
            let (number, encoded) = match rest.strip_suffix('*') {
                Some(number) => (number, true),
                None => (rest, rest.is_empty()),
            };
            let number = if number.is_empty() { 0 } else { number.parse().ok()? };
            pieces.push((number, encoded, value));
        }
        pieces.sort_by_key(|(number, ..)| *number);
        let (mut bytes, mut label, mut whole) = (Vec::new(), None, true);
        for (index, (number, encoded, value)) in pieces.iter().enumerate() {
            if usize::try_from(*number).ok() != Some(index) {
                break;
            }
            let mut value = *value;
            if index == 0 && *encoded {
                let mut fields = value.splitn(3, |byte| *byte == b'\'');
                if let (Some(charset), Some(_), Some(text)) = (fields.next(), fields.next(), fields.next()) {
                    label = Some(String::from_utf8_lossy(charset).into_owned());
                    value = text;
                }
            }
            whole &= *encoded;
            bytes.extend(if *encoded { words::percent_decode(value) } else { value.to_vec() });
        }
        if pieces.is_empty() {
            return None;
        }
        // Pieces without a charset may carry RFC 2047 words, as some programs write them.
        Some(if label.is_none() && !whole { words::decode(&bytes) } else { charset::decode(&bytes, label.as_deref()).text })
    }
}

struct Parser<'a> {
    rest: &'a [u8],
    odd: bool,
}

impl Parser<'_> {
    fn next(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// Everything up to one of `stops`, without comments; and which stop it was.
    fn until(&mut self, stops: &[u8]) -> (Vec<u8>, Option<u8>) {
        let mut out = Vec::new();
        while let Some(byte) = self.next() {
            match byte {
                b'(' => self.comment(),
                byte if stops.contains(&byte) => return (out, Some(byte)),
                byte => out.push(byte),
            }
        }
        (out, None)
    }

    /// Skips the rest of a comment, nested ones too.
    fn comment(&mut self) {
        self.odd = true;
        let mut depth = 1_u32;
        while let Some(byte) = self.next() {
            depth = match byte {
                b'(' => depth.saturating_add(1),
                b')' => depth.saturating_sub(1),
                b'\\' => {
                    self.next();
                    depth
                }
                _ => depth,
            };
            if depth == 0 {
                return;
            }
        }
    }

    /// The value after `=`, quoted or not, with the `;` behind it.
    fn value(&mut self) -> Vec<u8> {
        while self.rest.first().is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
            self.next();
        }
        if self.rest.first() != Some(&b'"') {
            let end = self.rest.iter().position(|byte| *byte == b';').unwrap_or(self.rest.len());
            let (value, rest) = self.rest.split_at_checked(end).unwrap_or_default();
            self.rest = rest.get(1..).unwrap_or_default();
            self.odd |= value.trim_ascii().iter().any(|byte| matches!(byte, b' ' | b'\t' | b'"'));
            return value.trim_ascii().to_vec();
        }
        self.next();
        let value = self.quoted();
        let (junk, _) = self.until(b";");
        self.odd |= !junk.trim_ascii().is_empty();
        value
    }

    /// The rest of a quoted string. Raw `Shift_JIS` and ISO-2022-JP have `\` and `"` inside characters.
    fn quoted(&mut self) -> Vec<u8> {
        let mut out: Vec<u8> = Vec::new();
        let mut kanji = false;
        while let Some(byte) = self.next() {
            match byte {
                0x1B => {
                    kanji = self.rest.first() == Some(&b'$');
                    out.push(byte);
                }
                b'"' if !kanji => return out,
                b'\\' if !kanji && out.last().is_none_or(u8::is_ascii) => {
                    self.odd = true;
                    out.extend(self.next());
                }
                byte => out.push(byte),
            }
        }
        self.odd = true;
        out
    }
}
