//! Pictures (ISO 32000-2, 8.9): samples are decoded, measured against what the dictionary says, and compressed anew;
//! JPEG goes through the JPEG format like a file of its own.

use super::{
    builder::{Builder, Built, Kind, flate, name, reference, whole},
    color::Space,
    content::Scope,
    resources::INTENTS,
    shape::{Shape, Table},
};
use crate::{
    Action, Claim, Role,
    report::kinds::PdfFinding,
    syntax::pdf::{Coding, Decoded, RawStream, ccitt},
};
use lopdf::{Dictionary, Object, Stream};
use sanitizer_verify::{Reason, Untrusted};

const IMAGE: Table = &[("Intent", Shape::Name(INTENTS)), ("Interpolate", Shape::Bool)];

/// What the samples of a picture look like.
struct Layout {
    width: u64,
    height: u64,
    bits: u64,
    components: u64,
}

impl Layout {
    /// Bytes of all samples; rows start on a byte (8.9.5.2).
    fn bytes(&self) -> usize {
        let row = self.width.saturating_mul(self.bits).saturating_mul(self.components).div_ceil(8);
        usize::try_from(row.saturating_mul(self.height)).unwrap_or(usize::MAX)
    }
}

impl Builder<'_, '_, '_> {
    /// Builds a picture at `slot`; one that cannot be read becomes a grey placeholder.
    pub(super) fn image(&mut self, stream: &RawStream, slot: u32, scope: &Scope) -> Built<Object> {
        let decoded = self.decode(stream)?;
        self.image_from(&stream.dict, decoded, slot, scope)
    }

    /// Builds a picture from its dictionary, with long names, and its decoded bytes.
    pub(super) fn image_from(&mut self, from: &Dictionary, decoded: Decoded, slot: u32, scope: &Scope) -> Built<Object> {
        match decoded.coding {
            Coding::Jbig2 => return Err(self.hold(PdfFinding::Jbig2, Reason::TypeUnsupported)),
            Coding::Jpx => return Err(self.hold(PdfFinding::Jpeg2000, Reason::TypeUnsupported)),
            Coding::Ccitt | Coding::Dct | Coding::Plain => {}
        }
        let (Some(width), Some(height)) = (self.extent(from, "Width")?, self.extent(from, "Height")?) else {
            return Ok(self.placeholder());
        };
        self.cx.budget().picture(width, height)?;
        let mut out = Dictionary::new();
        out.set("Type", name("XObject"));
        out.set("Subtype", name("Image"));
        out.set("Width", Object::Integer(i64::try_from(width).unwrap_or_default()));
        out.set("Height", Object::Integer(i64::try_from(height).unwrap_or_default()));
        let stencil = self.is_true(from, "ImageMask")?;
        let mut layout = Layout { width, height, bits: 1, components: 1 };
        if stencil {
            out.set("ImageMask", Object::Boolean(true));
        } else if !self.colors(from, &decoded, &mut layout, &mut out, scope)? {
            return Ok(self.placeholder());
        }
        self.plain(from, IMAGE, &mut out)?;
        let range = self.get(from, "Decode")?;
        if let Some(range) = self.shaped(range.plain(), Shape::NumList)?
            && range.as_array().is_ok_and(|range| range.len() as u64 == layout.components.saturating_mul(2))
        {
            out.set("Decode", range);
        }
        if !stencil {
            self.masks(from, &mut out, scope)?;
        }
        self.optional_content(from, &mut out)?;
        match decoded.coding {
            Coding::Dct => Ok(self.jpeg(&decoded.bytes, &layout, out, slot)),
            Coding::Ccitt => self.fax(&decoded, &layout, out),
            _ => self.samples(decoded.bytes, &layout, out),
        }
    }

    /// `ColorSpace` and `BitsPerComponent`; false if the picture has none that fit it.
    fn colors(
        &mut self,
        from: &Dictionary,
        decoded: &Decoded,
        layout: &mut Layout,
        out: &mut Dictionary,
        scope: &Scope,
    ) -> Built<bool> {
        let space = match from.get(b"ColorSpace") {
            Ok(object) => self.color_space(object, scope)?,
            Err(_) => None,
        };
        let in_file = jpeg_components(&decoded.bytes).filter(|_| decoded.coding == Coding::Dct);
        let space = match (space, in_file) {
            (Some(space), None) => space,
            (Some(space), Some(count)) if space.components == count => space,
            // What a JPEG holds is what is shown.
            (_, Some(count)) => match Space::with(count) {
                Some(space) => space,
                None => return Ok(false),
            },
            (None, None) => return Ok(false),
        };
        layout.bits = match self.integer(from, "BitsPerComponent")? {
            _ if in_file.is_some() => 8,
            _ if decoded.coding == Coding::Ccitt => 1,
            Some(bits @ (1 | 2 | 4 | 8 | 16)) => u64::try_from(bits).unwrap_or(8),
            _ => return Ok(false),
        };
        if space.components == 0 {
            return Ok(false);
        }
        layout.components = space.components as u64;
        out.set("ColorSpace", space.object);
        out.set("BitsPerComponent", Object::Integer(i64::try_from(layout.bits).unwrap_or(8)));
        Ok(true)
    }

    /// `SMask` and `Mask`: a picture, or a range of colours that is not shown (8.9.6).
    fn masks(&mut self, from: &Dictionary, out: &mut Dictionary, scope: &Scope) -> Built<()> {
        for key in ["SMask", "Mask"] {
            let Ok(object) = from.get(key.as_bytes()) else { continue };
            let item = self.resolve(object)?;
            if let Some(range) = item.array() {
                let numbers = self.numbers(range)?.unwrap_or_default();
                let numbers: Vec<Object> = numbers.iter().filter_map(whole).map(Object::Integer).collect();
                if !numbers.is_empty() && key == "Mask" {
                    out.set(key, Object::Array(numbers));
                }
                continue;
            }
            if item.stream().is_none() {
                continue;
            }
            let mask = self.once(Kind::XObject, object, |builder, item, slot| {
                let Some(stream) = item.stream() else { return Ok(None) };
                builder.image(stream, slot, scope).map(Some)
            })?;
            if let Some(mask) = mask {
                out.set(key, reference(mask));
                return Ok(());
            }
        }
        Ok(())
    }

    /// Samples, cut or filled up to the size they must have, as readers do.
    fn samples(&mut self, mut bytes: Vec<u8>, layout: &Layout, out: Dictionary) -> Built<Object> {
        if bytes.is_empty() {
            return Ok(self.placeholder());
        }
        let size = layout.bytes();
        self.cx.budget().expand(size.saturating_sub(bytes.len()) as u64)?;
        bytes.resize(size, 0);
        Ok(flate(out, &bytes))
    }

    /// A fax picture: one bit a pixel.
    fn fax(&mut self, decoded: &Decoded, layout: &Layout, out: Dictionary) -> Built<Object> {
        let (Ok(width), Ok(height)) = (u32::try_from(layout.width), u32::try_from(layout.height)) else {
            return Ok(self.placeholder());
        };
        if layout.components != 1 {
            return Ok(self.placeholder());
        }
        let columns = self.integer(&decoded.parms, "Columns")?.and_then(|columns| u64::try_from(columns).ok());
        self.cx.budget().picture(columns.unwrap_or(1728), layout.height)?;
        self.cx.budget().expand(layout.bytes() as u64)?;
        Ok(flate(out, &ccitt::samples(&decoded.bytes, &decoded.parms, width, height)))
    }

    /// A JPEG, built as a part of its own, whatever its number of colours.
    fn jpeg(&mut self, bytes: &[u8], layout: &Layout, mut out: Dictionary, slot: u32) -> Object {
        let claim = Claim { name: None, media_type: None, role: Role::Picture };
        let Ok(rebuilt) = self.cx.descend(Untrusted::new(bytes), &claim) else { return self.placeholder() };
        self.place_last_child(slot);
        if jpeg_components(rebuilt.bytes()).map(|count| count as u64) != Some(layout.components) {
            return self.placeholder();
        }
        let content = rebuilt.into_bytes();
        out.set("Filter", name("DCTDecode"));
        out.set("Length", Object::Integer(i64::try_from(content.len()).unwrap_or(i64::MAX)));
        let mut stream = Stream::new(Dictionary::new(), content);
        stream.dict = out;
        Object::Stream(stream)
    }

    /// What stands in the place of a picture that cannot be read: one grey dot, as large as the picture was.
    fn placeholder(&mut self) -> Object {
        self.find(PdfFinding::Image, Action::Remove);
        let mut out = Dictionary::new();
        out.set("Type", name("XObject"));
        out.set("Subtype", name("Image"));
        out.set("Width", Object::Integer(1));
        out.set("Height", Object::Integer(1));
        out.set("ColorSpace", name("DeviceGray"));
        out.set("BitsPerComponent", Object::Integer(8));
        flate(out, &[0xCC])
    }

    fn extent(&mut self, from: &Dictionary, key: &str) -> Built<Option<u64>> {
        Ok(self.integer(from, key)?.and_then(|size| u64::try_from(size).ok()).filter(|size| *size > 0))
    }

    fn is_true(&mut self, from: &Dictionary, key: &str) -> Built<bool> {
        Ok(matches!(self.get(from, key)?.plain(), Object::Boolean(true)))
    }
}

/// The number of components in the frame header of a JPEG (ITU-T T.81, B.2.2).
fn jpeg_components(bytes: &[u8]) -> Option<usize> {
    let mut at = 2usize;
    loop {
        let [0xFF, marker, ..] = *bytes.get(at..)? else {
            at = at.checked_add(1)?;
            continue;
        };
        match marker {
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                return bytes.get(at.checked_add(9)?).map(|count| usize::from(*count));
            }
            0xFF => at = at.checked_add(1)?,
            0x00 | 0x01 | 0xD0..=0xD8 => at = at.checked_add(2)?,
            0xD9 | 0xDA => return None,
            _ => {
                let [high, low] = *bytes.get(at.checked_add(2)?..at.checked_add(4)?)? else { return None };
                at = at.checked_add(2)?.checked_add(usize::from(u16::from_be_bytes([high, low])))?;
            }
        }
    }
}
