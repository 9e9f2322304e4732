//! The stream of events.

use super::{Attribute, Ns, XmlError, attributes, names, text};
use quick_xml::events::{BytesStart, Event as Raw};
use std::borrow::Cow;

/// No Office document nests as deep.
const MAX_DEPTH: usize = 256;

/// What a document consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event<'d> {
    /// An element begins. An empty element has an end too.
    Start(Start<'d>),
    /// Character data, all of it up to the next tag.
    Text(Cow<'d, str>),
    /// The innermost element ends.
    End,
    /// The document ends.
    Eof,
}

/// The begin of an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Start<'d> {
    /// Its namespace.
    pub ns: Ns,
    /// Its local name.
    pub local: &'d str,
    /// Its attributes, in their order.
    pub attributes: Vec<Attribute<'d>>,
}

impl Start<'_> {
    /// Whether it is this element.
    pub fn is(&self, ns: Ns, local: &str) -> bool {
        self.ns == ns && self.local == local
    }

    /// The value of an attribute without a prefix.
    pub fn attr(&self, local: &str) -> Option<&str> {
        self.attr_in(Ns::None, local)
    }

    /// The value of an attribute.
    pub fn attr_in(&self, ns: Ns, local: &str) -> Option<&str> {
        self.attributes.iter().find(|attribute| attribute.ns == ns && attribute.local == local).map(|attribute| &*attribute.value)
    }
}

/// Reads a document as a stream of events. After an error nothing more can be read.
pub struct Reader<'d> {
    text: &'d str,
    utf16: bool,
    inner: quick_xml::Reader<&'d [u8]>,
    open: Vec<Frame>,
    bindings: Vec<(&'d str, Ns)>,
    data: Option<Cow<'d, str>>,
    queued: Option<Event<'d>>,
    /// The tag last read was an empty one; its end is still to be told.
    closing: bool,
    had_root: bool,
    understands: fn(Ns) -> bool,
}

/// An element that is open.
struct Frame {
    kind: FrameKind,
    /// How many bindings there were before it.
    bindings: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FrameKind {
    /// Its start became an event, and so will its end.
    Plain,
    /// An `mc:AlternateContent`, and whether a branch of it was taken.
    Alternate { taken: bool },
    /// The branch taken: what is in it stands as if there were no branch.
    Branch,
}

impl<'d> Reader<'d> {
    pub(super) fn new(text: &'d str, utf16: bool, understands: fn(Ns) -> bool) -> Self {
        let mut inner = quick_xml::Reader::from_str(text);
        let config = inner.config_mut();
        config.check_comments = true;
        config.check_end_names = true;
        Self {
            text,
            utf16,
            inner,
            open: Vec::new(),
            bindings: vec![("xml", Ns::Xml)],
            data: None,
            queued: None,
            closing: false,
            had_root: false,
            understands,
        }
    }

    /// How many elements are open.
    pub fn depth(&self) -> usize {
        self.open.iter().filter(|frame| frame.kind == FrameKind::Plain).count()
    }

    /// The next event.
    #[expect(clippy::should_implement_trait, reason = "an iterator would go on after an error")]
    pub fn next(&mut self) -> Result<Event<'d>, XmlError> {
        if let Some(event) = self.queued.take() {
            return Ok(event);
        }
        let event = self.next_tag()?;
        match self.data.take() {
            Some(data) => {
                self.queued = Some(event);
                Ok(Event::Text(data))
            }
            None => Ok(event),
        }
    }

