//! Colour spaces (ISO 32000-2, 8.6).
//!
//! ICC profiles are programs for a colour engine written by whoever sent the file; the space they describe is replaced
//! by the device space with the same number of components, which is what they fall back to (8.6.5.5).

use super::{
    builder::{Builder, Built, flate, name, reference},
    content::Scope,
    resources::Category,
    shape::{Shape, Table},
};
use crate::syntax::pdf::Item;
use lopdf::{Dictionary, Object, StringFormat};

/// Components of a `DeviceN` space.
const COLORANTS: usize = 32;

const CAL_GRAY: Table = &[("WhitePoint", Shape::Nums(3)), ("BlackPoint", Shape::Nums(3)), ("Gamma", Shape::Num)];
const CAL_RGB: Table =
    &[("WhitePoint", Shape::Nums(3)), ("BlackPoint", Shape::Nums(3)), ("Gamma", Shape::Nums(3)), ("Matrix", Shape::Nums(9))];
const LAB: Table = &[("WhitePoint", Shape::Nums(3)), ("BlackPoint", Shape::Nums(3)), ("Range", Shape::Nums(4))];

/// A colour space of the new document.
#[derive(Clone, Debug)]
pub(super) struct Space {
    /// The object that stands for it: a name, an array, or a reference.
    pub(super) object: Object,
    /// Components of a colour.
    pub(super) components: usize,
    /// Whether a sample is an index into a table.
    pub(super) indexed: bool,
}

impl Space {
    fn device(word: &'static str) -> Self {
        let components = match word {
            "DeviceGray" => 1,
            "DeviceCMYK" => 4,
            "Pattern" => 0,
            _ => 3,
        };
        Self { object: name(word), components, indexed: false }
    }

    /// The device space with this many components.
    pub(super) fn with(components: usize) -> Option<Self> {
        match components {
            1 => Some(Self::device("DeviceGray")),
            3 => Some(Self::device("DeviceRGB")),
            4 => Some(Self::device("DeviceCMYK")),
            _ => None,
        }
    }
}

/// The full name of a space that needs no parameters; the short ones are those of inline images (8.9.7).
pub(super) fn device(word: &[u8]) -> Option<&'static str> {
    match word {
        b"DeviceGray" | b"G" | b"CalGray" => Some("DeviceGray"),
        b"DeviceRGB" | b"RGB" | b"CalRGB" => Some("DeviceRGB"),
        b"DeviceCMYK" | b"CMYK" | b"CalCMYK" => Some("DeviceCMYK"),
        b"Pattern" => Some("Pattern"),
        _ => None,
    }
}

