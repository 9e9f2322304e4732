//! HTML to text that reads well without it: paragraphs, headings, lists, quotes, tables, links, pictures by their text.
//!
//! `html5ever`'s tokenizer makes tokens, [`dom`] a tree of bounded depth, [`render`] text. Scripts, styles and what a
//! reader of the HTML does not see are left out. Cost is linear in the input: nothing is looked at twice, and nesting
//! past a bound is flattened.

mod dom;
mod inline;
mod render;
mod style;
#[cfg(test)]
mod tests;
mod width;

/// What came of HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a finding of its own")]
pub struct Rendered {
    /// The text, lines ended by LF.
    pub text: String,
    /// Whether there was text that nobody saw; it is left out.
    pub hidden: bool,
    /// Whether that was more than the short preview line that newsletters start with.
    pub concealed: bool,
    /// Whether hidden text is in `text` all the same, because there was hardly anything else.
    pub unveiled: bool,
    /// Whether there were scripts, forms, frames or other active parts.
    pub active: bool,
}

/// Fewer letters than this are hardly a message.
const HARDLY: usize = 5;

/// Turns HTML into text.
pub fn to_text(html: &str) -> Rendered {
    let dom = dom::Dom::parse(html);
    let rendered = render::render(&dom, false);
    let shown = render::letters(&rendered.text);
    if !rendered.hidden || shown >= HARDLY {
        return rendered;
    }
    // A reader who gets nothing asks; one who gets what a mail program may not have shown can judge it.
    let all = render::render(&dom, true);
    if render::letters(&all.text) > shown.saturating_mul(20) {
        Rendered { hidden: false, concealed: false, unveiled: true, ..all }
    } else {
        rendered
    }
}
