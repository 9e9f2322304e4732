//! The workbook part: which sheets and names stay (ECMA-376 Part 1, 18.2).

use super::{formula::Gone, kinds, sheet, strings};
use crate::{
    Action, Context, DisarmError,
    formats::ooxml::{
        builder::{Builder, Scope},
        package::{Relationship, Target},
        tree::{self, Element},
    },
    report::kinds::{OoxmlFinding, XlsxFinding},
    syntax::xml::Ns,
};
use sanitizer_verify::Reason;

/// More rounds than names that refer to names ever need.
const ROUNDS: usize = 64;
/// Names Excel itself defines that mean a range (18.2.5). The others of this prefix run macros.
const BUILT_IN: &[&str] = &[
    "_xlnm.criteria",
    "_xlnm.database",
    "_xlnm.extract",
    "_xlnm.print_area",
    "_xlnm.print_titles",
    "_xlnm.sheet_title",
    "_xlnm._filterdatabase",
];
/// Names that Excel runs when a workbook is opened, closed or shown, with whatever follows them.
const RUNNING: &[&str] = &["auto_activate", "auto_close", "auto_deactivate", "auto_open"];

/// Builds the workbook and all it reaches.
pub(super) fn build(builder: &mut Builder<'_>, name: &str, cx: &mut Context<'_>) -> Result<usize, DisarmError> {
    let kind = &kinds::WORKBOOK;
    let typed = builder.package.content_type(name).unwrap_or_default();
    if !kind.content_types.iter().any(|known| known.eq_ignore_ascii_case(typed)) {
        return Err(cx.hold(OoxmlFinding::UnexpectedPart, Reason::TypeUnsupported));
    }
    let Some(bytes) = builder.package.read(name, cx)? else {
        return Err(cx.hold(OoxmlFinding::BrokenPackage, Reason::Broken));
    };
    let mut root = tree::read(&bytes, kind.root, cx)?;
    let content_type = kind.content_types.first().copied().unwrap_or_default();
    let index = builder.assembly.open(kind.naming, content_type);
    let scope = Scope::new(kind, builder.package.relationships(name, cx)?, index, None);
    kinds::name(&scope.relationships, cx);
    builder.implied(&scope, cx)?;
    strings::build(builder, &scope, cx)?;

    let mut gone = Gone::default();
    let kept = sheets(&mut root, &scope, builder, &mut gone, cx);
    names(&mut root, &kept, &mut gone, cx);
    views(&mut root, &kept);
    for child in root.elements_mut().filter(|child| child.is(Ns::Sheet, "sheets")) {
        for element in child.elements_mut() {
            reference(element, builder, &scope, &gone, cx)?;
        }
        child.retain(|sheet| sheet.attribute(Ns::Relationships, "id").is_some());
        if child.elements().next().is_none() {
            return Err(cx.hold(XlsxFinding::UnknownSheet, Reason::UnsafeContentRequired));
        }
    }
    if root.child(Ns::Sheet, "sheets").is_none() {
        return Err(cx.hold(OoxmlFinding::BrokenPart, Reason::Broken));
    }
    builder.assembly.fill(index, tree::write(&root));
    Ok(index)
}

/// Builds one sheet and leads the reference to it.
fn reference(
    element: &mut Element,
    builder: &mut Builder<'_>,
    scope: &Scope<'_>,
    gone: &Gone,
    cx: &mut Context<'_>,
) -> Result<(), DisarmError> {
    let id = element.unset(Ns::Relationships, "id").unwrap_or_default();
    let Some((relationship, target)) = scope.find(&id).and_then(part) else { return Ok(()) };
    let (kind, built) = if relationship.kind == kinds::WORKSHEET.relationship {
        (&kinds::WORKSHEET, sheet::build(builder, target, gone, scope, cx)?)
    } else {
        (&kinds::CHARTSHEET, builder.part(target, &kinds::CHARTSHEET, Some(scope), cx)?)
    };
    if let Some(part) = built {
        let id = builder.assembly.relate(scope.index, kind.relationship, part);
        element.set(Ns::Relationships, "id", id);
    }
    Ok(())
}

fn part(relationship: &Relationship) -> Option<(&Relationship, &str)> {
    match &relationship.target {
        Target::Part(target) => Some((relationship, target)),
        Target::External(_) | Target::Nowhere => None,
    }
}

/// Takes out sheets that are none of cells or charts. Gives, for each sheet there was, its new number.
fn sheets(
    root: &mut Element,
    scope: &Scope<'_>,
    builder: &Builder<'_>,
    gone: &mut Gone,
    cx: &mut Context<'_>,
) -> Vec<Option<usize>> {
    let mut numbers = Vec::new();
    let mut next = 0_usize;
    for list in root.elements_mut().filter(|child| child.is(Ns::Sheet, "sheets")) {
        list.retain(|sheet| {
            if !sheet.is(Ns::Sheet, "sheet") {
                return false;
            }
            let id = sheet.attribute(Ns::Relationships, "id").unwrap_or_default();
            let keep = keeps(scope.find(id), builder, cx);
            if keep {
                match sheet.attribute(Ns::None, "state") {
                    Some("hidden") => cx.find(XlsxFinding::HiddenSheet, Action::Keep),
                    Some("veryHidden") => cx.find(XlsxFinding::VeryHiddenSheet, Action::Keep),
                    _ => {}
                }
                numbers.push(Some(next));
                next = next.saturating_add(1);
            } else {
                let name = sheet.attribute(Ns::None, "name").unwrap_or_default();
                gone.sheets.insert(name.to_lowercase());
                numbers.push(None);
            }
            keep
        });
        show_one(list);
    }
    numbers
}

