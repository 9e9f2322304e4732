//! The new document while it grows, and how the old one is looked at.

use super::renumber;
use crate::{
    Action, Context, DisarmError, FindingKind,
    report::kinds::PdfFinding,
    syntax::pdf::{Decoded, Error, File, Item, RawStream, deflate, filters},
};
use lopdf::{Dictionary, Object, ObjectId, Stream};
use sanitizer_verify::Reason;
use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

/// What most of this module returns.
pub(super) type Built<T> = Result<T, DisarmError>;

/// How deep forms, patterns, functions and outlines may be nested.
const DEPTH: u32 = 48;

/// What an object is used as. An object used as two things becomes two objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    CharProc,
    CidFont,
    CMap,
    Descriptor,
    ExtGState,
    Font,
    FontFile,
    Function,
    Layer,
    Membership,
    Pattern,
    Shading,
    SoftMask,
    ToUnicode,
    XObject,
}

/// The new document while it grows.
pub(super) struct Builder<'b, 'd, 'c> {
    pub(super) file: File<'d>,
    pub(super) cx: &'b mut Context<'c>,
    out: Vec<Object>,
    /// What became of an object of the old document; `None`: nothing.
    memo: BTreeMap<(Kind, u32), Option<u32>>,
    /// Being built: a form that draws itself is not drawn again.
    open: BTreeSet<(Kind, u32)>,
    depth: u32,
    /// Children of the report and the output object each went to.
    placed: Vec<(u32, u32)>,
    /// Pages of the old document and of the new one.
    pub(super) pages: BTreeMap<u32, u32>,
    /// Pages of the new document, in order.
    pub(super) page_slots: Vec<u32>,
    /// Named places of the old document, once they were asked for.
    pub(super) named_places: Option<BTreeMap<Vec<u8>, Object>>,
    /// Colour spaces built so far, with their number of components.
    pub(super) spaces: BTreeMap<u32, super::color::Space>,
    /// While an appearance is built: `DR` of the form, where its names are looked up last (12.7.3).
    pub(super) form_resources: Option<Rc<Item>>,
    /// Kinds that are noted once a document, however often they occur.
    noted: BTreeSet<(FindingKind, Action)>,
}

impl<'b, 'd, 'c> Builder<'b, 'd, 'c> {
    /// Reads the structure of `bytes`.
    pub(super) fn open(bytes: &'d [u8], cx: &'b mut Context<'c>) -> Built<Self> {
        let file = File::open(bytes, cx.budget()).map_err(|error| failure(cx, error))?;
        Ok(Self {
            file,
            cx,
            out: Vec::new(),
            memo: BTreeMap::new(),
            open: BTreeSet::new(),
            depth: 0,
            placed: Vec::new(),
            pages: BTreeMap::new(),
            page_slots: Vec::new(),
            named_places: None,
            spaces: BTreeMap::new(),
            form_resources: None,
            noted: BTreeSet::new(),
        })
    }

    /// The objects of the new document that can be reached from `root`, which comes first.
    pub(super) fn finish(self, root: u32) -> Vec<Object> {
        let (objects, numbers) = renumber::renumber(self.out, root);
        for (child, slot) in self.placed {
            if let Some(number) = numbers.get(&slot) {
                self.cx.placed(child, *number);
            }
        }
        objects
    }

    /// Notes a finding, each time it occurs.
    pub(super) fn find(&mut self, kind: PdfFinding, action: Action) {
        self.cx.find(kind, action);
    }

    /// Notes a finding once a document.
    pub(super) fn find_once(&mut self, kind: PdfFinding, action: Action) {
        if self.noted.insert((kind.into(), action)) {
            self.cx.find(kind, action);
        }
    }

    /// Holds the document.
    pub(super) fn hold(&mut self, kind: PdfFinding, reason: Reason) -> DisarmError {
        self.cx.hold(kind, reason)
    }

    /// Holds the document for what the reader said.
    pub(super) fn fail(&mut self, error: Error) -> DisarmError {
        failure(self.cx, error)
    }

    /// What `object` is, its references followed.
    pub(super) fn resolve(&mut self, object: &Object) -> Built<Rc<Item>> {
        let item = self.file.resolve(object, self.cx.budget());
        item.map_err(|error| self.fail(error))
    }

    /// What stands under `key`, its references followed; null if there is nothing.
    pub(super) fn get(&mut self, dict: &Dictionary, key: &str) -> Built<Rc<Item>> {
        match dict.get(key.as_bytes()) {
            Ok(object) => self.resolve(object),
            Err(_) => Ok(Item::null()),
        }
    }

    /// The name under `key`.
    pub(super) fn name(&mut self, dict: &Dictionary, key: &str) -> Built<Option<Vec<u8>>> {
        Ok(self.get(dict, key)?.plain().as_name().ok().map(<[u8]>::to_vec))
    }

    /// The whole number under `key`; a real counts as its whole part.
    pub(super) fn integer(&mut self, dict: &Dictionary, key: &str) -> Built<Option<i64>> {
        Ok(whole(self.get(dict, key)?.plain()))
    }

