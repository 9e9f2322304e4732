//! The strict pass: header, `startxref`, and the chain of cross-reference tables and streams (ISO 32000-2, 7.5).
//!
//! Nothing is repaired. Oddities on which all readers agree are read as they agree: bytes before the header, white
//! space after the last `%%EOF`, rows of a table that are a byte short, a first subsection that is numbered from one.

use super::{
    Error, file, filters,
    lexer::{Lexer, Token, is_space},
};
use lopdf::{Dictionary, Object};
use sanitizer_verify::Budget;
use std::collections::{BTreeMap, BTreeSet};

/// Readers look for the header in this many first bytes, and for `startxref` in this many last ones.
const WINDOW: usize = 1024;

/// Sections of one chain.
const SECTIONS: usize = 4096;

/// Where an object stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// Deleted.
    Free,
    /// At this offset, with this generation.
    Offset(usize, u16),
    /// In the object stream with this number, at this index.
    Compressed(u32, usize),
}

/// The objects of the last revision and its trailer.
#[derive(Debug)]
pub(super) struct Structure {
    pub(super) base: usize,
    pub(super) entries: BTreeMap<u32, Entry>,
    pub(super) trailer: Dictionary,
}

/// One section of the chain.
struct Section {
    entries: BTreeMap<u32, Entry>,
    trailer: Dictionary,
}

/// Reads the structure of a whole file.
pub(super) fn read(data: &[u8], budget: &mut Budget) -> Result<Structure, Error> {
    let header = find(data.get(..WINDOW.saturating_add(5)).unwrap_or(data), b"%PDF-").ok_or(Error::Broken)?;
    let start = last_startxref(data)?;
    // Offsets count from the header (7.5.1), in files of some producers from the first byte. Only one of them fits.
    let at_header = section(data, header.saturating_add(start), budget);
    let (base, first) = match at_header {
        Ok(section) => (header, section),
        Err(Error::Broken) if header > 0 => (0, section(data, start, budget)?),
        Err(error) => return Err(error),
    };
    let mut chain = Chain { data, base, entries: BTreeMap::new(), visited: BTreeSet::from([start]) };
    let trailer = first.trailer.clone();
    chain.follow(first, budget)?;
    if trailer.has(b"Encrypt") {
        return Err(Error::Encrypted);
    }
    Ok(Structure { base, entries: chain.entries, trailer })
}

struct Chain<'a> {
    data: &'a [u8],
    base: usize,
    entries: BTreeMap<u32, Entry>,
    visited: BTreeSet<usize>,
}

impl Chain<'_> {
    /// Merges `first` and everything before it: what is newer wins.
    fn follow(&mut self, first: Section, budget: &mut Budget) -> Result<(), Error> {
        let mut section = first;
        loop {
            self.hybrid(&mut section, budget)?;
            for (number, entry) in section.entries {
                self.entries.entry(number).or_insert(entry);
            }
            let Some(previous) = offset(&section.trailer, b"Prev") else { return Ok(()) };
            if !self.visited.insert(previous) {
                return Ok(());
            }
            if self.visited.len() > SECTIONS {
                return Err(Error::Broken);
            }
            section = self::section(self.data, self.base.saturating_add(previous), budget)?;
        }
    }

    /// A hybrid file's stream names objects that its table calls free (7.5.8.4).
    fn hybrid(&self, section: &mut Section, budget: &mut Budget) -> Result<(), Error> {
        let Some(at) = offset(&section.trailer, b"XRefStm") else { return Ok(()) };
        let hidden = self::section(self.data, self.base.saturating_add(at), budget)?;
        for (number, entry) in hidden.entries {
            let known = section.entries.entry(number).or_insert(entry);
            if *known == Entry::Free {
                *known = entry;
            }
        }
        Ok(())
    }
}

/// A positive offset; zero and nonsense count as absent, as all readers take them.
fn offset(trailer: &Dictionary, key: &[u8]) -> Option<usize> {
    let number = trailer.get(key).ok()?.as_i64().ok()?;
    usize::try_from(number).ok().filter(|offset| *offset > 0)
}