    /// Passes over the rest of the element whose start was the last event, its end included.
    pub fn skip(&mut self) -> Result<(), XmlError> {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.next()? {
                Event::Start(_) => depth = depth.saturating_add(1),
                Event::End => depth = depth.saturating_sub(1),
                Event::Text(_) => {}
                Event::Eof => return Err(XmlError::WellFormedness),
            }
        }
        Ok(())
    }

    /// All character data in the element whose start was the last event, its end included.
    pub fn text_content(&mut self) -> Result<String, XmlError> {
        let mut content = String::new();
        let mut depth = 1_usize;
        while depth > 0 {
            match self.next()? {
                Event::Start(_) => depth = depth.saturating_add(1),
                Event::End => depth = depth.saturating_sub(1),
                Event::Text(text) => content.push_str(&text),
                Event::Eof => return Err(XmlError::WellFormedness),
            }
        }
        Ok(content)
    }

    /// The next start or end that is told, with character data before it gathered in `self.data`.
    fn next_tag(&mut self) -> Result<Event<'d>, XmlError> {
        loop {
            if std::mem::take(&mut self.closing) {
                if let Some(event) = self.end()? {
                    return Ok(event);
                }
                continue;
            }
            let at = self.inner.buffer_position();
            let event = self.inner.read_event().map_err(|_| XmlError::WellFormedness)?;
            let told = match event {
                Raw::Start(tag) => self.start(&tag, 1)?,
                Raw::Empty(tag) => {
                    let before = self.open.len();
                    let told = self.start(&tag, 2)?;
                    self.closing = self.open.len() > before;
                    told
                }
                Raw::End(_) => self.end()?,
                Raw::Text(data) => self.gather(text::lines(data.into_inner()))?,
                Raw::CData(data) => self.gather(text::lines(data.into_inner()))?,
                Raw::GeneralRef(name) => {
                    let c = text::reference(&name.into_inner())?;
                    self.gather(Cow::Owned(c.to_string()))?
                }
                Raw::Decl(declaration) => {
                    let encoding = declaration.encoding().transpose().map_err(|_| XmlError::WellFormedness)?;
                    self.declared(at, encoding.as_deref())?;
                    None
                }
                Raw::Comment(_) | Raw::PI(_) => None,
                Raw::DocType(_) => return Err(XmlError::Doctype),
                Raw::Eof => {
                    if !self.open.is_empty() || !self.had_root {
                        return Err(XmlError::WellFormedness);
                    }
                    Some(Event::Eof)
                }
            };
            if let Some(event) = told {
                return Ok(event);
            }
        }
    }

    /// A declaration stands at the very start and may only declare what the bytes are.
    fn declared(&self, at: u64, encoding: Option<&str>) -> Result<(), XmlError> {
        if at != 0 {
            return Err(XmlError::WellFormedness);
        }
        let same = match encoding.map(str::to_ascii_lowercase).as_deref() {
            None => true,
            Some("utf-8" | "utf8") => !self.utf16,
            Some("utf-16") => self.utf16,
            // Any other encoding of pure ASCII is ASCII.
            Some(_) => !self.utf16 && self.text.is_ascii(),
        };
        if same { Ok(()) } else { Err(XmlError::Encoding) }
    }

    fn gather(&mut self, data: Cow<'d, str>) -> Result<Option<Event<'d>>, XmlError> {
        match self.open.last() {
            None if data.bytes().all(|byte| byte.is_ascii_whitespace()) => {}
            None => return Err(XmlError::WellFormedness),
            // White space between branches is no content.
            Some(Frame { kind: FrameKind::Alternate { .. }, .. }) => {}
            Some(_) => match &mut self.data {
                Some(before) => before.to_mut().push_str(&data),
                None if data.is_empty() => {}
                before @ None => *before = Some(data),
            },
        }
        Ok(None)
    }

    /// Opens an element whose tag ends with `tail` characters (`>` or `/>`).
    fn start(&mut self, tag: &BytesStart<'_>, tail: usize) -> Result<Option<Event<'d>>, XmlError> {
        let raw = self.tag_text(tag, tail)?;
        if self.open.len() >= MAX_DEPTH {
            return Err(XmlError::Bomb);
        }
        if self.open.is_empty() && std::mem::replace(&mut self.had_root, true) {
            return Err(XmlError::WellFormedness);
        }
        let bindings = self.bindings.len();
        let name_length = tag.name().as_ref().len();
        let (name, rest) = raw.split_at_checked(name_length).ok_or(XmlError::WellFormedness)?;
        let (prefix, local) = names::split(name)?;
        let attributes = self.attributes(rest)?;
        let ns = self.resolve(prefix)?;
        let start = Start { ns, local, attributes };
        let (kind, told) = self.compatibility(start)?;
        let Some(kind) = kind else {
            // A branch that is not taken: passed over here, so that nothing in it is ever told.
            if tail == 1 {
                self.inner.read_to_end(tag.name()).map_err(|_| XmlError::WellFormedness)?;
            }
            self.bindings.truncate(bindings);
            return Ok(None);
        };
        self.open.push(Frame { kind, bindings });
        Ok(told.map(Event::Start))
    }

    /// What of markup compatibility an element is, and whether it is told.
    fn compatibility(&mut self, start: Start<'d>) -> Result<(Option<FrameKind>, Option<Start<'d>>), XmlError> {
        let in_alternate = self.open.last().map(|frame| frame.kind);
        let Some(FrameKind::Alternate { taken }) = in_alternate else {
            if start.is(Ns::MarkupCompatibility, "AlternateContent") {
                return Ok((Some(FrameKind::Alternate { taken: false }), None));
            }
            return Ok((Some(FrameKind::Plain), Some(start)));
        };
        let wanted = match (start.ns, start.local) {
            (Ns::MarkupCompatibility, "Choice") => self.all_understood(start.attr("Requires").unwrap_or_default())?,
            (Ns::MarkupCompatibility, "Fallback") => true,
            _ => false,
        };
        if taken || !wanted {
            return Ok((None, None));
        }
        if let Some(frame) = self.open.last_mut() {
            frame.kind = FrameKind::Alternate { taken: true };
        }
        Ok((Some(FrameKind::Branch), None))
    }

    fn all_understood(&self, requires: &str) -> Result<bool, XmlError> {
        let mut prefixes = requires.split_ascii_whitespace().peekable();
        if prefixes.peek().is_none() {
            return Ok(false);
        }
        for prefix in prefixes {
            if !(self.understands)(self.resolve(prefix)?) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Closes the innermost element; told only if its start was.
    fn end(&mut self) -> Result<Option<Event<'d>>, XmlError> {
        let frame = self.open.pop().ok_or(XmlError::WellFormedness)?;
        self.bindings.truncate(frame.bindings);
        Ok((frame.kind == FrameKind::Plain).then_some(Event::End))
    }

    /// The text of a tag between its brackets, which lives as long as the document.
    fn tag_text(&self, tag: &BytesStart<'_>, tail: usize) -> Result<&'d str, XmlError> {
        let end = usize::try_from(self.inner.buffer_position()).ok().and_then(|at| at.checked_sub(tail));
        let range = end.and_then(|end| Some(end.checked_sub(tag.len())?..end));
        let raw = range.and_then(|range| self.text.get(range)).ok_or(XmlError::WellFormedness)?;
        if raw == &**tag { Ok(raw) } else { Err(XmlError::WellFormedness) }
    }

    /// Binds the namespaces an element declares and resolves its attributes.
    fn attributes(&mut self, rest: &'d str) -> Result<Vec<Attribute<'d>>, XmlError> {
        if rest.is_empty() {
            return Ok(Vec::new());
        }
        let raw = attributes::split(rest)?;
        for attribute in &raw {
            match (attribute.prefix, attribute.local) {
                ("", "xmlns") => self.bindings.push(("", Ns::from_uri(&attribute.value))),
                ("xmlns", "xml") => {}
                ("xmlns", _) if attribute.value.is_empty() => return Err(XmlError::Unbound),
                ("xmlns", prefix) => self.bindings.push((prefix, Ns::from_uri(&attribute.value))),
                _ => {}
            }
        }
        let mut attributes = Vec::with_capacity(raw.len());
        for attribute in raw {
            let ns = match (attribute.prefix, attribute.local) {
                ("", "xmlns") | ("xmlns", _) => continue,
                ("", _) => Ns::None,
                (prefix, _) => self.resolve(prefix)?,
            };
            attributes.push(Attribute { ns, local: attribute.local, value: attribute.value });
        }
        if attributes::has_duplicate(&attributes) { Err(XmlError::WellFormedness) } else { Ok(attributes) }
    }

    fn resolve(&self, prefix: &str) -> Result<Ns, XmlError> {
        match self.bindings.iter().rev().find(|(bound, _)| *bound == prefix) {
            Some((_, ns)) => Ok(*ns),
            None if prefix.is_empty() => Ok(Ns::None),
            None => Err(XmlError::Unbound),
        }
    }
}

impl std::fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("depth", &self.open.len()).finish_non_exhaustive()
    }
}
