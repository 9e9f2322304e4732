//! What stands where something had to go: a picture of ours, or words that name what is missing.

use super::tree::Element;
use crate::{
    Context, DisarmError,
    report::kinds::OoxmlFinding,
    syntax::{image::png, xml::Ns},
};
use sanitizer_verify::Reason;

/// What becomes of an element when something in it is missing without which a drawing is none.
pub(super) enum Instead {
    /// It is part of the drawing: the drawing around it goes.
    Around,
    /// It is the drawing, and nothing stands in its place.
    Nothing,
    /// It is the drawing, and this stands in its place.
    This(Element),
}

/// What is written in place of a drawing of which a part is missing.
pub(super) fn instead_of(element: &Element) -> Instead {
    match (element.name.ns, element.name.local) {
        (Ns::Word, "drawing" | "object" | "pict") => Instead::This(words(OoxmlFinding::UnsupportedDrawing)),
        (Ns::SheetDrawing, "absoluteAnchor" | "oneCellAnchor" | "twoCellAnchor") => Instead::Nothing,
        _ => Instead::Around,
    }
}

/// What is written in place of an element that is dropped although a page shows it.
pub(super) fn instead_of_start(ns: Ns, local: &str) -> Option<Element> {
    match (ns, local) {
        (Ns::Word, "altChunk") => Some(paragraph(OoxmlFinding::ImportedChunk)),
        (Ns::Word, "subDoc") => Some(run(OoxmlFinding::SubDocument)),
        _ => None,
    }
}

/// A `w:t` that names what is missing.
pub(in crate::formats) fn words(finding: OoxmlFinding) -> Element {
    Element::new(Ns::Word, "t").with_text(format!("【{}を除きました】", finding.wording().ja))
}

fn run(finding: OoxmlFinding) -> Element {
    Element::new(Ns::Word, "r").with(words(finding))
}

fn paragraph(finding: OoxmlFinding) -> Element {
    Element::new(Ns::Word, "p").with(run(finding))
}

/// A light grey square with a darker edge, as our own PNG, to be stretched to the extent of what it replaces.
pub(super) fn picture(cx: &mut Context<'_>) -> Result<Vec<u8>, DisarmError> {
    const SIDE: u16 = 64;
    let edge = |at: u16| at == 0 || at == SIDE.saturating_sub(1);
    // So small a picture does not fail; if it did, there would be nothing to show, and the document is held.
    png::gray_square(SIDE, |x, y| if edge(x) || edge(y) { 0x90 } else { 0xE6 })
        .map_err(|_| cx.hold(OoxmlFinding::Picture, Reason::Internal))
}
