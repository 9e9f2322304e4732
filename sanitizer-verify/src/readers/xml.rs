//! XML as the core writes it: one declaration, UTF-8, double quotes, fixed prefixes, the fewest references; no comments,
//! no CDATA, no processing instructions, no document type.
//!
//! Because prefixes are fixed and their declarations are checked against [`PREFIXES`], readers compare qualified names
//! such as `w:p` as they stand.

use super::Refusal;
use crate::Budget;
use std::borrow::Cow;

/// A piece of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// An element begins. An empty element has an end too.
    Start(Element<'a>),
    /// Character data.
    Text(Cow<'a, str>),
    /// The innermost element ends.
    End,
}

/// A start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Element<'a> {
    /// The qualified name.
    pub(super) name: &'a str,
    /// Qualified names and decoded values; declarations of namespaces are not among them.
    pub(super) attributes: Vec<(&'a str, Cow<'a, str>)>,
}

impl Element<'_> {
    /// The value of an attribute.
    pub(super) fn attr(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| *known == name).map(|(_, value)| &**value)
    }
}

/// Reads a document piece by piece.
pub(super) struct Tokens<'a> {
    rest: &'a str,
    /// The namespace of names without a prefix.
    default: &'static str,
    open: Vec<&'a str>,
    /// Which prefixes are declared, and at which depth.
    bound: Vec<(&'a str, usize)>,
    closing: bool,
    had_root: bool,
}

impl<'a> Tokens<'a> {
    /// Starts with a document whose names without a prefix are of the namespace `default`. Charges its tags.
    pub(super) fn new(bytes: &'a [u8], default: &'static str, budget: &mut Budget) -> Result<Self, Refusal> {
        let text = std::str::from_utf8(bytes).map_err(|_| Refusal::new("xml.utf8"))?;
        let rest = text.strip_prefix(DECLARATION).ok_or(Refusal::new("xml.declaration"))?;
        if rest.chars().any(|c| !is_char(c)) {
            return Err(Refusal::new("xml.character"));
        }
        budget.objects(rest.bytes().filter(|byte| *byte == b'<').count() as u64)?;
        Ok(Self { rest, default, open: Vec::new(), bound: Vec::new(), closing: false, had_root: false })
    }

