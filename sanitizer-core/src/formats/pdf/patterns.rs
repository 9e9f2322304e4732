//! Patterns and shadings (ISO 32000-2, 8.7).

use super::{
    builder::{Builder, Built, Kind, flate, name, reference},
    content::Scope,
    shape::{Shape, Table},
};
use crate::syntax::pdf::Item;
use lopdf::{Dictionary, Object};

const TILING: Table = &[
    ("PaintType", Shape::Int),
    ("TilingType", Shape::Int),
    ("BBox", Shape::Nums(4)),
    ("XStep", Shape::Num),
    ("YStep", Shape::Num),
    ("Matrix", Shape::Nums(6)),
];

const SHADING: Table =
    &[("ShadingType", Shape::Int), ("Background", Shape::NumList), ("BBox", Shape::Nums(4)), ("AntiAlias", Shape::Bool)];
const FUNCTION_BASED: Table = &[("Domain", Shape::Nums(4)), ("Matrix", Shape::Nums(6))];
const EXTEND: Table = &[("Domain", Shape::Nums(2))];
const MESH: Table = &[
    ("BitsPerCoordinate", Shape::Int),
    ("BitsPerComponent", Shape::Int),
    ("BitsPerFlag", Shape::Int),
    ("VerticesPerRow", Shape::Int),
    ("Decode", Shape::NumList),
];

impl Builder<'_, '_, '_> {
    /// Builds a pattern; nothing if it is none.
    pub(super) fn pattern(&mut self, object: &Object, scope: &Scope) -> Built<Option<u32>> {
        self.once(Kind::Pattern, object, |builder, item, _| {
            let Some(from) = item.dict() else { return Ok(None) };
            match (builder.integer(from, "PatternType")?, item.stream()) {
                (Some(1), Some(stream)) => {
                    let mut out = Dictionary::new();
                    out.set("Type", name("Pattern"));
                    out.set("PatternType", Object::Integer(1));
                    builder.plain(from, TILING, &mut out)?;
                    let bytes = builder.decode_plain(stream)?;
                    builder.drawn(from, scope, &bytes, out).map(Some)
                }
                (Some(2), _) => builder.shading_pattern(from, scope),
                _ => Ok(None),
            }
        })
    }

    /// A stream that draws: its content written anew, with the resources it uses, under `out`.
    pub(super) fn drawn(&mut self, from: &Dictionary, scope: &Scope, bytes: &[u8], mut out: Dictionary) -> Built<Object> {
        let own = self.get(from, "Resources")?;
        // Only a stream without any resources of its own sees those of what draws it (7.8.3).
        let mut old = if own.dict().is_some() { vec![own] } else { scope.old.clone() };
        old.extend(self.form_resources.clone());
        let mut inner = Scope::new(old);
        let content = self.content(bytes, &mut inner)?;
        out.set("Resources", Object::Dictionary(inner.finish()));
        Ok(flate(out, &content))
    }

    fn shading_pattern(&mut self, from: &Dictionary, scope: &Scope) -> Built<Option<Object>> {
        let Ok(shading) = from.get(b"Shading") else { return Ok(None) };
        let Some(shading) = self.shading(shading, scope)? else { return Ok(None) };
        let mut out = Dictionary::new();
        out.set("Type", name("Pattern"));
        out.set("PatternType", Object::Integer(2));
        out.set("Shading", reference(shading));
        self.plain(from, &[("Matrix", Shape::Nums(6))], &mut out)?;
        Ok(Some(Object::Dictionary(out)))
    }

    /// Builds a shading; nothing if it is none.
    pub(super) fn shading(&mut self, object: &Object, scope: &Scope) -> Built<Option<u32>> {
        self.once(Kind::Shading, object, |builder, item, _| builder.shading_body(item, scope))
    }

    fn shading_body(&mut self, item: &Item, scope: &Scope) -> Built<Option<Object>> {
        let Some(from) = item.dict() else { return Ok(None) };
        let mut out = Dictionary::new();
        self.plain(from, SHADING, &mut out)?;
        let Some(space) = self.color_space(from.get(b"ColorSpace").unwrap_or(&Object::Null), scope)? else { return Ok(None) };
        out.set("ColorSpace", space.object);
        let kind = self.integer(from, "ShadingType")?;
        match kind {
            Some(1) => self.plain(from, FUNCTION_BASED, &mut out)?,
            Some(2) => self.plain(from, &[("Coords", Shape::Nums(4))], &mut out)?,
            Some(3) => self.plain(from, &[("Coords", Shape::Nums(6))], &mut out)?,
            Some(4..=7) => self.plain(from, MESH, &mut out)?,
            _ => return Ok(None),
        }
        if matches!(kind, Some(2 | 3)) {
            self.plain(from, EXTEND, &mut out)?;
            self.extend(from, &mut out)?;
        }
        if let Ok(function) = from.get(b"Function") {
            match self.function_or_list(function)? {
                Some(function) => out.set("Function", function),
                None => return Ok(None),
            }
        }
        match (kind, item.stream()) {
            (Some(4..=7), Some(stream)) => {
                let bytes = self.decode_plain(stream)?;
                Ok(Some(flate(out, &bytes)))
            }
            (Some(4..=7), None) => Ok(None),
            _ => Ok(Some(Object::Dictionary(out))),
        }
    }

    /// Whether a gradient goes on past its ends: two booleans.
    fn extend(&mut self, from: &Dictionary, out: &mut Dictionary) -> Built<()> {
        let item = self.get(from, "Extend")?;
        if let Some([start, end]) = item.array() {
            let (start, end) = (self.resolve(start)?, self.resolve(end)?);
            if let (Object::Boolean(start), Object::Boolean(end)) = (start.plain(), end.plain()) {
                out.set("Extend", Object::Array(vec![Object::Boolean(*start), Object::Boolean(*end)]));
            }
        }
        Ok(())
    }
}
