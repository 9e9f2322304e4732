//! Kinds of parts: by which relationship a part is reached, what it must be, and what it may reach in turn.
//!
//! This is the allow-list of (source part, relationship type, content type): a part is kept only along it.

use super::{assembly::Naming, relation, tree::Element, vocabulary::Name};
use crate::{Context, syntax::xml::Ns};

/// A kind of part.
pub(in crate::formats) struct Kind {
    /// The relationship type that leads to it.
    pub(in crate::formats) relationship: &'static str,
    /// Content types it may have; it is written with the first.
    pub(in crate::formats) content_types: &'static [&'static str],
    /// Its root element.
    pub(in crate::formats) root: Name,
    /// Its name in the output, within the folder of the application.
    pub(in crate::formats) naming: Naming,
    /// Kinds that belong to it by relationship type alone: one each.
    pub(in crate::formats) implicit: &'static [&'static Kind],
    /// Kinds its markup may refer to.
    pub(in crate::formats) explicit: &'static [&'static Kind],
    /// Whether its markup may refer to pictures and hyperlinks.
    pub(in crate::formats) pictures: bool,
    /// What is put right in it before its references are followed.
    pub(in crate::formats) fix: fn(&mut Element, &mut Context<'_>),
}

/// Nothing to put right.
pub(in crate::formats) fn as_it_is(_: &mut Element, _: &mut Context<'_>) {}

/// A theme.
pub(in crate::formats) static THEME: Kind = Kind {
    relationship: relation::THEME,
    content_types: &["application/vnd.openxmlformats-officedocument.theme+xml"],
    root: Name::new(Ns::Drawing, "theme"),
    naming: Naming::Many("theme/theme"),
    implicit: &[],
    explicit: &[],
    pictures: true,
    fix: as_it_is,
};

/// A chart. Its values are cached in it; the workbook behind it is not kept.
pub(in crate::formats) static CHART: Kind = Kind {
    relationship: relation::CHART,
    content_types: &["application/vnd.openxmlformats-officedocument.drawingml.chart+xml"],
    root: Name::new(Ns::Chart, "chartSpace"),
    naming: Naming::Many("charts/chart"),
    implicit: &[],
    explicit: &[],
    pictures: true,
    fix: as_it_is,
};

/// Data of a diagram.
pub(in crate::formats) static DIAGRAM_DATA: Kind = Kind {
    relationship: relation::DIAGRAM_DATA,
    content_types: &["application/vnd.openxmlformats-officedocument.drawingml.diagramData+xml"],
    root: Name::new(Ns::Diagram, "dataModel"),
    naming: Naming::Many("diagrams/data"),
    implicit: &[],
    explicit: &[],
    pictures: true,
    fix: as_it_is,
};

/// Layout of a diagram.
pub(in crate::formats) static DIAGRAM_LAYOUT: Kind = Kind {
    relationship: relation::DIAGRAM_LAYOUT,
    content_types: &["application/vnd.openxmlformats-officedocument.drawingml.diagramLayout+xml"],
    root: Name::new(Ns::Diagram, "layoutDef"),
    naming: Naming::Many("diagrams/layout"),
    implicit: &[],
    explicit: &[],
    pictures: false,
    fix: as_it_is,
};

/// Style of a diagram.
pub(in crate::formats) static DIAGRAM_STYLE: Kind = Kind {
    relationship: relation::DIAGRAM_STYLE,
    content_types: &["application/vnd.openxmlformats-officedocument.drawingml.diagramStyle+xml"],
    root: Name::new(Ns::Diagram, "styleDef"),
    naming: Naming::Many("diagrams/quickStyle"),
    implicit: &[],
    explicit: &[],
    pictures: false,
    fix: as_it_is,
};

/// Colors of a diagram.
pub(in crate::formats) static DIAGRAM_COLORS: Kind = Kind {
    relationship: relation::DIAGRAM_COLORS,
    content_types: &["application/vnd.openxmlformats-officedocument.drawingml.diagramColors+xml"],
    root: Name::new(Ns::Diagram, "colorsDef"),
    naming: Naming::Many("diagrams/colors"),
    implicit: &[],
    explicit: &[],
    pictures: false,
    fix: as_it_is,
};

/// The drawing of a diagram.
pub(in crate::formats) static DIAGRAM_DRAWING: Kind = Kind {
    relationship: relation::DIAGRAM_DRAWING,
    content_types: &["application/vnd.ms-office.drawingml.diagramDrawing+xml"],
    root: Name::new(Ns::DiagramDrawing, "drawing"),
    naming: Naming::Many("diagrams/drawing"),
    implicit: &[],
    explicit: &[],
    pictures: true,
    fix: as_it_is,
};
