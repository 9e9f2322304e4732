//! Optional content (ISO 32000-2, 8.11): layers with the state they have when the document is opened, nothing that
//! switches them.

use super::{
    builder::{Builder, Built, Kind, name, reference},
    shape::{Shape, Table},
};
use crate::syntax::pdf::Item;
use lopdf::{Dictionary, Object};

/// Layers of one document, and entries of one list of them.
const LAYERS: usize = 10_000;

const CONFIGURATION: Table = &[
    ("Name", Shape::Text),
    ("BaseState", Shape::Name(&["ON", "OFF", "Unchanged"])),
    ("ListMode", Shape::Name(&["AllPages", "VisiblePages"])),
];

impl Builder<'_, '_, '_> {
    /// Builds `OCProperties`: the layers and the default configuration.
    pub(super) fn layers(&mut self, catalog: &Dictionary) -> Built<Option<Object>> {
        let item = self.get(catalog, "OCProperties")?;
        let Some(properties) = item.dict() else { return Ok(None) };
        let groups = self.get(properties, "OCGs")?;
        let groups = self.layer_list(groups.array().unwrap_or_default(), 1)?;
        let default = self.get(properties, "D")?;
        let mut configuration = Dictionary::new();
        if let Some(from) = default.dict() {
            self.plain(from, CONFIGURATION, &mut configuration)?;
            for (key, depth) in [("ON", 1), ("OFF", 1), ("Order", 8), ("RBGroups", 2), ("Locked", 1)] {
                let list = self.get(from, key)?;
                if let Some(list) = list.array() {
                    let list = self.layer_list(list, depth)?;
                    configuration.set(key, Object::Array(list));
                }
            }
        }
        let mut out = Dictionary::new();
        out.set("OCGs", Object::Array(groups));
        out.set("D", Object::Dictionary(configuration));
        Ok(Some(Object::Dictionary(out)))
    }

    /// References to layers, with the lists and labels of `Order` down to `depth`.
    fn layer_list(&mut self, items: &[Object], depth: u32) -> Built<Vec<Object>> {
        let mut out = Vec::new();
        let Some(depth) = depth.checked_sub(1) else { return Ok(out) };
        self.cx.budget().objects(items.len() as u64)?;
        for object in items.iter().take(LAYERS) {
            let item = self.resolve(object)?;
            match item.plain() {
                Object::Dictionary(_) => out.extend(self.layer(object)?.map(reference)),
                Object::Array(inner) if depth > 0 => out.push(Object::Array(self.layer_list(inner, depth)?)),
                Object::String(label, _) => out.push(super::text::rewrite(label)),
                _ => {}
            }
        }
        Ok(out)
    }

    fn layer(&mut self, object: &Object) -> Built<Option<u32>> {
        self.once(Kind::Layer, object, |builder, item, _| {
            let Some(from) = item.dict() else { return Ok(None) };
            if builder.name(from, "Type")?.as_deref() != Some(b"OCG") {
                return Ok(None);
            }
            let mut out = Dictionary::new();
            out.set("Type", name("OCG"));
            builder.plain(from, &[("Name", Shape::Text)], &mut out)?;
            if !out.has(b"Name") {
                out.set("Name", super::text::encode("-"));
            }
            Ok(Some(Object::Dictionary(out)))
        })
    }

    /// A layer, or a rule over several: what content can belong to (8.11.2.2). Nothing for other property lists.
    pub(super) fn membership(&mut self, object: &Object) -> Built<Option<u32>> {
        let item = self.resolve(object)?;
        let Some(from) = item.dict() else { return Ok(None) };
        match self.name(from, "Type")?.as_deref() {
            Some(b"OCG") => self.layer(object),
            Some(b"OCMD") => self.once(Kind::Membership, object, |builder, item, _| builder.membership_body(item)),
            _ => Ok(None),
        }
    }

    fn membership_body(&mut self, item: &Item) -> Built<Option<Object>> {
        let Some(from) = item.dict() else { return Ok(None) };
        let mut out = Dictionary::new();
        out.set("Type", name("OCMD"));
        let groups = self.get(from, "OCGs")?;
        let groups = match (groups.array(), from.get(b"OCGs")) {
            (Some(list), _) => self.layer_list(list, 1)?,
            (None, Ok(single)) => self.layer_list(std::slice::from_ref(single), 1)?,
            (None, Err(_)) => Vec::new(),
        };
        out.set("OCGs", Object::Array(groups));
        self.plain(from, &[("P", Shape::Name(&["AllOn", "AnyOn", "AnyOff", "AllOff"]))], &mut out)?;
        let rule = self.get(from, "VE")?;
        if let Some(rule) = rule.array()
            && let Some(rule) = self.visibility(rule, 8)?
        {
            out.set("VE", rule);
        }
        Ok(Some(Object::Dictionary(out)))
    }

    /// A visibility expression: an operator and layers or expressions.
    fn visibility(&mut self, rule: &[Object], depth: u32) -> Built<Option<Object>> {
        let (Some(depth), Some((word, operands))) = (depth.checked_sub(1), rule.split_first()) else { return Ok(None) };
        let word = self.resolve(word)?;
        let Some(word) = self.shaped(word.plain(), Shape::Name(&["And", "Or", "Not"]))? else { return Ok(None) };
        self.cx.budget().objects(operands.len() as u64)?;
        let mut out = vec![word];
        for operand in operands.iter().take(LAYERS) {
            let item = self.resolve(operand)?;
            match item.array() {
                Some(inner) => match self.visibility(inner, depth)? {
                    Some(inner) => out.push(inner),
                    None => return Ok(None),
                },
                None => out.extend(self.layer(operand)?.map(reference)),
            }
        }
        Ok(Some(Object::Array(out)))
    }
}
