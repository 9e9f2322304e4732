//! From the root to everything it leads to, each object under the role it stands in.

use super::{
    super::Refusal,
    content,
    rules::{Role, Rule, keys},
    streams,
};
use crate::Budget;
use hayro_syntax::{
    Pdf,
    object::{Array, Dict, MaybeRef, Object, ObjectIdentifier, Stream},
};
use std::collections::BTreeSet;

/// Nesting inside one object.
const DEPTH: u32 = 24;

/// What was not met yet, and what was.
struct Walk<'b> {
    budget: &'b mut Budget,
    objects: u32,
    queue: Vec<(u32, Role)>,
    met: BTreeSet<(u32, Role)>,
    pages: usize,
}

/// Checks everything below the root; gives the number of pages.
pub(super) fn check(pdf: &Pdf, objects: u32, budget: &mut Budget) -> Result<usize, Refusal> {
    let mut walk = Walk { budget, objects, queue: vec![(1, Role::Catalog)], met: BTreeSet::new(), pages: 0 };
    walk.met.insert((1, Role::Catalog));
    while let Some((number, role)) = walk.queue.pop() {
        walk.budget.objects(1)?;
        let object: Object<'_> = pdf.xref().get(ObjectIdentifier::new(number, 0)).ok_or(Refusal::new("pdf.missing_object"))?;
        walk.object(number, role, &object)?;
    }
    let reached: BTreeSet<u32> = walk.met.iter().map(|(number, _)| *number).collect();
    if u32::try_from(reached.len()).ok() == Some(objects) { Ok(walk.pages) } else { Err(Refusal::new("pdf.unreferenced")) }
}

impl<'a> Walk<'_> {
    fn object(&mut self, number: u32, role: Role, object: &Object<'a>) -> Result<(), Refusal> {
        match object {
            Object::Stream(stream) => {
                self.dictionary(stream.dict(), role, DEPTH)?;
                self.stream(number, role, stream)
            }
            Object::Dict(dict) => {
                self.dictionary(dict, role, DEPTH)?;
                self.resourceful(dict, role)
            }
            other => self.other(other, role, DEPTH),
        }
    }

    /// Names and arrays that stand where an object of `role` may stand.
    fn other(&mut self, object: &Object<'a>, role: Role, depth: u32) -> Result<(), Refusal> {
        match (role, object) {
            (Role::ColorSpace, Object::Name(name)) => one_of(name, &["DeviceGray", "DeviceRGB", "DeviceCMYK", "Pattern"]),
            (Role::ColorSpace, Object::Array(array)) => self.color_space(array, depth),
            (Role::Encoding, Object::Name(_)) => Ok(()),
            (Role::Function | Role::CidMap, Object::Name(name)) => one_of(name, &["Identity"]),
            (Role::Mask, Object::Name(name)) => one_of(name, &["None"]),
            (Role::ToUnicode, Object::Name(name)) => one_of(name, &["Identity-H", "Identity-V"]),
            // A mask may be a range of colours.
            (Role::XObject, Object::Array(array)) => numbers(array, depth),
            _ => Err(Refusal::new("pdf.role")),
        }
    }

