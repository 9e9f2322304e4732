//! Reading: the entries on the list are taken where they first stand, as readers do; all other code is stepped over.

use super::{
    CHARSTRING, EEXEC, Encoding, Font, Number, Value, decrypt,
    token::{Token, Tokens, is_regular},
};
use crate::syntax::font::FontError;
use sanitizer_verify::Budget;
use std::collections::BTreeSet;

/// The longest name of a glyph.
const NAME: usize = 127;
/// The longest number.
const DIGITS: usize = 24;
/// The most subroutines of a font.
const SUBROUTINES: usize = 65_536;

/// The form of a value.
#[derive(Clone, Copy)]
pub(super) enum Form {
    Flag,
    Number,
    /// At most so many.
    Numbers(usize),
}

/// Entries of the Private dictionary that are kept (chapter 5). All are numbers to hint by.
pub(super) const PRIVATE: &[(&str, Form)] = &[
    ("BlueValues", Form::Numbers(14)),
    ("OtherBlues", Form::Numbers(10)),
    ("FamilyBlues", Form::Numbers(14)),
    ("FamilyOtherBlues", Form::Numbers(10)),
    ("BlueScale", Form::Number),
    ("BlueShift", Form::Number),
    ("BlueFuzz", Form::Number),
    ("StdHW", Form::Numbers(1)),
    ("StdVW", Form::Numbers(1)),
    ("StemSnapH", Form::Numbers(12)),
    ("StemSnapV", Form::Numbers(12)),
    ("ForceBold", Form::Flag),
    ("LanguageGroup", Form::Number),
    ("ExpansionFactor", Form::Number),
    ("RndStemUp", Form::Flag),
];

/// What stands in clear.
#[derive(Default)]
struct Clear {
    matrix: Option<Vec<Number>>,
    bounds: Option<Vec<Number>>,
    encoding: Option<Encoding>,
}

impl Font {
    pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<Self, FontError> {
        budget.expand(bytes.len() as u64)?;
        budget.objects(bytes.len() as u64 / 16)?;
        let joined = segments(bytes);
        let mut tokens = Tokens::new(joined.as_deref().unwrap_or(bytes));
        let clear = clear(&mut tokens)?;
        let plain = private_part(tokens.rest());
        let mut font = Self {
            matrix: clear.matrix.unwrap_or_else(|| ["0.001", "0", "0", "0.001", "0", "0"].map(Number::from).to_vec()),
            bounds: clear.bounds.unwrap_or_else(|| ["0"; 4].map(Number::from).to_vec()),
            encoding: clear.encoding.unwrap_or(Encoding::Standard),
            private: Vec::new(),
            subroutines: Vec::new(),
            glyphs: Vec::new(),
        };
        font.private(&mut Tokens::new(plain.get(4..).ok_or(FontError::Broken)?), budget)?;
        Ok(font)
    }

    fn private(&mut self, tokens: &mut Tokens<'_>, budget: &mut Budget) -> Result<(), FontError> {
        let mut random = None;
        let mut values: Vec<Option<Value>> = PRIVATE.iter().map(|_| None).collect();
        while let Some(token) = tokens.next() {
            let Token::Name(key) = token else { continue };
            let mut ahead = tokens.clone();
            match key {
                b"lenIV" if random.is_none() => random = ahead.integer().filter(|length| (-1..=64).contains(length)),
                b"Subrs" if self.subroutines.is_empty() => {
                    if ahead.length().is_some() && ahead.word() == Some(b"array") {
                        self.subroutines(&mut ahead, random.unwrap_or(4), budget)?;
                        *tokens = ahead;
                    }
                }
                b"CharStrings" => {
                    if ahead.length().is_some() && ahead.word() == Some(b"dict") {
                        self.glyphs(&mut ahead, random.unwrap_or(4), budget)?;
                        let kept = PRIVATE.iter().zip(values).filter_map(|((key, _), value)| Some((*key, value?)));
                        self.private = kept.collect();
                        return Ok(());
                    }
                }
                // A multiple master: its shapes are computed by code.
                b"Blend" | b"NDV" | b"CDV" => return Err(FontError::Unsupported),
                _ => {
                    let known = PRIVATE.iter().zip(&mut values).find(|((known, _), _)| known.as_bytes() == key);
                    if let Some(((_, form), slot @ None)) = known {
                        *slot = value(&mut ahead, *form);
                    }
                }
            }
        }
        Err(FontError::Broken)
    }