    /// The next piece; none at the end of a document whose elements are all closed.
    pub(super) fn next(&mut self) -> Result<Option<Token<'a>>, Refusal> {
        if std::mem::take(&mut self.closing) {
            return self.close().map(Some);
        }
        if self.rest.is_empty() {
            let whole = self.open.is_empty() && self.had_root;
            return if whole { Ok(None) } else { Err(Refusal::new("xml.unclosed")) };
        }
        let Some(tag) = self.rest.strip_prefix('<') else { return self.text().map(Some) };
        if let Some(end) = tag.strip_prefix('/') {
            let (name, rest) = end.split_once('>').ok_or(Refusal::new("xml.tag"))?;
            if self.open.last() != Some(&name) {
                return Err(Refusal::new("xml.unclosed"));
            }
            self.rest = rest;
            return self.close().map(Some);
        }
        self.start(tag).map(|element| Some(Token::Start(element)))
    }

    fn close(&mut self) -> Result<Token<'a>, Refusal> {
        self.open.pop().ok_or(Refusal::new("xml.unclosed"))?;
        let depth = self.open.len();
        self.bound.retain(|(_, at)| *at <= depth);
        Ok(Token::End)
    }

    fn text(&mut self) -> Result<Token<'a>, Refusal> {
        let end = self.rest.find('<').unwrap_or(self.rest.len());
        let (raw, rest) = self.rest.split_at_checked(end).ok_or(Refusal::new("xml.text"))?;
        if self.open.is_empty() {
            return Err(Refusal::new("xml.text"));
        }
        self.rest = rest;
        unescape(raw, false).map(Token::Text)
    }

    fn start(&mut self, tag: &'a str) -> Result<Element<'a>, Refusal> {
        if self.open.len() >= MAX_DEPTH || (self.open.is_empty() && std::mem::replace(&mut self.had_root, true)) {
            return Err(Refusal::new("xml.depth"));
        }
        let end = tag.find([' ', '/', '>']).ok_or(Refusal::new("xml.tag"))?;
        let (name, mut rest) = tag.split_at_checked(end).ok_or(Refusal::new("xml.tag"))?;
        self.open.push(name);
        let mut attributes: Vec<(&str, Cow<'_, str>)> = Vec::new();
        while let Some(attribute) = rest.strip_prefix(' ') {
            let (key, value) = attribute.split_once("=\"").ok_or(Refusal::new("xml.attribute"))?;
            let (value, after) = value.split_once('"').ok_or(Refusal::new("xml.attribute"))?;
            rest = after;
            if !self.declares(key, value)? {
                if attributes.len() >= MAX_ATTRIBUTES || attributes.iter().any(|(known, _)| *known == key) {
                    return Err(Refusal::new("xml.attribute"));
                }
                attributes.push((key, unescape(value, true)?));
            }
        }
        self.rest = match rest.strip_prefix("/>") {
            Some(rest) => {
                self.closing = true;
                rest
            }
            None => rest.strip_prefix('>').ok_or(Refusal::new("xml.tag"))?,
        };
        self.known(name)?;
        for (key, _) in &attributes {
            self.known(key)?;
        }
        Ok(Element { name, attributes })
    }

    /// Takes a declaration of a namespace, which must be the one its prefix always has.
    fn declares(&mut self, key: &'a str, value: &str) -> Result<bool, Refusal> {
        let depth = self.open.len();
        if key == "xmlns" {
            let expected = depth == 1 && value == self.default && !value.is_empty();
            return if expected { Ok(true) } else { Err(Refusal::new("xml.namespace")) };
        }
        let Some(prefix) = key.strip_prefix("xmlns:") else { return Ok(false) };
        if !PREFIXES.contains(&(prefix, value)) {
            return Err(Refusal::new("xml.namespace"));
        }
        self.bound.push((prefix, depth));
        Ok(true)
    }

    /// Whether a name is well-formed and its prefix declared.
    fn known(&self, name: &str) -> Result<(), Refusal> {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let legal = local.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
            && local.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
        let bound = matches!(prefix, "" | "xml") || self.bound.iter().any(|(known, _)| *known == prefix);
        if legal && bound { Ok(()) } else { Err(Refusal::new("xml.name")) }
    }
}

/// Replaces the references our writer writes.
fn unescape(raw: &str, attribute: bool) -> Result<Cow<'_, str>, Refusal> {
    if raw.contains(['<', '>', '\r']) || (attribute && raw.contains(['\t', '\n'])) {
        return Err(Refusal::new("xml.text"));
    }
    if !raw.contains('&') {
        return Ok(Cow::Borrowed(raw));
    }
    let mut text = String::with_capacity(raw.len());
    let mut pieces = raw.split('&');
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (name, rest) = piece.split_once(';').ok_or(Refusal::new("xml.reference"))?;
        text.push(match (name, attribute) {
            ("amp", _) => '&',
            ("lt", _) => '<',
            ("gt", _) => '>',
            ("#13", _) => '\r',
            ("quot", true) => '"',
            ("#9", true) => '\t',
            ("#10", true) => '\n',
            _ => return Err(Refusal::new("xml.reference")),
        });
        text.push_str(rest);
    }
    Ok(Cow::Owned(text))
}

/// `Char` of XML 1.0, 2.2.
fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAX_DEPTH: usize = 256;
const MAX_ATTRIBUTES: usize = 512;

