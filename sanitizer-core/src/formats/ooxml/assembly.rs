//! Packages as they go out: canonical names, generated content types and relationships, one order, no history.

use super::relation;
use crate::{
    Context,
    syntax::{
        xml::{Ns, Writer},
        zip::{Method, Writer as Zip, ZipError},
    },
};
use sanitizer_verify::Format;
use std::collections::{BTreeMap, BTreeSet};

/// What goes out.
#[derive(Debug)]
pub(in crate::formats) struct Assembly {
    /// Folder of the application: `word` or `xl`.
    folder: &'static str,
    parts: Vec<Part>,
    counts: BTreeMap<&'static str, u32>,
}

#[derive(Debug)]
struct Part {
    name: String,
    /// Empty for pictures, whose extension says their type.
    content_type: &'static str,
    bytes: Vec<u8>,
    relationships: Vec<Relationship>,
    /// Which of them leads to a part.
    related: BTreeMap<usize, usize>,
    /// Index of the child in the report this part is.
    child: Option<u32>,
}

#[derive(Debug, PartialEq, Eq)]
struct Relationship {
    kind: &'static str,
    target: Target,
}

#[derive(Debug, PartialEq, Eq)]
enum Target {
    External(String),
    Part(usize),
}

/// How the name of a part is made.
#[derive(Clone, Copy, Debug)]
pub(in crate::formats) enum Naming {
    /// There is one: `styles` becomes `word/styles.xml`.
    One(&'static str),
    /// There may be many: `header` becomes `word/header1.xml`.
    Many(&'static str),
}

impl Assembly {
    /// An empty package whose parts lie in `folder`.
    pub(in crate::formats) fn new(folder: &'static str) -> Self {
        Self { folder, parts: Vec::new(), counts: BTreeMap::new() }
    }

    /// Opens an XML part. Its index names it from now on.
    pub(in crate::formats) fn open(&mut self, naming: Naming, content_type: &'static str) -> usize {
        let folder = self.folder;
        let name = match naming {
            Naming::One(stem) => format!("{folder}/{stem}.xml"),
            Naming::Many(stem) => format!("{folder}/{stem}{}.xml", self.next(stem)),
        };
        self.push(Part {
            name,
            content_type,
            bytes: Vec::new(),
            relationships: Vec::new(),
            related: BTreeMap::new(),
            child: None,
        })
    }

    /// Gives an opened part its content.
    pub(in crate::formats) fn fill(&mut self, part: usize, bytes: Vec<u8>) {
        if let Some(part) = self.parts.get_mut(part) {
            part.bytes = bytes;
        }
    }

    /// Adds a picture.
    pub(in crate::formats) fn picture(&mut self, format: Format, bytes: Vec<u8>, child: Option<u32>) -> usize {
        let (folder, number) = (self.folder, self.next("media/image"));
        let name = format!("{folder}/media/image{number}.{}", picture_extension(format));
        self.push(Part { name, content_type: "", bytes, relationships: Vec::new(), related: BTreeMap::new(), child })
    }

    /// Relates a part to another and gives the id; the same relationship is not made twice.
    pub(in crate::formats) fn relate(&mut self, source: usize, kind: &'static str, target: usize) -> String {
        self.add(source, Relationship { kind, target: Target::Part(target) })
    }

    /// Relates a part to something outside and gives the id.
    pub(in crate::formats) fn relate_external(&mut self, source: usize, kind: &'static str, target: String) -> String {
        self.add(source, Relationship { kind, target: Target::External(target) })
    }

    fn add(&mut self, source: usize, relationship: Relationship) -> String {
        let Some(part) = self.parts.get_mut(source) else { return String::new() };
        let new = part.relationships.len();
        // A part is related once, however often it is shown; links are not looked for among thousands of others.
        let index = match relationship.target {
            Target::Part(target) => *part.related.entry(target).or_insert(new),
            Target::External(_) => new,
        };
        if index == new {
            part.relationships.push(relationship);
        }
        format!("rId{}", index.saturating_add(1))
    }

    fn next(&mut self, stem: &'static str) -> u32 {
        let count = self.counts.entry(stem).or_default();
        *count = count.saturating_add(1);
        *count
    }

    fn push(&mut self, part: Part) -> usize {
        self.parts.push(part);
        self.parts.len().saturating_sub(1)
    }

    /// Writes the package whose main part is `main`, and tells the context where each child went.
    pub(in crate::formats) fn finish(self, main: usize, cx: &mut Context<'_>) -> Result<Vec<u8>, ZipError> {
        let mut zip = Zip::new();
        zip.file("[Content_Types].xml", &self.content_types(), Method::Deflate)?;
        zip.file("_rels/.rels", &self.root_relationships(main), Method::Deflate)?;
        zip.file("docProps/core.xml", &core_properties(), Method::Deflate)?;
        zip.file("docProps/app.xml", &extended_properties(self.folder), Method::Deflate)?;
        for part in &self.parts {
            let method = if part.content_type.is_empty() { Method::Store } else { Method::Deflate };
            let index = zip.file(&part.name, &part.bytes, method)?;
            if let Some(child) = part.child {
                cx.placed(child, index);
            }
            if !part.relationships.is_empty() {
                zip.file(&relationships_name(&part.name), &self.relationships(part), Method::Deflate)?;
            }
        }
        zip.finish()
    }

    fn content_types(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.start(Ns::ContentTypes, "Types");
        writer.declare(Ns::ContentTypes);
        let mut defaults =
            BTreeMap::from([("rels", "application/vnd.openxmlformats-package.relationships+xml"), ("xml", "application/xml")]);
        let extensions: BTreeSet<&str> = self
            .parts
            .iter()
            .filter(|part| part.content_type.is_empty())
            .filter_map(|part| part.name.rsplit_once('.').map(|(_, extension)| extension))
            .collect();
        for (extension, format) in [("gif", Format::Gif), ("jpeg", Format::Jpeg), ("png", Format::Png)] {
            if extensions.contains(extension) {
                defaults.insert(extension, format.media_type());
            }
        }
        for (extension, content_type) in defaults {
            writer.start(Ns::ContentTypes, "Default");
            writer.attr(Ns::None, "Extension", extension);
            writer.attr(Ns::None, "ContentType", content_type);
            writer.end();
        }
        let own = [("docProps/core.xml", CORE_TYPE), ("docProps/app.xml", EXTENDED_TYPE)];
        let parts = self.parts.iter().map(|part| (part.name.as_str(), part.content_type));
        for (name, content_type) in own.into_iter().chain(parts).filter(|(_, content_type)| !content_type.is_empty()) {
            writer.start(Ns::ContentTypes, "Override");
            writer.attr(Ns::None, "PartName", &format!("/{name}"));
            writer.attr(Ns::None, "ContentType", content_type);
            writer.end();
        }
        writer.finish()
    }

    fn root_relationships(&self, main: usize) -> Vec<u8> {
        let main = self.parts.get(main).map_or("", |part| part.name.as_str());
        let targets = [
            (relation::OFFICE_DOCUMENT, main),
            (relation::CORE_PROPERTIES, "docProps/core.xml"),
            (relation::EXTENDED_PROPERTIES, "docProps/app.xml"),
        ];
        write_relationships(targets.into_iter().map(|(kind, target)| (kind, format!("/{target}"), false)))
    }

    fn relationships(&self, part: &Part) -> Vec<u8> {
        write_relationships(part.relationships.iter().map(|relationship| match &relationship.target {
            Target::External(target) => (relationship.kind, target.clone(), true),
            Target::Part(index) => {
                let name = self.parts.get(*index).map_or("", |part| part.name.as_str());
                (relationship.kind, format!("/{name}"), false)
            }
        }))
    }
}

fn write_relationships(relationships: impl Iterator<Item = (&'static str, String, bool)>) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.start(Ns::PackageRelationships, "Relationships");
    writer.declare(Ns::PackageRelationships);
    for (index, (kind, target, external)) in relationships.enumerate() {
        writer.start(Ns::PackageRelationships, "Relationship");
        writer.attr(Ns::None, "Id", &format!("rId{}", index.saturating_add(1)));
        writer.attr(Ns::None, "Type", kind);
        writer.attr(Ns::None, "Target", &target);
        if external {
            writer.attr(Ns::None, "TargetMode", "External");
        }
        writer.end();
    }
    writer.finish()
}

const CORE_TYPE: &str = "application/vnd.openxmlformats-package.core-properties+xml";
const EXTENDED_TYPE: &str = "application/vnd.openxmlformats-officedocument.extended-properties+xml";

/// No author, no dates: who made the document and when is not its content.
fn core_properties() -> Vec<u8> {
    let mut writer = Writer::new();
    writer.start(Ns::CoreProperties, "coreProperties");
    writer.declare(Ns::CoreProperties);
    writer.finish()
}

/// LibreOffice computes a workbook anew, and lays its rows out anew, unless it is said to come from a program whose
/// cached values and heights it trusts.
fn extended_properties(folder: &str) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.start(Ns::ExtendedProperties, "Properties");
    writer.declare(Ns::ExtendedProperties);
    if folder == "xl" {
        writer.start(Ns::ExtendedProperties, "Application");
        writer.text("Microsoft Excel");
        writer.end();
    }
    writer.finish()
}

fn relationships_name(part: &str) -> String {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    format!("{folder}/_rels/{file}.rels")
}

fn picture_extension(format: Format) -> &'static str {
    match format {
        Format::Gif => "gif",
        Format::Jpeg => "jpeg",
        _ => "png",
    }
}
