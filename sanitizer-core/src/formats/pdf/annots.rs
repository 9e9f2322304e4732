//! Annotations (ISO 32000-2, 12.5): links stay links; what has an appearance is drawn into the page; the rest goes.

use super::{
    builder::{Builder, Built, name, reference},
    content::{Scope, emit},
    dest::Target,
    resources::Category,
    shape::{Shape, Table},
};
use crate::{Action, report::kinds::PdfFinding, syntax::pdf::Item};
use lopdf::{Dictionary, Object};
use sanitizer_verify::Reason;
use std::rc::Rc;

/// Annotations of one page.
const ANNOTATIONS: usize = 20_000;

const LINK: Table = &[
    ("Rect", Shape::Nums(4)),
    ("QuadPoints", Shape::NumList),
    ("C", Shape::NumList),
    ("H", Shape::Name(&["N", "I", "O", "P"])),
    ("Border", Shape::NumList),
];

const BORDER: Table = &[("W", Shape::Num), ("S", Shape::Name(&["S", "D", "B", "I", "U"])), ("D", Shape::NumList)];

/// Flags of an annotation (table 167): invisible only for unknown types, so not here.
const HIDDEN: i64 = 1 << 1;
const NO_VIEW: i64 = 1 << 5;

impl Builder<'_, '_, '_> {
    /// The slots of the annotations that stay on a page; the others are drawn into `content` or named.
    pub(super) fn annotations(&mut self, page: &Dictionary, scope: &mut Scope, content: &mut Vec<u8>) -> Built<Vec<u32>> {
        let list = self.get(page, "Annots")?;
        let list = list.array().unwrap_or_default();
        if list.len() > ANNOTATIONS {
            return Err(self.hold(PdfFinding::Damaged, Reason::CountLimit));
        }
        let mut kept = Vec::new();
        let mut drawn = Vec::new();
        for object in list {
            let item = self.resolve(object)?;
            let Some(from) = item.dict() else { continue };
            if let Some(slot) = self.annotation(from, scope, &mut drawn)? {
                kept.push(slot);
            }
        }
        if !drawn.is_empty() {
            // The page leaves nothing open, so what is drawn after it starts from the page's own state.
            let page = std::mem::take(content);
            if !page.is_empty() {
                emit(&[], b"q", content);
                content.extend(page);
                emit(&[], b"Q", content);
            }
            content.extend(drawn);
        }
        Ok(kept)
    }

    fn annotation(&mut self, from: &Dictionary, scope: &mut Scope, drawn: &mut Vec<u8>) -> Built<Option<u32>> {
        self.cx.budget().objects(1)?;
        if from.has(b"AA") {
            let triggers = self.get(from, "AA")?;
            for (_, action) in triggers.dict().into_iter().flat_map(Dictionary::iter) {
                let action = self.resolve(action)?;
                if let Some(action) = action.dict() {
                    self.note_action(action)?;
                }
            }
            self.find(PdfFinding::OpenAction, Action::Remove);
        }
        if from.has(b"AF") {
            self.find(PdfFinding::EmbeddedFile, Action::Remove);
        }
        let subtype = self.name(from, "Subtype")?.unwrap_or_default();
        match subtype.as_slice() {
            b"Link" => return self.link(from),
            // A note's window, which shows nothing by itself.
            b"Popup" => return Ok(None),
            b"FileAttachment" => self.find(PdfFinding::EmbeddedFile, Action::Remove),
            b"RichMedia" | b"3D" | b"Screen" | b"Movie" | b"Sound" => self.find(PdfFinding::Multimedia, Action::Remove),
            _ => {}
        }
        let action = self.get(from, "A")?;
        if let Some(action) = action.dict() {
            self.note_action(action)?;
        }
        self.flatten(&subtype, from, scope, drawn)?;
        Ok(None)
    }

    fn link(&mut self, from: &Dictionary) -> Built<Option<u32>> {
        let previous = self.get(from, "PA")?;
        if let Some(action) = previous.dict()
            && self.name(action, "S")?.as_deref() != Some(b"URI")
        {
            self.note_action(action)?;
        }
        let target = self.target(from)?;
        let Some(target) = target else { return Ok(None) };
        let mut out = Dictionary::new();
        out.set("Type", name("Annot"));
        out.set("Subtype", name("Link"));
        self.plain(from, LINK, &mut out)?;
        if !out.has(b"Rect") {
            return Ok(None);
        }
        let border = self.get(from, "BS")?;
        if let Some(border) = border.dict() {
            let mut style = Dictionary::new();
            self.plain(border, BORDER, &mut style)?;
            out.set("BS", Object::Dictionary(style));
        }
        // Shown and printed as it was; the other flags only matter to what edits.
        let flags = self.integer(from, "F")?.unwrap_or_default() & (HIDDEN | NO_VIEW | 1 << 2);
        out.set("F", Object::Integer(flags));
        match target {
            Target::Place(place) => out.set("Dest", place),
            Target::Address(action) => out.set("A", action),
        }
        Ok(Some(self.add(Object::Dictionary(out))))
    }

    /// Draws the normal appearance where the annotation is shown (12.5.5, algorithm 8).
    fn flatten(&mut self, subtype: &[u8], from: &Dictionary, scope: &mut Scope, drawn: &mut Vec<u8>) -> Built<()> {
        let flags = self.integer(from, "F")?.unwrap_or_default();
        if flags & (HIDDEN | NO_VIEW) != 0 {
            return Ok(());
        }
        let appearance = self.appearance(from)?;
        let rect = self.rectangle(from, "Rect")?;
        let (Some((object, form)), Some(rect)) = (appearance, rect) else {
            return self.without_appearance(subtype, from);
        };
        let Some(dict) = form.dict() else { return Ok(()) };
        let Some(slot) = self.appearance_object(&object, scope)? else { return Ok(()) };
        let bbox = self.rectangle(dict, "BBox")?.unwrap_or([0.0, 0.0, 1.0, 1.0]);
        let matrix = self.matrix(dict)?;
        let Some(placed) = placement(bbox, matrix, rect) else { return Ok(()) };
        let new = scope.new.add(Category::XObject, reference(slot));
        emit(&[], b"q", drawn);
        if let Ok(layer) = from.get(b"OC")
            && let Some(layer) = self.membership(layer)?
        {
            let layer = scope.new.add(Category::Properties, reference(layer));
            emit(&[name("OC"), Object::Name(layer)], b"BDC", drawn);
            emit(&placed.map(Object::Real), b"cm", drawn);
            emit(&[Object::Name(new)], b"Do", drawn);
            emit(&[], b"EMC", drawn);
        } else {
            emit(&placed.map(Object::Real), b"cm", drawn);
            emit(&[Object::Name(new)], b"Do", drawn);
        }
        emit(&[], b"Q", drawn);
        if subtype != b"Widget" {
            self.find_once(PdfFinding::Markup, Action::Rebuild);
        }
        Ok(())
    }

    /// Builds an appearance, whose names may be those of the form as a whole.
    fn appearance_object(&mut self, object: &Object, scope: &Scope) -> Built<Option<u32>> {
        let root = self.file.trailer().get(b"Root").cloned().unwrap_or(Object::Null);
        let catalog = self.resolve(&root)?;
        if let Some(catalog) = catalog.dict() {
            let form = self.get(catalog, "AcroForm")?;
            if let Some(form) = form.dict() {
                self.form_resources = Some(self.get(form, "DR")?);
            }
        }
        let built = self.x_object(object, scope);
        self.form_resources = None;
        built
    }

    /// The normal appearance in the state the annotation is in, with what refers to it.
    fn appearance(&mut self, from: &Dictionary) -> Built<Option<(Object, Rc<Item>)>> {
        let appearances = self.get(from, "AP")?;
        let Some(appearances) = appearances.dict() else { return Ok(None) };
        let Ok(mut normal) = appearances.get(b"N").cloned() else { return Ok(None) };
        let mut item = self.resolve(&normal)?;
        if item.stream().is_none() {
            let Some(states) = item.dict() else { return Ok(None) };
            let state = self.name(from, "AS")?.unwrap_or_else(|| b"Off".to_vec());
            let Ok(chosen) = states.get(&state).cloned() else { return Ok(None) };
            normal = chosen;
            item = self.resolve(&normal)?;
        }
        Ok(item.stream().is_some().then_some((normal, item)))
    }

    /// Names what has nothing to be drawn. A field with a value that nobody would see any more holds the document:
    /// losing what somebody filled in without a word is worse than a hold.
    fn without_appearance(&mut self, subtype: &[u8], from: &Dictionary) -> Built<()> {
        match subtype {
            b"Widget" => {
                let states = self.get(from, "AP")?;
                if states.dict().is_some() || !self.filled_in(from)? {
                    return Ok(());
                }
                Err(self.hold(PdfFinding::FormWithoutAppearance, Reason::TypeUnsupported))
            }
            b"FileAttachment" | b"RichMedia" | b"3D" | b"Screen" | b"Movie" | b"Sound" | b"TrapNet" | b"PrinterMark" => Ok(()),
            _ => {
                self.find(PdfFinding::Markup, Action::Remove);
                Ok(())
            }
        }
    }

    /// Whether a text or choice field, or one it belongs to, has a value.
    fn filled_in(&mut self, from: &Dictionary) -> Built<bool> {
        let mut field = from.clone();
        for _ in 0..16 {
            let value = self.get(&field, "V")?;
            match value.plain() {
                Object::String(text, _) if !text.is_empty() => return Ok(true),
                Object::Array(items) if !items.is_empty() => return Ok(true),
                _ if value.stream().is_some() => return Ok(true),
                _ => {}
            }
            let parent = self.get(&field, "Parent")?;
            let Some(parent) = parent.dict() else { break };
            field = parent.clone();
        }
        Ok(false)
    }

    fn rectangle(&mut self, from: &Dictionary, key: &str) -> Built<Option<[f32; 4]>> {
        let item = self.get(from, key)?;
        let Some(numbers) = self.floats(item.plain(), 4)? else { return Ok(None) };
        let [a, b, c, d] = numbers[..] else { return Ok(None) };
        Ok(Some([a.min(c), b.min(d), a.max(c), b.max(d)]))
    }

    fn matrix(&mut self, from: &Dictionary) -> Built<[f32; 6]> {
        let item = self.get(from, "Matrix")?;
        let numbers = self.floats(item.plain(), 6)?.unwrap_or_default();
        Ok(numbers.try_into().unwrap_or([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]))
    }

    fn floats(&mut self, object: &Object, count: usize) -> Built<Option<Vec<f32>>> {
        let Object::Array(items) = object else { return Ok(None) };
        let Some(numbers) = self.numbers(items)? else { return Ok(None) };
        let floats: Vec<f32> = numbers.iter().filter_map(|number| number.as_float().ok()).collect();
        Ok((floats.len() == count).then_some(floats))
    }
}

