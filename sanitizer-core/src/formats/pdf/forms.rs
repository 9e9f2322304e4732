//! External objects that draw (ISO 32000-2, 8.8 and 8.10): pictures, forms, and transparency groups.

use super::{
    builder::{Builder, Built, Kind, name, reference},
    content::Scope,
    shape::{Shape, Table},
};
use crate::{Action, report::kinds::PdfFinding, syntax::pdf::RawStream};
use lopdf::{Dictionary, Object};

pub(super) const FORM: Table = &[("BBox", Shape::Nums(4)), ("Matrix", Shape::Nums(6))];

/// Keys of forms and pictures that are not taken over.
const DROPPED: &[(&str, PdfFinding, Action)] = &[
    ("AF", PdfFinding::EmbeddedFile, Action::Remove),
    ("Metadata", PdfFinding::Metadata, Action::Rebuild),
    ("OPI", PdfFinding::ExternalData, Action::Remove),
    ("PieceInfo", PdfFinding::PrivateData, Action::Rebuild),
    ("Ref", PdfFinding::ExternalData, Action::Remove),
];

impl Builder<'_, '_, '_> {
    /// Builds an external object; nothing if it is none or `PostScript`.
    pub(super) fn x_object(&mut self, object: &Object, scope: &Scope) -> Built<Option<u32>> {
        self.once(Kind::XObject, object, |builder, item, slot| {
            let Some(stream) = item.stream() else { return Ok(None) };
            builder.dropped(&stream.dict, DROPPED);
            let subtype = builder.name(&stream.dict, "Subtype")?.unwrap_or_default();
            let second = builder.name(&stream.dict, "Subtype2")?;
            match subtype.as_slice() {
                b"PS" => {
                    builder.find(PdfFinding::PostScript, Action::Remove);
                    Ok(None)
                }
                _ if second.as_deref() == Some(b"PS") => {
                    builder.find(PdfFinding::PostScript, Action::Remove);
                    Ok(None)
                }
                b"Image" => builder.image(stream, slot, scope).map(Some),
                // Some producers leave the subtype of an appearance out.
                b"Form" | b"" => builder.form_object(stream, scope).map(Some),
                _ => Ok(None),
            }
        })
    }

    fn form_object(&mut self, stream: &RawStream, scope: &Scope) -> Built<Object> {
        let mut out = Dictionary::new();
        out.set("Type", name("XObject"));
        out.set("Subtype", name("Form"));
        self.plain(&stream.dict, FORM, &mut out)?;
        if !out.has(b"BBox") {
            // Required (table 93); without it nothing is clipped.
            out.set("BBox", Object::Array([-32000, -32000, 32000, 32000].map(Object::Integer).to_vec()));
        }
        if let Some(group) = self.group(&stream.dict)? {
            out.set("Group", group);
        }
        self.optional_content(&stream.dict, &mut out)?;
        let bytes = self.decode_plain(stream)?;
        self.drawn(&stream.dict, scope, &bytes, out)
    }

    /// A transparency group (11.6.6) of a page or a form.
    pub(super) fn group(&mut self, from: &Dictionary) -> Built<Option<Object>> {
        let item = self.get(from, "Group")?;
        let Some(group) = item.dict() else { return Ok(None) };
        if self.name(group, "S")?.as_deref() != Some(b"Transparency") {
            return Ok(None);
        }
        let mut out = Dictionary::new();
        out.set("S", name("Transparency"));
        if let Ok(space) = group.get(b"CS")
            && let Some(space) = self.color_space(space, &Scope::new(Vec::new()))?
        {
            out.set("CS", space.object);
        }
        self.plain(group, &[("I", Shape::Bool), ("K", Shape::Bool)], &mut out)?;
        Ok(Some(Object::Dictionary(out)))
    }

    /// `OC`: the layer a form or picture belongs to (8.11.3.3).
    pub(super) fn optional_content(&mut self, from: &Dictionary, out: &mut Dictionary) -> Built<()> {
        if let Ok(layer) = from.get(b"OC")
            && let Some(slot) = self.membership(layer)?
        {
            out.set("OC", reference(slot));
        }
        Ok(())
    }
}