    /// Decodes a stream. One whose data is kept elsewhere (`F`, 7.3.8.2) is held.
    pub(super) fn decode(&mut self, stream: &RawStream) -> Built<Decoded> {
        if stream.dict.has(b"F") {
            return Err(self.hold(PdfFinding::ExternalData, Reason::UnsafeContentRequired));
        }
        let mut dict = Dictionary::new();
        for key in ["Filter", "DecodeParms"] {
            if let Ok(object) = stream.dict.get(key.as_bytes()) {
                let direct = self.direct(object, 3)?;
                dict.set(key, direct);
            }
        }
        let bytes = self.file.bytes(stream);
        filters(&dict, bytes, self.cx.budget()).map_err(|error| self.fail(error))
    }

    /// Decodes a stream that must be no picture.
    pub(super) fn decode_plain(&mut self, stream: &RawStream) -> Built<Vec<u8>> {
        let decoded = self.decode(stream)?;
        decoded.plain().ok_or_else(|| self.fail(Error::Filter))
    }

    /// `object` with references to plain objects put in place of them, `depth` levels down.
    pub(super) fn direct(&mut self, object: &Object, depth: u32) -> Built<Object> {
        let item = self.resolve(object)?;
        let Some(depth) = depth.checked_sub(1) else { return Ok(Object::Null) };
        // One small array may stand in many places of another.
        self.cx.budget().objects(1)?;
        Ok(match item.plain() {
            Object::Array(items) => Object::Array(items.iter().map(|item| self.direct(item, depth)).collect::<Built<_>>()?),
            Object::Dictionary(dict) => {
                let mut out = Dictionary::new();
                for (key, value) in dict {
                    out.set(key.clone(), self.direct(value, depth)?);
                }
                Object::Dictionary(out)
            }
            other => other.clone(),
        })
    }

    /// A slot for an object of the new document.
    pub(super) fn reserve(&mut self) -> u32 {
        self.out.push(Object::Null);
        u32::try_from(self.out.len()).unwrap_or(u32::MAX)
    }

    /// Fills a slot.
    pub(super) fn fill(&mut self, slot: u32, object: Object) {
        let index = usize::try_from(slot.saturating_sub(1)).unwrap_or(usize::MAX);
        if let Some(place) = self.out.get_mut(index) {
            *place = object;
        }
    }

    /// Adds an object.
    pub(super) fn add(&mut self, object: Object) -> u32 {
        let slot = self.reserve();
        self.fill(slot, object);
        slot
    }

    /// Says that the child of the report that was finished last stands at `slot`.
    pub(super) fn place_last_child(&mut self, slot: u32) {
        self.placed.push((self.cx.last_child(), slot));
    }

    /// Builds what `object` leads to as `kind`, once: a reference leads to the same new object each time.
    ///
    /// `build` gives nothing for what is not on the allow-list. What is being built already is not built inside itself.
    pub(super) fn once(
        &mut self,
        kind: Kind,
        object: &Object,
        build: impl FnOnce(&mut Self, &Item, u32) -> Built<Option<Object>>,
    ) -> Built<Option<u32>> {
        let key = object.as_reference().ok().map(|(number, _): ObjectId| (kind, number));
        if let Some(known) = key.and_then(|key| self.memo.get(&key)) {
            return Ok(*known);
        }
        if key.is_some_and(|key| !self.open.insert(key)) {
            return Ok(None);
        }
        let item = self.resolve(object)?;
        let slot = self.reserve();
        let built = self.deeper(|builder| build(builder, &item, slot))?;
        let done = built.map(|object| {
            self.fill(slot, object);
            slot
        });
        if let Some(key) = key {
            self.open.remove(&key);
            self.memo.insert(key, done);
        }
        Ok(done)
    }

    /// Goes one level deeper.
    pub(super) fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Built<T>) -> Built<T> {
        if self.depth >= DEPTH {
            return Err(self.hold(PdfFinding::Damaged, Reason::DepthLimit));
        }
        self.depth = self.depth.saturating_add(1);
        let result = work(self);
        self.depth = self.depth.saturating_sub(1);
        result
    }
}

fn failure(cx: &mut Context<'_>, error: Error) -> DisarmError {
    match error {
        Error::Ambiguous => cx.hold(PdfFinding::Ambiguous, Reason::Ambiguous),
        Error::Broken => cx.hold(PdfFinding::Damaged, Reason::Broken),
        Error::Encrypted => cx.hold(PdfFinding::Encrypted, Reason::PasswordRequired),
        Error::Exceeded(exceeded) => exceeded.into(),
        Error::Filter => cx.hold(PdfFinding::Filter, Reason::TypeUnsupported),
    }
}

/// The whole part of a number.
pub(super) fn whole(object: &Object) -> Option<i64> {
    match object {
        Object::Integer(number) => Some(*number),
        #[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
        Object::Real(number) => Some(*number as i64),
        _ => None,
    }
}

/// A reference to an object of the new document.
pub(super) const fn reference(slot: u32) -> Object {
    Object::Reference((slot, 0))
}

/// A name.
pub(super) fn name(text: &str) -> Object {
    Object::Name(text.as_bytes().to_vec())
}

/// A stream of ours: compressed, and longer than the data only by its frame.
pub(super) fn flate(mut dict: Dictionary, bytes: &[u8]) -> Object {
    let content = deflate(bytes);
    dict.set("Filter", name("FlateDecode"));
    dict.set("Length", Object::Integer(i64::try_from(content.len()).unwrap_or(i64::MAX)));
    let mut stream = Stream::new(Dictionary::new(), content);
    stream.dict = dict;
    Object::Stream(stream)
}