#[expect(clippy::many_single_char_names, reason = "the letters of ISO 32000, 8.3.3")]
/// The matrix that puts the transformed bounding box of an appearance onto the rectangle of its annotation.
fn placement(bbox: [f32; 4], matrix: [f32; 6], rect: [f32; 4]) -> Option<[f32; 6]> {
    let [a, b, c, d, e, f] = matrix;
    let [left, bottom, right, top] = bbox;
    let corners = [(left, bottom), (left, top), (right, bottom), (right, top)];
    let xs = corners.map(|(x, y)| a * x + c * y + e);
    let ys = corners.map(|(x, y)| b * x + d * y + f);
    let range = |values: [f32; 4]| {
        (values.into_iter().fold(f32::INFINITY, f32::min), values.into_iter().fold(f32::NEG_INFINITY, f32::max))
    };
    let ((x0, x1), (y0, y1)) = (range(xs), range(ys));
    let scale = |from: f32, to: f32| if from > 0.0 { to / from } else { 1.0 };
    let (sx, sy) = (scale(x1 - x0, rect[2] - rect[0]), scale(y1 - y0, rect[3] - rect[1]));
    let placed = [sx, 0.0, 0.0, sy, rect[0] - x0 * sx, rect[1] - y0 * sy];
    placed.iter().all(|number| number.is_finite()).then_some(placed)
}
