//! Packages as they come in: parts, their content types and relationships (ECMA-376 Part 2, OPC).
//!
//! Nothing here decides what is kept. What two readers could resolve differently (two parts of one name, two types of
//! one part, two relationships of one id) is held.

use super::relation;
use crate::{
    Context, DisarmError,
    report::kinds::OoxmlFinding,
    syntax::{
        xml::{Document, Event, Ns, Start, XmlError},
        zip::{Archive, Kind, ZipError},
    },
};
use sanitizer_verify::Reason;
use std::collections::{BTreeMap, BTreeSet};

/// A package and what its directory says.
pub(in crate::formats) struct Package<'a> {
    archive: Archive<'a>,
    /// Entry indices by folded part name.
    parts: BTreeMap<String, usize>,
    types: ContentTypes,
}

/// `[Content_Types].xml` (Part 2, 10.1.2).
#[derive(Default)]
struct ContentTypes {
    defaults: BTreeMap<String, String>,
    overrides: BTreeMap<String, String>,
}

/// One relationship (Part 2, 9.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::formats) struct Relationship {
    /// Its id within its source.
    pub(in crate::formats) id: String,
    /// Its type, in the Transitional form.
    pub(in crate::formats) kind: String,
    /// Where it leads.
    pub(in crate::formats) target: Target,
}

/// Where a relationship leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::formats) enum Target {
    /// Out of the package.
    External(String),
    /// To nothing that could be a part: an absolute URI that is not declared to be external, a malformed name.
    Nowhere,
    /// To the part with this folded name.
    Part(String),
}

impl<'a> Package<'a> {
    /// Reads the directory and the content types.
    pub(in crate::formats) fn open(bytes: &'a [u8], cx: &mut Context<'_>) -> Result<Self, DisarmError> {
        let archive = Archive::open(bytes, cx.budget()).map_err(|error| zip_error(error, cx))?;
        let mut parts = BTreeMap::new();
        for (index, entry) in archive.entries().iter().enumerate() {
            if entry.kind != Kind::File {
                continue;
            }
            let Some(name) = fold(&entry.name) else { continue };
            // Names of parts are the same in any case (Part 2, 6.2.2.3): a reader on Windows sees one, another two.
            if parts.insert(name, index).is_some() {
                return Err(cx.hold(OoxmlFinding::PartConflict, Reason::Ambiguous));
            }
        }
        let mut package = Self { archive, parts, types: ContentTypes::default() };
        let Some(types) = package.read("[content_types].xml", cx)? else {
            return Err(cx.hold(OoxmlFinding::BrokenPart, Reason::Broken));
        };
        package.types = content_types(&types, cx)?;
        Ok(package)
    }

    /// The content of a part, if there is such a part.
    pub(in crate::formats) fn read(&mut self, name: &str, cx: &mut Context<'_>) -> Result<Option<Vec<u8>>, DisarmError> {
        let Some(index) = self.parts.get(name).copied() else { return Ok(None) };
        self.archive.read(index, cx.budget()).map(Some).map_err(|error| zip_error(error, cx))
    }

    /// The content type of a part: lower case, without parameters.
    pub(in crate::formats) fn content_type(&self, name: &str) -> Option<&str> {
        let by_name = self.types.overrides.get(name);
        let extension = name.rsplit('/').next().and_then(|file| file.rsplit_once('.')).map(|(_, extension)| extension);
        by_name.or_else(|| self.types.defaults.get(extension?)).map(String::as_str)
    }

    /// The relationships of a part, or of the package for the empty name.
    pub(in crate::formats) fn relationships(
        &mut self,
        source: &str,
        cx: &mut Context<'_>,
    ) -> Result<Vec<Relationship>, DisarmError> {
        let (folder, file) = source.rsplit_once('/').map_or(("", source), |(folder, file)| (folder, file));
        let slash = if folder.is_empty() { "" } else { "/" };
        let Some(bytes) = self.read(&format!("{folder}{slash}_rels/{file}.rels"), cx)? else { return Ok(Vec::new()) };
        let mut found: Vec<Relationship> = Vec::new();
        let mut ids = BTreeSet::new();
        let mut twice = false;
        elements(&bytes, cx, |start| {
            if start.is(Ns::PackageRelationships, "Relationship") {
                let relationship = relationship(folder, start);
                twice |= !ids.insert(relationship.id.clone());
                found.push(relationship);
            }
        })?;
        if twice {
            return Err(cx.hold(OoxmlFinding::PartConflict, Reason::Ambiguous));
        }
        Ok(found)
    }
}

fn relationship(folder: &str, start: &Start<'_>) -> Relationship {
    let raw = start.attr("Target").unwrap_or_default();
    let external = start.attr("TargetMode").is_some_and(|mode| mode.eq_ignore_ascii_case("External"));
    let target =
        if external { Target::External(raw.to_owned()) } else { resolve(folder, raw).map_or(Target::Nowhere, Target::Part) };
    Relationship {
        id: start.attr("Id").unwrap_or_default().to_owned(),
        kind: relation::canonical(start.attr("Type").unwrap_or_default()),
        target,
    }
}

