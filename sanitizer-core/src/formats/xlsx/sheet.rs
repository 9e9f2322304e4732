//! Sheets of cells, read and written row by row (ECMA-376 Part 1, 18.3).

use super::{extensions, formula::Gone, kinds, notes};
use crate::{
    Action, Context, DisarmError,
    formats::ooxml::{
        builder::{Builder, Scope},
        package,
        tree::{self, Element, Node},
    },
    report::kinds::{OoxmlFinding, XlsxFinding},
    syntax::xml::{Document, Event, Ns, Reader, Start, Writer, XmlError},
};
use std::collections::HashSet;

/// What may follow the boxes of notes in a sheet (18.3.1.99).
const AFTER_NOTES: &[&str] = &["tableParts", "extLst"];

/// Builds a sheet and all it reaches.
pub(super) fn build(
    builder: &mut Builder<'_>,
    name: &str,
    gone: &Gone,
    parent: &Scope<'_>,
    cx: &mut Context<'_>,
) -> Result<Option<usize>, DisarmError> {
    let kind = &kinds::WORKSHEET;
    let Some(bytes) = builder.package.read(name, cx)? else { return Ok(None) };
    cx.budget().entries(1)?;
    let index = builder.assembly.open(kind.naming, kind.content_types.first().copied().unwrap_or_default());
    let scope = Scope::new(kind, builder.package.relationships(name, cx)?, index, Some(parent));
    kinds::name(&scope.relationships, cx);
    builder.implied(&scope, cx)?;
    let notes = notes::build(builder, &scope, cx)?;
    let document = Document::decode(&bytes, cx.budget()).map_err(|error| package::xml_error(error, cx))?;
    let reader = document.reader(tree::understands);
    let sheet = Sheet { reader, writer: Writer::new(), gone, notes, shared: HashSet::new() };
    let content = sheet.transform(builder, &scope, cx)?;
    builder.assembly.fill(index, content);
    Ok(Some(index))
}

/// A sheet on its way through.
struct Sheet<'d> {
    reader: Reader<'d>,
    writer: Writer,
    gone: &'d Gone,
    /// The id of the boxes of its notes, until they are written.
    notes: Option<String>,
    /// Groups of cells that share a formula that stays.
    shared: HashSet<String>,
}

impl<'d> Sheet<'d> {
    fn transform(mut self, builder: &mut Builder<'_>, scope: &Scope<'_>, cx: &mut Context<'_>) -> Result<Vec<u8>, DisarmError> {
        match self.event(cx)? {
            Event::Start(start) if start.is(Ns::Sheet, "worksheet") => {}
            _ => return Err(package::xml_error(XmlError::WellFormedness, cx)),
        }
        self.writer.start(Ns::Sheet, "worksheet");
        for ns in [Ns::Sheet, Ns::Relationships, Ns::Sheet14, Ns::SheetFormula] {
            self.writer.declare(ns);
        }
        loop {
            match self.event(cx)? {
                Event::Start(start) if start.is(Ns::Sheet, "sheetData") => self.rows(cx)?,
                Event::Start(start) if start.is(Ns::Sheet, "extLst") => {
                    self.write_notes();
                    extensions::copy(&mut self.reader, &mut self.writer, self.gone, cx)?;
                }
                Event::Start(start) => self.section(&start, builder, scope, cx)?,
                Event::Text(_) => {}
                Event::End => break,
                Event::Eof => return Err(package::xml_error(XmlError::WellFormedness, cx)),
            }
        }
        // What follows the root decides whether it was the only one.
        self.event(cx)?;
        self.write_notes();
        Ok(self.writer.finish())
    }

