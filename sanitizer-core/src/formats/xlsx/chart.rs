//! Charts: what they show is cached in them, so a reference that leads out of the workbook can go.

use super::formula::Gone;
use crate::{
    Action, Context,
    formats::ooxml::{tree::Element, vocabulary::Name},
    report::kinds::XlsxFinding,
    syntax::xml::Ns,
};

/// Turns references that lead out of the workbook into the values they last had (ECMA-376 Part 1, 21.2.2.123).
pub(super) fn detach(element: &mut Element, cx: &mut Context<'_>) {
    for child in element.elements_mut() {
        detach(child, cx);
        let Some(formula) = child.child(Ns::Chart, "f") else { continue };
        if Gone::default().allows(&formula.text()) {
            continue;
        }
        cx.find(XlsxFinding::ExternalFormula, Action::Neutralize);
        let literal = match child.name.local {
            "numRef" => Some(("numLit", "numCache")),
            "strRef" if element_takes_literal(child) => Some(("strLit", "strCache")),
            _ => None,
        };
        match literal {
            Some((literal, cache)) => {
                let values = child.child(Ns::Chart, cache).map(|cache| cache.children.clone()).unwrap_or_default();
                child.name = Name::new(Ns::Chart, literal);
                child.children = values;
            }
            None => {
                for formula in child.elements_mut().filter(|child| child.is(Ns::Chart, "f")) {
                    *formula = Element::new(Ns::Chart, "f").with_text("#REF!");
                }
            }
        }
    }
}

/// Categories may be literal strings; the names of series and titles may not, and are few.
fn element_takes_literal(reference: &Element) -> bool {
    reference
        .child(Ns::Chart, "strCache")
        .is_some_and(|cache| cache.elements().filter(|point| point.is(Ns::Chart, "pt")).count() > 1)
}
