//! Tokens and direct objects (ISO 32000-2, 7.2 and 7.3), for file structure and content streams alike.

use super::Error;
use lopdf::{Dictionary, Object, StringFormat};

/// Nesting of arrays and dictionaries inside one object.
const DEPTH: u32 = 64;

/// One token.
#[derive(Clone, Debug, PartialEq)]
pub enum Token<'a> {
    /// `[`
    ArrayClose,
    /// `]`
    ArrayOpen,
    /// `>>`
    DictClose,
    /// `<<`
    DictOpen,
    /// End of data.
    End,
    /// A whole number.
    Integer(i64),
    /// Anything made of regular characters that is no number: `obj`, `true`, an operator.
    Keyword(&'a [u8]),
    /// A name, its `#xx` escapes decoded.
    Name(Vec<u8>),
    /// A number with a fraction.
    Real(f32),
    /// A string, decoded.
    String(Vec<u8>),
    /// A delimiter that fits nowhere.
    Stray(u8),
}

/// Reads tokens from `data`, from a position on.
#[derive(Clone, Debug)]
pub struct Lexer<'a> {
    data: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    /// Starts at `at`.
    pub const fn new(data: &'a [u8], at: usize) -> Self {
        Self { data, at }
    }

    /// Position of the next byte.
    pub const fn position(&self) -> usize {
        self.at
    }

    /// Goes to `at`.
    pub const fn seek(&mut self, at: usize) {
        self.at = at;
    }

    /// What is left.
    pub fn rest(&self) -> &'a [u8] {
        self.data.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.data.get(self.at).copied()
    }

    fn bump(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at = self.at.saturating_add(1);
        Some(byte)
    }

    /// Passes over white space and comments.
    pub fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|byte| byte != b'\r' && byte != b'\n') {
                    self.bump();
                }
            } else if is_space(byte) {
                self.bump();
            } else {
                return;
            }
        }
    }

    /// The next token.
    pub fn token(&mut self) -> Token<'a> {
        self.skip_space();
        let start = self.at;
        let Some(byte) = self.bump() else { return Token::End };
        match byte {
            b'[' => Token::ArrayOpen,
            b']' => Token::ArrayClose,
            b'(' => Token::String(self.literal()),
            b'/' => Token::Name(self.name()),
            b'<' if self.peek() == Some(b'<') => {
                self.bump();
                Token::DictOpen
            }
            b'<' => Token::String(self.hexadecimal()),
            b'>' if self.peek() == Some(b'>') => {
                self.bump();
                Token::DictClose
            }
            b'>' | b')' | b'{' | b'}' => Token::Stray(byte),
            _ => {
                while self.peek().is_some_and(is_regular) {
                    self.bump();
                }
                let word = self.data.get(start..self.at).unwrap_or_default();
                if matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.') { number(word) } else { Token::Keyword(word) }
            }
        }
    }

    /// What is after the opening parenthesis (7.3.4.2).
    fn literal(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut open = 1u32;
        while let Some(byte) = self.bump() {
            match byte {
                b'(' => open = open.saturating_add(1),
                b')' => {
                    open = open.saturating_sub(1);
                    if open == 0 {
                        break;
                    }
                }
                b'\\' => {
                    self.escape(&mut out);
                    continue;
                }
                b'\r' => {
                    // Every end of line reads as one line feed.
                    if self.peek() == Some(b'\n') {
                        self.bump();
                    }
                    out.push(b'\n');
                    continue;
                }
                _ => {}
            }
            out.push(byte);
        }
        out
    }

    fn escape(&mut self, out: &mut Vec<u8>) {
        let Some(byte) = self.bump() else { return };
        match byte {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'\n' => {}
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.bump();
                }
            }
            b'0'..=b'7' => {
                let mut value = u32::from(byte.wrapping_sub(b'0'));
                for _ in 0..2 {
                    let Some(digit) = self.peek().filter(|digit| (b'0'..=b'7').contains(digit)) else { break };
                    self.bump();
                    value = value.wrapping_mul(8).wrapping_add(u32::from(digit.wrapping_sub(b'0')));
                }
                // High-order overflow is ignored (7.3.4.2).
                out.push(value.to_le_bytes().first().copied().unwrap_or_default());
            }
            other => out.push(other),
        }
    }

    /// What is after the `<` (7.3.4.3).
    fn hexadecimal(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut high = None;
        while let Some(byte) = self.bump() {
            if byte == b'>' {
                break;
            }
            let Some(nibble) = hex(byte) else { continue };
            match high.take() {
                None => high = Some(nibble),
                Some(first) => out.push(first << 4 | nibble),
            }
        }
        out.extend(high.map(|nibble| nibble << 4));
        out
    }

    /// What is after the `/` (7.3.5).
    fn name(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        while let Some(byte) = self.peek().filter(|byte| is_regular(*byte)) {
            self.bump();
            let escaped = match (byte, self.rest()) {
                (b'#', [high, low, ..]) => hex(*high).zip(hex(*low)),
                _ => None,
            };
            match escaped {
                Some((high, low)) => {
                    self.at = self.at.saturating_add(2);
                    out.push(high << 4 | low);
                }
                None => out.push(byte),
            }
        }
        out
    }

    /// One direct object or reference. A keyword that is none of `true`, `false` and `null` is an error.
    pub fn object(&mut self) -> Result<Object, Error> {
        let token = self.token();
        self.object_from(token, DEPTH)
    }

    /// The object that begins with `token`, which was just read.
    pub fn object_from(&mut self, token: Token<'a>, depth: u32) -> Result<Object, Error> {
        let depth = depth.checked_sub(1).ok_or(Error::Broken)?;
        Ok(match token {
            Token::Integer(number) => self.reference(number).unwrap_or(Object::Integer(number)),
            Token::Real(number) => Object::Real(number),
            Token::Name(name) => Object::Name(name),
            Token::String(bytes) => Object::String(bytes, StringFormat::Literal),
            Token::Keyword(b"true") => Object::Boolean(true),
            Token::Keyword(b"false") => Object::Boolean(false),
            Token::Keyword(b"null") => Object::Null,
            Token::ArrayOpen => self.array(depth)?,
            Token::DictOpen => Object::Dictionary(self.dictionary(depth)?),
            Token::Keyword(_) | Token::Stray(_) | Token::ArrayClose | Token::DictClose | Token::End => {
                return Err(Error::Broken);
            }
        })
    }

    fn array(&mut self, depth: u32) -> Result<Object, Error> {
        let mut items = Vec::new();
        loop {
            match self.token() {
                Token::ArrayClose => return Ok(Object::Array(items)),
                token => items.push(self.object_from(token, depth)?),
            }
        }
    }

    /// What is after the `<<`. A key that stands twice with two meanings is seen differently by different readers.
    fn dictionary(&mut self, depth: u32) -> Result<Dictionary, Error> {
        let mut dict = Dictionary::new();
        loop {
            let key = match self.token() {
                Token::DictClose => return Ok(dict),
                Token::Name(key) => key,
                _ => return Err(Error::Broken),
            };
            let token = self.token();
            if token == Token::DictClose {
                // A last key without a value: every reader takes it as absent.
                return Ok(dict);
            }
            let value = self.object_from(token, depth)?;
            match dict.get(&key) {
                Ok(before) if *before != value => return Err(Error::Ambiguous),
                _ => dict.set(key, value),
            }
        }
    }

    /// The rest of `number generation R`, or nothing.
    fn reference(&mut self, number: i64) -> Option<Object> {
        let number = u32::try_from(number).ok()?;
        let mut ahead = self.clone();
        let Token::Integer(generation) = ahead.token() else { return None };
        let generation = u16::try_from(generation).ok()?;
        if ahead.token() != Token::Keyword(b"R") {
            return None;
        }
        self.at = ahead.at;
        Some(Object::Reference((number, generation)))
    }
}

