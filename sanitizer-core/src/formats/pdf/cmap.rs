//! Character maps (ISO 32000-2, 9.7.5 and 9.10.3): read into a list of codes and what they stand for, written as
//! nothing else.

use crate::syntax::pdf::lexer::{Lexer, Token};
use lopdf::{Dictionary, Object};
use std::fmt::Write as _;

/// Entries of one map.
const ENTRIES: usize = 1_000_000;

/// The longest text one code stands for, in bytes of UTF-16.
const TEXT: usize = 512;

/// Our maps have one name.
pub(super) const NAME: &str = "Map";

/// The predefined maps (table 116), and those older producers name.
const PREDEFINED: &[&str] = &[
    "Identity-H",
    "Identity-V",
    "83pv-RKSJ-H",
    "90ms-RKSJ-H",
    "90ms-RKSJ-V",
    "90msp-RKSJ-H",
    "90msp-RKSJ-V",
    "90pv-RKSJ-H",
    "90pv-RKSJ-V",
    "Add-RKSJ-H",
    "Add-RKSJ-V",
    "EUC-H",
    "EUC-V",
    "Ext-RKSJ-H",
    "Ext-RKSJ-V",
    "H",
    "V",
    "RKSJ-H",
    "RKSJ-V",
    "UniJIS-UCS2-H",
    "UniJIS-UCS2-V",
    "UniJIS-UCS2-HW-H",
    "UniJIS-UCS2-HW-V",
    "UniJIS-UTF8-H",
    "UniJIS-UTF8-V",
    "UniJIS-UTF16-H",
    "UniJIS-UTF16-V",
    "UniJIS-UTF32-H",
    "UniJIS-UTF32-V",
    "UniJIS2004-UTF8-H",
    "UniJIS2004-UTF8-V",
    "UniJIS2004-UTF16-H",
    "UniJIS2004-UTF16-V",
    "UniJIS2004-UTF32-H",
    "UniJIS2004-UTF32-V",
    "UniJISX0213-UTF32-H",
    "UniJISX0213-UTF32-V",
    "UniJISX02132004-UTF32-H",
    "UniJISX02132004-UTF32-V",
    "UniJISPro-UCS2-V",
    "UniJISPro-UTF8-V",
    "78-H",
    "78-V",
    "78-EUC-H",
    "78-EUC-V",
    "78-RKSJ-H",
    "78-RKSJ-V",
    "Hiragana",
    "Katakana",
    "Roman",
    "WP-Symbol",
    "GB-EUC-H",
    "GB-EUC-V",
    "GBpc-EUC-H",
    "GBpc-EUC-V",
    "GBK-EUC-H",
    "GBK-EUC-V",
    "GBKp-EUC-H",
    "GBKp-EUC-V",
    "GBK2K-H",
    "GBK2K-V",
    "UniGB-UCS2-H",
    "UniGB-UCS2-V",
    "UniGB-UTF16-H",
    "UniGB-UTF16-V",
    "B5pc-H",
    "B5pc-V",
    "HKscs-B5-H",
    "HKscs-B5-V",
    "ETen-B5-H",
    "ETen-B5-V",
    "ETenms-B5-H",
    "ETenms-B5-V",
    "CNS-EUC-H",
    "CNS-EUC-V",
    "UniCNS-UCS2-H",
    "UniCNS-UCS2-V",
    "UniCNS-UTF16-H",
    "UniCNS-UTF16-V",
    "KSC-EUC-H",
    "KSC-EUC-V",
    "KSCms-UHC-H",
    "KSCms-UHC-V",
    "KSCms-UHC-HW-H",
    "KSCms-UHC-HW-V",
    "KSCpc-EUC-H",
    "UniKS-UCS2-H",
    "UniKS-UCS2-V",
    "UniKS-UTF16-H",
    "UniKS-UTF16-V",
];

/// The predefined map of this name.
pub(super) fn predefined(word: &[u8]) -> Option<&'static str> {
    PREDEFINED.iter().copied().find(|known| known.as_bytes() == word)
}

/// A `CIDSystemInfo` dictionary.
pub(super) fn system_info(registry: &str, ordering: &str, supplement: i64) -> Object {
    let mut out = Dictionary::new();
    out.set("Registry", Object::string_literal(registry));
    out.set("Ordering", Object::string_literal(ordering));
    out.set("Supplement", Object::Integer(supplement));
    Object::Dictionary(out)
}

