//! The page tree (ISO 32000-2, 7.7.3), written as one flat list of pages with nothing inherited.

use super::{
    builder::{Builder, Built, flate, name, reference},
    content::Scope,
    shape::{Shape, Table},
};
use crate::{Action, report::kinds::PdfFinding, syntax::pdf::Item};
use lopdf::{Dictionary, Object};
use sanitizer_verify::Reason;
use std::{collections::BTreeSet, rc::Rc};

/// Pages of one document.
const PAGES: usize = 10_000;

/// Levels of the tree.
const DEPTH: usize = 64;

/// Attributes a page takes from its ancestors (table 31).
const INHERITED: [&str; 4] = ["Resources", "MediaBox", "CropBox", "Rotate"];

const BOXES: Table = &[
    ("MediaBox", Shape::Nums(4)),
    ("CropBox", Shape::Nums(4)),
    ("BleedBox", Shape::Nums(4)),
    ("TrimBox", Shape::Nums(4)),
    ("ArtBox", Shape::Nums(4)),
    ("UserUnit", Shape::Num),
];

const DROPPED: &[(&str, PdfFinding, Action)] = &[
    ("AA", PdfFinding::OpenAction, Action::Remove),
    ("AF", PdfFinding::EmbeddedFile, Action::Remove),
    ("Metadata", PdfFinding::Metadata, Action::Rebuild),
    ("PieceInfo", PdfFinding::PrivateData, Action::Rebuild),
    ("PresSteps", PdfFinding::OpenAction, Action::Remove),
];

/// A page of the old document: its own dictionary over what it inherits.
struct Leaf {
    number: Option<u32>,
    item: Rc<Item>,
    inherited: Rc<Dictionary>,
}

impl Builder<'_, '_, '_> {
    /// Builds all pages; gives the slot of the new tree.
    pub(super) fn page_tree(&mut self, catalog: &Dictionary) -> Built<u32> {
        let leaves = self.leaves(catalog)?;
        if leaves.is_empty() {
            return Err(self.hold(PdfFinding::NoPages, Reason::Broken));
        }
        let tree = self.reserve();
        // Places in the document name pages, so all pages need their slots first.
        let mut slots = Vec::with_capacity(leaves.len());
        for leaf in &leaves {
            let slot = self.reserve();
            slots.push(slot);
            if let Some(number) = leaf.number {
                self.pages.entry(number).or_insert(slot);
            }
        }
        self.page_slots.clone_from(&slots);
        for (leaf, slot) in leaves.iter().zip(&slots) {
            let page = self.page(leaf, tree)?;
            self.fill(*slot, Object::Dictionary(page));
        }
        let mut out = Dictionary::new();
        out.set("Type", name("Pages"));
        out.set("Kids", Object::Array(slots.iter().map(|slot| reference(*slot)).collect()));
        out.set("Count", Object::Integer(i64::try_from(slots.len()).unwrap_or_default()));
        self.fill(tree, Object::Dictionary(out));
        Ok(tree)
    }

    /// The pages in reading order.
    fn leaves(&mut self, catalog: &Dictionary) -> Built<Vec<Leaf>> {
        let mut leaves = Vec::new();
        let mut seen = BTreeSet::new();
        let root = catalog.get(b"Pages").cloned().unwrap_or(Object::Null);
        let mut stack = vec![(root, Rc::new(Dictionary::new()), 0usize)];
        while let Some((node, mut inherited, depth)) = stack.pop() {
            let number = node.as_reference().ok().map(|(number, _)| number);
            self.cx.budget().objects(1)?;
            let item = self.resolve(&node)?;
            let Some(dict) = item.dict() else { continue };
            let kids = self.get(dict, "Kids")?;
            let Some(kids) = kids.array() else {
                if leaves.len() >= PAGES {
                    return Err(self.hold(PdfFinding::Damaged, Reason::CountLimit));
                }
                leaves.push(Leaf { number, item, inherited });
                continue;
            };
            // A tree that leads back into itself: readers stop at different places.
            if depth > DEPTH || number.is_some_and(|number| !seen.insert(number)) {
                return Err(self.hold(PdfFinding::Damaged, Reason::Ambiguous));
            }
            let own: Vec<_> = INHERITED.iter().filter_map(|key| Some((*key, dict.get(key.as_bytes()).ok()?))).collect();
            if !own.is_empty() {
                let mut merged = (*inherited).clone();
                for (key, value) in own {
                    merged.set(key, value.clone());
                }
                inherited = Rc::new(merged);
            }
            for kid in kids.iter().rev() {
                stack.push((kid.clone(), Rc::clone(&inherited), depth.saturating_add(1)));
            }
            self.cx.budget().objects(kids.len() as u64)?;
        }
        Ok(leaves)
    }

    fn page(&mut self, leaf: &Leaf, tree: u32) -> Built<Dictionary> {
        let mut from = (*leaf.inherited).clone();
        for (key, value) in leaf.item.dict().into_iter().flat_map(Dictionary::iter) {
            if !matches!(value, Object::Null) || !INHERITED.iter().any(|inherited| inherited.as_bytes() == key) {
                from.set(key.clone(), value.clone());
            }
        }
        self.dropped(&from, DROPPED);
        let mut out = Dictionary::new();
        out.set("Type", name("Page"));
        out.set("Parent", reference(tree));
        self.plain(&from, BOXES, &mut out)?;
        settle_boxes(&mut out);
        // A turn that is no quarter turn is none to readers.
        if let Some(turn) = self.integer(&from, "Rotate")?.filter(|turn| turn.checked_rem(90) == Some(0)) {
            out.set("Rotate", Object::Integer(turn));
        }
        let resources = self.get(&from, "Resources")?;
        let mut scope = Scope::new(vec![resources]);
        let bytes = self.page_content(&from)?;
        let mut content = self.content(&bytes, &mut scope)?;
        let annotations = self.annotations(&from, &mut scope, &mut content)?;
        out.set("Resources", Object::Dictionary(scope.finish()));
        let content = self.add(flate(Dictionary::new(), &content));
        out.set("Contents", reference(content));
        if let Some(group) = self.group(&from)? {
            out.set("Group", group);
        }
        if !annotations.is_empty() {
            out.set("Annots", Object::Array(annotations.into_iter().map(reference).collect()));
        }
        Ok(out)
    }

    /// All content of a page: the streams of `Contents` with white space between them (7.8.2).
    fn page_content(&mut self, page: &Dictionary) -> Built<Vec<u8>> {
        let contents = self.get(page, "Contents")?;
        let mut bytes = Vec::new();
        if let Some(stream) = contents.stream() {
            bytes = self.decode_plain(stream)?;
        }
        for part in contents.array().unwrap_or_default() {
            let part = self.resolve(part)?;
            if let Some(stream) = part.stream() {
                bytes.extend(self.decode_plain(stream)?);
                bytes.push(b'\n');
            }
        }
        Ok(bytes)
    }
}

/// A page without a usable `MediaBox` is US Letter to most readers.
fn settle_boxes(out: &mut Dictionary) {
    if !out.has(b"MediaBox") {
        let letter = [0, 0, 612, 792].map(Object::Integer).to_vec();
        out.set("MediaBox", Object::Array(letter));
    }
}