/// Whether a sheet stays: one of cells or of a chart, by its relationship and by its type.
fn keeps(relationship: Option<&Relationship>, builder: &Builder<'_>, cx: &mut Context<'_>) -> bool {
    let Some((relationship, target)) = relationship.and_then(part) else {
        cx.find(XlsxFinding::UnknownSheet, Action::Remove);
        return false;
    };
    let typed = builder.package.content_type(target).unwrap_or_default();
    let known = [&kinds::WORKSHEET, &kinds::CHARTSHEET].iter().any(|kind| {
        relationship.kind == kind.relationship && kind.content_types.iter().any(|known| known.eq_ignore_ascii_case(typed))
    });
    if !known {
        let is = |word: &str| relationship.kind.to_ascii_lowercase().ends_with(word) || typed.contains(word);
        let finding = if is("macrosheet") {
            XlsxFinding::MacroSheet
        } else if is("dialogsheet") {
            XlsxFinding::DialogSheet
        } else {
            XlsxFinding::UnknownSheet
        };
        cx.find(finding, Action::Remove);
    }
    known
}

/// Excel opens no workbook of which every sheet is hidden; the sheet that was shown may be gone.
fn show_one(list: &mut Element) {
    if list.elements().all(|sheet| sheet.attribute(Ns::None, "state").is_some_and(|state| state != "visible"))
        && let Some(first) = list.elements_mut().next()
    {
        first.unset(Ns::None, "state");
    }
}

/// Takes out names that run, that reach out, and that refer to something gone.
fn names(root: &mut Element, numbers: &[Option<usize>], gone: &mut Gone, cx: &mut Context<'_>) {
    for list in root.elements_mut().filter(|child| child.is(Ns::Sheet, "definedNames")) {
        list.retain(|name| {
            is_plain(name) || {
                drop_name(name, XlsxFinding::MacroName, gone, cx);
                false
            }
        });
        for element in list.elements_mut() {
            for local in ["function", "vbProcedure", "xlm"] {
                element.unset(Ns::None, local);
            }
        }
        for _ in 0..ROUNDS {
            let before = gone.names.len();
            let mut dropped = false;
            list.retain(|name| {
                gone.allows(&name.text()) || {
                    drop_name(name, XlsxFinding::ExternalName, gone, cx);
                    dropped = true;
                    false
                }
            });
            if !dropped || gone.names.len() == before {
                break;
            }
        }
        list.retain(|name| renumbered(name, numbers).is_some());
        for element in list.elements_mut() {
            if let Some(Some(number)) = renumbered(element, numbers) {
                element.set(Ns::None, "localSheetId", number.to_string());
            }
        }
    }
    // An empty list is against the schema.
    root.retain(|child| !child.is(Ns::Sheet, "definedNames") || child.elements().next().is_some());
}

fn drop_name(name: &Element, finding: XlsxFinding, gone: &mut Gone, cx: &mut Context<'_>) {
    cx.find(finding, Action::Remove);
    gone.names.insert(name.attribute(Ns::None, "name").unwrap_or_default().to_lowercase());
}

/// Whether a name is one of a range or a value and not of something that runs.
fn is_plain(name: &Element) -> bool {
    let runs = ["function", "vbProcedure", "xlm"]
        .iter()
        .any(|local| name.attribute(Ns::None, local).is_some_and(|value| !matches!(value, "0" | "false")));
    let label = name.attribute(Ns::None, "name").unwrap_or_default().to_lowercase();
    let built_in = label.starts_with("_xlnm.");
    name.is(Ns::Sheet, "definedName")
        && !runs
        && !label.is_empty()
        && (!built_in || BUILT_IN.contains(&label.as_str()))
        && !RUNNING.iter().any(|running| label.starts_with(running))
}

#[expect(clippy::option_option, reason = "not local and gone are two answers")]
/// The number of the sheet a name is local to, after others went: none inside if it is not local, none at all if that
/// sheet is gone.
fn renumbered(name: &Element, numbers: &[Option<usize>]) -> Option<Option<usize>> {
    let Some(local) = name.attribute(Ns::None, "localSheetId") else { return Some(None) };
    let old: usize = local.parse().ok()?;
    numbers.get(old).copied().flatten().map(Some)
}

/// Leads the views to the sheets that stay.
fn views(root: &mut Element, numbers: &[Option<usize>]) {
    for list in root.elements_mut().filter(|child| child.is(Ns::Sheet, "bookViews")) {
        for view in list.elements_mut() {
            for local in ["activeTab", "firstSheet"] {
                let Some(old) = view.unset(Ns::None, local) else { continue };
                let new = old.parse::<usize>().ok().and_then(|old| numbers.get(old).copied().flatten());
                if let Some(new) = new.filter(|new| *new > 0) {
                    view.set(Ns::None, local, new.to_string());
                }
            }
        }
    }
}
