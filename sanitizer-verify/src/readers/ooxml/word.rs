//! The parts of a Word document (ECMA-376 Part 1, 11.3).

use super::{
    Parts,
    parts::{DRAWINGS, Rule, office},
};

/// What a docx may hold.
pub(super) static PARTS: Parts = Parts {
    folder: "word/",
    main: ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
    rules: RULES,
};

macro_rules! word {
    ($suffix:literal) => {
        concat!("application/vnd.openxmlformats-officedocument.wordprocessingml.", $suffix, "+xml")
    };
}

macro_rules! drawing {
    ($suffix:literal) => {
        concat!("application/vnd.openxmlformats-officedocument.drawingml.", $suffix, "+xml")
    };
}

const fn rule(
    name: &'static str,
    content_type: &'static str,
    relationship: &'static str,
    root: &'static str,
    reaches: &'static [&'static str],
) -> Rule {
    Rule { name, content_type, relationship, root, reaches, media: true }
}

/// Without pictures and links.
const fn plain(name: &'static str, content_type: &'static str, relationship: &'static str, root: &'static str) -> Rule {
    Rule { name, content_type, relationship, root, reaches: &[], media: false }
}

const MAIN_REACHES: &[&str] = &[
    "styles.xml",
    "numbering.xml",
    "settings.xml",
    "fontTable.xml",
    "theme/theme#.xml",
    "footnotes.xml",
    "endnotes.xml",
    "comments.xml",
    "header#.xml",
    "footer#.xml",
    "charts/chart#.xml",
    "diagrams/colors#.xml",
    "diagrams/data#.xml",
    "diagrams/drawing#.xml",
    "diagrams/layout#.xml",
    "diagrams/quickStyle#.xml",
];

const RULES: &[Rule] = &[
    rule("document.xml", word!("document.main"), office!("officeDocument"), "w:document", MAIN_REACHES),
    plain("styles.xml", word!("styles"), office!("styles"), "w:styles"),
    rule("numbering.xml", word!("numbering"), office!("numbering"), "w:numbering", &[]),
    plain("settings.xml", word!("settings"), office!("settings"), "w:settings"),
    plain("fontTable.xml", word!("fontTable"), office!("fontTable"), "w:fonts"),
    rule("theme/theme#.xml", "application/vnd.openxmlformats-officedocument.theme+xml", office!("theme"), "a:theme", &[]),
    rule("footnotes.xml", word!("footnotes"), office!("footnotes"), "w:footnotes", DRAWINGS),
    rule("endnotes.xml", word!("endnotes"), office!("endnotes"), "w:endnotes", DRAWINGS),
    rule("comments.xml", word!("comments"), office!("comments"), "w:comments", DRAWINGS),
    rule("header#.xml", word!("header"), office!("header"), "w:hdr", DRAWINGS),
    rule("footer#.xml", word!("footer"), office!("footer"), "w:ftr", DRAWINGS),
    rule("charts/chart#.xml", drawing!("chart"), office!("chart"), "c:chartSpace", &[]),
    plain("diagrams/colors#.xml", drawing!("diagramColors"), office!("diagramColors"), "dgm:colorsDef"),
    rule("diagrams/data#.xml", drawing!("diagramData"), office!("diagramData"), "dgm:dataModel", &[]),
    rule(
        "diagrams/drawing#.xml",
        "application/vnd.ms-office.drawingml.diagramDrawing+xml",
        "http://schemas.microsoft.com/office/2007/relationships/diagramDrawing",
        "dsp:drawing",
        &[],
    ),
    plain("diagrams/layout#.xml", drawing!("diagramLayout"), office!("diagramLayout"), "dgm:layoutDef"),
    plain("diagrams/quickStyle#.xml", drawing!("diagramStyle"), office!("diagramQuickStyle"), "dgm:styleDef"),
];