impl Builder<'_, '_, '_> {
    /// Builds a colour space; nothing if it is none.
    pub(super) fn color_space(&mut self, object: &Object, scope: &Scope) -> Built<Option<Space>> {
        if let Object::Reference((number, _)) = object {
            if let Some(space) = self.spaces.get(number) {
                return Ok(Some(space.clone()));
            }
            let item = self.resolve(object)?;
            let mut space = self.deeper(|builder| builder.direct_space(&item, scope))?;
            if let Some(space) = &mut space {
                if matches!(space.object, Object::Array(_)) {
                    space.object = reference(self.add(space.object.clone()));
                }
                self.spaces.insert(*number, space.clone());
            }
            return Ok(space);
        }
        let item = self.resolve(object)?;
        self.deeper(|builder| builder.direct_space(&item, scope))
    }

    fn direct_space(&mut self, item: &Item, scope: &Scope) -> Built<Option<Space>> {
        if let Object::Name(word) = item.plain() {
            if let Some(device) = device(word) {
                return Ok(Some(Space::device(device)));
            }
            // The name of a resource: allowed in inline images, found elsewhere too. It may not lead to another name.
            return match self.old_resource(Category::ColorSpace, word, scope)? {
                Some(Object::Name(_)) | None => Ok(None),
                Some(found) => self.color_space(&found, scope),
            };
        }
        let Some([family, parameters @ ..]) = item.array() else { return Ok(None) };
        let family = self.resolve(family)?;
        let Object::Name(family) = family.plain() else { return Ok(None) };
        match (family.as_slice(), parameters) {
            (b"CalGray", [from, ..]) => self.calibrated("CalGray", from, CAL_GRAY, 1),
            (b"CalRGB", [from, ..]) => self.calibrated("CalRGB", from, CAL_RGB, 3),
            (b"Lab", [from, ..]) => self.calibrated("Lab", from, LAB, 3),
            (b"ICCBased", [profile, ..]) => self.icc(profile, scope),
            (b"Indexed" | b"I", [base, high, table, ..]) => self.indexed(base, high, table, scope),
            (b"Pattern", [under, ..]) => self.uncolored(under, scope),
            (b"Separation", [colorant, under, tint, ..]) => {
                self.tinted("Separation", std::slice::from_ref(colorant), under, tint, scope)
            }
            (b"DeviceN", [colorants, under, tint, ..]) => {
                let colorants = self.resolve(colorants)?;
                self.tinted("DeviceN", colorants.array().unwrap_or_default(), under, tint, scope)
            }
            // `[/DeviceRGB]`.
            (word, _) => Ok(device(word).map(Space::device)),
        }
    }

    fn calibrated(&mut self, family: &str, from: &Object, table: Table, components: usize) -> Built<Option<Space>> {
        let item = self.resolve(from)?;
        let Some(from) = item.dict() else { return Ok(None) };
        let mut dict = Dictionary::new();
        self.plain(from, table, &mut dict)?;
        if !dict.has(b"WhitePoint") {
            return Ok(Space::with(components));
        }
        let object = Object::Array(vec![name(family), Object::Dictionary(dict)]);
        Ok(Some(Space { object, components, indexed: false }))
    }

    fn icc(&mut self, profile: &Object, scope: &Scope) -> Built<Option<Space>> {
        let item = self.resolve(profile)?;
        let Some(dict) = item.dict() else { return Ok(None) };
        let components = self.integer(dict, "N")?.and_then(|count| usize::try_from(count).ok());
        // A profile of Lab has three components too; only its alternate says so.
        if let Ok(alternate) = dict.get(b"Alternate")
            && let Some(space) = self.color_space(alternate, scope)?
            && !space.indexed
            && Some(space.components) == components
        {
            return Ok(Some(space));
        }
        Ok(components.and_then(Space::with))
    }

    fn indexed(&mut self, base: &Object, high: &Object, table: &Object, scope: &Scope) -> Built<Option<Space>> {
        let Some(base) = self.color_space(base, scope)?.filter(|base| !base.indexed && base.components > 0) else {
            return Ok(None);
        };
        let high = self.resolve(high)?;
        let Some(high) = super::builder::whole(high.plain()).map(|high| high.clamp(0, 255)) else { return Ok(None) };
        let item = self.resolve(table)?;
        let mut bytes = match item.plain() {
            Object::String(bytes, _) => bytes.clone(),
            _ => match item.stream() {
                Some(stream) => self.decode_plain(stream)?,
                None => return Ok(None),
            },
        };
        // The table is exactly as long as the indices need (8.6.6.3).
        let rows = usize::try_from(high).unwrap_or_default().saturating_add(1);
        bytes.resize(rows.saturating_mul(base.components), 0);
        let table = if bytes.len() > 64 {
            reference(self.add(flate(Dictionary::new(), &bytes)))
        } else {
            Object::String(bytes, StringFormat::Hexadecimal)
        };
        let object = Object::Array(vec![name("Indexed"), base.object, Object::Integer(high), table]);
        Ok(Some(Space { object, components: 1, indexed: true }))
    }

    fn uncolored(&mut self, under: &Object, scope: &Scope) -> Built<Option<Space>> {
        let Some(under) = self.color_space(under, scope)? else { return Ok(Some(Space::device("Pattern"))) };
        let object = Object::Array(vec![name("Pattern"), under.object]);
        Ok(Some(Space { object, components: under.components, indexed: false }))
    }

    fn tinted(
        &mut self,
        family: &str,
        colorants: &[Object],
        under: &Object,
        tint: &Object,
        scope: &Scope,
    ) -> Built<Option<Space>> {
        if colorants.is_empty() || colorants.len() > COLORANTS {
            return Ok(None);
        }
        let mut names = Vec::with_capacity(colorants.len());
        for (index, colorant) in colorants.iter().enumerate() {
            let item = self.resolve(colorant)?;
            let Object::Name(word) = item.plain() else { return Ok(None) };
            names.push(Object::Name(colorant_name(word, index)));
        }
        let Some(under) = self.color_space(under, scope)? else { return Ok(None) };
        let Some(function) = self.function(tint)? else { return Ok(None) };
        let components = names.len();
        let colorants = match (family, names.pop()) {
            ("Separation", Some(only)) => only,
            (_, last) => {
                names.extend(last);
                Object::Array(names)
            }
        };
        let object = Object::Array(vec![name(family), colorants, under.object, reference(function)]);
        Ok(Some(Space { object, components, indexed: false }))
    }
}

/// Colorants with a meaning of their own keep their names (8.6.6.4); a spot colour is only drawn by its alternate.
fn colorant_name(word: &[u8], index: usize) -> Vec<u8> {
    match word {
        b"All" | b"None" | b"Cyan" | b"Magenta" | b"Yellow" | b"Black" => word.to_vec(),
        _ => format!("Spot{index}").into_bytes(),
    }
}