/// Every prefix that may be declared, with its namespace.
const PREFIXES: &[(&str, &str)] = &[
    ("a", "http://schemas.openxmlformats.org/drawingml/2006/main"),
    ("a14", "http://schemas.microsoft.com/office/drawing/2010/main"),
    ("a16", "http://schemas.microsoft.com/office/drawing/2014/main"),
    ("c", "http://schemas.openxmlformats.org/drawingml/2006/chart"),
    ("c14", "http://schemas.microsoft.com/office/drawing/2007/8/2/chart"),
    ("c15", "http://schemas.microsoft.com/office/drawing/2012/chart"),
    ("c16", "http://schemas.microsoft.com/office/drawing/2014/chart"),
    ("c16r3", "http://schemas.microsoft.com/office/drawing/2017/03/chart"),
    ("cdr", "http://schemas.openxmlformats.org/drawingml/2006/chartDrawing"),
    ("cp", "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"),
    ("dc", "http://purl.org/dc/elements/1.1/"),
    ("dcterms", "http://purl.org/dc/terms/"),
    ("dgm", "http://schemas.openxmlformats.org/drawingml/2006/diagram"),
    ("dsp", "http://schemas.microsoft.com/office/drawing/2008/diagram"),
    ("m", "http://schemas.openxmlformats.org/officeDocument/2006/math"),
    ("mc", "http://schemas.openxmlformats.org/markup-compatibility/2006"),
    ("o", "urn:schemas-microsoft-com:office:office"),
    ("pic", "http://schemas.openxmlformats.org/drawingml/2006/picture"),
    ("r", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
    ("v", "urn:schemas-microsoft-com:vml"),
    ("vt", "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"),
    ("w", "http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    ("w10", "urn:schemas-microsoft-com:office:word"),
    ("w14", "http://schemas.microsoft.com/office/word/2010/wordml"),
    ("w15", "http://schemas.microsoft.com/office/word/2012/wordml"),
    ("wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"),
    ("wp14", "http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing"),
    ("wpc", "http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas"),
    ("wpg", "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"),
    ("wps", "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"),
    ("x", "urn:schemas-microsoft-com:office:excel"),
    ("x14", "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"),
    ("x14ac", "http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"),
    ("x15", "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"),
    ("xdr", "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"),
    ("xm", "http://schemas.microsoft.com/office/excel/2006/main"),
    ("xsi", "http://www.w3.org/2001/XMLSchema-instance"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;

    fn tokens(body: &str) -> Result<Vec<String>, Refusal> {
        let document = format!("{DECLARATION}{body}");
        let mut tokens = Tokens::new(document.as_bytes(), "urn:x", &mut Budget::new(&Limits::default()))?;
        let mut told = Vec::new();
        while let Some(token) = tokens.next()? {
            told.push(match token {
                Token::Start(element) => format!("<{} {:?}", element.name, element.attributes),
                Token::Text(text) => text.into_owned(),
                Token::End => "/".to_owned(),
            });
        }
        Ok(told)
    }

    #[test]
    fn what_our_writer_writes_is_read() {
        let body = r#"<a xmlns="urn:x" xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:b c="&quot;&#10;"/>x&amp;</a>"#;
        assert_eq!(tokens(body).unwrap(), ["<a []", "<w:b [(\"c\", \"\\\"\\n\")]", "/", "x&", "/"]);
    }

    #[test]
    fn nothing_else_is() {
        let refused = [
            "",
            "x",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<a/>x",
            "<a><!-- --></a>",
            "<a><?b?></a>",
            "<a><![CDATA[]]></a>",
            "<a b='1'/>",
            "<a  b=\"1\"/>",
            "<a b=\"1\" b=\"2\"/>",
            "<a>&apos;</a>",
            "<a>&b;</a>",
            "<a>></a>",
            "<w:a/>",
            "<a xmlns=\"urn:y\"/>",
            "<a xmlns:w=\"urn:y\"/>",
            "<!DOCTYPE a><a/>",
            "<a\n/>",
            "<a b=\"<\"/>",
        ];
        for body in refused {
            assert!(tokens(body).is_err(), "{body}");
        }
    }
}
