//! A part as a tree of allow-listed elements: what `read` gives is already less than what came in, and
//! `write` can write nothing else.

use super::{
    package, placeholder,
    vocabulary::{self, Definition, Name},
};
use crate::{
    Action, Context, DisarmError,
    report::kinds::OoxmlFinding,
    syntax::xml::{Document, Event, Ns, Reader, Start, Writer, XmlError},
};

/// An element and what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::formats) struct Element {
    /// Its name.
    pub(in crate::formats) name: Name,
    /// Its attributes, in their order.
    pub(in crate::formats) attributes: Vec<(Name, String)>,
    /// What is in it, in order.
    pub(in crate::formats) children: Vec<Node>,
}

/// What stands in an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::formats) enum Node {
    /// An element.
    Element(Element),
    /// Text.
    Text(String),
}

/// Wrappers whose content stands for itself: structure of somebody's XML over the text (ECMA-376 Part 1, 17.5.1).
const UNWRAPPED: &[(Ns, &str)] = &[(Ns::Word, "customXml"), (Ns::Word, "smartTag")];

/// Elements whose loss is named, and how, unless the relationship they use is named already. Everything else that is
/// not in the vocabulary goes without a word: editors' private data, extensions and caches that no page shows.
const NAMED: &[(Ns, &str, OoxmlFinding, Action)] = &[
    (Ns::Chart, "externalData", OoxmlFinding::ChartData, Action::Rebuild),
    (Ns::Drawing, "hlinkHover", OoxmlFinding::HoverAction, Action::Rebuild),
    (Ns::Drawing, "hlinkMouseOver", OoxmlFinding::HoverAction, Action::Rebuild),
    (Ns::Word, "docVars", OoxmlFinding::DocumentVariables, Action::Rebuild),
    (Ns::Word, "entryMacro", OoxmlFinding::FormMacro, Action::Rebuild),
    (Ns::Word, "exitMacro", OoxmlFinding::FormMacro, Action::Rebuild),
    (Ns::Word, "mailMerge", OoxmlFinding::MailMerge, Action::Remove),
];

impl Element {
    /// An element without anything. The name must stand in the vocabulary.
    pub(in crate::formats) const fn new(ns: Ns, local: &'static str) -> Self {
        Self { name: Name::new(ns, local), attributes: Vec::new(), children: Vec::new() }
    }

    /// The same with a child.
    #[must_use]
    pub(in crate::formats) fn with(mut self, child: Self) -> Self {
        self.children.push(Node::Element(child));
        self
    }

    /// The same with text.
    #[must_use]
    pub(in crate::formats) fn with_text(mut self, text: impl Into<String>) -> Self {
        self.children.push(Node::Text(text.into()));
        self
    }

    /// Whether it is this element.
    pub(in crate::formats) fn is(&self, ns: Ns, local: &str) -> bool {
        self.name.ns == ns && self.name.local == local
    }

    /// The value of an attribute.
    pub(in crate::formats) fn attribute(&self, ns: Ns, local: &str) -> Option<&str> {
        self.attributes.iter().find(|(name, _)| name.ns == ns && name.local == local).map(|(_, value)| value.as_str())
    }

    /// Sets an attribute.
    pub(in crate::formats) fn set(&mut self, ns: Ns, local: &'static str, value: impl Into<String>) {
        let value = value.into();
        match self.attributes.iter_mut().find(|(name, _)| name.ns == ns && name.local == local) {
            Some((_, old)) => *old = value,
            None => self.attributes.push((Name::new(ns, local), value)),
        }
    }

    /// Takes an attribute out.
    pub(in crate::formats) fn unset(&mut self, ns: Ns, local: &str) -> Option<String> {
        let at = self.attributes.iter().position(|(name, _)| name.ns == ns && name.local == local)?;
        Some(self.attributes.remove(at).1)
    }

