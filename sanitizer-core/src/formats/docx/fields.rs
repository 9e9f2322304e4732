//! Fields (ECMA-376 Part 1, 17.16): which may stay alive, which keep only their last result.
//!
//! A complex field is spread over runs: `begin`, its code in pieces, `separate`, its result, `end`; fields nest, in
//! codes and in results. The code is therefore put together first, for all fields of a story, and judged as Word would
//! read it; only then is the story written anew.

use super::code::{self, Judgment};
use crate::{
    Context,
    formats::ooxml::tree::{Element, Node},
    syntax::xml::Ns,
};

/// Stands in a code where a nested field stands. No document can contain it: XML forbids the character.
const NESTED: char = '\0';

/// A complex field, as far as it was read.
#[derive(Debug, Default)]
struct Field {
    code: String,
    separated: bool,
    closed: bool,
    /// Fields in its code, by index.
    nested: Vec<usize>,
    /// Whether something else than code stood among the code.
    mixed: bool,
}

/// What becomes of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Plan {
    /// It stays; its code is written as this, or in its pieces if it has nested fields.
    Keep(Option<String>),
    /// Its result stays, or this text if it has none.
    Freeze(Option<String>),
    /// It has no end: its marks go.
    Unmark,
}

/// Judges and rewrites all fields below `root`.
pub(super) fn rewrite(root: &mut Element, cx: &mut Context<'_>) {
    let mut survey = Survey::default();
    survey.walk(root);
    let mut plans: Vec<Plan> = Vec::with_capacity(survey.fields.len());
    // Nested fields have higher indices than the field they stand in.
    for field in survey.fields.iter().rev() {
        let nested_stay = field.nested.iter().all(|index| {
            let from_the_end = survey.fields.len().saturating_sub(index.saturating_add(1));
            matches!(plans.get(from_the_end), Some(Plan::Keep(_)))
        });
        plans.push(plan(field, nested_stay, cx));
    }
    plans.reverse();
    Rewriter { plans, next: 0, open: Vec::new() }.walk(root, cx);
}

fn plan(field: &Field, nested_stay: bool, cx: &mut Context<'_>) -> Plan {
    if !field.closed {
        return Plan::Unmark;
    }
    let nested = !field.nested.is_empty();
    match code::judge(&field.code, NESTED, cx) {
        Judgment::Keep(_) if nested && nested_stay && !field.mixed => Plan::Keep(None),
        Judgment::Keep(code) if !nested => Plan::Keep(Some(code)),
        Judgment::Keep(_) => Plan::Freeze(None),
        Judgment::Freeze(text) => Plan::Freeze(text.filter(|_| !field.separated && !nested)),
    }
}

/// The first pass: all fields in the order of their beginnings.
#[derive(Default)]
struct Survey {
    fields: Vec<Field>,
    open: Vec<usize>,
}

impl Survey {
    fn top(&mut self) -> Option<&mut Field> {
        let index = *self.open.last()?;
        self.fields.get_mut(index)
    }

    fn walk(&mut self, element: &Element) {
        for child in element.elements() {
            if child.name.ns != Ns::Word {
                self.walk(child);
                continue;
            }
            match child.name.local {
                "fldChar" => self.mark(child),
                "instrText" | "delInstrText" => self.code(&child.text(), false),
                "t" | "delText" => self.code(&child.text(), true),
                // A text box is a story of its own: no field reaches into it.
                "txbxContent" => {
                    let open = std::mem::take(&mut self.open);
                    self.walk(child);
                    self.open = open;
                }
                "fldSimple" => {
                    self.code(&NESTED.to_string(), true);
                    self.walk(child);
                }
                _ => self.walk(child),
            }
        }
    }

    fn mark(&mut self, mark: &Element) {
        match mark.attribute(Ns::Word, "fldCharType") {
            Some("begin") => {
                let index = self.fields.len();
                if let Some(outer) = self.top().filter(|outer| !outer.separated) {
                    outer.nested.push(index);
                    outer.code.push(NESTED);
                }
                self.fields.push(Field::default());
                self.open.push(index);
            }
            Some("separate") => {
                if let Some(field) = self.top() {
                    field.separated = true;
                }
            }
            Some("end") => {
                if let Some(field) = self.top() {
                    field.closed = true;
                }
                self.open.pop();
            }
            _ => {}
        }
    }

    fn code(&mut self, text: &str, mixed: bool) {
        if let Some(field) = self.top().filter(|field| !field.separated) {
            field.code.push_str(text);
            field.mixed |= mixed;
        }
    }
}

/// The second pass.
struct Rewriter {
    plans: Vec<Plan>,
    next: usize,
    open: Vec<Level>,
}

