//! Named resources (ISO 32000-2, 7.8.3): found in the old document, built, named anew.

use super::{
    builder::{Builder, Built, Kind, name, reference},
    content::Scope,
    shape::{Shape, Table},
};
use crate::syntax::pdf::Item;
use lopdf::{Dictionary, Object};
use std::collections::BTreeMap;

/// Rendering intents (8.6.5.8).
pub(super) const INTENTS: &[&str] = &["AbsoluteColorimetric", "RelativeColorimetric", "Saturation", "Perceptual"];

/// Blend modes (11.3.5).
const BLEND: &[&str] = &[
    "Normal",
    "Compatible",
    "Multiply",
    "Screen",
    "Overlay",
    "Darken",
    "Lighten",
    "ColorDodge",
    "ColorBurn",
    "HardLight",
    "SoftLight",
    "Difference",
    "Exclusion",
    "Hue",
    "Saturation",
    "Color",
    "Luminosity",
];

/// Graphics state parameters (table 57). Transfer functions and halftones are `PostScript` for a press; they go.
const STATE: Table = &[
    ("LW", Shape::Num),
    ("LC", Shape::Int),
    ("LJ", Shape::Int),
    ("ML", Shape::Num),
    ("D", Shape::Dash),
    ("RI", Shape::Name(INTENTS)),
    ("OP", Shape::Bool),
    ("op", Shape::Bool),
    ("OPM", Shape::Int),
    ("FL", Shape::Num),
    ("SA", Shape::Bool),
    ("CA", Shape::Num),
    ("ca", Shape::Num),
    ("AIS", Shape::Bool),
    ("TK", Shape::Bool),
];

/// A category of resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Category {
    ColorSpace,
    ExtGState,
    Font,
    Pattern,
    Properties,
    Shading,
    XObject,
}

impl Category {
    const ALL: [Self; 7] =
        [Self::ColorSpace, Self::ExtGState, Self::Font, Self::Pattern, Self::Properties, Self::Shading, Self::XObject];

    /// The key in the resource dictionary, and what our names begin with.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::ColorSpace => ("ColorSpace", "C"),
            Self::ExtGState => ("ExtGState", "G"),
            Self::Font => ("Font", "F"),
            Self::Pattern => ("Pattern", "P"),
            Self::Properties => ("Properties", "M"),
            Self::Shading => ("Shading", "S"),
            Self::XObject => ("XObject", "X"),
        }
    }
}

/// What became of a name.
#[derive(Clone, Debug)]
pub(super) enum Named {
    /// It has this new name.
    As(Vec<u8>),
    /// It stands for nothing.
    Nothing,
}

/// Resources of a content stream of the new document, in the order they were first used.
#[derive(Debug, Default)]
pub(super) struct Resources {
    names: BTreeMap<(Category, Vec<u8>), Named>,
    built: BTreeMap<Category, Dictionary>,
}

impl Resources {
    /// What became of `old`, if that is known.
    pub(super) fn known(&self, category: Category, old: &[u8]) -> Option<Named> {
        self.names.get(&(category, old.to_vec())).cloned()
    }

    /// Gives `object` a name, and remembers it for `old`. A plain name, such as `DeviceRGB`, keeps its own.
    pub(super) fn learn(&mut self, category: Category, old: &[u8], object: Option<Object>) -> Option<Vec<u8>> {
        let named = match object {
            None => Named::Nothing,
            Some(Object::Name(own)) => Named::As(own),
            Some(object) => Named::As(self.add(category, object)),
        };
        let new = match &named {
            Named::As(new) => Some(new.clone()),
            Named::Nothing => None,
        };
        self.names.insert((category, old.to_vec()), named);
        new
    }

    /// Adds an object under a new name.
    pub(super) fn add(&mut self, category: Category, object: Object) -> Vec<u8> {
        let dict = self.built.entry(category).or_default();
        let count = dict.iter().filter(|(key, _)| !key.starts_with(b"Default")).count();
        let new = format!("{}{count}", category.words().1).into_bytes();
        dict.set(new.clone(), object);
        new
    }

    /// Adds an object under a name the standard gives it.
    pub(super) fn set(&mut self, category: Category, key: &str, object: Object) {
        self.built.entry(category).or_default().set(key, object);
    }

    /// The resource dictionary.
    pub(super) fn finish(mut self) -> Dictionary {
        let mut out = Dictionary::new();
        for category in Category::ALL {
            if let Some(dict) = self.built.remove(&category) {
                out.set(category.words().0, Object::Dictionary(dict));
            }
        }
        out
    }
}

