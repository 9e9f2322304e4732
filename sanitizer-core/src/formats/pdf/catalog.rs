//! The catalog (ISO 32000-2, 7.7.2): what is kept of it, and the names of what is not.

use super::{
    builder::{Builder, Built, name, reference},
    shape::{Shape, Table},
};
use crate::{Action, report::kinds::PdfFinding};
use lopdf::{Dictionary, Object};
use sanitizer_verify::Reason;

/// `ViewerPreferences` (12.2) that only say how the window looks and how pages are printed.
const VIEWER: Table = &[
    ("HideToolbar", Shape::Bool),
    ("HideMenubar", Shape::Bool),
    ("HideWindowUI", Shape::Bool),
    ("FitWindow", Shape::Bool),
    ("CenterWindow", Shape::Bool),
    ("DisplayDocTitle", Shape::Bool),
    ("NonFullScreenPageMode", Shape::Name(&["UseNone", "UseOutlines", "UseThumbs", "UseOC"])),
    ("Direction", Shape::Name(&["L2R", "R2L"])),
    ("PrintScaling", Shape::Name(&["None", "AppDefault"])),
    ("Duplex", Shape::Name(&["Simplex", "DuplexFlipShortEdge", "DuplexFlipLongEdge"])),
];

const LAYOUT: Table = &[
    ("PageLayout", Shape::Name(&["SinglePage", "OneColumn", "TwoColumnLeft", "TwoColumnRight", "TwoPageLeft", "TwoPageRight"])),
    ("PageMode", Shape::Name(&["UseNone", "UseOutlines", "UseThumbs", "UseOC"])),
    ("Lang", Shape::Text),
];

/// Keys of the catalog that are not taken over, what they are called, and whether a reader would miss them.
const DROPPED: &[(&str, PdfFinding, Action)] = &[
    ("AA", PdfFinding::OpenAction, Action::Remove),
    ("AF", PdfFinding::EmbeddedFile, Action::Remove),
    ("DPartRoot", PdfFinding::PrivateData, Action::Rebuild),
    ("DSS", PdfFinding::Signature, Action::Remove),
    ("Extensions", PdfFinding::PrivateData, Action::Rebuild),
    ("Legal", PdfFinding::Signature, Action::Remove),
    ("Metadata", PdfFinding::Metadata, Action::Rebuild),
    ("Perms", PdfFinding::Signature, Action::Remove),
    ("PieceInfo", PdfFinding::PrivateData, Action::Rebuild),
    ("Requirements", PdfFinding::OpenAction, Action::Remove),
    ("SpiderInfo", PdfFinding::PrivateData, Action::Rebuild),
    ("Threads", PdfFinding::PrivateData, Action::Rebuild),
    ("URI", PdfFinding::Link, Action::Rebuild),
];

/// Name trees of the catalog that are not taken over (7.7.4).
const DROPPED_NAMES: &[(&str, PdfFinding, Action)] = &[
    ("AlternatePresentations", PdfFinding::Multimedia, Action::Remove),
    ("EmbeddedFiles", PdfFinding::EmbeddedFile, Action::Remove),
    ("JavaScript", PdfFinding::Javascript, Action::Remove),
    ("Renditions", PdfFinding::Multimedia, Action::Remove),
    ("Templates", PdfFinding::PrivateData, Action::Rebuild),
    ("XFAResources", PdfFinding::Xfa, Action::Remove),
];