/// A number as readers agree to read it: one sign, digits, one point; what follows that is ignored.
fn number(word: &[u8]) -> Token<'_> {
    let unsigned = word.iter().position(|byte| !matches!(byte, b'+' | b'-')).unwrap_or(word.len());
    let negative = word.first() == Some(&b'-');
    let digits = word.get(unsigned..).unwrap_or_default();
    if !digits.iter().any(u8::is_ascii_digit) {
        // A lone sign or point reads as zero where a number is wanted; anything else is an operator.
        return if word.iter().all(|byte| matches!(byte, b'+' | b'-' | b'.')) { Token::Integer(0) } else { Token::Keyword(word) };
    }
    let end = digits.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
    let whole = digits.get(..end).unwrap_or_default();
    if digits.get(end) != Some(&b'.') {
        let value =
            whole.iter().fold(0i64, |value, digit| value.saturating_mul(10).saturating_add(i64::from(digit.wrapping_sub(b'0'))));
        return Token::Integer(if negative { value.saturating_neg() } else { value });
    }
    let fraction = digits.get(end.saturating_add(1)..).unwrap_or_default();
    let last = fraction.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(fraction.len());
    let text: String =
        whole.iter().chain(b".").chain(fraction.get(..last).unwrap_or_default()).map(|byte| char::from(*byte)).collect();
    let value: f32 = format!("0{text}0").parse().unwrap_or_default();
    let value = if value.is_finite() { value } else { f32::MAX };
    Token::Real(if negative { -value } else { value })
}

/// White space (7.2.3, table 1).
pub const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

/// Neither white space nor a delimiter (7.2.3).
pub const fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

const fn hex(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte.wrapping_sub(b'0')),
        b'a'..=b'f' => Some(byte.wrapping_sub(b'a').wrapping_add(10)),
        b'A'..=b'F' => Some(byte.wrapping_sub(b'A').wrapping_add(10)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Object, Error> {
        Lexer::new(text.as_bytes(), 0).object()
    }

    #[test]
    fn names_and_strings_are_decoded() {
        assert_eq!(read("/J#53").unwrap(), Object::Name(b"JS".to_vec()));
        assert_eq!(read("(a\\(b\\051\\12\\\nc)").unwrap(), Object::string_literal("a(b)\nc"));
        assert_eq!(read("<48 65 6>").unwrap(), Object::string_literal("He`"));
    }

    #[test]
    fn numbers_read_as_readers_agree() {
        assert_eq!(read("-12").unwrap(), Object::Integer(-12));
        assert_eq!(read(".5").unwrap(), Object::Real(0.5));
        assert_eq!(read("-3.").unwrap(), Object::Real(-3.0));
        assert_eq!(read("--4").unwrap(), Object::Integer(-4));
        assert_eq!(read("99999999999999999999").unwrap(), Object::Integer(i64::MAX));
    }

    #[test]
    fn a_reference_needs_its_keyword() {
        assert_eq!(read("3 0 R").unwrap(), Object::Reference((3, 0)));
        assert_eq!(read("[3 0 1]").unwrap(), Object::Array(vec![3.into(), 0.into(), 1.into()]));
    }

    #[test]
    fn a_key_with_two_meanings_is_ambiguous() {
        assert_eq!(read("<</A 1/A 2>>"), Err(Error::Ambiguous));
        assert!(read("<</A 1/A 1>>").is_ok());
    }

    #[test]
    fn nesting_ends() {
        assert_eq!(read(&"[".repeat(100_000)), Err(Error::Broken));
    }
}
