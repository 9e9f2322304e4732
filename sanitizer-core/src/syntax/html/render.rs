//! From the tree to text.

use super::{
    Rendered,
    dom::{Dom, Node, is_block},
    inline,
    style::Look,
    width::{is_wide, width},
};

/// A table whose cells are all this narrow is shown with aligned columns.
const CELL: usize = 40;
/// The widest aligned row.
const ROW: usize = 110;

/// More hidden letters than this at the start are no preview line.
const PREHEADER: usize = 300;

/// Renders a tree; with `all`, also what its readers did not see.
pub(super) fn render(dom: &Dom, all: bool) -> Rendered {
    let mut renderer = Renderer { all, ..Renderer::new(dom) };
    renderer.children(0, Look::page(dom.styled));
    renderer.finish()
}

#[expect(clippy::struct_excessive_bools, reason = "each is a state of its own of the line being written")]
pub(super) struct Renderer<'a> {
    dom: &'a Dom,
    pub(super) out: String,
    /// What every line starts with: quotes and indents.
    prefix: String,
    /// Line breaks to write before the next text.
    pub(super) breaks: usize,
    /// White space to write before the next text, and whether it held a line end.
    pub(super) blank: Option<bool>,
    /// Inside `pre`.
    preformatted: bool,
    /// Whether the line being written is a quoted one.
    quoted: bool,
    /// Whether what is hidden is written as well.
    all: bool,
    /// Whether text stands before what this renders by itself.
    started: bool,
    /// Inside struck text.
    pub(super) struck: bool,
    /// Inside raised or lowered text.
    pub(super) shifted: bool,
    /// Letters nobody saw.
    unseen: usize,
    hidden: bool,
    concealed: bool,
    active: bool,
}

impl<'a> Renderer<'a> {
    fn new(dom: &'a Dom) -> Self {
        Self {
            dom,
            out: String::new(),
            prefix: String::new(),
            breaks: 0,
            blank: None,
            preformatted: false,
            quoted: false,
            all: false,
            started: false,
            struck: false,
            shifted: false,
            unseen: 0,
            hidden: false,
            concealed: false,
            active: dom.active,
        }
    }

    /// One for a piece that is rendered by itself.
    pub(super) fn inner(&self) -> Self {
        let started = self.started || !self.out.is_empty();
        Self { all: self.all, started, struck: self.struck, shifted: self.shifted, active: false, ..Self::new(self.dom) }
    }

    /// Takes over what `inner` found.
    pub(super) fn learn(&mut self, inner: &Self) {
        self.hidden |= inner.hidden;
        self.concealed |= inner.concealed;
        self.active |= inner.active;
    }

    /// Notes letters that nobody saw. A short line before all else is the preview in a list of mails.
    fn unseen(&mut self, letters: usize) {
        if letters > 0 {
            self.unseen = self.unseen.saturating_add(letters);
            self.hidden = true;
            self.concealed |= self.started || !self.out.is_empty() || self.unseen > PREHEADER;
        }
    }

    pub(super) fn finish(mut self) -> Rendered {
        let end = self.out.trim_end().len();
        self.out.truncate(end);
        Rendered { text: self.out, hidden: self.hidden, concealed: self.concealed, unveiled: false, active: self.active }
    }

    pub(super) fn children(&mut self, index: usize, look: Look) {
        let dom = self.dom;
        for child in dom.node(index).map_or(&[][..], |node| node.children.as_slice()) {
            self.node(*child, look);
        }
    }

    fn node(&mut self, index: usize, look: Look) {
        let dom = self.dom;
        let Some(node) = dom.node(index) else { return };
        if node.name.is_empty() {
            if self.all || look.shows() {
                self.text(&node.text);
            } else {
                self.unseen(letters(&node.text));
            }
            return;
        }
        let look = look.of(node);
        if look.hidden && !self.all {
            // What is hidden is not walked into: a form or a link in it is nobody's.
            self.unseen(dom.letters(index));
            return;
        }
        if !self.struck && inline::strikes(node) {
            self.struck(index, node, look);
        } else {
            self.element(index, node, look);
        }
    }

