//! A tree of HTML, of bounded depth, good enough for reading: no scripting, no error recovery beyond closing what a
//! new tag closes.

use html5ever::{
    tendril::StrTendril,
    tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts, states::RawKind},
};
use std::cell::RefCell;

/// Elements nested deeper than this hang on the one at the bound.
const DEPTH: usize = 150;
/// So far up an end tag looks for its start.
const REACH: usize = 60;

/// Attributes that matter for reading.
const ATTRIBUTES: &[&str] = &[
    "alt",
    "background",
    "bgcolor",
    "border",
    "class",
    "color",
    "height",
    "hidden",
    "href",
    "id",
    "role",
    "size",
    "src",
    "start",
    "style",
    "text",
    "type",
    "value",
    "width",
];

/// A node of the tree; the root is node 0.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Element name in lower case; empty for text.
    pub name: String,
    /// Text of a text node.
    pub text: String,
    /// The attributes that matter.
    pub attributes: Vec<(&'static str, String)>,
    /// Indices of the children.
    pub children: Vec<usize>,
    /// For a table: whether there is a table in it.
    pub nests: bool,
}

impl Node {
    /// The value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(given, _)| *given == name).map(|(_, value)| value.as_str())
    }
}

/// The tree.
#[derive(Debug)]
pub(super) struct Dom {
    nodes: Vec<Node>,
    /// Whether something active was left out.
    pub active: bool,
    /// Whether there is a style sheet that may color a background.
    pub styled: bool,
}

impl Dom {
    /// Reads HTML. Never fails: what makes no sense is text or nothing.
    pub(super) fn parse(html: &str) -> Self {
        let sink = Sink(RefCell::new(Builder {
            nodes: vec![Node::default()],
            open: vec![0],
            over: 0,
            skip: None,
            active: false,
            sheet: String::new(),
            styled: false,
        }));
        let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
        let queue = BufferQueue::default();
        queue.push_back(StrTendril::from_slice(html));
        // The only reason to stop early is a script, which is never handed out here.
        let _ = tokenizer.feed(&queue);
        tokenizer.end();
        let mut builder = tokenizer.sink.0.into_inner();
        builder.sheet_ends();
        Self { nodes: builder.nodes, active: builder.active, styled: builder.styled }
    }

    /// Letters and digits in a node and all below it.
    pub(super) fn letters(&self, index: usize) -> usize {
        let mut count = 0_usize;
        let mut waiting = vec![index];
        while let Some(node) = waiting.pop().and_then(|at| self.node(at)) {
            count = count.saturating_add(super::render::letters(&node.text));
            waiting.extend(&node.children);
        }
        count
    }

    /// The node with this index.
    pub(super) fn node(&self, index: usize) -> Option<&Node> {
        self.nodes.get(index)
    }
}

