//! The parts of a workbook (ECMA-376 Part 1, 12.3).

use super::chart;
use crate::{
    Action, Context,
    formats::ooxml::{
        assembly::Naming,
        kind::{self, Kind},
        package::Relationship,
        relation,
        tree::Element,
        vocabulary::Name,
    },
    report::kinds::XlsxFinding,
    syntax::xml::Ns,
};

/// The main part. Templates and workbooks with macros come out as workbooks.
pub(super) static WORKBOOK: Kind = Kind {
    relationship: relation::OFFICE_DOCUMENT,
    content_types: &[
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        "application/vnd.ms-excel.template.macroEnabled.main+xml",
    ],
    root: Name::new(Ns::Sheet, "workbook"),
    naming: Naming::One("workbook"),
    implicit: &[&kind::THEME, &STYLES],
    explicit: &[],
    pictures: false,
    fix: kind::as_it_is,
};

/// A sheet of cells.
pub(super) static WORKSHEET: Kind = Kind {
    relationship: relation::WORKSHEET,
    content_types: &["application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"],
    root: Name::new(Ns::Sheet, "worksheet"),
    naming: Naming::Many("worksheets/sheet"),
    implicit: &[],
    explicit: &[&DRAWING, &TABLE],
    pictures: true,
    fix: kind::as_it_is,
};

/// A sheet that is one chart.
pub(super) static CHARTSHEET: Kind = Kind {
    relationship: relation::CHARTSHEET,
    content_types: &["application/vnd.openxmlformats-officedocument.spreadsheetml.chartsheet+xml"],
    root: Name::new(Ns::Sheet, "chartsheet"),
    naming: Naming::Many("chartsheets/sheet"),
    implicit: &[],
    explicit: &[&DRAWING],
    pictures: true,
    fix: without_notes,
};

/// Notes on cells.
pub(super) static COMMENTS: Kind = Kind {
    relationship: relation::COMMENTS,
    content_types: &["application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"],
    root: Name::new(Ns::Sheet, "comments"),
    naming: Naming::Many("comments"),
    implicit: &[],
    explicit: &[],
    pictures: false,
    fix: kind::as_it_is,
};

static STYLES: Kind = Kind {
    relationship: relation::STYLES,
    content_types: &["application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"],
    root: Name::new(Ns::Sheet, "styleSheet"),
    naming: Naming::One("styles"),
    implicit: &[],
    explicit: &[],
    pictures: false,
    fix: kind::as_it_is,
};

/// Texts that cells share.
pub(super) static SHARED_STRINGS: Kind = Kind {
    relationship: relation::SHARED_STRINGS,
    content_types: &["application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"],
    root: Name::new(Ns::Sheet, "sst"),
    naming: Naming::One("sharedStrings"),
    implicit: &[],
    explicit: &[],
    pictures: false,
    fix: kind::as_it_is,
};

static TABLE: Kind = Kind {
    relationship: relation::TABLE,
    content_types: &["application/vnd.openxmlformats-officedocument.spreadsheetml.table+xml"],
    root: Name::new(Ns::Sheet, "table"),
    naming: Naming::Many("tables/table"),
    implicit: &[],
    explicit: &[],
    pictures: false,
    fix: super::sheet::table,
};

static DRAWING: Kind = Kind {
    relationship: relation::DRAWING,
    content_types: &["application/vnd.openxmlformats-officedocument.drawing+xml"],
    root: Name::new(Ns::SheetDrawing, "wsDr"),
    naming: Naming::Many("drawings/drawing"),
    implicit: &[],
    explicit: &[&CHART, &kind::DIAGRAM_COLORS, &kind::DIAGRAM_DATA, &kind::DIAGRAM_LAYOUT, &kind::DIAGRAM_STYLE],
    pictures: true,
    fix: kind::as_it_is,
};

static CHART: Kind = Kind {
    relationship: relation::CHART,
    content_types: &["application/vnd.openxmlformats-officedocument.drawingml.chart+xml"],
    root: Name::new(Ns::Chart, "chartSpace"),
    naming: Naming::Many("charts/chart"),
    implicit: &[],
    explicit: &[],
    pictures: true,
    fix: chart::detach,
};

/// A chart sheet has no cells to note anything on.
fn without_notes(root: &mut Element, _: &mut Context<'_>) {
    root.retain(|child| !child.is(Ns::Sheet, "legacyDrawing"));
}

/// What is said of relationships that are not followed, by the last components of their types.
const NAMED: &[(&str, XlsxFinding, Action)] = &[
    ("/connections", XlsxFinding::Connection, Action::Remove),
    ("/ctrlProp", XlsxFinding::FormControl, Action::Remove),
    ("/externalLink", XlsxFinding::ExternalLink, Action::Neutralize),
    ("/pivotTable", XlsxFinding::PivotTable, Action::Neutralize),
    ("/powerPivotData", XlsxFinding::Connection, Action::Remove),
    ("/queryTable", XlsxFinding::Connection, Action::Remove),
    ("/slicer", XlsxFinding::Slicer, Action::Remove),
    ("/tableSingleCells", XlsxFinding::Connection, Action::Rebuild),
    ("/timeline", XlsxFinding::Slicer, Action::Remove),
    ("/xmlMaps", XlsxFinding::Connection, Action::Rebuild),
];

/// Names the relationships of a part that nothing follows.
pub(super) fn name(relationships: &[Relationship], cx: &mut Context<'_>) {
    for relationship in relationships {
        if let Some((_, finding, action)) = NAMED.iter().find(|(suffix, _, _)| relationship.kind.ends_with(suffix)) {
            cx.find(*finding, *action);
        }
    }
}
