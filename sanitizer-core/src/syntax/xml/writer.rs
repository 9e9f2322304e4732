//! Writes documents: UTF-8, fixed prefixes, everything escaped.

use super::Ns;
use std::ops::Range;

/// Writes a document, tag by tag. The same calls give the same bytes.
#[derive(Debug)]
pub struct Writer {
    out: String,
    /// Where the names of the open elements stand in what is written.
    open: Vec<Range<usize>>,
    /// The last start tag still lacks its `>`.
    in_tag: bool,
}

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

impl Writer {
    /// A document of which only the declaration is written.
    pub fn new() -> Self {
        let out = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n".to_owned();
        Self { out, open: Vec::new(), in_tag: false }
    }

    /// Begins an element under its namespace's fixed prefix.
    pub fn start(&mut self, ns: Ns, local: &str) {
        self.close_tag();
        self.out.push('<');
        let from = self.out.len();
        self.name(ns, local);
        self.open.push(from..self.out.len());
        self.in_tag = true;
    }

    /// Declares a namespace on the element just begun. Every one that is used has to be, on the root best.
    pub fn declare(&mut self, ns: Ns) {
        self.out.push_str(" xmlns");
        if !ns.prefix().is_empty() {
            self.out.push(':');
            self.out.push_str(ns.prefix());
        }
        self.out.push_str("=\"");
        self.out.push_str(ns.uri());
        self.out.push('"');
    }

    /// Writes an attribute of the element just begun.
    pub fn attr(&mut self, ns: Ns, local: &str, value: &str) {
        self.out.push(' ');
        self.name(ns, local);
        self.out.push_str("=\"");
        escape(value, &mut self.out, Place::Attribute);
        self.out.push('"');
    }

    /// Writes character data.
    pub fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.close_tag();
        escape(text, &mut self.out, Place::Content);
    }

    /// Ends the innermost element.
    pub fn end(&mut self) {
        let Some(name) = self.open.pop() else { return };
        if std::mem::take(&mut self.in_tag) {
            self.out.push_str("/>");
            return;
        }
        self.out.push_str("</");
        self.out.extend_from_within(name);
        self.out.push('>');
    }

    /// How many elements are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// How many bytes are written.
    pub fn len(&self) -> usize {
        self.out.len()
    }

    /// Never: the declaration stands there from the start.
    pub fn is_empty(&self) -> bool {
        self.out.is_empty()
    }

    /// Ends every element that is open and gives the document.
    pub fn finish(mut self) -> Vec<u8> {
        while !self.open.is_empty() {
            self.end();
        }
        self.out.into_bytes()
    }

    fn close_tag(&mut self) {
        if std::mem::take(&mut self.in_tag) {
            self.out.push('>');
        }
    }

    fn name(&mut self, ns: Ns, local: &str) {
        if !ns.prefix().is_empty() {
            self.out.push_str(ns.prefix());
            self.out.push(':');
        }
        self.out.push_str(local);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Attribute,
    Content,
}

fn escape(text: &str, out: &mut String, place: Place) {
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c < '?' && replacement(c, place).is_some()) {
        let (plain, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(plain);
        let mut characters = from.chars();
        if let Some(replaced) = characters.next().and_then(|c| replacement(c, place)) {
            out.push_str(replaced);
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
}

/// What a character is written as, if not as itself. A control character that XML cannot hold is left out: it can only
/// come from a mistake of ours.
fn replacement(c: char, place: Place) -> Option<&'static str> {
    match (c, place) {
        ('&', _) => Some("&amp;"),
        ('<', _) => Some("&lt;"),
        ('>', _) => Some("&gt;"),
        ('\r', _) => Some("&#13;"),
        ('"', Place::Attribute) => Some("&quot;"),
        ('\t', Place::Attribute) => Some("&#9;"),
        ('\n', Place::Attribute) => Some("&#10;"),
        ('\t' | '\n', Place::Content) => None,
        ('\0'..='\u{1F}', _) => Some(""),
        _ => None,
    }
}