    /// `dup 0 15 RD bytes NP`, as often as it comes (2.4).
    fn subroutines(&mut self, tokens: &mut Tokens<'_>, random: i32, budget: &mut Budget) -> Result<(), FontError> {
        loop {
            let mut ahead = tokens.clone();
            if ahead.next() != Some(Token::Word(b"dup")) {
                return Ok(());
            }
            let number = ahead.length().filter(|number| *number < SUBROUTINES).ok_or(FontError::Broken)?;
            let code = blob(&mut ahead, random).ok_or(FontError::Broken)?;
            budget.objects(1)?;
            if let Some(missing) = number.saturating_add(1).checked_sub(self.subroutines.len()) {
                budget.objects(missing as u64)?;
                self.subroutines.resize(number.saturating_add(1), Vec::new());
            }
            if let Some(slot) = self.subroutines.get_mut(number) {
                *slot = code;
            }
            // `NP`, `|` or `noaccess put`.
            ahead.next();
            *tokens = ahead.clone();
            if ahead.next() == Some(Token::Word(b"put")) {
                *tokens = ahead;
            }
        }
    }

    /// `/A 115 RD bytes ND`, until the dictionary ends.
    fn glyphs(&mut self, tokens: &mut Tokens<'_>, random: i32, budget: &mut Budget) -> Result<(), FontError> {
        let mut seen = BTreeSet::new();
        while let Some(token) = tokens.next() {
            match token {
                Token::Name(name) => {
                    let code = blob(tokens, random).ok_or(FontError::Broken)?;
                    budget.objects(1)?;
                    if !is_name(name) {
                        return Err(FontError::Unsupported);
                    }
                    // Of two the first is found.
                    if seen.insert(name.to_vec()) {
                        self.glyphs.push((name.to_vec(), code));
                    }
                }
                Token::Word(b"end") if !self.glyphs.is_empty() => return Ok(()),
                _ => {}
            }
        }
        Err(FontError::Broken)
    }
}

/// The segments of a PC font file without their headers; `None` if it is none.
fn segments(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut rest = bytes;
    let mut out = None;
    while let [0x80, 1 | 2, a, b, c, d, behind @ ..] = rest {
        let length = usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).ok()?.min(behind.len());
        let (segment, behind) = behind.split_at_checked(length)?;
        out.get_or_insert_with(Vec::new).extend_from_slice(segment);
        rest = behind;
    }
    out
}

fn clear(tokens: &mut Tokens<'_>) -> Result<Clear, FontError> {
    let mut clear = Clear::default();
    while let Some(token) = tokens.next() {
        if token == Token::Word(b"eexec") {
            return Ok(clear);
        }
        let Token::Name(key) = token else { continue };
        let mut ahead = tokens.clone();
        match key {
            b"FontMatrix" if clear.matrix.is_none() => clear.matrix = numbers(&mut ahead).filter(|numbers| numbers.len() == 6),
            b"FontBBox" if clear.bounds.is_none() => clear.bounds = numbers(&mut ahead).filter(|numbers| numbers.len() == 4),
            b"Encoding" if clear.encoding.is_none() => {
                clear.encoding = encoding(&mut ahead)?;
                if clear.encoding.is_some() {
                    *tokens = ahead;
                }
            }
            b"FontType" if ahead.integer().is_some_and(|kind| kind != 1) => return Err(FontError::Unsupported),
            // Outlines to stroke.
            b"PaintType" if ahead.integer().is_some_and(|kind| kind != 0) => return Err(FontError::Unsupported),
            b"WeightVector" | b"BlendDesignPositions" | b"BlendDesignMap" => return Err(FontError::Unsupported),
            _ => {}
        }
    }
    Err(FontError::Broken)
}

