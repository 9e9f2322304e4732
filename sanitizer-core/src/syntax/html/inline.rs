//! What stands in a line and means something by its form: struck, raised, lowered and read text, fields of a form.

use super::{dom::Node, render::Renderer, style::Look};

const RAISED: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
const LOWERED: [char; 10] = ['₀', '₁', '₂', '₃', '₄', '₅', '₆', '₇', '₈', '₉'];

/// Whether an element strikes its text out.
pub(super) fn strikes(node: &Node) -> bool {
    match node.name.as_str() {
        "s" | "del" | "strike" => true,
        "span" | "font" | "p" | "div" | "a" | "b" | "strong" | "td" | "li" => {
            node.attribute("style").is_some_and(|style| style.to_ascii_lowercase().contains("line-through"))
        }
        _ => false,
    }
}

/// `x²`, `H₂O`, `x^n`, `1st`: the text of `sup` or `sub`.
fn shifted(text: &str, raised: bool) -> String {
    let (digits, mark) = if raised { (RAISED, '^') } else { (LOWERED, '_') };
    let as_digit = |c: char| match c {
        '-' | '−' => Some(if raised { '⁻' } else { '₋' }),
        '+' => Some(if raised { '⁺' } else { '₊' }),
        c => c.to_digit(10).and_then(|digit| digits.get(usize::try_from(digit).ok()?)).copied(),
    };
    if let Some(all) = text.chars().map(as_digit).collect::<Option<String>>() {
        return all;
    }
    let plain = matches!(text.to_ascii_lowercase().as_str(), "st" | "nd" | "rd" | "th" | "tm" | "sm" | "r" | "c");
    let formula = text.chars().any(|c| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '/' | '.' | ','));
    match (plain || !formula || text.len() > 12, text.len()) {
        (true, _) => text.to_owned(),
        (false, 1) => format!("{mark}{text}"),
        (false, _) => format!("{mark}({text})"),
    }
}

/// What a field of a form shows.
fn field(node: &Node) -> Option<String> {
    let kind = node.attribute("type").unwrap_or("text").trim().to_ascii_lowercase();
    let shown = matches!(
        kind.as_str(),
        "" | "text" | "submit" | "button" | "reset" | "email" | "search" | "tel" | "url" | "number" | "date" | "time"
    );
    let value = node.attribute("value").unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    (shown && !value.is_empty()).then(|| format!("[{value}]"))
}

impl Renderer<'_> {
    /// An element that stands in a line.
    pub(super) fn in_line(&mut self, index: usize, node: &Node, look: Look) {
        match node.name.as_str() {
            "q" => {
                self.write("「");
                self.children(index, look);
                self.write("」");
            }
            "img" if !look.invisible => self.picture(node),
            "input" if !look.invisible => {
                if let Some(field) = field(node) {
                    self.write(&field);
                }
            }
            "sup" | "sub" if !self.shifted => self.shift(index, node.name == "sup", look),
            "rt" => self.reading(index, look),
            // Brackets for programs that do not know readings, which get ours; sources and descriptions that none shows.
            "rp" | "annotation" | "annotation-xml" | "desc" | "metadata" => {}
            "text" | "button" | "select" | "option" => {
                self.children(index, look);
                self.blank = Some(false);
            }
            _ => self.children(index, look),
        }
    }

    /// `[取消: …]`: without the line through it, it would say the opposite.
    pub(super) fn struck(&mut self, index: usize, node: &Node, look: Look) {
        let before = (self.out.len(), self.breaks, self.blank);
        let block = matches!(node.name.as_str(), "p" | "div");
        if block {
            self.lines(1);
        }
        self.write("[取消:");
        let mark = self.out.len();
        self.blank = Some(false);
        self.struck = true;
        if block {
            self.children(index, look);
        } else {
            self.element(index, node, look);
        }
        self.struck = false;
        if self.out.get(mark..).is_none_or(|text| text.trim().is_empty()) {
            self.out.truncate(before.0);
            (self.breaks, self.blank) = (before.1, before.2);
            return;
        }
        let after = (std::mem::take(&mut self.breaks), self.blank.take());
        self.write("]");
        (self.breaks, self.blank) = after;
        if block {
            self.lines(1);
        }
    }

    fn shift(&mut self, index: usize, raised: bool, look: Look) {
        let mut inner = self.inner();
        inner.shifted = true;
        inner.children(index, look);
        self.learn(&inner);
        let text = shifted(inner.finish().text.trim(), raised);
        if !text.is_empty() {
            self.write(&text);
        }
    }

    /// `漢（かん）`, whether or not the source has brackets of its own.
    fn reading(&mut self, index: usize, look: Look) {
        let before = (self.out.len(), self.breaks, self.blank.take());
        self.write("（");
        let mark = self.out.len();
        self.children(index, look);
        if self.out.len() == mark {
            self.out.truncate(before.0);
            (self.breaks, self.blank) = (before.1, before.2);
        } else {
            self.blank = None;
            self.write("）");
        }
    }
}
