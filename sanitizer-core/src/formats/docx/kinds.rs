//! The parts of a Word document (ECMA-376 Part 1, 11.3).

use super::fix;
use crate::{
    formats::ooxml::{
        assembly::Naming,
        kind::{self, Kind},
        relation,
        vocabulary::Name,
    },
    syntax::xml::Ns,
};

/// Charts and diagrams.
const DRAWINGS: &[&Kind] =
    &[&kind::CHART, &kind::DIAGRAM_COLORS, &kind::DIAGRAM_DATA, &kind::DIAGRAM_LAYOUT, &kind::DIAGRAM_STYLE];

/// The main part. Templates and documents with macros come out as documents.
pub(super) static DOCUMENT: Kind = Kind {
    relationship: relation::OFFICE_DOCUMENT,
    content_types: &[
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    ],
    root: Name::new(Ns::Word, "document"),
    naming: Naming::One("document"),
    implicit: &[&STYLES, &NUMBERING, &SETTINGS, &FONT_TABLE, &kind::THEME, &FOOTNOTES, &ENDNOTES, &COMMENTS],
    explicit: &[
        &HEADER,
        &FOOTER,
        &kind::CHART,
        &kind::DIAGRAM_COLORS,
        &kind::DIAGRAM_DATA,
        &kind::DIAGRAM_LAYOUT,
        &kind::DIAGRAM_STYLE,
    ],
    pictures: true,
    fix: fix::story,
};

static STYLES: Kind = Kind {
    relationship: relation::STYLES,
    content_types: &["application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"],
    root: Name::new(Ns::Word, "styles"),
    naming: Naming::One("styles"),
    implicit: &[],
    explicit: &[],
    pictures: false,
    fix: kind::as_it_is,
};

static NUMBERING: Kind = Kind {
    relationship: relation::NUMBERING,
    content_types: &["application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"],
    root: Name::new(Ns::Word, "numbering"),
    naming: Naming::One("numbering"),
    implicit: &[],
    explicit: &[],
    pictures: true,
    fix: kind::as_it_is,
};

static SETTINGS: Kind = Kind {
    relationship: relation::SETTINGS,
    content_types: &["application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"],
    root: Name::new(Ns::Word, "settings"),
    naming: Naming::One("settings"),
    implicit: &[],
    explicit: &[],
    pictures: false,
    fix: fix::settings,
};

static FONT_TABLE: Kind = Kind {
    relationship: relation::FONT_TABLE,
    content_types: &["application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml"],
    root: Name::new(Ns::Word, "fonts"),
    naming: Naming::One("fontTable"),
    implicit: &[],
    explicit: &[],
    pictures: false,
    fix: kind::as_it_is,
};

static FOOTNOTES: Kind = Kind {
    relationship: relation::FOOTNOTES,
    content_types: &["application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"],
    root: Name::new(Ns::Word, "footnotes"),
    naming: Naming::One("footnotes"),
    implicit: &[],
    explicit: DRAWINGS,
    pictures: true,
    fix: fix::story,
};

static ENDNOTES: Kind = Kind {
    relationship: relation::ENDNOTES,
    content_types: &["application/vnd.openxmlformats-officedocument.wordprocessingml.endnotes+xml"],
    root: Name::new(Ns::Word, "endnotes"),
    naming: Naming::One("endnotes"),
    implicit: &[],
    explicit: DRAWINGS,
    pictures: true,
    fix: fix::story,
};

static COMMENTS: Kind = Kind {
    relationship: relation::COMMENTS,
    content_types: &["application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"],
    root: Name::new(Ns::Word, "comments"),
    naming: Naming::One("comments"),
    implicit: &[],
    explicit: DRAWINGS,
    pictures: true,
    fix: fix::story,
};

static HEADER: Kind = Kind {
    relationship: relation::HEADER,
    content_types: &["application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"],
    root: Name::new(Ns::Word, "hdr"),
    naming: Naming::Many("header"),
    implicit: &[],
    explicit: DRAWINGS,
    pictures: true,
    fix: fix::story,
};

static FOOTER: Kind = Kind {
    relationship: relation::FOOTER,
    content_types: &["application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"],
    root: Name::new(Ns::Word, "ftr"),
    naming: Naming::Many("footer"),
    implicit: &[],
    explicit: DRAWINGS,
    pictures: true,
    fix: fix::story,
};