/// Codes and what they stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct CMap {
    pub(super) vertical: bool,
    /// The predefined map this one builds on.
    pub(super) base: Option<&'static str>,
    spaces: Vec<(Vec<u8>, Vec<u8>)>,
    cid_chars: Vec<(Vec<u8>, i64)>,
    cid_ranges: Vec<(Vec<u8>, Vec<u8>, i64)>,
    text_chars: Vec<(Vec<u8>, Vec<u8>)>,
    text_ranges: Vec<(Vec<u8>, Vec<u8>, Vec<u8>)>,
}

impl CMap {
    /// Reads a map. What is of another form is passed over, as readers pass it over.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        let mut lexer = Lexer::new(bytes, 0);
        let mut before = Token::End;
        let mut last = Token::End;
        loop {
            let token = lexer.token();
            match &token {
                Token::End => return map,
                Token::Keyword(b"def") if before == Token::Name(b"WMode".to_vec()) => {
                    map.vertical = last == Token::Integer(1);
                }
                Token::Keyword(b"usecmap") => {
                    if let Token::Name(word) = &last {
                        map.base = predefined(word);
                    }
                }
                Token::Keyword(b"begincodespacerange") => map.codespaces(&mut lexer),
                Token::Keyword(b"beginbfchar") => map.read_text_chars(&mut lexer),
                Token::Keyword(b"beginbfrange") => map.read_text_ranges(&mut lexer),
                Token::Keyword(b"begincidchar") => map.read_cid_chars(&mut lexer),
                Token::Keyword(b"begincidrange") => map.read_cid_ranges(&mut lexer),
                _ => {}
            }
            before = std::mem::replace(&mut last, token);
        }
    }

    fn codespaces(&mut self, lexer: &mut Lexer<'_>) {
        while let (Some(low), Some(high)) = (code(lexer), code(lexer)) {
            if low.len() == high.len() && self.spaces.len() < 1000 {
                self.spaces.push((low, high));
            }
        }
    }

    fn read_text_chars(&mut self, lexer: &mut Lexer<'_>) {
        while let Some(from) = code(lexer) {
            let Some(text) = text(lexer.token()) else { return };
            if self.text_chars.len() < ENTRIES {
                self.text_chars.push((from, text));
            }
        }
    }

    fn read_text_ranges(&mut self, lexer: &mut Lexer<'_>) {
        while let (Some(low), Some(high)) = (code(lexer), code(lexer)) {
            match lexer.token() {
                // One text for each code of the range.
                Token::ArrayOpen => {
                    let mut next = Some(low);
                    loop {
                        let token = lexer.token();
                        if matches!(token, Token::ArrayClose | Token::End) {
                            break;
                        }
                        let Some(code) = next.take().filter(|code| *code <= high) else { continue };
                        next = successor(&code);
                        if let Some(text) = text(token)
                            && self.text_chars.len() < ENTRIES
                        {
                            self.text_chars.push((code, text));
                        }
                    }
                }
                token => {
                    let Some(text) = text(token) else { return };
                    if low.len() == high.len() && self.text_ranges.len() < ENTRIES {
                        self.text_ranges.push((low, high, text));
                    }
                }
            }
        }
    }

    fn read_cid_chars(&mut self, lexer: &mut Lexer<'_>) {
        while let Some(from) = code(lexer) {
            let Token::Integer(cid @ 0..=65535) = lexer.token() else { return };
            if self.cid_chars.len() < ENTRIES {
                self.cid_chars.push((from, cid));
            }
        }
    }

    fn read_cid_ranges(&mut self, lexer: &mut Lexer<'_>) {
        while let (Some(low), Some(high)) = (code(lexer), code(lexer)) {
            let Token::Integer(cid @ 0..=65535) = lexer.token() else { return };
            if low.len() == high.len() && self.cid_ranges.len() < ENTRIES {
                self.cid_ranges.push((low, high, cid));
            }
        }
    }

    /// Puts `base` under this map: what this one says comes later and wins.
    pub(super) fn build_on(&mut self, base: Self) {
        let own = std::mem::replace(self, base);
        self.vertical = own.vertical;
        self.base = own.base.or(self.base);
        self.spaces.extend(own.spaces);
        self.cid_chars.extend(own.cid_chars);
        self.cid_ranges.extend(own.cid_ranges);
    }

    /// A `ToUnicode` map, if there is anything in it.
    pub(super) fn to_unicode(&self) -> Option<Vec<u8>> {
        if self.text_chars.is_empty() && self.text_ranges.is_empty() {
            return None;
        }
        let mut out = self.head("Adobe-Identity-UCS");
        block(&mut out, "bfchar", &self.text_chars, |out, (code, text)| {
            let _ = write!(out, "<{}> <{}>", hex(code), hex(text));
        });
        block(&mut out, "bfrange", &self.text_ranges, |out, (low, high, text)| {
            let _ = write!(out, "<{}> <{}> <{}>", hex(low), hex(high), hex(text));
        });
        Some(tail(out))
    }

    /// A map to characters of a font.
    pub(super) fn to_cids(&self) -> Vec<u8> {
        let mut out = self.head(NAME);
        block(&mut out, "cidchar", &self.cid_chars, |out, (code, cid)| {
            let _ = write!(out, "<{}> {cid}", hex(code));
        });
        block(&mut out, "cidrange", &self.cid_ranges, |out, (low, high, cid)| {
            let _ = write!(out, "<{}> <{}> {cid}", hex(low), hex(high));
        });
        tail(out)
    }

    fn head(&self, map: &str) -> String {
        let mut out = String::from("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n");
        if let Some(base) = self.base {
            let _ = writeln!(out, "/{base} usecmap");
        }
        let mode = u8::from(self.vertical);
        let _ = write!(
            out,
            "/CIDSystemInfo <</Registry (Adobe)/Ordering (Identity)/Supplement 0>> def\n/CMapName /{map} def\n\
             /CMapType 2 def\n/WMode {mode} def\n"
        );
        block(&mut out, "codespacerange", &self.spaces, |out, (low, high)| {
            let _ = write!(out, "<{}> <{}>", hex(low), hex(high));
        });
        out
    }
}

