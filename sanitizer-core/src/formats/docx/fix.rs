//! What Word's parts need before their references are followed.

use super::fields;
use crate::{
    Context,
    formats::ooxml::{
        placeholder,
        tree::{Element, Node},
        vocabulary::Name,
    },
    report::kinds::OoxmlFinding,
    syntax::xml::Ns,
};

/// Settings that change how the pages look or how Japanese is set, and no others (ECMA-376 Part 1, 17.15.1).
const SETTINGS: &str = "alignBordersAndEdges autoFormatOverride autoHyphenation bookFoldPrinting bookFoldPrintingSheets \
    bookFoldRevPrinting bordersDoNotSurroundFooter bordersDoNotSurroundHeader characterSpacingControl clrSchemeMapping compat \
    consecutiveHyphenLimit decimalSymbol defaultTabStop defaultTableStyle displayBackgroundShape \
    displayHorizontalDrawingGridEvery displayVerticalDrawingGridEvery doNotHyphenateCaps doNotShadeFormData \
    doNotTrackFormatting doNotTrackMoves doNotUseMarginsForDrawingGridOrigin documentProtection \
    drawingGridHorizontalOrigin drawingGridHorizontalSpacing drawingGridVerticalOrigin drawingGridVerticalSpacing endnotePr \
    evenAndOddHeaders footnotePr gutterAtTop hideGrammaticalErrors hideSpellingErrors hyphenationZone listSeparator mathPr \
    mirrorMargins noLineBreaksAfter noLineBreaksBefore noPunctuationKerning printFormsData printFractionalCharacterWidth \
    printTwoOnOne strictFirstAndLastChars styleLockQFSet styleLockTheme summaryLength themeFontLang trackRevisions view zoom";

/// A part with text in it: the document, a header, notes, comments.
pub(super) fn story(root: &mut Element, cx: &mut Context<'_>) {
    objects(root);
    fields::rewrite(root, cx);
}

/// Settings.
pub(super) fn settings(root: &mut Element, _: &mut Context<'_>) {
    root.retain(|child| SETTINGS.split_ascii_whitespace().any(|local| child.name.local == local));
}

/// An object (17.3.3.19) becomes the picture that stood for it, or words if there is none.
fn objects(element: &mut Element) {
    for child in &mut element.children {
        let Node::Element(child) = child else { continue };
        objects(child);
        if !child.is(Ns::Word, "object") {
            continue;
        }
        if child.contains(Ns::Vml, "imagedata") || child.contains(Ns::Drawing, "blip") {
            if let Some(drawing) = child.child(Ns::Word, "drawing").cloned() {
                *child = drawing;
            } else {
                child.name = Name::new(Ns::Word, "pict");
                child.attributes.clear();
            }
        } else {
            *child = placeholder::words(OoxmlFinding::EmbeddedObject);
        }
    }
}
