//! Objects by number, read when they are asked for.

use super::{
    Error, filters,
    lexer::{Lexer, Token, is_space},
    structure::{self, Entry, Structure},
};
use lopdf::{Dictionary, Object, ObjectId};
use sanitizer_verify::Budget;
use std::{collections::BTreeMap, ops::Range, rc::Rc};

/// References that lead to references.
const HOPS: u32 = 16;

/// A file whose structure was read.
#[derive(Debug)]
pub struct File<'a> {
    data: &'a [u8],
    structure: Structure,
    cache: BTreeMap<u32, Rc<Item>>,
    containers: BTreeMap<u32, Rc<Container>>,
    /// Containers being read: one that stands in itself is broken.
    open: Vec<u32>,
}

/// An object with its references left as they are.
#[derive(Clone, Debug)]
pub enum Item {
    /// Anything but a stream.
    Plain(Object),
    /// A stream.
    Stream(RawStream),
}

/// A stream: its dictionary, and where in the file its bytes are.
#[derive(Clone, Debug)]
pub struct RawStream {
    /// The stream dictionary.
    pub dict: Dictionary,
    pub(super) data: Range<usize>,
}

impl Item {
    /// The dictionary of a dictionary or of a stream.
    pub fn dict(&self) -> Option<&Dictionary> {
        match self {
            Self::Plain(Object::Dictionary(dict)) => Some(dict),
            Self::Stream(stream) => Some(&stream.dict),
            Self::Plain(_) => None,
        }
    }

    /// The object, if it is no stream.
    pub fn plain(&self) -> &Object {
        match self {
            Self::Plain(object) => object,
            Self::Stream(_) => &Object::Null,
        }
    }

    /// The stream, if it is one.
    pub fn stream(&self) -> Option<&RawStream> {
        match self {
            Self::Stream(stream) => Some(stream),
            Self::Plain(_) => None,
        }
    }

    /// Nothing.
    pub fn null() -> Rc<Self> {
        Rc::new(Self::Plain(Object::Null))
    }

    /// The items of an array.
    pub fn array(&self) -> Option<&[Object]> {
        self.plain().as_array().ok().map(Vec::as_slice)
    }
}

/// A decoded object stream (7.5.7).
#[derive(Debug)]
struct Container {
    data: Vec<u8>,
    /// Object numbers and offsets into `data`, by index.
    index: Vec<(u32, usize)>,
}

impl<'a> File<'a> {
    /// Reads the structure.
    pub fn open(data: &'a [u8], budget: &mut Budget) -> Result<Self, Error> {
        let structure = structure::read(data, budget)?;
        Ok(Self { data, structure, cache: BTreeMap::new(), containers: BTreeMap::new(), open: Vec::new() })
    }

    /// The trailer of the last revision.
    pub fn trailer(&self) -> &Dictionary {
        &self.structure.trailer
    }

    /// The bytes of a stream as they stand in the file.
    pub fn bytes(&self, stream: &RawStream) -> &'a [u8] {
        self.data.get(stream.data.clone()).unwrap_or_default()
    }

    /// Follows references until something else than a reference is there.
    pub fn resolve(&mut self, object: &Object, budget: &mut Budget) -> Result<Rc<Item>, Error> {
        let Object::Reference(id) = object else { return Ok(Rc::new(Item::Plain(object.clone()))) };
        let mut id = *id;
        for _ in 0..HOPS {
            let item = self.get(id, budget)?;
            match item.plain() {
                Object::Reference(next) => id = *next,
                _ => return Ok(item),
            }
        }
        Err(Error::Broken)
    }

    /// The object with this number. One that was never written is null (7.3.10).
    pub fn get(&mut self, id: ObjectId, budget: &mut Budget) -> Result<Rc<Item>, Error> {
        if let Some(item) = self.cache.get(&id.0) {
            return Ok(Rc::clone(item));
        }
        budget.objects(1)?;
        let item = match self.structure.entries.get(&id.0).copied() {
            None | Some(Entry::Free) => Item::null(),
            Some(Entry::Offset(offset, generation)) if generation == id.1 => Rc::new(self.at_offset(id, offset, budget)?),
            // The slot was given to another object since: some readers see nothing, some see that one.
            Some(Entry::Offset(..)) => return Err(Error::Ambiguous),
            Some(Entry::Compressed(container, index)) => Rc::new(Item::Plain(self.compressed(id.0, container, index, budget)?)),
        };
        self.cache.insert(id.0, Rc::clone(&item));
        Ok(item)
    }

    fn at_offset(&mut self, id: ObjectId, offset: usize, budget: &mut Budget) -> Result<Item, Error> {
        if self.open.contains(&id.0) {
            return Err(Error::Broken);
        }
        self.open.push(id.0);
        let at = self.structure.base.saturating_add(offset);
        let data = self.data;
        let mut length = |reference: ObjectId| {
            let item = self.get(reference, budget)?;
            Ok(item.plain().as_i64().ok())
        };
        let read = indirect(data, at, &mut length);
        self.open.pop();
        let (found, item) = read?;
        // Another object at this place: readers that rebuild the table would see another document.
        if found == id { Ok(item) } else { Err(Error::Broken) }
    }

    fn compressed(&mut self, number: u32, container: u32, index: usize, budget: &mut Budget) -> Result<Object, Error> {
        let container = self.container(container, budget)?;
        // The index of an entry is what counts; where it names another object, the number does.
        let by_index = container.index.get(index).filter(|(found, _)| *found == number);
        let Some((_, offset)) = by_index.or_else(|| container.index.iter().find(|(found, _)| *found == number)) else {
            return Ok(Object::Null);
        };
        Lexer::new(&container.data, *offset).object()
    }

    fn container(&mut self, number: u32, budget: &mut Budget) -> Result<Rc<Container>, Error> {
        if let Some(container) = self.containers.get(&number) {
            return Ok(Rc::clone(container));
        }
        // A container always stands at an offset (7.5.7), so this ends.
        if !matches!(self.structure.entries.get(&number), Some(Entry::Offset(..))) {
            return Err(Error::Broken);
        }
        let item = self.get((number, 0), budget)?;
        let stream = item.stream().ok_or(Error::Broken)?;
        let data = filters(&stream.dict, self.bytes(stream), budget)?.plain().ok_or(Error::Filter)?;
        let whole = |key: &[u8]| {
            let number = stream.dict.get(key).and_then(Object::as_i64).map_err(|_| Error::Broken)?;
            usize::try_from(number).map_err(|_| Error::Broken)
        };
        let (count, first) = (whole(b"N")?, whole(b"First")?);
        budget.objects(count as u64)?;
        let mut lexer = Lexer::new(&data, 0);
        let mut index = Vec::new();
        for _ in 0..count {
            let (Token::Integer(number), Token::Integer(offset)) = (lexer.token(), lexer.token()) else { break };
            let (Ok(number), Ok(offset)) = (u32::try_from(number), usize::try_from(offset)) else { return Err(Error::Broken) };
            index.push((number, first.saturating_add(offset)));
        }
        let container = Rc::new(Container { data, index });
        self.containers.insert(number, Rc::clone(&container));
        Ok(container)
    }
}

