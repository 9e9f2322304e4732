//! HTML to text that reads well without it: paragraphs, headings, lists, quotes, tables, links, pictures by their text.
//!
//! `html5ever`'s tokenizer makes tokens, [`dom`] a tree of bounded depth, [`render`] text. Scripts, styles and what a
//! reader of the HTML does not see are left out. Cost is linear in the input: nothing is looked at twice, and nesting
//! past a bound is flattened.

mod dom;
mod render;
mod style;
#[cfg(test)]
mod tests;
mod width;

/// What came of HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The text, lines ended by LF.
    pub text: String,
    /// Whether there was text that nobody saw.
    pub hidden: bool,
    /// Whether there were scripts, forms, frames or other active parts.
    pub active: bool,
}

/// Turns HTML into text.
pub fn to_text(html: &str) -> Rendered {
    let dom = dom::Dom::parse(html);
    render::render(&dom)
}