    pub(super) fn element(&mut self, index: usize, node: &Node, look: Look) {
        match node.name.as_str() {
            "br" => self.line_break(),
            "hr" if !look.invisible => {
                self.lines(1);
                self.write("----------------------------------------");
                self.lines(1);
            }
            "a" => self.link(index, node, look),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.heading(index, node, look),
            "ul" | "ol" | "dir" | "menu" => self.list(index, node, look),
            "blockquote" => self.indented(index, "> ", look),
            "pre" | "xmp" | "listing" | "plaintext" | "textarea" => {
                self.lines(2);
                let before = std::mem::replace(&mut self.preformatted, true);
                self.children(index, look);
                self.preformatted = before;
                self.lines(2);
            }
            "table" => self.table(index, node, look),
            "tr" => {
                self.lines(1);
                self.children(index, look);
                self.lines(1);
            }
            "td" | "th" if node.nests => {
                self.lines(1);
                self.children(index, look);
                self.lines(1);
            }
            "td" | "th" => {
                self.children(index, look);
                self.blank = Some(false);
            }
            "p" | "dl" | "figure" | "fieldset" => {
                self.lines(2);
                self.children(index, look);
                self.lines(2);
            }
            name if is_block(name) => {
                self.lines(1);
                self.children(index, look);
                self.lines(1);
            }
            _ => self.in_line(index, node, look),
        }
    }

    /// At least `count` line ends before the next text.
    pub(super) fn lines(&mut self, count: usize) {
        if !self.out.is_empty() {
            self.breaks = self.breaks.max(count);
        }
        self.blank = None;
    }

    fn line_break(&mut self) {
        if !self.out.is_empty() {
            self.breaks = self.breaks.saturating_add(1).min(3);
        }
        self.blank = None;
    }

