//! Fonts (ISO 32000-2, 9.5 to 9.8): dictionaries by table, programs through `syntax::font`, glyph procedures through the
//! content reader.

use super::{
    builder::{Builder, Built, Kind, flate, name, reference},
    cmap,
    content::Scope,
    shape::{Shape, Table},
};
use crate::{
    report::kinds::PdfFinding,
    syntax::{font, pdf::Item},
};
use lopdf::{Dictionary, Object};

/// The longest name of a font or glyph.
const NAME: usize = 127;

const SIMPLE: Table = &[("FirstChar", Shape::Int), ("LastChar", Shape::Int), ("Widths", Shape::NumList)];
const CID: Table = &[("DW", Shape::Num), ("DW2", Shape::Nums(2))];
const TYPE3: Table = &[("FontBBox", Shape::Nums(4)), ("FontMatrix", Shape::Nums(6))];

/// A font descriptor (table 120) without its program.
const DESCRIPTOR: Table = &[
    ("FontFamily", Shape::Text),
    (
        "FontStretch",
        Shape::Name(&[
            "UltraCondensed",
            "ExtraCondensed",
            "Condensed",
            "SemiCondensed",
            "Normal",
            "SemiExpanded",
            "Expanded",
            "ExtraExpanded",
            "UltraExpanded",
        ]),
    ),
    ("FontWeight", Shape::Num),
    ("Flags", Shape::Int),
    ("FontBBox", Shape::Nums(4)),
    ("ItalicAngle", Shape::Num),
    ("Ascent", Shape::Num),
    ("Descent", Shape::Num),
    ("Leading", Shape::Num),
    ("CapHeight", Shape::Num),
    ("XHeight", Shape::Num),
    ("StemV", Shape::Num),
    ("StemH", Shape::Num),
    ("AvgWidth", Shape::Num),
    ("MaxWidth", Shape::Num),
    ("MissingWidth", Shape::Num),
];

const ENCODINGS: Shape = Shape::Name(&["MacRomanEncoding", "MacExpertEncoding", "WinAnsiEncoding", "StandardEncoding"]);

/// The font of text whose font is nowhere.
pub(super) fn fallback() -> Object {
    let mut font = Dictionary::new();
    font.set("Type", name("Font"));
    font.set("Subtype", name("Type1"));
    font.set("BaseFont", name("Helvetica"));
    Object::Dictionary(font)
}

