//! Places in the document (ISO 32000-2, 12.3.2) and the two actions that are kept: jumps inside it, and links to public
//! addresses (12.6.4).

use super::{
    builder::{Builder, Built, name, reference, whole},
    link,
};
use crate::{Action, report::kinds::PdfFinding};
use lopdf::{Dictionary, Object, StringFormat};
use std::collections::BTreeMap;

/// Named places of one document.
const NAMES: usize = 200_000;

/// Actions in one chain that are looked at, to name them.
const CHAIN: u32 = 16;

/// What a link or a heading leads to.
pub(super) enum Target {
    /// A place in this document.
    Place(Object),
    /// A public address.
    Address(Object),
}

impl Builder<'_, '_, '_> {
    /// What `Dest` or `A` of a link or heading leads to; nothing if to nothing that is kept.
    pub(super) fn target(&mut self, from: &Dictionary) -> Built<Option<Target>> {
        if let Ok(place) = from.get(b"Dest")
            && let Some(place) = self.place(place)?
        {
            return Ok(Some(Target::Place(place)));
        }
        let action = self.get(from, "A")?;
        let Some(action) = action.dict() else { return Ok(None) };
        if !matches!(self.get(action, "Next")?.plain(), Object::Null) {
            self.find(PdfFinding::Action, Action::Remove);
        }
        match self.name(action, "S")?.as_deref() {
            Some(b"GoTo") => {
                let place = action.get(b"D").cloned().unwrap_or(Object::Null);
                Ok(self.place(&place)?.map(Target::Place))
            }
            Some(b"URI") => self.address(action),
            _ => {
                self.note_action(action)?;
                Ok(None)
            }
        }
    }

    fn address(&mut self, action: &Dictionary) -> Built<Option<Target>> {
        let item = self.get(action, "URI")?;
        let Object::String(bytes, _) = item.plain() else { return Ok(None) };
        match link::judge(bytes) {
            link::Judged::Public(address) => {
                let mut out = Dictionary::new();
                out.set("S", name("URI"));
                out.set("URI", Object::String(address.into_bytes(), StringFormat::Literal));
                Ok(Some(Target::Address(Object::Dictionary(out))))
            }
            link::Judged::Mail => {
                // The address stands in the text; nobody misses the click.
                self.find_once(PdfFinding::Link, Action::Rebuild);
                Ok(None)
            }
            link::Judged::Other => {
                self.find(PdfFinding::Link, Action::Neutralize);
                Ok(None)
            }
        }
    }

    /// Names an action that is not kept, and those chained to it.
    pub(super) fn note_action(&mut self, action: &Dictionary) -> Built<()> {
        let mut next = Object::Dictionary(action.clone());
        for _ in 0..CHAIN {
            let item = self.resolve(&next)?;
            let Some(dict) = item.dict() else { return Ok(()) };
            let kind = match self.name(dict, "S")?.unwrap_or_default().as_slice() {
                b"JavaScript" => PdfFinding::Javascript,
                b"SubmitForm" | b"ImportData" | b"ResetForm" => PdfFinding::SubmitForm,
                b"Rendition" | b"Movie" | b"Sound" | b"RichMediaExecute" | b"GoTo3DView" => PdfFinding::Multimedia,
                b"URI" => PdfFinding::Link,
                _ => PdfFinding::Action,
            };
            self.find(kind, Action::Remove);
            match dict.get(b"Next") {
                Ok(Object::Array(items)) => next = items.first().cloned().unwrap_or(Object::Null),
                Ok(other) => next = other.clone(),
                Err(_) => return Ok(()),
            }
        }
        Ok(())
    }

    /// A place written out: page and how to show it. Names are looked up and do not come along.
    pub(super) fn place(&mut self, object: &Object) -> Built<Option<Object>> {
        let mut item = self.resolve(object)?;
        let key = match item.plain() {
            Object::Name(key) | Object::String(key, _) => Some(key.clone()),
            _ => None,
        };
        if let Some(key) = key {
            let Some(named) = self.named_places()?.get(&key).cloned() else { return Ok(None) };
            item = self.resolve(&named)?;
        }
        if let Some(dict) = item.dict() {
            // A named place may be a dictionary with `D`; one with an action in it is no place.
            item = self.get(dict, "D")?;
        }
        let Some([page, fit @ ..]) = item.array() else { return Ok(None) };
        let slot = match page {
            Object::Reference((number, _)) => self.pages.get(number).copied(),
            other => {
                whole(other).and_then(|index| usize::try_from(index).ok()).and_then(|index| self.page_slots.get(index).copied())
            }
        };
        let Some(slot) = slot else { return Ok(None) };
        let fit = self.fit(fit)?;
        Ok(Some(Object::Array([vec![reference(slot)], fit].concat())))
    }

    /// How a page is shown (table 149).
    fn fit(&mut self, fit: &[Object]) -> Built<Vec<Object>> {
        let whole_page = vec![name("Fit")];
        let Some((word, numbers)) = fit.split_first() else { return Ok(whole_page) };
        let word = self.resolve(word)?;
        let (word, count) = match word.plain().as_name().unwrap_or_default() {
            b"XYZ" => ("XYZ", 3),
            b"FitH" => ("FitH", 1),
            b"FitV" => ("FitV", 1),
            b"FitR" => ("FitR", 4),
            b"FitB" => ("FitB", 0),
            b"FitBH" => ("FitBH", 1),
            b"FitBV" => ("FitBV", 1),
            _ => return Ok(whole_page),
        };
        let mut out = vec![name(word)];
        for index in 0..count {
            let number = numbers.get(index).cloned().unwrap_or(Object::Null);
            let number = self.resolve(&number)?;
            out.push(match number.plain() {
                number @ (Object::Integer(_) | Object::Real(_)) => number.clone(),
                _ if word == "FitR" => return Ok(whole_page),
                _ => Object::Null,
            });
        }
        Ok(out)
    }

    /// All named places: the dictionary of PDF 1.1 and the name tree of later ones.
    fn named_places(&mut self) -> Built<&BTreeMap<Vec<u8>, Object>> {
        if self.named_places.is_none() {
            let mut places = BTreeMap::new();
            let root = self.file.trailer().get(b"Root").cloned().unwrap_or(Object::Null);
            let root = self.resolve(&root)?;
            if let Some(catalog) = root.dict() {
                let dests = self.get(catalog, "Dests")?;
                for (key, value) in dests.dict().into_iter().flat_map(Dictionary::iter) {
                    places.entry(key.clone()).or_insert_with(|| value.clone());
                }
                let names = self.get(catalog, "Names")?;
                if let Some(names) = names.dict() {
                    let tree = names.get(b"Dests").cloned().unwrap_or(Object::Null);
                    self.name_tree(tree, &mut places)?;
                }
            }
            self.named_places = Some(places);
        }
        Ok(self.named_places.get_or_insert_default())
    }

    /// Keys and values of a name tree (7.9.6).
    fn name_tree(&mut self, root: Object, places: &mut BTreeMap<Vec<u8>, Object>) -> Built<()> {
        let mut queue = vec![(root, 0u32)];
        while let Some((node, depth)) = queue.pop() {
            self.cx.budget().objects(1)?;
            let item = self.resolve(&node)?;
            let Some(node) = item.dict() else { continue };
            for pair in self.get(node, "Names")?.array().unwrap_or_default().chunks_exact(2) {
                let [key, value] = pair else { continue };
                let key = self.resolve(key)?;
                if let Object::String(key, _) = key.plain()
                    && places.len() < NAMES
                {
                    places.entry(key.clone()).or_insert_with(|| value.clone());
                }
            }
            let kids = self.get(node, "Kids")?;
            if depth < 16 {
                queue.extend(kids.array().unwrap_or_default().iter().map(|kid| (kid.clone(), depth.saturating_add(1))));
            }
        }
        Ok(())
    }
}