    fn event(&mut self, cx: &mut Context<'_>) -> Result<Event<'d>, DisarmError> {
        self.reader.next().map_err(|error| package::xml_error(error, cx))
    }

    fn element(&mut self, start: &Start<'_>, cx: &mut Context<'_>) -> Result<Option<Element>, DisarmError> {
        tree::element(&mut self.reader, start, None, cx).map_err(|error| package::xml_error(error, cx))
    }

    fn rows(&mut self, cx: &mut Context<'_>) -> Result<(), DisarmError> {
        self.writer.start(Ns::Sheet, "sheetData");
        loop {
            match self.event(cx)? {
                Event::Start(start) => {
                    let row = self.element(&start, cx)?.filter(|row| row.is(Ns::Sheet, "row"));
                    if let Some(mut row) = row {
                        row.retain(|cell| cell.is(Ns::Sheet, "c"));
                        for cell in row.elements_mut() {
                            self.cell(cell, cx);
                        }
                        tree::write_into(&row, &mut self.writer);
                    }
                }
                Event::Text(_) => {}
                Event::End => break,
                Event::Eof => return Err(package::xml_error(XmlError::WellFormedness, cx)),
            }
        }
        self.writer.end();
        Ok(())
    }

    /// Takes out a formula that may not stay. The value it last had stays.
    fn cell(&mut self, cell: &mut Element, cx: &mut Context<'_>) {
        let Some(formula) = cell.child(Ns::Sheet, "f") else { return };
        if self.keeps(formula) {
            return;
        }
        cx.find(XlsxFinding::ExternalFormula, Action::Neutralize);
        cell.retain(|child| !child.is(Ns::Sheet, "f") && (!child.is(Ns::Sheet, "v") || !child.text().is_empty()));
        if cell.elements().next().is_none() {
            // Programs that do not compute write no value (openpyxl): words stand for what is missing.
            let words = format!("【{}を除きました】", XlsxFinding::MissingValue.wording().ja);
            let text = Element::new(Ns::Sheet, "t").with_text(words);
            cell.set(Ns::None, "t", "inlineStr");
            *cell = std::mem::replace(cell, Element::new(Ns::Sheet, "c")).with(Element::new(Ns::Sheet, "is").with(text));
        }
    }

    fn keeps(&mut self, formula: &Element) -> bool {
        let text = formula.text();
        let allowed = !text.trim().is_empty() && self.gone.allows(&text);
        match formula.attribute(Ns::None, "t") {
            Some("shared") => {
                let group = formula.attribute(Ns::None, "si").unwrap_or_default();
                if allowed {
                    self.shared.insert(group.to_owned());
                }
                // A cell without a text of its own repeats the one its group began with (18.3.1.40).
                allowed || (text.trim().is_empty() && self.shared.contains(group))
            }
            Some("dataTable") => false,
            _ => allowed,
        }
    }

    /// One of the sections around the cells.
    fn section(
        &mut self,
        start: &Start<'_>,
        builder: &mut Builder<'_>,
        scope: &Scope<'_>,
        cx: &mut Context<'_>,
    ) -> Result<(), DisarmError> {
        if start.is(Ns::Sheet, "picture") || start.is(Ns::Sheet, "legacyDrawingHF") {
            // A picture behind the cells, or in the header by way of VML.
            cx.find(OoxmlFinding::Picture, Action::Remove);
        }
        let Some(mut element) = self.element(start, cx)?.filter(|element| !element.is(Ns::Sheet, "legacyDrawing")) else {
            return Ok(());
        };
        if AFTER_NOTES.iter().any(|local| element.is(Ns::Sheet, local)) {
            self.write_notes();
        }
        let empty_before = element.elements().next().is_none();
        self.formulas(&mut element, cx);
        // References are followed in what an element contains; here it is the element itself that may refer.
        let mut around = Element::new(Ns::Sheet, "worksheet").with(element);
        builder.children(&mut around, scope, cx)?;
        for child in around.elements() {
            // A list that lost all it held is against the schema.
            if empty_before || child.elements().next().is_some() {
                tree::write_into(&recounted(child), &mut self.writer);
            }
        }
        Ok(())
    }

    /// Takes out rules and links whose formulas may not stay.
    fn formulas(&self, section: &mut Element, cx: &mut Context<'_>) {
        let gone = self.gone;
        let mut lost = 0_u32;
        section.retain(|child| {
            let keep = match child.name.local {
                "hyperlink" => child.attribute(Ns::None, "location").is_none_or(|place| gone.allows(place)),
                _ => keeps_formulas(child, gone),
            };
            lost = lost.saturating_add(u32::from(!keep));
            keep
        });
        for _ in 0..lost {
            cx.find(XlsxFinding::ExternalFormula, Action::Remove);
        }
    }

    fn write_notes(&mut self) {
        if let Some(id) = self.notes.take() {
            self.writer.start(Ns::Sheet, "legacyDrawing");
            self.writer.attr(Ns::Relationships, "id", &id);
            self.writer.end();
        }
    }
}

/// Whether every formula in a rule, at any depth, may stay.
pub(super) fn keeps_formulas(element: &Element, gone: &Gone) -> bool {
    let own = match (element.name.ns, element.name.local) {
        (Ns::Sheet, "formula" | "formula1" | "formula2") | (Ns::SheetFormula, "f") => gone.allows(&element.text()),
        (Ns::Sheet, "cfvo") if element.attribute(Ns::None, "type") == Some("formula") => {
            element.attribute(Ns::None, "val").is_none_or(|formula| gone.allows(formula))
        }
        _ => true,
    };
    own && element.elements().all(|child| keeps_formulas(child, gone))
}

/// With the count of what it holds now.
fn recounted(element: &Element) -> Element {
    let mut element = element.clone();
    if element.attribute(Ns::None, "count").is_some() {
        let count = element.elements().count();
        element.set(Ns::None, "count", count.to_string());
    }
    element
}

/// A table: its formulas are only offered for new rows, the cells have their own.
pub(super) fn table(root: &mut Element, cx: &mut Context<'_>) {
    let gone = Gone::default();
    for columns in root.elements_mut().filter(|child| child.is(Ns::Sheet, "tableColumns")) {
        for column in columns.elements_mut() {
            let before = column.children.len();
            column.children.retain(|node| match node {
                Node::Element(child) => gone.allows(&child.text()),
                Node::Text(_) => true,
            });
            if column.children.len() < before {
                cx.find(OoxmlFinding::ChartData, Action::Rebuild);
            }
        }
    }
}
