//! Functions (ISO 32000-2, 7.10), numbers only; type 4 is read token by token against the list of its operators.

use super::{
    builder::{Builder, Built, Kind, flate, name, reference},
    shape::{Shape, Table},
};
use crate::{
    Action,
    report::kinds::PdfFinding,
    syntax::pdf::{
        Item,
        lexer::{Lexer, Token},
        write,
    },
};
use lopdf::{Dictionary, Object};

const COMMON: Table = &[("FunctionType", Shape::Int), ("Domain", Shape::NumList), ("Range", Shape::NumList)];
const SAMPLED: Table = &[
    ("Size", Shape::NumList),
    ("BitsPerSample", Shape::Int),
    ("Order", Shape::Int),
    ("Encode", Shape::NumList),
    ("Decode", Shape::NumList),
];
const EXPONENTIAL: Table = &[("C0", Shape::NumList), ("C1", Shape::NumList), ("N", Shape::Num)];
const STITCHING: Table = &[("Bounds", Shape::NumList), ("Encode", Shape::NumList)];

/// Functions put together by one.
const PARTS: usize = 4096;

/// Tokens of one type 4 function.
const TOKENS: usize = 100_000;

/// Operators of type 4 functions (table 42).
const CALCULATOR: &[&[u8]] = &[
    b"abs",
    b"add",
    b"and",
    b"atan",
    b"bitshift",
    b"ceiling",
    b"copy",
    b"cos",
    b"cvi",
    b"cvr",
    b"div",
    b"dup",
    b"eq",
    b"exch",
    b"exp",
    b"false",
    b"floor",
    b"ge",
    b"gt",
    b"idiv",
    b"if",
    b"ifelse",
    b"index",
    b"le",
    b"ln",
    b"log",
    b"lt",
    b"mod",
    b"mul",
    b"ne",
    b"neg",
    b"not",
    b"or",
    b"pop",
    b"roll",
    b"round",
    b"sin",
    b"sqrt",
    b"sub",
    b"true",
    b"truncate",
    b"xor",
];

impl Builder<'_, '_, '_> {
    /// Builds a function; nothing if it is none.
    pub(super) fn function(&mut self, object: &Object) -> Built<Option<u32>> {
        self.once(Kind::Function, object, |builder, item, _| builder.function_body(item))
    }

    fn function_body(&mut self, item: &Item) -> Built<Option<Object>> {
        if matches!(item.plain(), Object::Name(word) if word == b"Identity") {
            return Ok(Some(name("Identity")));
        }
        let Some(from) = item.dict() else { return Ok(None) };
        let mut out = Dictionary::new();
        self.plain(from, COMMON, &mut out)?;
        match (self.integer(from, "FunctionType")?, item.stream()) {
            (Some(0), Some(stream)) => {
                self.plain(from, SAMPLED, &mut out)?;
                let bytes = self.decode_plain(stream)?;
                Ok(Some(flate(out, &bytes)))
            }
            (Some(2), _) => {
                self.plain(from, EXPONENTIAL, &mut out)?;
                Ok(Some(Object::Dictionary(out)))
            }
            (Some(3), _) => {
                let parts = self.get(from, "Functions")?;
                let Some(functions) = self.function_list(parts.array().unwrap_or_default())? else { return Ok(None) };
                out.set("Functions", Object::Array(functions));
                self.plain(from, STITCHING, &mut out)?;
                Ok(Some(Object::Dictionary(out)))
            }
            (Some(4), Some(stream)) => {
                let bytes = self.decode_plain(stream)?;
                self.cx.budget().objects(bytes.len() as u64 / 4)?;
                if let Some(program) = calculator(&bytes) {
                    Ok(Some(flate(out, &program)))
                } else {
                    self.find(PdfFinding::PostScript, Action::Remove);
                    Ok(None)
                }
            }
            _ => Ok(None),
        }
    }

    fn function_list(&mut self, parts: &[Object]) -> Built<Option<Vec<Object>>> {
        if parts.len() > PARTS {
            return Ok(None);
        }
        let mut functions = Vec::with_capacity(parts.len());
        for part in parts {
            match self.function(part)? {
                Some(slot) => functions.push(reference(slot)),
                None => return Ok(None),
            }
        }
        Ok(Some(functions))
    }

    /// One function, or an array of them, as shadings have it.
    pub(super) fn function_or_list(&mut self, object: &Object) -> Built<Option<Object>> {
        let item = self.resolve(object)?;
        match item.array() {
            Some(parts) => Ok(self.function_list(parts)?.map(Object::Array)),
            None => Ok(self.function(object)?.map(reference)),
        }
    }
}

/// A type 4 function written anew, if it is made of numbers, braces and known operators only.
fn calculator(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut lexer = Lexer::new(bytes, 0);
    let mut out = Vec::new();
    let mut open = 0u32;
    for _ in 0..TOKENS {
        match lexer.token() {
            Token::Stray(b'{') => {
                open = open.checked_add(1).filter(|open| *open <= 32)?;
                out.push(b'{');
            }
            Token::Stray(b'}') => {
                open = open.checked_sub(1)?;
                out.push(b'}');
                if open == 0 {
                    return Some(out);
                }
            }
            Token::Integer(number) => write::object(&Object::Integer(number), &mut out),
            Token::Real(number) => write::object(&Object::Real(number), &mut out),
            Token::Keyword(word) if CALCULATOR.contains(&word) && open > 0 => out.extend_from_slice(word),
            _ => return None,
        }
        out.push(b' ');
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_operators_come_through() {
        assert_eq!(calculator(b"{ 360 mul sin\n2 div exch }").unwrap(), b"{ 360 mul sin 2 div exch }");
        assert_eq!(calculator(b"{ 1 (x) run }"), None);
        assert_eq!(calculator(b"{ 1 exec }"), None);
        assert_eq!(calculator(b"{ {"), None);
    }
}