impl Builder<'_, '_, '_> {
    /// Builds the catalog and everything below it; gives its slot.
    pub(super) fn catalog(&mut self) -> Built<u32> {
        let root = match self.file.trailer().get(b"Root") {
            Ok(root) => root.clone(),
            Err(_) => return Err(self.hold(PdfFinding::Damaged, Reason::Broken)),
        };
        let root = self.resolve(&root)?;
        let Some(catalog) = root.dict() else { return Err(self.hold(PdfFinding::Damaged, Reason::Broken)) };
        self.note_dropped(catalog)?;
        let slot = self.reserve();
        let mut out = Dictionary::new();
        out.set("Type", name("Catalog"));
        let pages = self.page_tree(catalog)?;
        out.set("Pages", reference(pages));
        self.plain(catalog, LAYOUT, &mut out)?;
        self.viewer_preferences(catalog, &mut out)?;
        if let Some(labels) = self.page_labels(catalog)? {
            out.set("PageLabels", labels);
        }
        if let Some(outlines) = self.outlines(catalog)? {
            out.set("Outlines", reference(outlines));
        }
        if let Some(layers) = self.layers(catalog)? {
            out.set("OCProperties", layers);
        }
        self.fill(slot, Object::Dictionary(out));
        Ok(slot)
    }

    fn viewer_preferences(&mut self, catalog: &Dictionary, out: &mut Dictionary) -> Built<()> {
        let item = self.get(catalog, "ViewerPreferences")?;
        let Some(from) = item.dict() else { return Ok(()) };
        let mut preferences = Dictionary::new();
        self.plain(from, VIEWER, &mut preferences)?;
        if !preferences.is_empty() {
            out.set("ViewerPreferences", Object::Dictionary(preferences));
        }
        Ok(())
    }

    fn note_dropped(&mut self, catalog: &Dictionary) -> Built<()> {
        if self.file.trailer().has(b"Info") {
            self.find(PdfFinding::Metadata, Action::Rebuild);
        }
        self.dropped(catalog, DROPPED);
        self.open_action(catalog)?;
        let names = self.get(catalog, "Names")?;
        if let Some(names) = names.dict() {
            self.dropped(names, DROPPED_NAMES);
        }
        if matches!(self.get(catalog, "Collection")?.plain(), Object::Dictionary(_)) {
            // What a portfolio shows without its attachments is a cover page that says to get another reader.
            return Err(self.hold(PdfFinding::Collection, Reason::UnsafeContentRequired));
        }
        self.form(catalog)
    }

    /// Notes each of `keys` that stands in `dict` with something in it.
    pub(super) fn dropped(&mut self, dict: &Dictionary, keys: &[(&str, PdfFinding, Action)]) {
        for (key, kind, action) in keys {
            let empty = match dict.get(key.as_bytes()) {
                Err(_) | Ok(Object::Null) => true,
                Ok(Object::Dictionary(dict)) => dict.is_empty(),
                Ok(Object::Array(items)) => items.is_empty(),
                Ok(_) => false,
            };
            if !empty {
                self.find(*kind, *action);
            }
        }
    }

    /// `OpenAction` is a place in the document or an action; it goes either way, but a mere place is not missed.
    fn open_action(&mut self, catalog: &Dictionary) -> Built<()> {
        let item = self.get(catalog, "OpenAction")?;
        match item.plain() {
            Object::Dictionary(action) => {
                let jump = self.name(action, "S")?.as_deref() == Some(b"GoTo") && !action.has(b"Next");
                self.find(PdfFinding::OpenAction, if jump { Action::Rebuild } else { Action::Remove });
                if !jump {
                    self.note_action(action)?;
                }
            }
            Object::Null => {}
            _ => self.find(PdfFinding::OpenAction, Action::Rebuild),
        }
        Ok(())
    }

    /// `AcroForm` (12.7.3). Fields are flattened where they stand; what has no static pages is held.
    fn form(&mut self, catalog: &Dictionary) -> Built<()> {
        let item = self.get(catalog, "AcroForm")?;
        let needs_rendering = matches!(self.get(catalog, "NeedsRendering")?.plain(), Object::Boolean(true));
        let Some(form) = item.dict() else { return Ok(()) };
        if !matches!(self.get(form, "XFA")?.plain(), Object::Null) || self.get(form, "XFA")?.stream().is_some() {
            if needs_rendering {
                return Err(self.hold(PdfFinding::Xfa, Reason::UnsafeContentRequired));
            }
            self.find(PdfFinding::Xfa, Action::Remove);
        }
        let fields = self.get(form, "Fields")?;
        if fields.array().is_some_and(|fields| !fields.is_empty()) {
            self.find(PdfFinding::Form, Action::Neutralize);
        }
        Ok(())
    }

    /// `PageLabels` (12.4.2), its number tree written as one leaf.
    fn page_labels(&mut self, catalog: &Dictionary) -> Built<Option<Object>> {
        const LABEL: Table = &[("S", Shape::Name(&["D", "R", "r", "A", "a"])), ("P", Shape::Text), ("St", Shape::Int)];
        let root = self.get(catalog, "PageLabels")?;
        let Some(root) = root.dict() else { return Ok(None) };
        let mut labels = std::collections::BTreeMap::new();
        for (key, value) in self.number_tree(root)? {
            let item = self.resolve(&value)?;
            let Some(from) = item.dict() else { continue };
            let mut label = Dictionary::new();
            self.plain(from, LABEL, &mut label)?;
            labels.entry(key).or_insert(label);
        }
        let nums: Vec<_> =
            labels.into_iter().flat_map(|(key, label)| [Object::Integer(key), Object::Dictionary(label)]).collect();
        let mut out = Dictionary::new();
        out.set("Nums", Object::Array(nums));
        Ok(Some(Object::Dictionary(out)))
    }

    /// Keys and values of a number tree (7.9.7).
    fn number_tree(&mut self, root: &Dictionary) -> Built<Vec<(i64, Object)>> {
        let mut found = Vec::new();
        let mut queue = vec![(Object::Dictionary(root.clone()), 0u32)];
        while let Some((node, depth)) = queue.pop() {
            if depth > 16 {
                return Err(self.hold(PdfFinding::Damaged, Reason::DepthLimit));
            }
            self.cx.budget().objects(1)?;
            let item = self.resolve(&node)?;
            let Some(node) = item.dict() else { continue };
            for pair in self.get(node, "Nums")?.array().unwrap_or_default().chunks_exact(2) {
                if let [Object::Integer(key), value] = pair {
                    found.push((*key, value.clone()));
                }
            }
            let kids = self.get(node, "Kids")?;
            let kids = kids.array().unwrap_or_default();
            queue.extend(kids.iter().rev().map(|kid| (kid.clone(), depth.saturating_add(1))));
        }
        Ok(found)
    }
}