/// Looks up an indirect `Length`.
type Lengths<'l> = dyn FnMut(ObjectId) -> Result<Option<i64>, Error> + 'l;

/// The indirect object at `at`, with its number (7.3.10).
pub(super) fn indirect(data: &[u8], at: usize, lengths: &mut Lengths<'_>) -> Result<(ObjectId, Item), Error> {
    let mut lexer = Lexer::new(data, at);
    let (Token::Integer(number), Token::Integer(generation)) = (lexer.token(), lexer.token()) else { return Err(Error::Broken) };
    let (Ok(number), Ok(generation)) = (u32::try_from(number), u16::try_from(generation)) else { return Err(Error::Broken) };
    match lexer.token() {
        Token::Keyword(b"obj") => {}
        // `1 0 obj42`: what follows the keyword without white space.
        Token::Keyword(word) if word.starts_with(b"obj") => {
            let after = word.len().saturating_sub(b"obj".len());
            lexer.seek(lexer.position().saturating_sub(after));
        }
        _ => return Err(Error::Broken),
    }
    let before = lexer.position();
    let object = if lexer.token() == Token::Keyword(b"endobj") {
        // An object without a value is null to all.
        Object::Null
    } else {
        lexer.seek(before);
        lexer.object()?
    };
    let id = (number, generation);
    let Object::Dictionary(dict) = object else { return Ok((id, Item::Plain(object))) };
    if lexer.token() != Token::Keyword(b"stream") {
        return Ok((id, Item::Plain(Object::Dictionary(dict))));
    }
    let start = after_keyword(data, lexer.position());
    let length = match dict.get(b"Length") {
        Ok(Object::Reference(reference)) => lengths(*reference)?,
        Ok(object) => object.as_i64().ok(),
        Err(_) => None,
    };
    let range = extent(data, start, length.and_then(|length| usize::try_from(length).ok()))?;
    Ok((id, Item::Stream(RawStream { dict, data: range })))
}

/// The first byte of a stream: `stream` is followed by CRLF or LF, in files of some producers by CR or blanks.
fn after_keyword(data: &[u8], mut at: usize) -> usize {
    while matches!(data.get(at), Some(b' ' | b'\t')) {
        at = at.saturating_add(1);
    }
    match data.get(at..) {
        Some([b'\r', b'\n', ..]) => at.saturating_add(2),
        Some([b'\r' | b'\n', ..]) => at.saturating_add(1),
        _ => at,
    }
}

/// The bytes of a stream: as long as it says if `endstream` is there, else up to the first `endstream`.
fn extent(data: &[u8], start: usize, length: Option<usize>) -> Result<Range<usize>, Error> {
    if let Some(end) = length.and_then(|length| start.checked_add(length)).filter(|end| *end <= data.len()) {
        let after = data.get(end..).unwrap_or_default();
        let blank = after.iter().take(3).take_while(|byte| is_space(**byte)).count();
        if after.get(blank..).is_some_and(|rest| rest.starts_with(b"endstream") || rest.starts_with(b"endobj")) {
            return Ok(start..end);
        }
    }
    let rest = data.get(start..).ok_or(Error::Broken)?;
    let end = structure::find(rest, b"endstream").ok_or(Error::Broken)?;
    let body = rest.get(..end).unwrap_or_default();
    let eol = match body {
        [.., b'\r', b'\n'] => 2,
        [.., b'\r' | b'\n'] => 1,
        _ => 0,
    };
    Ok(start..start.saturating_add(end.saturating_sub(eol)))
}