/// The offset after the last `startxref`.
fn last_startxref(data: &[u8]) -> Result<usize, Error> {
    let end = data.iter().rposition(|byte| !is_space(*byte)).ok_or(Error::Broken)?.saturating_add(1);
    let tail = end.saturating_sub(WINDOW);
    let window = data.get(tail..end).unwrap_or_default();
    let Some(found) = rfind(window, b"startxref") else {
        // Some readers stop looking here and rebuild the file from what they find; others go on.
        return Err(match rfind(data, b"startxref").and_then(|found| data.get(found..)) {
            Some(behind) if !begins_update(behind) => Error::Ambiguous,
            _ => Error::Broken,
        });
    };
    let mut lexer = Lexer::new(data, tail.saturating_add(found).saturating_add(b"startxref".len()));
    let Token::Integer(offset) = lexer.token() else { return Err(Error::Broken) };
    // Without its mark the end is missing, and readers that ask for the mark rebuild the file (7.5.5).
    let mark = find(lexer.rest(), b"%%EOF").ok_or(Error::Broken)?;
    let behind = lexer.rest().get(mark.saturating_add(b"%%EOF".len())..).unwrap_or_default();
    if begins_update(behind) { Err(Error::Broken) } else { usize::try_from(offset).map_err(|_| Error::Broken) }
}

/// Whether `rest`, what follows the end of a revision, begins another one (7.5.6): an object or a table.
///
/// Without its own `startxref` that revision never came to its end. What came before is then what its author replaced.
/// Searched for in the bytes and not by the lexer: readers that rebuild a file do so too, whatever stands around it.
fn begins_update(rest: &[u8]) -> bool {
    let before = |word| places(rest, word).map(|at| rest.split_at_checked(at).unwrap_or_default());
    before(b"obj").any(|(before, _)| ends_in_two_numbers(before))
        || before(b"xref").any(|(before, word)| {
            before.last().is_none_or(|byte| is_space(*byte)) && word.get(4).is_none_or(|byte| is_space(*byte))
        })
        || is_cut_object(rest)
}

/// Whether `rest` ends within the first words of an object: its number, its generation, perhaps some of `obj`.
fn is_cut_object(rest: &[u8]) -> bool {
    let mut lexer = Lexer::new(rest, 0);
    matches!(lexer.token(), Token::Integer(1..))
        && matches!(lexer.token(), Token::Integer(0..=65535))
        && matches!(lexer.token(), Token::End | Token::Keyword(b"o" | b"ob"))
        && lexer.token() == Token::End
}

/// Whether a number, blanks, a number and blanks stand at the end, as before `obj`. Looks back no further than they do.
fn ends_in_two_numbers(bytes: &[u8]) -> bool {
    let number = |bytes| without_end(without_end(bytes, is_space)?, |byte| byte.is_ascii_digit());
    number(bytes).and_then(number).is_some()
}

/// `bytes` without those at its end that are of this `class`; none where there are none of them.
fn without_end(bytes: &[u8], class: fn(u8) -> bool) -> Option<&[u8]> {
    let end = bytes.iter().rposition(|byte| !class(*byte)).map_or(0, |last| last.saturating_add(1));
    bytes.get(..end).filter(|rest| rest.len() < bytes.len())
}

/// All places of `needle`.
fn places<'d>(data: &'d [u8], needle: &'d [u8]) -> impl Iterator<Item = usize> + 'd {
    data.windows(needle.len()).enumerate().filter(move |(_, window)| *window == needle).map(|(at, _)| at)
}

/// The table or stream at `at`.
fn section(data: &[u8], at: usize, budget: &mut Budget) -> Result<Section, Error> {
    let mut lexer = Lexer::new(data, at);
    if at >= data.len() {
        return Err(Error::Broken);
    }
    match lexer.token() {
        Token::Keyword(b"xref") => table(&mut lexer, budget),
        Token::Integer(_) => stream(data, at, budget),
        _ => Err(Error::Broken),
    }
}

/// A table (7.5.4), read by its words rather than its columns.
fn table(lexer: &mut Lexer<'_>, budget: &mut Budget) -> Result<Section, Error> {
    let mut entries = BTreeMap::new();
    let mut first_subsection = true;
    loop {
        let start = match lexer.token() {
            Token::Keyword(b"trailer") => break,
            Token::Integer(start) => u32::try_from(start).map_err(|_| Error::Broken)?,
            _ => return Err(Error::Broken),
        };
        let count = integer(lexer).ok_or(Error::Broken)?;
        budget.objects(count)?;
        let mut number = start;
        for row in 0..count {
            let before = lexer.position();
            let (Some(offset), Some(generation)) = (integer(lexer), integer(lexer)) else {
                // Fewer rows than announced: all readers go on with the trailer.
                lexer.seek(before);
                break;
            };
            let entry = match lexer.token() {
                Token::Keyword(b"n") => entry(offset, generation),
                Token::Keyword(b"f") => Entry::Free,
                _ => return Err(Error::Broken),
            };
            if first_subsection && row == 0 && start == 1 && entry == Entry::Free && generation == 65535 {
                number = 0;
            }
            if entries.insert(number, entry).is_some_and(|before| before != entry) {
                return Err(Error::Ambiguous);
            }
            number = number.checked_add(1).ok_or(Error::Broken)?;
        }
        first_subsection = false;
    }
    match lexer.object()? {
        Object::Dictionary(trailer) => Ok(Section { entries, trailer }),
        _ => Err(Error::Broken),
    }
}