    fn text(&mut self, text: &str) {
        if self.preformatted {
            for (index, line) in text.replace("\r\n", "\n").split('\n').enumerate() {
                if index > 0 {
                    self.breaks = self.breaks.saturating_add(1);
                }
                if !line.is_empty() {
                    self.write(line);
                }
            }
            return;
        }
        let mut word = String::new();
        for c in text.chars() {
            if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{0C}') {
                self.word(&mut word);
                self.blank = Some(self.blank.unwrap_or(false) || c == '\n');
            } else {
                word.push(if c == '\u{A0}' { ' ' } else { c });
            }
        }
        self.word(&mut word);
    }

    fn word(&mut self, word: &mut String) {
        if !word.is_empty() {
            self.write(word);
            word.clear();
        }
    }

    /// Writes text after the line ends and the blank that wait before it.
    pub(super) fn write(&mut self, text: &str) {
        let blank = self.blank.take();
        if self.breaks > 0 {
            for _ in 0..self.breaks {
                // Trailing blanks mean something in flowed text only.
                let end = self.out.trim_end_matches([' ', '\t']).len();
                self.out.truncate(end);
                self.out.push('\n');
                if self.quoted && self.prefix.starts_with('>') {
                    self.out.push_str(self.prefix.trim_end());
                }
            }
            let end = self.out.trim_end_matches(|c| c != '\n').len();
            self.out.truncate(end);
            self.out.push_str(&self.prefix);
            self.quoted = self.prefix.starts_with('>');
            self.breaks = 0;
        } else if self.out.is_empty() {
            self.out.push_str(&self.prefix);
        } else if let Some(line_end) = blank {
            // A line end between two Japanese characters is the source's, not the writer's (CSS Text 3, 4.1.3).
            let joins = line_end && self.out.chars().next_back().is_some_and(is_wide) && text.chars().next().is_some_and(is_wide);
            if !joins && !self.out.ends_with([' ', '\n']) {
                self.out.push(' ');
            }
        }
        self.out.push_str(text);
    }

    pub(super) fn picture(&mut self, node: &Node) {
        let alt = node.attribute("alt").unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        let is_dot = |name| node.attribute(name).is_some_and(|size| matches!(size.trim(), "0" | "1" | "0px" | "1px"));
        if !alt.is_empty() && (!is_dot("width") || !is_dot("height")) {
            self.write(&format!("[{alt}]"));
        }
    }

    fn heading(&mut self, index: usize, node: &Node, look: Look) {
        self.lines(2);
        let before = (self.out.len(), self.breaks);
        self.write(if matches!(node.name.as_str(), "h1" | "h2" | "h3") { "■ " } else { "● " });
        let mark = self.out.len();
        self.children(index, look);
        if self.out.len() == mark {
            // An empty heading leaves no mark.
            self.out.truncate(before.0);
            self.breaks = before.1;
        }
        self.lines(2);
    }

    /// `text <https://…>`, or the address alone where the text says nothing else.
    fn link(&mut self, index: usize, node: &Node, look: Look) {
        let start = self.out.len();
        self.children(index, look);
        let Some(href) = node.attribute("href").map(address) else { return };
        if self.out.len() <= start && !self.all && !look.shows() {
            return;
        }
        let lower = href.get(..8).unwrap_or(&href).to_ascii_lowercase();
        let (shown, is_mail) = match href.strip_prefix("mailto:") {
            Some(mail) => (mail.split('?').next().unwrap_or_default(), true),
            None => (href.as_str(), false),
        };
        if !is_mail && !lower.starts_with("http://") && !lower.starts_with("https://") {
            self.active |= !href.is_empty() && !href.starts_with('#') && !lower.starts_with("tel:");
            return;
        }
        let text = self.out.get(start..).unwrap_or_default().trim();
        let bare = |text: &str| {
            text.trim_start_matches("https://").trim_start_matches("http://").trim_end_matches('/').to_ascii_lowercase()
        };
        if !shown.is_empty() && bare(text) != bare(shown) {
            self.blank = Some(false);
            self.write(&format!("<{shown}>"));
        }
    }

    fn list(&mut self, index: usize, node: &Node, look: Look) {
        let nested = self.prefix.ends_with("  ");
        self.lines(if nested { 1 } else { 2 });
        let mut number = node.attribute("start").and_then(|start| start.trim().parse::<u32>().ok()).unwrap_or(1);
        let dom = self.dom;
        for child in &node.children {
            let Some(item) = dom.node(*child) else { continue };
            if item.name != "li" {
                self.node(*child, look);
                continue;
            }
            let mark = if node.name == "ol" { format!("{number}. ") } else { "・".to_owned() };
            number = number.saturating_add(1);
            let item_look = look.of(item);
            if item_look.hidden && !self.all {
                self.unseen(dom.letters(*child));
                continue;
            }
            self.lines(1);
            let before = (self.out.len(), self.breaks);
            self.write(&mark);
            let outer = self.prefix.clone();
            // Lists within lists past any real depth stand as deep as that.
            if self.prefix.len() < 40 {
                self.prefix.push_str("  ");
            }
            // The first paragraph of an item stands beside its mark.
            let at = self.out.len();
            let mut inner = self.inner();
            inner.started |= before.0 > 0;
            inner.out = std::mem::take(&mut self.out);
            inner.prefix.clone_from(&self.prefix);
            inner.first_paragraph_inline(*child, item_look, at);
            self.out = std::mem::take(&mut inner.out);
            self.learn(&inner);
            self.prefix = outer;
            if self.out.len() <= at && dom.letters(*child) > 0 {
                // All of it was hidden.
                self.out.truncate(before.0);
                self.breaks = before.1;
            }
        }
        let _ = index;
        self.lines(if nested { 1 } else { 2 });
    }

    fn first_paragraph_inline(&mut self, index: usize, look: Look, at: usize) {
        let dom = self.dom;
        for child in dom.node(index).map_or(&[][..], |node| node.children.as_slice()) {
            if self.out.len() == at {
                let block = dom.node(*child).is_some_and(|node| matches!(node.name.as_str(), "p" | "div"));
                if block {
                    self.children(*child, look);
                    self.lines(1);
                    continue;
                }
            }
            self.node(*child, look);
        }
    }

    fn indented(&mut self, index: usize, by: &str, look: Look) {
        self.lines(2);
        let outer = self.prefix.clone();
        // Quotes within quotes past any real depth look like one.
        if self.prefix.len() < 60 {
            self.prefix.push_str(by);
        }
        self.children(index, look);
        self.prefix = outer;
        self.lines(2);
    }
}