struct Level {
    plan: Plan,
    in_code: bool,
    /// Whether its code was written.
    written: bool,
}

impl Rewriter {
    fn walk(&mut self, element: &mut Element, cx: &mut Context<'_>) {
        let in_run = element.is(Ns::Word, "r");
        let mut kept = Vec::with_capacity(element.children.len());
        for node in std::mem::take(&mut element.children) {
            match node {
                Node::Element(child) => self.child(child, in_run, &mut kept, cx),
                Node::Text(_) => kept.push(node),
            }
        }
        element.children = kept;
    }

    /// Whether what stands here is the code of a field that does not stay.
    fn in_frozen_code(&self) -> bool {
        self.open.iter().any(|level| level.in_code && matches!(level.plan, Plan::Freeze(_)))
    }

    fn child(&mut self, mut child: Element, in_run: bool, kept: &mut Vec<Node>, cx: &mut Context<'_>) {
        let local = if child.name.ns == Ns::Word { child.name.local } else { "" };
        match local {
            "fldChar" => return self.mark(child, kept),
            "instrText" | "delInstrText" => return self.code(child, kept),
            "fldSimple" => return self.simple(child, kept, cx),
            "txbxContent" => {
                let open = std::mem::take(&mut self.open);
                self.walk(&mut child, cx);
                self.open = open;
            }
            _ => self.walk(&mut child, cx),
        }
        let frozen = in_run && local != "rPr" && self.in_frozen_code();
        // Text among the code of a field that stays was read as code, and is written with it.
        let coded = matches!(local, "t" | "delText")
            && self.open.last().is_some_and(|level| level.in_code && matches!(level.plan, Plan::Keep(_)));
        if !frozen && !coded {
            kept.push(Node::Element(child));
        }
    }

    fn mark(&mut self, mark: Element, kept: &mut Vec<Node>) {
        match mark.attribute(Ns::Word, "fldCharType") {
            Some("begin") => {
                let outer_frozen = self.in_frozen_code();
                let plan = self.plans.get(self.next).cloned().unwrap_or(Plan::Unmark);
                self.next = self.next.saturating_add(1);
                match &plan {
                    _ if outer_frozen => {}
                    Plan::Keep(_) => kept.push(Node::Element(mark)),
                    Plan::Freeze(Some(text)) => kept.push(Node::Element(preserved("t", text))),
                    Plan::Freeze(None) | Plan::Unmark => {}
                }
                self.open.push(Level { plan, in_code: true, written: false });
            }
            Some("separate") => {
                let outer_frozen = self.outer_frozen();
                let Some(level) = self.open.last_mut() else { return };
                level.in_code = false;
                if matches!(level.plan, Plan::Keep(_)) && !outer_frozen {
                    kept.push(Node::Element(mark));
                }
            }
            Some("end") => {
                let outer_frozen = self.outer_frozen();
                let Some(level) = self.open.pop() else { return };
                if matches!(level.plan, Plan::Keep(_)) && !outer_frozen {
                    kept.push(Node::Element(mark));
                }
            }
            _ => {}
        }
    }

    /// Whether the innermost field stands in the code of one that does not stay.
    fn outer_frozen(&self) -> bool {
        let outer = self.open.split_last().map_or(&[][..], |(_, outer)| outer);
        outer.iter().any(|level| level.in_code && matches!(level.plan, Plan::Freeze(_)))
    }

    fn code(&mut self, piece: Element, kept: &mut Vec<Node>) {
        if self.in_frozen_code() {
            return;
        }
        let Some(level) = self.open.last_mut().filter(|level| level.in_code) else { return };
        match &level.plan {
            Plan::Keep(None) => kept.push(Node::Element(piece)),
            Plan::Keep(Some(code)) if !level.written => {
                level.written = true;
                kept.push(Node::Element(preserved(piece.name.local, code)));
            }
            Plan::Keep(Some(_)) | Plan::Freeze(_) | Plan::Unmark => {}
        }
    }

    fn simple(&mut self, mut field: Element, kept: &mut Vec<Node>, cx: &mut Context<'_>) {
        let code = field.attribute(Ns::Word, "instr").unwrap_or_default().to_owned();
        self.walk(&mut field, cx);
        if self.in_frozen_code() {
            return;
        }
        match code::judge(&code, NESTED, cx) {
            Judgment::Keep(code) => {
                field.set(Ns::Word, "instr", code);
                kept.push(Node::Element(field));
            }
            Judgment::Freeze(_) => kept.append(&mut field.children),
        }
    }
}

fn preserved(local: &'static str, text: &str) -> Element {
    let mut element = Element::new(Ns::Word, local).with_text(text);
    element.set(Ns::Xml, "space", "preserve");
    element
}