fn entry(offset: u64, generation: u64) -> Entry {
    match (usize::try_from(offset), u16::try_from(generation)) {
        // Offset zero is the header: producers write it for objects they never wrote.
        (Ok(offset), Ok(generation)) if offset > 0 => Entry::Offset(offset, generation),
        _ => Entry::Free,
    }
}

fn integer(lexer: &mut Lexer<'_>) -> Option<u64> {
    match lexer.token() {
        Token::Integer(number) => u64::try_from(number).ok(),
        _ => None,
    }
}

/// A cross-reference stream (7.5.8).
fn stream(data: &[u8], at: usize, budget: &mut Budget) -> Result<Section, Error> {
    let (_, item) = file::indirect(data, at, &mut |_| Ok(None))?;
    let file::Item::Stream(raw) = item else { return Err(Error::Broken) };
    if raw.dict.get(b"Type").and_then(Object::as_name).ok() != Some(b"XRef") {
        return Err(Error::Broken);
    }
    let decoded = filters(&raw.dict, data.get(raw.data.clone()).unwrap_or_default(), budget)?;
    let rows = decoded.plain().ok_or(Error::Filter)?;
    let widths = whole_numbers(raw.dict.get(b"W").ok()).filter(|widths| widths.len() == 3).ok_or(Error::Broken)?;
    let size = raw.dict.get(b"Size").and_then(Object::as_i64).ok().and_then(|size| u64::try_from(size).ok());
    let index = match whole_numbers(raw.dict.get(b"Index").ok()) {
        Some(index) => index,
        None => vec![0, size.ok_or(Error::Broken)?],
    };
    let mut rows = Rows { data: &rows, widths: [width(&widths, 0)?, width(&widths, 1)?, width(&widths, 2)?] };
    let mut entries = BTreeMap::new();
    for pair in index.chunks_exact(2) {
        let [start, count] = *pair else { break };
        for number in (start..start.saturating_add(count)).map_while(|number| u32::try_from(number).ok()) {
            let Some(entry) = rows.next_entry() else { break };
            budget.objects(1)?;
            if entries.insert(number, entry).is_some_and(|before| before != entry) {
                return Err(Error::Ambiguous);
            }
        }
    }
    Ok(Section { entries, trailer: raw.dict })
}

fn width(widths: &[u64], at: usize) -> Result<usize, Error> {
    widths.get(at).and_then(|width| usize::try_from(*width).ok()).filter(|width| *width <= 8).ok_or(Error::Broken)
}

fn whole_numbers(object: Option<&Object>) -> Option<Vec<u64>> {
    object?.as_array().ok()?.iter().map(|item| item.as_i64().ok().and_then(|number| u64::try_from(number).ok())).collect()
}

struct Rows<'a> {
    data: &'a [u8],
    widths: [usize; 3],
}

impl Rows<'_> {
    fn next_entry(&mut self) -> Option<Entry> {
        let [kind_width, second, third] = self.widths;
        if kind_width == 0 && second == 0 && third == 0 {
            return None;
        }
        let kind = if kind_width == 0 { 1 } else { self.field(kind_width)? };
        let (a, b) = (self.field(second)?, self.field(third)?);
        Some(match kind {
            1 => entry(a, b),
            2 => u32::try_from(a).ok().zip(usize::try_from(b).ok()).map_or(Entry::Free, |(a, b)| Entry::Compressed(a, b)),
            // Unknown kinds are references to null (7.5.8.3).
            _ => Entry::Free,
        })
    }

    fn field(&mut self, width: usize) -> Option<u64> {
        let (field, rest) = self.data.split_at_checked(width)?;
        self.data = rest;
        Some(field.iter().fold(0u64, |value, byte| value << 8 | u64::from(*byte)))
    }
}

/// First place of `needle`.
pub(super) fn find(data: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0usize;
    loop {
        let rest = data.get(from..)?;
        let at = from.saturating_add(rest.iter().position(|byte| *byte == first)?);
        if data.get(at..)?.starts_with(needle) {
            return Some(at);
        }
        from = at.saturating_add(1);
    }
}

fn rfind(data: &[u8], needle: &[u8]) -> Option<usize> {
    data.windows(needle.len()).rposition(|window| window == needle)
}
