//! Outlines (ISO 32000-2, 12.3.3): titles, their order, and where in the document each leads.

use super::{
    builder::{Builder, Built, name, reference},
    dest::Target,
    shape::{Shape, Table},
};
use crate::{Action, report::kinds::PdfFinding};
use lopdf::{Dictionary, Object};
use sanitizer_verify::Reason;
use std::collections::BTreeSet;

/// Headings of one document.
const ITEMS: usize = 100_000;

/// Levels of headings.
const DEPTH: u32 = 32;

const ITEM: Table = &[("Title", Shape::Text), ("C", Shape::Nums(3)), ("F", Shape::Int)];

impl Builder<'_, '_, '_> {
    /// Builds the outlines; gives their slot.
    pub(super) fn outlines(&mut self, catalog: &Dictionary) -> Built<Option<u32>> {
        let item = self.get(catalog, "Outlines")?;
        let Some(from) = item.dict() else { return Ok(None) };
        let slot = self.reserve();
        let mut seen = BTreeSet::new();
        let Some((first, last, open)) = self.headings(from, slot, DEPTH, &mut seen)? else { return Ok(None) };
        let mut out = Dictionary::new();
        out.set("Type", name("Outlines"));
        out.set("First", reference(first));
        out.set("Last", reference(last));
        out.set("Count", Object::Integer(open));
        self.fill(slot, Object::Dictionary(out));
        Ok(Some(slot))
    }

    /// The headings below `from`: first, last, and how many of them are shown at first.
    fn headings(
        &mut self,
        from: &Dictionary,
        parent: u32,
        depth: u32,
        seen: &mut BTreeSet<u32>,
    ) -> Built<Option<(u32, u32, i64)>> {
        let Some(depth) = depth.checked_sub(1) else { return Ok(None) };
        let mut slots = Vec::new();
        let mut items = Vec::new();
        let mut shown = 0i64;
        let mut next = from.get(b"First").cloned().unwrap_or(Object::Null);
        while let Object::Reference((number, _)) = next {
            // A list that leads back into itself ends there, in all readers.
            if !seen.insert(number) {
                break;
            }
            if seen.len() > ITEMS {
                return Err(self.hold(PdfFinding::Damaged, Reason::CountLimit));
            }
            let item = self.resolve(&next)?;
            let Some(old) = item.dict() else { break };
            let slot = self.reserve();
            let (heading, below) = self.heading(old, slot, parent, depth, seen)?;
            shown = shown.saturating_add(1).saturating_add(below);
            slots.push(slot);
            items.push(heading);
            next = old.get(b"Next").cloned().unwrap_or(Object::Null);
        }
        for (index, mut heading) in items.into_iter().enumerate() {
            let before = index.checked_sub(1).and_then(|index| slots.get(index));
            for (key, slot) in [("Prev", before), ("Next", slots.get(index.saturating_add(1)))] {
                if let Some(slot) = slot {
                    heading.set(key, reference(*slot));
                }
            }
            if let Some(slot) = slots.get(index) {
                self.fill(*slot, Object::Dictionary(heading));
            }
        }
        Ok(slots.first().copied().zip(slots.last().copied()).map(|(first, last)| (first, last, shown)))
    }

    /// One heading, and how many below it are shown at first.
    fn heading(
        &mut self,
        old: &Dictionary,
        slot: u32,
        parent: u32,
        depth: u32,
        seen: &mut BTreeSet<u32>,
    ) -> Built<(Dictionary, i64)> {
        let mut out = Dictionary::new();
        self.plain(old, ITEM, &mut out)?;
        if !out.has(b"Title") {
            out.set("Title", super::text::encode("-"));
        }
        out.set("Parent", reference(parent));
        match self.target(old)? {
            Some(Target::Place(place)) => out.set("Dest", place),
            Some(Target::Address(action)) => out.set("A", action),
            None => {}
        }
        if old.has(b"AA") {
            self.find(PdfFinding::OpenAction, Action::Remove);
        }
        let closed = self.integer(old, "Count")?.is_some_and(|count| count < 0);
        let mut shown = 0;
        if let Some((first, last, below)) = self.headings(old, slot, depth, seen)? {
            out.set("First", reference(first));
            out.set("Last", reference(last));
            out.set("Count", Object::Integer(if closed { below.saturating_neg() } else { below }));
            shown = if closed { 0 } else { below };
        }
        Ok((out, shown))
    }
}