fn content_types(bytes: &[u8], cx: &mut Context<'_>) -> Result<ContentTypes, DisarmError> {
    let mut types = ContentTypes::default();
    let mut conflict = false;
    elements(bytes, cx, |start| {
        let value = start.attr("ContentType").unwrap_or_default();
        let value = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let old = if start.is(Ns::ContentTypes, "Default") {
            let extension = start.attr("Extension").unwrap_or_default().to_ascii_lowercase();
            types.defaults.insert(extension, value.clone())
        } else if start.is(Ns::ContentTypes, "Override")
            && let Some(name) = start.attr("PartName").and_then(fold)
        {
            types.overrides.insert(name, value.clone())
        } else {
            None
        };
        conflict |= old.is_some_and(|old| old != value);
    })?;
    if conflict { Err(cx.hold(OoxmlFinding::TypeConflict, Reason::Ambiguous)) } else { Ok(types) }
}

/// Calls `each` for every element of a small document.
fn elements(bytes: &[u8], cx: &mut Context<'_>, mut each: impl FnMut(&Start<'_>)) -> Result<(), DisarmError> {
    let mut run = |cx: &mut Context<'_>| -> Result<(), XmlError> {
        let document = Document::decode(bytes, cx.budget())?;
        let mut reader = document.reader(|_| false);
        loop {
            match reader.next()? {
                Event::Start(start) => each(&start),
                Event::Eof => return Ok(()),
                Event::End | Event::Text(_) => {}
            }
        }
    };
    run(cx).map_err(|error| xml_error(error, cx))
}

/// Holds for a part that is not the XML it should be.
pub(in crate::formats) fn xml_error(error: XmlError, cx: &mut Context<'_>) -> DisarmError {
    match error {
        XmlError::Exceeded(exceeded) => exceeded.into(),
        XmlError::Doctype => cx.hold(OoxmlFinding::Doctype, error.reason()),
        _ => cx.hold(OoxmlFinding::BrokenPart, error.reason()),
    }
}

fn zip_error(error: ZipError, cx: &mut Context<'_>) -> DisarmError {
    match error {
        ZipError::Exceeded(exceeded) => exceeded.into(),
        _ => cx.hold(OoxmlFinding::BrokenPackage, error.reason()),
    }
}

/// The name by which a part is looked up: percent-decoded, without the leading slash, in lower case; nothing for what
/// cannot name a part (Part 2, 6.2.2).
fn fold(name: &str) -> Option<String> {
    let name = percent_decoded(name.strip_prefix('/').unwrap_or(name))?;
    let ok = name.split('/').all(|segment| !matches!(segment, "" | "." | "..")) && !name.contains('\\');
    ok.then(|| name.to_ascii_lowercase())
}

fn percent_decoded(text: &str) -> Option<String> {
    if !text.contains('%') {
        return Some(text.to_owned());
    }
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let digit =
            |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16)).and_then(|digit| u8::try_from(digit).ok());
        let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
        let byte = (high << 4) | low;
        // A decoded separator would move the name into another folder for some readers only.
        if matches!(byte, b'/' | b'\\') {
            return None;
        }
        out.push(byte);
    }
    String::from_utf8(out).ok()
}

/// A reference from a part in `folder`, resolved (RFC 3986, 5.2) and folded.
fn resolve(folder: &str, reference: &str) -> Option<String> {
    let path = reference.split(['#', '?']).next()?;
    // A scheme, or an authority: an absolute URI is not a part, whatever its TargetMode fails to say.
    if path.is_empty() || path.split('/').next()?.contains(':') || path.starts_with("//") {
        return None;
    }
    let mut segments: Vec<&str> = match path.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').filter(|segment| !segment.is_empty()).collect(),
    };
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop()?;
            }
            _ => segments.push(segment),
        }
    }
    fold(&segments.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fold_to_one() {
        assert_eq!(fold("/Word/%64ocument.XML").as_deref(), Some("word/document.xml"));
        for bad in ["a//b", "a/../b", "a\\b", "a%2fb", "a%zz", ""] {
            assert_eq!(fold(bad), None, "{bad}");
        }
    }

    #[test]
    fn references_resolve_inside_the_package_only() {
        assert_eq!(resolve("word", "media/image1.png").as_deref(), Some("word/media/image1.png"));
        assert_eq!(resolve("word/charts", "../media/a.png").as_deref(), Some("word/media/a.png"));
        assert_eq!(resolve("word", "/xl/a.xml").as_deref(), Some("xl/a.xml"));
        assert_eq!(resolve("", "word/document.xml").as_deref(), Some("word/document.xml"));
        for bad in ["http://example.com/a", "file:///c", "../../a", "//host/a", "", "#x"] {
            assert_eq!(resolve("word", bad), None, "{bad}");
        }
    }
}