/// The private part, decrypted to the end of the program: behind its last token it is noise that nobody reads.
fn private_part(rest: &[u8]) -> Vec<u8> {
    let start = rest.iter().position(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).unwrap_or(rest.len());
    let rest = rest.get(start..).unwrap_or_default();
    // Hexadecimal if the first four characters are (7.2).
    if !rest.iter().take(4).all(u8::is_ascii_hexdigit) {
        return decrypt(rest, EEXEC);
    }
    let mut digits = rest.iter().filter_map(|byte| char::from(*byte).to_digit(16)).filter_map(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::with_capacity(rest.len() / 2);
    while let (Some(high), Some(low)) = (digits.next(), digits.next()) {
        bytes.push(high.wrapping_shl(4) | low);
    }
    decrypt(&bytes, EEXEC)
}

/// `StandardEncoding`, an array that is filled entry by entry, or one of names. `None` if no encoding stands here.
fn encoding(tokens: &mut Tokens<'_>) -> Result<Option<Encoding>, FontError> {
    let mut codes = vec![Vec::new(); 256];
    let mut put = |code: Option<usize>, name: &[u8]| {
        if let Some(slot) = code.and_then(|code| codes.get_mut(code)) {
            *slot = if name == b".notdef" || !is_name(name) { Vec::new() } else { name.to_vec() };
        }
    };
    match tokens.next() {
        Some(Token::Word(b"StandardEncoding")) => return Ok(Some(Encoding::Standard)),
        Some(Token::Word(b"ISOLatin1Encoding")) => return Err(FontError::Unsupported),
        Some(Token::Word(b"256")) if tokens.word() == Some(b"array") => loop {
            match tokens.next().ok_or(FontError::Broken)? {
                Token::Word(b"def") => break,
                Token::Word(b"eexec") => return Err(FontError::Broken),
                Token::Word(b"dup") => {
                    let mut ahead = tokens.clone();
                    if let (Some(code), Some(name), Some(b"put")) = (ahead.length(), ahead.name(), ahead.word()) {
                        put(Some(code), name);
                        *tokens = ahead;
                    }
                }
                _ => {}
            }
        },
        Some(Token::Open) => {
            for code in 0..256_usize {
                match tokens.next() {
                    Some(Token::Name(name)) => put(Some(code), name),
                    Some(Token::Close) => break,
                    _ => return Err(FontError::Broken),
                }
            }
        }
        _ => return Ok(None),
    }
    Ok(Some(Encoding::Codes(codes)))
}

/// The charstring behind its length and the operator that reads it (`RD` or `-|`).
fn blob(tokens: &mut Tokens<'_>, random: i32) -> Option<Vec<u8>> {
    let length = tokens.length()?;
    tokens.word()?;
    let bytes = tokens.blob(length)?;
    match usize::try_from(random) {
        Ok(random) => decrypt(bytes, CHARSTRING).get(random..).map(<[u8]>::to_vec),
        Err(_) => Some(bytes.to_vec()),
    }
}

fn value(tokens: &mut Tokens<'_>, form: Form) -> Option<Value> {
    match form {
        Form::Flag => match tokens.word()? {
            b"true" => Some(Value::Flag(true)),
            b"false" => Some(Value::Flag(false)),
            _ => None,
        },
        Form::Number => number(tokens.word()?).map(Value::Number),
        Form::Numbers(most) => numbers(tokens).filter(|numbers| numbers.len() <= most).map(Value::Numbers),
    }
}

/// Numbers in brackets or braces, and nothing else: code in a `FontMatrix` is how CVE-2024-4367 ran.
fn numbers(tokens: &mut Tokens<'_>) -> Option<Vec<Number>> {
    let mut out = Vec::new();
    let (mut inner, is_array) = match tokens.next()? {
        Token::Procedure(inner) => (Tokens::new(inner), false),
        Token::Open => (tokens.clone(), true),
        _ => return None,
    };
    loop {
        match inner.next() {
            Some(Token::Word(word)) if out.len() < 14 => out.push(number(word)?),
            Some(Token::Close) if is_array => return Some(out),
            None if !is_array => return Some(out),
            _ => return None,
        }
    }
}

/// A number in decimal.
fn number(word: &[u8]) -> Option<Number> {
    let text = std::str::from_utf8(word).ok().filter(|text| text.len() <= DIGITS)?;
    let plain = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E'));
    text.parse::<f64>().ok().filter(|value| plain && value.is_finite())?;
    Some(word.to_vec())
}

fn is_name(name: &[u8]) -> bool {
    !name.is_empty() && name.len() <= NAME && name.iter().all(|byte| byte.is_ascii_graphic() && is_regular(*byte))
}