    /// The elements in it.
    pub(in crate::formats) fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The elements in it, to be changed.
    pub(in crate::formats) fn elements_mut(&mut self) -> impl Iterator<Item = &mut Self> {
        self.children.iter_mut().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first element of this name in it.
    pub(in crate::formats) fn child(&self, ns: Ns, local: &str) -> Option<&Self> {
        self.elements().find(|element| element.is(ns, local))
    }

    /// Whether an element of this name stands anywhere below it.
    pub(in crate::formats) fn contains(&self, ns: Ns, local: &str) -> bool {
        self.elements().any(|element| element.is(ns, local) || element.contains(ns, local))
    }

    /// The text directly in it.
    pub(in crate::formats) fn text(&self) -> String {
        self.children
            .iter()
            .filter_map(|node| match node {
                Node::Text(text) => Some(text.as_str()),
                Node::Element(_) => None,
            })
            .collect()
    }

    /// Keeps the child elements for which `keep` says so.
    pub(in crate::formats) fn retain(&mut self, mut keep: impl FnMut(&Self) -> bool) {
        self.children.retain(|node| match node {
            Node::Element(element) => keep(element),
            Node::Text(_) => true,
        });
    }
}

/// What an element that is open became.
enum Open {
    /// An element that is kept.
    Kept(&'static Definition, Element),
    /// Nothing of its own: its children belong to the element around it.
    Transparent,
}

/// Reads a part whose root must be `root`. Names what was dropped in the context's report.
pub(in crate::formats) fn read(bytes: &[u8], root: Name, cx: &mut Context<'_>) -> Result<Element, DisarmError> {
    read_xml(bytes, root, cx).map_err(|error| package::xml_error(error, cx))
}

fn read_xml(bytes: &[u8], root: Name, cx: &mut Context<'_>) -> Result<Element, XmlError> {
    let document = Document::decode(bytes, cx.budget())?;
    let mut reader = document.reader(understands);
    let mut whole = None;
    loop {
        match reader.next()? {
            Event::Start(start) => whole = element(&mut reader, &start, Some(root), cx)?,
            Event::Text(_) | Event::End => {}
            Event::Eof => return whole.ok_or(XmlError::WellFormedness),
        }
    }
}

/// Reads the element that `start` begins, to its end, if it may stand.
pub(in crate::formats) fn element(
    reader: &mut Reader<'_>,
    start: &Start<'_>,
    root: Option<Name>,
    cx: &mut Context<'_>,
) -> Result<Option<Element>, XmlError> {
    let Some(frame) = opened(start, root, cx) else {
        reader.skip()?;
        return Ok(None);
    };
    let mut open = vec![frame];
    loop {
        match reader.next()? {
            Event::Start(start) => {
                if let Some(frame) = opened(&start, None, cx) {
                    open.push(frame);
                    continue;
                }
                if let Some(instead) = placeholder::instead_of_start(start.ns, start.local)
                    && let Some(parent) = open.iter_mut().rev().find_map(kept)
                {
                    parent.children.push(Node::Element(instead));
                }
                reader.skip()?;
            }
            Event::Text(text) => {
                if let Some(Open::Kept(definition, element)) = open.last_mut()
                    && definition.text
                {
                    element.children.push(Node::Text(text.into_owned()));
                }
            }
            Event::End => {
                let closed = open.pop();
                if let Some(Open::Kept(_, element)) = closed {
                    match open.iter_mut().rev().find_map(kept) {
                        Some(parent) => parent.children.push(Node::Element(element)),
                        None => return Ok(Some(element)),
                    }
                } else if open.is_empty() {
                    return Ok(None);
                }
            }
            Event::Eof => return Err(XmlError::WellFormedness),
        }
    }
}

fn kept(open: &mut Open) -> Option<&mut Element> {
    match open {
        Open::Kept(_, element) => Some(element),
        Open::Transparent => None,
    }
}

/// The extensions whose branch of an `mc:AlternateContent` is taken.
///
/// Relative places of Word 2010 (`wp14`) are not among them: their fallback is the same place in absolute measures, and
/// every reader knows those.
pub(in crate::formats) const fn understands(ns: Ns) -> bool {
    matches!(ns, Ns::WordShape | Ns::WordGroup | Ns::WordCanvas)
}

fn opened(start: &Start<'_>, root: Option<Name>, cx: &mut Context<'_>) -> Option<Open> {
    let Some(definition) = vocabulary::definition(start.ns, start.local) else {
        if UNWRAPPED.iter().any(|(ns, local)| start.is(*ns, local)) {
            return Some(Open::Transparent);
        }
        if let Some((_, _, finding, action)) = NAMED.iter().find(|(ns, local, _, _)| start.is(*ns, local)) {
            cx.find(*finding, *action);
        }
        return None;
    };
    if root.is_some_and(|root| root != definition.name) {
        return None;
    }
    let attributes = start.attributes.iter().filter_map(|attribute| {
        let name = definition.attribute(attribute.ns, attribute.local)?;
        Some((name, attribute.value.clone().into_owned()))
    });
    let element = Element { name: definition.name, attributes: attributes.collect(), children: Vec::new() };
    Some(Open::Kept(definition, element))
}

/// Writes a part.
pub(in crate::formats) fn write(root: &Element) -> Vec<u8> {
    let mut used = std::collections::BTreeSet::new();
    namespaces(root, &mut used);
    let mut writer = Writer::new();
    writer.start(root.name.ns, root.name.local);
    for ns in used {
        writer.declare(ns);
    }
    contents(root, &mut writer);
    writer.end();
    writer.finish()
}

fn contents(element: &Element, writer: &mut Writer) {
    for (name, value) in &element.attributes {
        writer.attr(name.ns, name.local, value);
    }
    for node in &element.children {
        match node {
            Node::Text(text) => writer.text(text),
            Node::Element(child) => write_into(child, writer),
        }
    }
}

/// Writes an element into a part whose namespaces are declared.
pub(in crate::formats) fn write_into(element: &Element, writer: &mut Writer) {
    writer.start(element.name.ns, element.name.local);
    contents(element, writer);
    writer.end();
}

fn namespaces(element: &Element, used: &mut std::collections::BTreeSet<Ns>) {
    let names = std::iter::once(element.name).chain(element.attributes.iter().map(|(name, _)| *name));
    used.extend(names.map(|name| name.ns).filter(|ns| !matches!(ns, Ns::None | Ns::Other | Ns::Xml)));
    for child in element.elements() {
        namespaces(child, used);
    }
}