    fn dictionary(&mut self, dict: &Dict<'a>, role: Role, depth: u32) -> Result<(), Refusal> {
        // A composite font's encoding is a map of its own role.
        let role = match role {
            Role::Encoding if dict.get::<hayro_syntax::object::Name<'_>>("Type").is_some_and(|name| name.as_ref() == b"CMap") => {
                Role::CMap
            }
            role => role,
        };
        let allowed = keys(role);
        if allowed.is_empty() {
            return Err(Refusal::new("pdf.role"));
        }
        for (key, value) in dict.entries() {
            let rule = allowed.iter().find(|(name, _)| name.as_bytes() == key.as_ref()).map(|(_, rule)| *rule);
            self.value(value, rule.ok_or(Refusal::new("pdf.key"))?, depth)?;
        }
        Ok(())
    }

    fn value(&mut self, value: MaybeRef<Object<'a>>, rule: Rule, depth: u32) -> Result<(), Refusal> {
        let depth = depth.checked_sub(1).ok_or(Refusal::new("pdf.depth"))?;
        let object = match (value, rule) {
            (MaybeRef::Ref(to), Rule::Of(role) | Rule::OneOrList(role)) => return self.meet(to.obj_number, role),
            (MaybeRef::Ref(_), _) => return Err(Refusal::new("pdf.reference")),
            (MaybeRef::NotRef(object), _) => object,
        };
        match (rule, object) {
            (Rule::AnyName, Object::Name(_))
            | (Rule::Bool, Object::Boolean(_))
            | (Rule::Int | Rule::Num, Object::Number(_))
            | (Rule::Str, Object::String(_)) => Ok(()),
            (Rule::Name(allowed), Object::Name(name)) => one_of(&name, allowed),
            (Rule::Nums, Object::Array(array)) => numbers(&array, depth),
            (Rule::NumsAndNames, Object::Array(array)) => array.raw_iter().try_for_each(|item| match item {
                MaybeRef::NotRef(Object::Number(_) | Object::Name(_) | Object::Boolean(_)) => Ok(()),
                _ => Err(Refusal::new("pdf.array")),
            }),
            (Rule::Address, Object::String(text)) => address(text.as_bytes()),
            (Rule::Dest, Object::Array(array)) => self.place(&array),
            (Rule::Of(role), Object::Dict(dict)) => {
                self.dictionary(&dict, role, depth)?;
                self.resourceful(&dict, role)
            }
            (Rule::List(role) | Rule::OneOrList(role), Object::Array(array)) => self.list(&array, role, depth),
            (Rule::Of(role) | Rule::OneOrList(role), object) => self.other(&object, role, depth),
            (Rule::Map(role), Object::Dict(dict)) => {
                dict.entries().try_for_each(|(_, value)| self.value(value, Rule::Of(role), depth))
            }
            (Rule::Pairs(role), Object::Array(array)) => self.pairs(&array, role, depth),
            (Rule::LayerTree, Object::Array(array)) => self.layers(&array, depth),
            (Rule::Visibility, Object::Array(array)) => self.visibility(&array, depth),
            _ => Err(Refusal::new("pdf.value")),
        }
    }

    /// Puts an object on the list of those still to be read.
    fn meet(&mut self, number: u32, role: Role) -> Result<(), Refusal> {
        if number == 0 || number > self.objects {
            return Err(Refusal::new("pdf.dangling"));
        }
        if self.met.insert((number, role)) {
            self.queue.push((number, role));
        }
        Ok(())
    }

    fn list(&mut self, array: &Array<'a>, role: Role, depth: u32) -> Result<(), Refusal> {
        for item in array.raw_iter() {
            if role == Role::Page {
                self.pages = self.pages.saturating_add(1);
            }
            self.value(item, Rule::Of(role), depth)?;
        }
        Ok(())
    }

    /// Numbers and objects in turn.
    fn pairs(&mut self, array: &Array<'a>, role: Role, depth: u32) -> Result<(), Refusal> {
        array.raw_iter().try_for_each(|item| match item {
            MaybeRef::NotRef(Object::Number(_)) => Ok(()),
            other => self.value(other, Rule::Of(role), depth),
        })
    }

    fn layers(&mut self, array: &Array<'a>, depth: u32) -> Result<(), Refusal> {
        let depth = depth.checked_sub(1).ok_or(Refusal::new("pdf.depth"))?;
        array.raw_iter().try_for_each(|item| match item {
            MaybeRef::Ref(to) => self.meet(to.obj_number, Role::Layer),
            MaybeRef::NotRef(Object::String(_)) => Ok(()),
            MaybeRef::NotRef(Object::Array(inner)) => self.layers(&inner, depth),
            MaybeRef::NotRef(_) => Err(Refusal::new("pdf.layer")),
        })
    }

    fn visibility(&mut self, array: &Array<'a>, depth: u32) -> Result<(), Refusal> {
        let depth = depth.checked_sub(1).ok_or(Refusal::new("pdf.depth"))?;
        array.raw_iter().try_for_each(|item| match item {
            MaybeRef::Ref(to) => self.meet(to.obj_number, Role::Layer),
            MaybeRef::NotRef(Object::Name(name)) => one_of(&name, &["And", "Or", "Not"]),
            MaybeRef::NotRef(Object::Array(inner)) => self.visibility(&inner, depth),
            MaybeRef::NotRef(_) => Err(Refusal::new("pdf.layer")),
        })
    }

    /// A page and how to show it, nothing by name.
    fn place(&mut self, array: &Array<'a>) -> Result<(), Refusal> {
        let mut items = array.raw_iter();
        match items.next() {
            Some(MaybeRef::Ref(page)) => self.meet(page.obj_number, Role::Page)?,
            _ => return Err(Refusal::new("pdf.place")),
        }
        items.try_for_each(|item| match item {
            MaybeRef::NotRef(Object::Name(_) | Object::Number(_) | Object::Null(_)) => Ok(()),
            _ => Err(Refusal::new("pdf.place")),
        })
    }

    /// A colour space with parameters.
    fn color_space(&mut self, array: &Array<'a>, depth: u32) -> Result<(), Refusal> {
        let refused = || Refusal::new("pdf.color_space");
        let depth = depth.checked_sub(1).ok_or_else(refused)?;
        let mut items = array.raw_iter();
        let Some(MaybeRef::NotRef(Object::Name(family))) = items.next() else { return Err(refused()) };
        let rules: &[Rule] = match family.as_ref() {
            b"CalGray" => &[Rule::Of(Role::CalGray)],
            b"CalRGB" => &[Rule::Of(Role::CalRgb)],
            b"Lab" => &[Rule::Of(Role::Lab)],
            b"Indexed" => &[Rule::Of(Role::ColorSpace), Rule::Int, Rule::Of(Role::Table)],
            b"Pattern" => &[Rule::Of(Role::ColorSpace)],
            b"Separation" => &[Rule::AnyName, Rule::Of(Role::ColorSpace), Rule::Of(Role::Function)],
            b"DeviceN" => &[Rule::NumsAndNames, Rule::Of(Role::ColorSpace), Rule::Of(Role::Function)],
            _ => return Err(refused()),
        };
        for rule in rules {
            match items.next().ok_or_else(refused)? {
                // A short table of colours is a string.
                MaybeRef::NotRef(Object::String(_)) if matches!(rule, Rule::Of(Role::Table)) => {}
                item => self.value(item, *rule, depth)?,
            }
        }
        if items.next().is_none() { Ok(()) } else { Err(refused()) }
    }

    /// Reads what a stream holds, by its role.
    fn stream(&mut self, number: u32, role: Role, stream: &Stream<'a>) -> Result<(), Refusal> {
        let dict = stream.dict();
        match role {
            // Read together with the resources it uses.
            Role::Contents | Role::CharProc => Ok(()),
            Role::CidMap | Role::Shading | Role::Table => streams::inflate(stream, self.budget).map(|_| ()),
            Role::CMap | Role::Encoding | Role::ToUnicode => {
                let text = streams::inflate(stream, self.budget)?;
                content::character_map(&text)
            }
            Role::FontFile => streams::type1(stream, self.budget).map_err(|refusal| refusal.child(number)),
            Role::FontFile2 | Role::FontFile3 => streams::font(stream, self.budget).map_err(|refusal| refusal.child(number)),
            Role::Function => streams::function(stream, self.budget),
            Role::XObject if streams::is_image(dict) => {
                streams::image(stream, self.budget).map_err(|refusal| refusal.child(number))
            }
            Role::Pattern | Role::XObject => self.drawn(stream, dict),
            _ => Err(Refusal::new("pdf.stream")),
        }
    }

    fn drawn(&mut self, stream: &Stream<'a>, dict: &Dict<'a>) -> Result<(), Refusal> {
        let bytes = streams::inflate(stream, self.budget)?;
        let resources: Dict<'_> = dict.get("Resources").ok_or(Refusal::new("pdf.resources"))?;
        content::check(&bytes, &resources, self.budget)
    }

    /// Pages and Type 3 fonts: dictionaries whose content stands in streams of their own.
    fn resourceful(&mut self, dict: &Dict<'a>, role: Role) -> Result<(), Refusal> {
        match role {
            Role::Page => {
                let resources: Dict<'_> = dict.get("Resources").ok_or(Refusal::new("pdf.resources"))?;
                let contents: Stream<'_> = dict.get("Contents").ok_or(Refusal::new("pdf.contents"))?;
                let bytes = streams::inflate(&contents, self.budget)?;
                content::check(&bytes, &resources, self.budget)
            }
            Role::Font => {
                let Some(glyphs) = dict.get::<Dict<'_>>("CharProcs") else { return Ok(()) };
                let resources: Dict<'_> = dict.get("Resources").ok_or(Refusal::new("pdf.resources"))?;
                for name in glyphs.keys() {
                    let glyph: Stream<'_> = glyphs.get(name).ok_or(Refusal::new("pdf.glyph"))?;
                    let bytes = streams::inflate(&glyph, self.budget)?;
                    content::check(&bytes, &resources, self.budget)?;
                }
                Ok(())
            }
            // These draw, or hold data: without it they are nothing.
            Role::XObject | Role::Contents | Role::CharProc | Role::FontFile | Role::FontFile2 | Role::FontFile3 => {
                Err(Refusal::new("pdf.no_stream"))
            }
            _ => Ok(()),
        }
    }
}