impl Builder<'_, '_, '_> {
    /// Builds a font.
    pub(super) fn font(&mut self, object: &Object, scope: &Scope) -> Built<Option<u32>> {
        self.once(Kind::Font, object, |builder, item, _| {
            let Some(from) = item.dict() else { return Ok(Some(fallback())) };
            let subtype = builder.name(from, "Subtype")?.unwrap_or_default();
            let built = match subtype.as_slice() {
                b"Type0" => builder.composite(from)?,
                b"Type3" => builder.type3(from, scope)?,
                b"TrueType" => Some(builder.simple(from, "TrueType")?),
                _ => Some(builder.simple(from, "Type1")?),
            };
            Ok(Some(built.map_or_else(fallback, Object::Dictionary)))
        })
    }

    fn simple(&mut self, from: &Dictionary, subtype: &str) -> Built<Dictionary> {
        let mut out = Dictionary::new();
        out.set("Type", name("Font"));
        out.set("Subtype", name(subtype));
        self.base_font(from, &mut out)?;
        self.plain(from, SIMPLE, &mut out)?;
        self.encoding(from, &mut out)?;
        self.write_unicode(from, &mut out)?;
        if let Ok(descriptor) = from.get(b"FontDescriptor")
            && let Some(slot) = self.descriptor(descriptor)?
        {
            out.set("FontDescriptor", reference(slot));
        }
        Ok(out)
    }

    fn base_font(&mut self, from: &Dictionary, out: &mut Dictionary) -> Built<()> {
        let base = self.name(from, "BaseFont")?.filter(|base| base.len() <= NAME && !base.is_empty());
        out.set("BaseFont", base.map_or_else(|| name("Helvetica"), Object::Name));
        Ok(())
    }

    /// `Encoding` of a simple font (9.6.5): a name, or a base and the differences from it.
    fn encoding(&mut self, from: &Dictionary, out: &mut Dictionary) -> Built<()> {
        let item = self.get(from, "Encoding")?;
        if let Some(encoding) = self.shaped(item.plain(), ENCODINGS)? {
            out.set("Encoding", encoding);
            return Ok(());
        }
        let Some(from) = item.dict() else { return Ok(()) };
        let mut encoding = Dictionary::new();
        encoding.set("Type", name("Encoding"));
        self.plain(from, &[("BaseEncoding", ENCODINGS)], &mut encoding)?;
        let differences = self.get(from, "Differences")?;
        self.cx.budget().objects(differences.array().unwrap_or_default().len() as u64)?;
        let mut list = Vec::new();
        for object in differences.array().unwrap_or_default() {
            let item = self.resolve(object)?;
            match item.plain() {
                Object::Integer(code @ 0..=255) => list.push(Object::Integer(*code)),
                Object::Name(glyph) => list.push(Object::Name(glyph_name(glyph))),
                _ => {}
            }
        }
        if !list.is_empty() {
            encoding.set("Differences", Object::Array(list));
        }
        out.set("Encoding", Object::Dictionary(encoding));
        Ok(())
    }

    fn write_unicode(&mut self, from: &Dictionary, out: &mut Dictionary) -> Built<()> {
        let Ok(object) = from.get(b"ToUnicode") else { return Ok(()) };
        let item = self.resolve(object)?;
        if let Some(identity) = self.shaped(item.plain(), Shape::Name(&["Identity-H", "Identity-V"]))? {
            out.set("ToUnicode", identity);
            return Ok(());
        }
        let slot = self.once(Kind::ToUnicode, object, |builder, item, _| {
            let Some(stream) = item.stream() else { return Ok(None) };
            let bytes = builder.decode_plain(stream)?;
            builder.cx.budget().objects(bytes.len() as u64 / 8)?;
            let text = cmap::CMap::parse(&bytes).to_unicode();
            Ok(text.map(|text| flate(Dictionary::new(), &text)))
        })?;
        if let Some(slot) = slot {
            out.set("ToUnicode", reference(slot));
        }
        Ok(())
    }

    fn descriptor(&mut self, object: &Object) -> Built<Option<u32>> {
        self.once(Kind::Descriptor, object, |builder, item, _| {
            let Some(from) = item.dict() else { return Ok(None) };
            let mut out = Dictionary::new();
            out.set("Type", name("FontDescriptor"));
            let font_name = builder.name(from, "FontName")?.filter(|font| font.len() <= NAME && !font.is_empty());
            out.set("FontName", font_name.map_or_else(|| name("Font"), Object::Name));
            builder.plain(from, DESCRIPTOR, &mut out)?;
            builder.style(from, &mut out)?;
            builder.program(from, &mut out)?;
            Ok(Some(Object::Dictionary(out)))
        })
    }

    /// `Style`/`Panose` of a CID font (9.8.3.2): twelve bytes by which a reader picks a substitute.
    fn style(&mut self, from: &Dictionary, out: &mut Dictionary) -> Built<()> {
        let style = self.get(from, "Style")?;
        let Some(style) = style.dict() else { return Ok(()) };
        let panose = self.get(style, "Panose")?;
        if let Object::String(bytes, format) = panose.plain()
            && bytes.len() == 12
        {
            let mut style = Dictionary::new();
            style.set("Panose", Object::String(bytes.clone(), *format));
            out.set("Style", Object::Dictionary(style));
        }
        Ok(())
    }

    /// The embedded program, written anew.
    fn program(&mut self, from: &Dictionary, out: &mut Dictionary) -> Built<()> {
        for key in ["FontFile", "FontFile2", "FontFile3"] {
            let Ok(object) = from.get(key.as_bytes()) else { continue };
            let slot = self.once(Kind::FontFile, object, |builder, item, _| builder.font_file(key, item))?;
            if let Some(slot) = slot {
                out.set(key, reference(slot));
                return Ok(());
            }
        }
        Ok(())
    }

    fn font_file(&mut self, key: &str, item: &Item) -> Built<Option<Object>> {
        let Some(stream) = item.stream() else { return Ok(None) };
        let subtype = self.name(&stream.dict, "Subtype")?.unwrap_or_default();
        let bytes = self.decode_plain(stream)?;
        if key == "FontFile" {
            return self.type1(&bytes).map(Some);
        }
        let mut out = Dictionary::new();
        let program = match (key, subtype.as_slice()) {
            ("FontFile2", _) => self.rebuilt(&bytes, font::Kind::TrueType)?,
            (_, b"OpenType") => {
                out.set("Subtype", name("OpenType"));
                self.rebuilt(&bytes, font::Kind::OpenType)?
            }
            (_, b"CIDFontType0C") => {
                out.set("Subtype", name("CIDFontType0C"));
                self.rebuilt(&bytes, font::Kind::Cff)?
            }
            _ => {
                out.set("Subtype", name("Type1C"));
                self.rebuilt(&bytes, font::Kind::Cff)?
            }
        };
        if key == "FontFile2" {
            out.set("Length1", Object::Integer(i64::try_from(program.len()).unwrap_or(i64::MAX)));
        }
        Ok(Some(flate(out, &program)))
    }

    /// A Type 1 program and the lengths of its three parts (table 125).
    fn type1(&mut self, bytes: &[u8]) -> Built<Object> {
        let program = font::rebuild_type1(bytes, self.cx.budget());
        let program = program.map_err(|error| self.hold(PdfFinding::FontProgram, error.into()))?;
        let mut out = Dictionary::new();
        for (key, length) in ["Length1", "Length2", "Length3"].into_iter().zip(program.lengths) {
            out.set(key, Object::Integer(i64::try_from(length).unwrap_or(i64::MAX)));
        }
        Ok(flate(out, &program.bytes))
    }

    fn composite(&mut self, from: &Dictionary) -> Built<Option<Dictionary>> {
        let mut out = Dictionary::new();
        out.set("Type", name("Font"));
        out.set("Subtype", name("Type0"));
        self.base_font(from, &mut out)?;
        let Some(encoding) = self.cmap(from.get(b"Encoding").unwrap_or(&Object::Null))? else { return Ok(None) };
        out.set("Encoding", encoding);
        let descendants = self.get(from, "DescendantFonts")?;
        let descendant = descendants.array().and_then(<[Object]>::first).cloned().unwrap_or(Object::Null);
        let slot = self.once(Kind::CidFont, &descendant, |builder, item, _| builder.cid_font(item))?;
        // Without glyphs the text can still be found and copied.
        let slot = slot.unwrap_or_else(|| self.add(empty_cid_font()));
        out.set("DescendantFonts", Object::Array(vec![reference(slot)]));
        self.write_unicode(from, &mut out)?;
        Ok(Some(out))
    }

    /// `Encoding` of a composite font: one of the predefined maps by name (9.7.5.2), or a map written anew.
    fn cmap(&mut self, object: &Object) -> Built<Option<Object>> {
        let item = self.resolve(object)?;
        if let Object::Name(word) = item.plain() {
            return Ok(cmap::predefined(word).map(name));
        }
        let slot = self.once(Kind::CMap, object, |builder, item, _| {
            let Some(model) = builder.cmap_model(item, 4)? else { return Ok(None) };
            let mut out = Dictionary::new();
            out.set("Type", name("CMap"));
            out.set("CMapName", name(cmap::NAME));
            out.set("CIDSystemInfo", cmap::system_info("Adobe", "Identity", 0));
            out.set("WMode", Object::Integer(i64::from(model.vertical)));
            if let Some(base) = model.base {
                out.set("UseCMap", name(base));
            }
            Ok(Some(flate(out, &model.to_cids())))
        })?;
        Ok(slot.map(reference))
    }

    /// A map stream together with the streams it builds on.
    fn cmap_model(&mut self, item: &Item, depth: u32) -> Built<Option<cmap::CMap>> {
        let (Some(stream), Some(depth)) = (item.stream(), depth.checked_sub(1)) else { return Ok(None) };
        let bytes = self.decode_plain(stream)?;
        self.cx.budget().objects(bytes.len() as u64 / 8)?;
        let mut model = cmap::CMap::parse(&bytes);
        if let Some(mode) = self.integer(&stream.dict, "WMode")? {
            model.vertical = mode == 1;
        }
        let base = self.get(&stream.dict, "UseCMap")?;
        match base.plain() {
            Object::Name(word) => model.base = cmap::predefined(word),
            _ => {
                if let Some(base) = self.cmap_model(&base, depth)? {
                    model.build_on(base);
                }
            }
        }
        Ok(Some(model))
    }

    fn cid_font(&mut self, item: &Item) -> Built<Option<Object>> {
        let Some(from) = item.dict() else { return Ok(None) };
        let subtype = match self.name(from, "Subtype")?.as_deref() {
            Some(b"CIDFontType0") => "CIDFontType0",
            _ => "CIDFontType2",
        };
        let mut out = Dictionary::new();
        out.set("Type", name("Font"));
        out.set("Subtype", name(subtype));
        self.base_font(from, &mut out)?;
        let info = self.system_info(from)?;
        out.set("CIDSystemInfo", info);
        self.plain(from, CID, &mut out)?;
        for key in ["W", "W2"] {
            if let Some(widths) = self.widths(from, key)? {
                out.set(key, widths);
            }
        }
        if let Ok(map) = from.get(b"CIDToGIDMap") {
            self.glyph_map(map, &mut out)?;
        }
        if let Ok(descriptor) = from.get(b"FontDescriptor")
            && let Some(slot) = self.descriptor(descriptor)?
        {
            out.set("FontDescriptor", reference(slot));
        }
        Ok(Some(Object::Dictionary(out)))
    }

    /// `CIDSystemInfo` (9.7.3): a known character collection, or `Identity`.
    fn system_info(&mut self, from: &Dictionary) -> Built<Object> {
        let item = self.get(from, "CIDSystemInfo")?;
        let Some(info) = item.dict() else { return Ok(cmap::system_info("Adobe", "Identity", 0)) };
        let ordering = self.get(info, "Ordering")?;
        let ordering = ordering.plain().as_str().unwrap_or_default();
        let known = ["Japan1", "GB1", "CNS1", "Korea1", "KR", "Japan2"].into_iter().find(|known| known.as_bytes() == ordering);
        let supplement = self.integer(info, "Supplement")?.unwrap_or_default().clamp(0, 99);
        Ok(match known {
            Some(ordering) => cmap::system_info("Adobe", ordering, supplement),
            None => cmap::system_info("Adobe", "Identity", 0),
        })
    }

    /// `W` and `W2` (9.7.4.3): numbers, and arrays of numbers.
    fn widths(&mut self, from: &Dictionary, key: &str) -> Built<Option<Object>> {
        let item = self.get(from, key)?;
        let Some(items) = item.array() else { return Ok(None) };
        self.cx.budget().objects(items.len() as u64)?;
        let mut out = Vec::with_capacity(items.len());
        for object in items {
            let item = self.resolve(object)?;
            match item.plain() {
                number @ (Object::Integer(_) | Object::Real(_)) => out.push(number.clone()),
                Object::Array(inner) => match self.numbers(inner)? {
                    Some(numbers) => out.push(Object::Array(numbers)),
                    None => return Ok(None),
                },
                _ => return Ok(None),
            }
        }
        Ok(Some(Object::Array(out)))
    }

    /// `CIDToGIDMap`: two bytes a character, at most 65536 of them.
    fn glyph_map(&mut self, map: &Object, out: &mut Dictionary) -> Built<()> {
        let item = self.resolve(map)?;
        let Some(stream) = item.stream() else {
            out.set("CIDToGIDMap", name("Identity"));
            return Ok(());
        };
        let mut bytes = self.decode_plain(stream)?;
        bytes.truncate(2 << 16);
        if bytes.len() & 1 == 1 {
            bytes.pop();
        }
        let slot = self.add(flate(Dictionary::new(), &bytes));
        out.set("CIDToGIDMap", reference(slot));
        Ok(())
    }

    /// A font whose glyphs are content streams (9.6.4).
    fn type3(&mut self, from: &Dictionary, scope: &Scope) -> Built<Option<Dictionary>> {
        let mut out = Dictionary::new();
        out.set("Type", name("Font"));
        out.set("Subtype", name("Type3"));
        self.plain(from, TYPE3, &mut out)?;
        if !out.has(b"FontMatrix") {
            return Ok(None);
        }
        self.plain(from, SIMPLE, &mut out)?;
        self.encoding(from, &mut out)?;
        let own = self.get(from, "Resources")?;
        let mut inner = Scope::new(if own.dict().is_some() { vec![own] } else { scope.old.clone() });
        let procedures = self.get(from, "CharProcs")?;
        let mut glyphs = Dictionary::new();
        for (glyph, object) in procedures.dict().into_iter().flat_map(Dictionary::iter) {
            let slot = self.once(Kind::CharProc, object, |builder, item, _| {
                let Some(stream) = item.stream() else { return Ok(None) };
                let bytes = builder.decode_plain(stream)?;
                let content = builder.content(&bytes, &mut inner)?;
                Ok(Some(flate(Dictionary::new(), &content)))
            })?;
            if let Some(slot) = slot {
                glyphs.set(glyph_name(glyph), reference(slot));
            }
        }
        out.set("CharProcs", Object::Dictionary(glyphs));
        out.set("Resources", Object::Dictionary(inner.finish()));
        self.write_unicode(from, &mut out)?;
        Ok(Some(out))
    }

    /// Writes a program anew. Without its program a font would show other shapes, so the document is held.
    fn rebuilt(&mut self, bytes: &[u8], kind: font::Kind) -> Built<Vec<u8>> {
        font::rebuild(bytes, kind, self.cx.budget()).map_err(|error| self.hold(PdfFinding::FontProgram, error.into()))
    }
}

/// A font with characters but no glyphs of its own.
fn empty_cid_font() -> Object {
    let mut font = Dictionary::new();
    font.set("Type", name("Font"));
    font.set("Subtype", name("CIDFontType2"));
    font.set("BaseFont", name("Helvetica"));
    font.set("CIDSystemInfo", cmap::system_info("Adobe", "Identity", 0));
    Object::Dictionary(font)
}

/// A glyph name as fonts have them; anything else is the missing glyph.
fn glyph_name(glyph: &[u8]) -> Vec<u8> {
    let fits = !glyph.is_empty() && glyph.len() <= NAME && glyph.iter().all(|byte| matches!(byte, b'!'..=b'~'));
    if fits { glyph.to_vec() } else { b".notdef".to_vec() }
}