/// Letters and digits in a text.
pub(super) fn letters(text: &str) -> usize {
    text.chars().filter(|c| c.is_alphanumeric()).count()
}

/// A link's target as it may stand in text: no blanks, nothing that does not show.
fn address(href: &str) -> String {
    href.trim()
        .chars()
        .filter(|c| !c.is_whitespace() && crate::report::is_visible(*c) && !matches!(c, '<' | '>' | '"'))
        .take(2000)
        .collect()
}

impl Renderer<'_> {
    /// A table of data is shown with its columns; one that only places things is read cell by cell.
    fn table(&mut self, index: usize, node: &Node, look: Look) {
        let is_layout = node.nests || node.attribute("role").is_some_and(|role| role.eq_ignore_ascii_case("presentation"));
        let rows = if is_layout { Vec::new() } else { self.rows(index, look) };
        let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
        let is_small = rows.iter().flatten().all(|cell| !cell.contains('\n') && width(cell) <= CELL);
        let bordered = node.attribute("border").is_some_and(|border| border.trim() != "0");
        if columns < 2 || rows.len() < 2 || !(is_small || bordered) {
            self.lines(1);
            self.children(index, look);
            self.lines(1);
            return;
        }
        let widths: Vec<usize> = (0..columns)
            .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0))
            .collect();
        let aligned = is_small && widths.iter().sum::<usize>().saturating_add(columns.saturating_mul(3)) <= ROW;
        self.lines(2);
        for row in &rows {
            let cells = row.iter().enumerate().map(|(column, cell)| {
                let cell = cell.replace('\n', " ");
                let pad = if aligned { widths.get(column).copied().unwrap_or(0).saturating_sub(width(&cell)) } else { 0 };
                format!("{cell}{}", " ".repeat(pad))
            });
            let line = cells.collect::<Vec<_>>().join(" | ");
            if !line.trim_matches([' ', '|']).is_empty() {
                self.write(line.trim_end());
                self.lines(1);
            }
        }
        self.lines(2);
    }

    /// The cells of a table without tables inside, each rendered by itself.
    fn rows(&mut self, index: usize, look: Look) -> Vec<Vec<String>> {
        let dom = self.dom;
        let mut rows = Vec::new();
        let mut waiting = vec![(index, look)];
        // Rows stand in the table or in its sections; a stack in reverse keeps their order.
        while let Some((at, look)) = waiting.pop() {
            let Some(node) = dom.node(at) else { continue };
            let look = look.of(node);
            if look.hidden && !self.all {
                self.unseen(dom.letters(at));
                continue;
            }
            if node.name == "tr" {
                rows.push(self.cells(node, look));
            } else if matches!(node.name.as_str(), "table" | "tbody" | "thead" | "tfoot") {
                waiting.extend(node.children.iter().rev().map(|child| (*child, look)));
            }
        }
        rows.retain(|row: &Vec<String>| row.iter().any(|cell| !cell.is_empty()));
        rows
    }

    fn cells(&mut self, row: &Node, look: Look) -> Vec<String> {
        let dom = self.dom;
        let cells =
            row.children.iter().filter(|child| dom.node(**child).is_some_and(|node| matches!(node.name.as_str(), "td" | "th")));
        let rendered = cells.map(|child| {
            let mut inner = self.inner();
            inner.node(*child, look);
            self.learn(&inner);
            inner.finish()
        });
        rendered.map(|cell| cell.text.trim().to_owned()).collect()
    }
}