impl Builder<'_, '_, '_> {
    /// What `old` stands for in the old document.
    pub(super) fn old_resource(&mut self, category: Category, old: &[u8], scope: &Scope) -> Built<Option<Object>> {
        for resources in &scope.old {
            let Some(dict) = resources.dict() else { continue };
            let item = self.get(dict, category.words().0)?;
            if let Some(found) = item.dict().and_then(|dict| dict.get(old).ok()) {
                return Ok(Some(found.clone()));
            }
        }
        Ok(None)
    }

    /// Builds what `old` stands for.
    pub(super) fn resource(&mut self, category: Category, old: &[u8], scope: &Scope) -> Built<Option<Object>> {
        if category == Category::ColorSpace
            && let Some(device) = super::color::device(old)
        {
            return Ok(Some(name(device)));
        }
        let object = match (self.old_resource(category, old, scope)?, category) {
            (Some(object), _) => object,
            // Text in a font that is nowhere is shown in one the reader has.
            (None, Category::Font) => super::fonts::fallback(),
            (None, _) => return Ok(None),
        };
        let slot = match category {
            Category::ColorSpace => return Ok(self.color_space(&object, scope)?.map(|space| space.object)),
            Category::ExtGState => self.once(Kind::ExtGState, &object, |builder, item, _| builder.ext_g_state(item, scope))?,
            Category::Font => self.font(&object, scope)?,
            Category::Pattern => self.pattern(&object, scope)?,
            Category::Properties => self.membership(&object)?,
            Category::Shading => self.shading(&object, scope)?,
            Category::XObject => self.x_object(&object, scope)?,
        };
        Ok(slot.map(reference))
    }

    /// `DefaultGray` and its siblings take the place of device colours without being named (8.6.5.6).
    pub(super) fn default_spaces(&mut self, scope: &mut Scope) -> Built<()> {
        for key in ["DefaultGray", "DefaultRGB", "DefaultCMYK"] {
            if let Some(object) = self.old_resource(Category::ColorSpace, key.as_bytes(), scope)?
                && let Some(space) = self.color_space(&object, scope)?
                && !matches!(space.object, Object::Name(_))
            {
                scope.new.set(Category::ColorSpace, key, space.object);
            }
        }
        Ok(())
    }

    fn ext_g_state(&mut self, item: &Item, scope: &Scope) -> Built<Option<Object>> {
        let Some(from) = item.dict() else { return Ok(None) };
        let mut out = Dictionary::new();
        out.set("Type", name("ExtGState"));
        self.plain(from, STATE, &mut out)?;
        self.blend_mode(from, &mut out)?;
        if let Ok(mask) = from.get(b"SMask")
            && let Some(mask) = self.soft_mask(mask, scope)?
        {
            out.set("SMask", mask);
        }
        let font = self.get(from, "Font")?;
        if let Some([font, size]) = font.array()
            && let Some(slot) = self.font(font, scope)?
            && let Some(size) = self.numbers(std::slice::from_ref(size))?.and_then(|mut sizes| sizes.pop())
        {
            out.set("Font", Object::Array(vec![reference(slot), size]));
        }
        Ok(Some(Object::Dictionary(out)))
    }

    /// A blend mode, or the first of several that is known (table 57).
    fn blend_mode(&mut self, from: &Dictionary, out: &mut Dictionary) -> Built<()> {
        let item = self.get(from, "BM")?;
        let modes = item.array().map_or_else(|| vec![item.plain().clone()], <[Object]>::to_vec);
        for mode in modes {
            let mode = self.resolve(&mode)?;
            if let Some(mode) = self.shaped(mode.plain(), Shape::Name(BLEND))? {
                out.set("BM", mode);
                return Ok(());
            }
        }
        Ok(())
    }

    /// A soft mask (11.6.5.2), or `None` to end one.
    fn soft_mask(&mut self, mask: &Object, scope: &Scope) -> Built<Option<Object>> {
        let item = self.resolve(mask)?;
        if matches!(item.plain(), Object::Name(word) if word == b"None") {
            return Ok(Some(name("None")));
        }
        let slot = self.once(Kind::SoftMask, mask, |builder, item, _| {
            let Some(from) = item.dict() else { return Ok(None) };
            let Ok(group) = from.get(b"G") else { return Ok(None) };
            let Some(group) = builder.x_object(group, scope)? else { return Ok(None) };
            let mut out = Dictionary::new();
            out.set("Type", name("Mask"));
            builder.plain(from, &[("S", Shape::Name(&["Alpha", "Luminosity"]))], &mut out)?;
            out.set("G", reference(group));
            builder.plain(from, &[("BC", Shape::NumList)], &mut out)?;
            if let Ok(transfer) = from.get(b"TR")
                && let Some(function) = builder.function(transfer)?
            {
                out.set("TR", reference(function));
            }
            Ok(out.has(b"S").then_some(Object::Dictionary(out)))
        })?;
        Ok(slot.map(reference))
    }
}
