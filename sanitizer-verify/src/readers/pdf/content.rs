//! Content streams and character maps, token by token: the operators our writer knows, and names that stand for
//! something.

use super::{super::Refusal, scan};
use crate::Budget;
use hayro_syntax::object::Dict;

/// Operators without a name among their operands.
const PLAIN: &[&str] = &[
    "\"", "'", "B", "B*", "BT", "EMC", "ET", "F", "G", "J", "K", "M", "Q", "RG", "S", "SC", "T*", "TD", "TJ", "TL", "Tc", "Td",
    "Tj", "Tm", "Tr", "Ts", "Tw", "Tz", "W", "W*", "b", "b*", "c", "cm", "d", "d0", "d1", "f", "f*", "g", "h", "i", "j", "k",
    "l", "m", "n", "q", "re", "rg", "s", "sc", "v", "w", "y",
];

/// Operators whose last name is one of a category of resources.
const NAMED: &[(&str, &str)] = &[
    ("CS", "ColorSpace"),
    ("Do", "XObject"),
    ("SCN", "Pattern"),
    ("Tf", "Font"),
    ("cs", "ColorSpace"),
    ("gs", "ExtGState"),
    ("scn", "Pattern"),
    ("sh", "Shading"),
];

/// Colour spaces that need no resource.
const DEVICE: &[&[u8]] = &[b"/DeviceGray", b"/DeviceRGB", b"/DeviceCMYK", b"/Pattern"];

/// Operators of a character map as our writer puts them.
const MAP: &[&str] = &[
    "CMapName",
    "begin",
    "begincidchar",
    "begincidrange",
    "begincmap",
    "begincodespacerange",
    "beginbfchar",
    "beginbfrange",
    "currentdict",
    "def",
    "defineresource",
    "dict",
    "end",
    "endbfchar",
    "endbfrange",
    "endcidchar",
    "endcidrange",
    "endcmap",
    "endcodespacerange",
    "findresource",
    "pop",
    "usecmap",
];

/// Checks a content stream against the resources it has.
pub(super) fn check(bytes: &[u8], resources: &Dict<'_>, budget: &mut Budget) -> Result<(), Refusal> {
    let mut open = 0u32;
    let mut tokens = Tokens { data: bytes, at: 0 };
    let mut names: Vec<&[u8]> = Vec::new();
    while let Some(token) = tokens.next()? {
        match token {
            Token::Value(value) => {
                if value.starts_with(b"/") {
                    names.push(value);
                }
            }
            Token::Word(word) => {
                budget.objects(1)?;
                operator(word, &names, resources)?;
                match word {
                    b"q" => open = open.saturating_add(1),
                    b"Q" => open = open.checked_sub(1).ok_or(Refusal::new("pdf.content.balance"))?,
                    _ => {}
                }
                names.clear();
            }
        }
    }
    if open == 0 { Ok(()) } else { Err(Refusal::new("pdf.content.balance")) }
}

fn operator(word: &[u8], names: &[&[u8]], resources: &Dict<'_>) -> Result<(), Refusal> {
    let text = std::str::from_utf8(word).map_err(|_| Refusal::new("pdf.content.operator"))?;
    if let Some((_, category)) = NAMED.iter().find(|(name, _)| *name == text) {
        return match (names, text) {
            ([], "SCN" | "scn") => Ok(()),
            ([name], "CS" | "cs") if DEVICE.contains(name) => Ok(()),
            ([name], _) => stands_for_something(name, category, resources),
            _ => Err(Refusal::new("pdf.content.operand")),
        };
    }
    match (text, names) {
        ("BMC" | "BDC", [b"/Span"]) | ("ri", [_]) => Ok(()),
        ("BDC", [b"/OC", layer]) => stands_for_something(layer, "Properties", resources),
        (_, []) if PLAIN.contains(&text) => Ok(()),
        _ => Err(Refusal::new("pdf.content.operator")),
    }
}

fn stands_for_something(name: &[u8], category: &str, resources: &Dict<'_>) -> Result<(), Refusal> {
    let known = resources.get::<Dict<'_>>(category).is_some_and(|dict| name.get(1..).is_some_and(|name| dict.contains_key(name)));
    if known { Ok(()) } else { Err(Refusal::new("pdf.content.name")) }
}

/// Checks a character map: numbers, names, strings, and its operators.
pub(super) fn character_map(bytes: &[u8]) -> Result<(), Refusal> {
    let mut tokens = Tokens { data: bytes, at: 0 };
    while let Some(token) = tokens.next()? {
        if let Token::Word(word) = token
            && !MAP.iter().any(|known| known.as_bytes() == word)
        {
            return Err(Refusal::new("pdf.map.operator"));
        }
    }
    Ok(())
}

enum Token<'a> {
    Value(&'a [u8]),
    Word(&'a [u8]),
}

/// Values and words with one blank or line feed between them.
struct Tokens<'a> {
    data: &'a [u8],
    at: usize,
}

impl<'a> Tokens<'a> {
    fn next(&mut self) -> Result<Option<Token<'a>>, Refusal> {
        let Some(first) = self.data.get(self.at).copied() else { return Ok(None) };
        let start = self.at;
        let word = first.is_ascii_alphabetic() || first == b'\'' || first == b'"';
        let end = if word {
            let rest = self.data.get(start..).unwrap_or_default();
            let count =
                rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'\'' | b'"')).count();
            start.saturating_add(count)
        } else {
            scan::value(self.data, start).ok_or(Refusal::new("pdf.content.value"))?.end
        };
        let token = self.data.get(start..end).unwrap_or_default();
        if !matches!(self.data.get(end), Some(b' ' | b'\n')) {
            return Err(Refusal::new("pdf.content.space"));
        }
        self.at = end.saturating_add(1);
        Ok(Some(if word && !matches!(token, b"true" | b"false" | b"null") { Token::Word(token) } else { Token::Value(token) }))
    }
}