/// Numbers, and arrays of numbers.
fn numbers(array: &Array<'_>, depth: u32) -> Result<(), Refusal> {
    let depth = depth.checked_sub(1).ok_or(Refusal::new("pdf.depth"))?;
    array.raw_iter().try_for_each(|item| match item {
        MaybeRef::NotRef(Object::Number(_)) => Ok(()),
        MaybeRef::NotRef(Object::Array(inner)) => numbers(&inner, depth),
        _ => Err(Refusal::new("pdf.array")),
    })
}

fn one_of(name: &hayro_syntax::object::Name<'_>, allowed: &[&str]) -> Result<(), Refusal> {
    if allowed.iter().any(|word| word.as_bytes() == name.as_ref()) { Ok(()) } else { Err(Refusal::new("pdf.name")) }
}

/// A web address with a host that has a dot in it and is no number.
fn address(text: &[u8]) -> Result<(), Refusal> {
    let refused = || Refusal::new("pdf.address");
    let text = std::str::from_utf8(text).map_err(|_| refused())?;
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://")).ok_or_else(refused)?;
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let last = host.rsplit('.').next().unwrap_or_default();
    let fits = text.bytes().all(|byte| byte.is_ascii_graphic())
        && host.contains('.')
        && !host.contains('@')
        && last.bytes().any(|byte| byte.is_ascii_alphabetic() || byte == b'%');
    if fits { Ok(()) } else { Err(refused()) }
}