struct Sink(RefCell<Builder>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut builder = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => builder.text(&text),
            Token::TagToken(tag) => return builder.tag(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

struct Builder {
    nodes: Vec<Node>,
    open: Vec<usize>,
    /// Elements past the bound that are still open.
    over: usize,
    /// The element whose content is not read, until its end tag.
    skip: Option<String>,
    active: bool,
    /// The style sheet that is being read.
    sheet: String,
    styled: bool,
}

impl Builder {
    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        if let Some(skipped) = &self.skip {
            if tag.kind == TagKind::EndTag && skipped == name {
                self.skip = None;
                self.sheet_ends();
            }
            return TokenSinkResult::Continue;
        }
        if tag.kind == TagKind::EndTag {
            self.end(name);
            return TokenSinkResult::Continue;
        }
        self.active |=
            matches!(name, "script" | "form" | "input" | "iframe" | "frame" | "object" | "embed" | "applet" | "meta" | "base")
                && (name != "meta" || tag.attrs.iter().any(|attribute| attribute.value.eq_ignore_ascii_case("refresh")));
        self.styled |= name == "link";
        if tag.self_closing && matches!(name, "script" | "style" | "title") && self.is_foreign() {
            return TokenSinkResult::Continue;
        }
        match name {
            "script" => return self.raw(name, RawKind::ScriptData),
            "style" | "iframe" | "noembed" | "noframes" => return self.raw(name, RawKind::Rawtext),
            "title" => return self.raw(name, RawKind::Rcdata),
            // Text to the reader, whatever it looks like.
            "xmp" | "textarea" => {
                self.start(tag);
                return TokenSinkResult::RawData(if name == "xmp" { RawKind::Rawtext } else { RawKind::Rcdata });
            }
            "plaintext" => {
                self.start(tag);
                return TokenSinkResult::Plaintext;
            }
            "template" if !tag.self_closing => self.skip = Some(name.to_owned()),
            _ => self.start(tag),
        }
        TokenSinkResult::Continue
    }

    fn is_foreign(&self) -> bool {
        self.is_open("svg") || self.is_open("math")
    }

    /// Whether the style sheet that ends here may color a background.
    fn sheet_ends(&mut self) {
        let sheet = std::mem::take(&mut self.sheet).to_ascii_lowercase();
        self.styled |= sheet.contains("background") || sheet.contains("@import");
    }

    fn raw(&mut self, name: &str, kind: RawKind) -> TokenSinkResult<()> {
        self.skip = Some(name.to_owned());
        TokenSinkResult::RawData(kind)
    }

    fn start(&mut self, tag: &Tag) {
        let name: &str = &tag.name;
        self.close_implied(name);
        let mut attributes = Vec::new();
        for attribute in &tag.attrs {
            if let Some(known) = ATTRIBUTES.iter().find(|known| attribute.name.local == ***known) {
                attributes.push((*known, attribute.value.to_string()));
            }
        }
        if name == "table" {
            for index in &self.open {
                if let Some(node) = self.nodes.get_mut(*index).filter(|node| matches!(node.name.as_str(), "table" | "td" | "th"))
                {
                    node.nests = true;
                }
            }
        }
        let index = self.add(Node { name: name.to_owned(), attributes, ..Node::default() });
        if is_void(name) || tag.self_closing && name != "p" && name != "div" && name != "td" {
            return;
        }
        if self.open.len() >= DEPTH {
            self.over = self.over.saturating_add(1);
        } else {
            self.open.push(index);
        }
    }

    fn add(&mut self, node: Node) -> usize {
        let index = self.nodes.len();
        self.nodes.push(node);
        if let Some(parent) = self.open.last().and_then(|parent| self.nodes.get_mut(*parent)) {
            parent.children.push(index);
        }
        index
    }

    fn text(&mut self, text: &str) {
        if let Some(skipped) = &self.skip {
            if skipped == "style" {
                self.sheet.push_str(text);
            }
            return;
        }
        let last = self.open.last().and_then(|parent| self.nodes.get(*parent)).and_then(|parent| parent.children.last().copied());
        match last.and_then(|last| self.nodes.get_mut(last)).filter(|node| node.name.is_empty()) {
            Some(node) => node.text.push_str(text),
            None => {
                self.add(Node { text: text.to_owned(), ..Node::default() });
            }
        }
    }

    fn name_at(&self, position: usize) -> &str {
        self.open.get(position).and_then(|index| self.nodes.get(*index)).map_or("", |node| node.name.as_str())
    }

    fn end(&mut self, name: &str) {
        if self.over > 0 {
            self.over = self.over.saturating_sub(1);
            return;
        }
        if name == "br" || name == "p" && !self.is_open("p") {
            self.add(Node { name: "br".to_owned(), ..Node::default() });
            return;
        }
        let lowest = self.open.len().saturating_sub(REACH).max(1);
        for position in (lowest..self.open.len()).rev() {
            let open = self.name_at(position);
            if open == name {
                self.open.truncate(position);
                return;
            }
            // A stray end tag of a smaller thing does not close a cell or a table.
            if matches!(open, "td" | "th" | "table") && !matches!(name, "td" | "th" | "tr" | "table" | "tbody" | "body" | "html")
            {
                return;
            }
        }
    }

    fn is_open(&self, name: &str) -> bool {
        self.open.iter().rev().take(REACH).any(|index| self.nodes.get(*index).is_some_and(|node| node.name == name))
    }

    /// Closes what the start of `name` closes: an item at the next item, a paragraph at the next block.
    fn close_implied(&mut self, name: &str) {
        let (closes, stops): (&[&str], &[&str]) = match name {
            "li" => (&["li"], &["ul", "ol", "table"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl", "table"]),
            "td" | "th" => (&["td", "th"], &["tr", "table"]),
            "tr" => (&["tr"], &["table"]),
            "tbody" | "thead" | "tfoot" => (&["tbody", "thead", "tfoot"], &["table"]),
            "option" => (&["option"], &["select"]),
            "rt" | "rp" => (&["rt", "rp"], &["ruby"]),
            name if is_block(name) => (&["p"], &["td", "th", "li", "table", "div", "blockquote"]),
            _ => return,
        };
        let lowest = self.open.len().saturating_sub(REACH).max(1);
        for position in (lowest..self.open.len()).rev() {
            let open = self.name_at(position);
            if closes.contains(&open) {
                self.open.truncate(position);
                return;
            }
            if stops.contains(&open) {
                return;
            }
        }
    }
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Elements that stand on lines of their own.
pub(super) fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "center"
            | "dd"
            | "details"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "html"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "ul"
    )
}