/// Blocks of at most a hundred lines, as the format wants them.
fn block<T>(out: &mut String, kind: &str, entries: &[T], line: impl Fn(&mut String, &T)) {
    for part in entries.chunks(100) {
        let _ = writeln!(out, "{} begin{kind}", part.len());
        for entry in part {
            line(out, entry);
            out.push('\n');
        }
        let _ = writeln!(out, "end{kind}");
    }
}

fn tail(mut out: String) -> Vec<u8> {
    out.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    out.into_bytes()
}

fn hex(bytes: &[u8]) -> String {
    crate::report::hex(bytes)
}

/// A code of one to four bytes.
fn code(lexer: &mut Lexer<'_>) -> Option<Vec<u8>> {
    match lexer.token() {
        Token::String(bytes) if (1..=4).contains(&bytes.len()) => Some(bytes),
        _ => None,
    }
}

/// What a code stands for, as UTF-16; some producers give a glyph name, which stands for nothing.
fn text(token: Token<'_>) -> Option<Vec<u8>> {
    match token {
        Token::String(bytes) if bytes.len() <= TEXT => Some(bytes),
        Token::String(_) | Token::Name(_) => Some(Vec::new()),
        _ => None,
    }
}

/// The next code of the same length.
fn successor(code: &[u8]) -> Option<Vec<u8>> {
    let mut next = code.to_vec();
    for byte in next.iter_mut().rev() {
        *byte = byte.wrapping_add(1);
        if *byte != 0 {
            return Some(next);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_read_and_written_as_nothing_else() {
        let source = b"/Evil (payload) def 1 begincodespacerange <0000> <FFFF> endcodespacerange\n\
            2 beginbfchar <0041> <3042> <0042> <D842DFB7> endbfchar\n\
            2 beginbfrange <0050> <0052> <0061> <0060> <0061> [<0031> <0032>] endbfrange";
        let map = CMap::parse(source);
        let text = String::from_utf8(map.to_unicode().unwrap()).unwrap();
        assert!(text.contains("<0041> <3042>") && text.contains("<0061> <0032>") && !text.contains("payload"));
        assert_eq!(CMap::parse(text.as_bytes()), map);
    }

    #[test]
    fn vertical_writing_and_base_survive() {
        let map = CMap::parse(b"/UniJIS-UTF16-V usecmap /WMode 1 def 1 begincidrange <20> <7e> 231 endcidrange");
        assert!(map.vertical && map.base == Some("UniJIS-UTF16-V"));
        assert_eq!(CMap::parse(&map.to_cids()), map);
    }
}
