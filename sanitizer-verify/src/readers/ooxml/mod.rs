//! Office Open XML packages: parts, relationships, content types and vocabulary by allow-list (ECMA-376).
//!
//! A package is read as the core writes it: every entry is a part of a known name and type, every part is reached from
//! the root along relationships its kind may have, every reference in markup is one of those, and every element is known.

mod calls;
mod fields;
mod parts;
mod sheet;
mod vocabulary;
mod word;

use super::{
    Refusal,
    xml::{Element, Token, Tokens},
    zip::{self, Member},
};
use crate::{Budget, Format};
use parts::{ROOT, Rule};
use std::collections::{BTreeMap, BTreeSet};

/// Reads a package whose main part must be of `format`, as our writer emits it.
pub(super) fn read(format: Format, bytes: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    budget.expand(bytes.len() as u64)?;
    match format {
        Format::Docx => Package::read(bytes, &word::PARTS, budget),
        Format::Xlsx => Package::read(bytes, &sheet::PARTS, budget),
        _ => Err(Refusal::new("ooxml.format")),
    }
}

/// One application's parts.
struct Parts {
    /// The folder they lie in, with its slash.
    folder: &'static str,
    /// The main part's name and content type.
    main: (&'static str, &'static str),
    rules: &'static [Rule],
}

impl Parts {
    /// The rule for the part of this name.
    fn rule(&self, name: &str) -> Option<&'static Rule> {
        let name = name.strip_prefix(self.folder)?;
        self.rules.iter().find(|rule| rule.names(name))
    }

    /// The format of the picture of this name.
    fn picture(&self, name: &str) -> Option<Format> {
        let file = name.strip_prefix(self.folder)?.strip_prefix("media/image")?;
        let (number, extension) = file.split_once('.')?;
        parts::is_number(number).then_some(())?;
        match extension {
            "gif" => Some(Format::Gif),
            "jpeg" => Some(Format::Jpeg),
            "png" => Some(Format::Png),
            _ => None,
        }
    }
}

/// A relationship as written.
struct Relationship {
    kind: String,
    target: String,
    external: bool,
}

/// A package being read.
struct Package<'a> {
    parts: &'static Parts,
    members: BTreeMap<&'a str, (u32, &'a Member<'a>)>,
    reached: BTreeSet<String>,
}

impl Package<'_> {
    fn read(bytes: &[u8], parts: &'static Parts, budget: &mut Budget) -> Result<(), Refusal> {
        let members = zip::members(bytes, budget)?;
        budget.entries(members.len() as u64)?;
        let mut by_name = BTreeMap::new();
        for (index, member) in (0_u32..).zip(&members) {
            if member.directory || by_name.insert(member.name, (index, member)).is_some() {
                return Err(Refusal::new("ooxml.entry").child(index));
            }
        }
        if members.first().map(|member| member.name) != Some(CONTENT_TYPES) {
            return Err(Refusal::new("ooxml.content_types"));
        }
        let mut package = Package { parts, members: by_name, reached: BTreeSet::from([CONTENT_TYPES.to_owned()]) };
        package.root(budget)?;
        package.content_types(budget)?;
        match package.members.iter().find(|(name, _)| !package.reached.contains(**name)) {
            Some((_, (index, _))) => Err(Refusal::new("ooxml.unreached").child(*index)),
            None => Ok(()),
        }
    }

    fn content(&self, name: &str, budget: &mut Budget) -> Result<(u32, Vec<u8>), Refusal> {
        let (index, member) = self.members.get(name).ok_or(Refusal::new("ooxml.missing"))?;
        let content = member.content(budget).map_err(|refusal| refusal.child(*index))?;
        Ok((*index, content.into_owned()))
    }

    /// The package's own relationships, and everything below.
    fn root(&mut self, budget: &mut Budget) -> Result<(), Refusal> {
        let relationships = self.relationships("", budget)?;
        if relationships.len() != ROOT.len() {
            return Err(Refusal::new("ooxml.root"));
        }
        for (relationship, (kind, fixed)) in relationships.values().zip(ROOT) {
            let target = if fixed.is_empty() { self.parts.main.0 } else { fixed };
            if relationship.external || relationship.kind != *kind || relationship.target != target {
                return Err(Refusal::new("ooxml.root"));
            }
            if fixed.is_empty() {
                self.part(target, 0, budget)?;
            } else {
                let (index, content) = self.content(target, budget)?;
                parts::empty_properties(target, &content, budget).map_err(|refusal| refusal.child(index))?;
                self.reached.insert(target.to_owned());
            }
        }
        Ok(())
    }

    /// The relationships of a part, by id, in their order.
    fn relationships(&mut self, part: &str, budget: &mut Budget) -> Result<BTreeMap<usize, Relationship>, Refusal> {
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
        let slash = if folder.is_empty() { "" } else { "/" };
        let name = format!("{folder}{slash}_rels/{file}.rels");
        if !self.members.contains_key(name.as_str()) {
            return Ok(BTreeMap::new());
        }
        let (index, content) = self.content(&name, budget)?;
        self.reached.insert(name);
        read_relationships(&content, budget).map_err(|refusal| refusal.child(index))
    }

    /// One part and everything below.
    fn part(&mut self, name: &str, depth: u32, budget: &mut Budget) -> Result<(), Refusal> {
        if self.reached.contains(name) {
            return Ok(());
        }
        if depth > MAX_DEPTH {
            return Err(Refusal::new("ooxml.depth"));
        }
        self.reached.insert(name.to_owned());
        let (index, content) = self.content(name, budget)?;
        if let Some(format) = self.parts.picture(name) {
            return super::read(format, &content, budget).map_err(|refusal| refusal.child(index));
        }
        let here = |rule: &'static str| Refusal::new(rule).child(index);
        let rule = self.parts.rule(name).ok_or(here("ooxml.part"))?;
        let relationships = self.relationships(name, budget)?;
        for relationship in relationships.values() {
            self.relationship(rule, relationship, depth, budget).map_err(|refusal| match refusal.at.steps() {
                [] => refusal.child(index),
                _ => refusal,
            })?;
        }
        markup(rule, &content, &relationships, budget).map_err(|refusal| refusal.child(index))
    }

    fn relationship(
        &mut self,
        rule: &'static Rule,
        relationship: &Relationship,
        depth: u32,
        budget: &mut Budget,
    ) -> Result<(), Refusal> {
        if relationship.external {
            let ok = rule.media && relationship.kind == parts::HYPERLINK && fields::is_allowed_link(&relationship.target);
            return if ok { Ok(()) } else { Err(Refusal::new("ooxml.external")) };
        }
        let target = relationship.target.as_str();
        let allowed = if self.parts.picture(target).is_some() {
            rule.media && relationship.kind == parts::IMAGE
        } else {
            self.parts
                .rule(target)
                .is_some_and(|target| target.relationship == relationship.kind && rule.reaches.contains(&target.name))
        };
        if !allowed {
            return Err(Refusal::new("ooxml.relationship"));
        }
        self.part(target, depth.saturating_add(1), budget)
    }

    /// Every part has the type its name asks for, and nothing else has one.
    fn content_types(&self, budget: &mut Budget) -> Result<(), Refusal> {
        let (index, content) = self.content(CONTENT_TYPES, budget)?;
        let refuse = || Refusal::new("ooxml.content_types").child(index);
        let mut tokens = Tokens::new(&content, CONTENT_TYPES_NS, budget).map_err(|refusal| refusal.child(index))?;
        let mut typed = BTreeSet::new();
        while let Some(token) = tokens.next().map_err(|refusal| refusal.child(index))? {
            let Token::Start(element) = token else { continue };
            let content_type = element.attr("ContentType").unwrap_or_default();
            let ok = match element.name {
                "Types" => element.attributes.is_empty(),
                "Default" => element.attr("Extension").is_some_and(|extension| DEFAULTS.contains(&(extension, content_type))),
                "Override" => element
                    .attr("PartName")
                    .and_then(|name| name.strip_prefix('/'))
                    .is_some_and(|name| self.content_type(name) == Some(content_type) && typed.insert(name.to_owned())),
                _ => false,
            };
            if !ok {
                return Err(refuse());
            }
        }
        // Nothing may take the type `application/xml` by its extension.
        let xml = self.members.keys().filter(|name| name.as_bytes().ends_with(b".xml") && **name != CONTENT_TYPES);
        if xml.clone().all(|name| typed.contains(*name)) && xml.count() == typed.len() { Ok(()) } else { Err(refuse()) }
    }

    fn content_type(&self, name: &str) -> Option<&'static str> {
        match name {
            "docProps/app.xml" => Some("application/vnd.openxmlformats-officedocument.extended-properties+xml"),
            "docProps/core.xml" => Some("application/vnd.openxmlformats-package.core-properties+xml"),
            _ if name == self.parts.main.0 => Some(self.parts.main.1),
            _ => self.parts.rule(name).map(|rule| rule.content_type),
        }
    }
}

fn read_relationships(content: &[u8], budget: &mut Budget) -> Result<BTreeMap<usize, Relationship>, Refusal> {
    let refuse = || Refusal::new("ooxml.relationships");
    let mut tokens = Tokens::new(content, RELATIONSHIPS_NS, budget)?;
    let mut found = BTreeMap::new();
    let mut in_root = false;
    while let Some(token) = tokens.next()? {
        let Token::Start(element) = token else { continue };
        if !std::mem::replace(&mut in_root, true) {
            if element.name != "Relationships" || !element.attributes.is_empty() {
                return Err(refuse());
            }
            continue;
        }
        let known = ["Id", "Type", "Target", "TargetMode"];
        if element.name != "Relationship" || element.attributes.iter().any(|(name, _)| !known.contains(name)) {
            return Err(refuse());
        }
        let external = match element.attr("TargetMode") {
            None => false,
            Some("External") => true,
            Some(_) => return Err(refuse()),
        };
        let target = element.attr("Target").unwrap_or_default();
        let target = if external { Some(target) } else { target.strip_prefix('/') }.ok_or_else(refuse)?;
        let number = found.len().saturating_add(1);
        if element.attr("Id") != Some(format!("rId{number}").as_str()) {
            return Err(refuse());
        }
        let kind = element.attr("Type").unwrap_or_default().to_owned();
        found.insert(number, Relationship { kind, target: target.to_owned(), external });
    }
    Ok(found)
}

/// Reads the elements of a part.
fn markup(
    rule: &Rule,
    content: &[u8],
    relationships: &BTreeMap<usize, Relationship>,
    budget: &mut Budget,
) -> Result<(), Refusal> {
    // Roots without a prefix are of SpreadsheetML, but for the one VML has of its own.
    let default = if rule.root.contains(':') || rule.root == VML_ROOT { "" } else { SHEET_NS };
    let mut tokens = Tokens::new(content, default, budget)?;
    let mut fields = fields::Fields::default();
    let mut formulas = sheet::Formulas::default();
    let mut at_root = true;
    while let Some(token) = tokens.next()? {
        fields.token(&token)?;
        formulas.token(&token)?;
        let Token::Start(element) = &token else { continue };
        if std::mem::take(&mut at_root) && element.name != rule.root {
            return Err(Refusal::new("ooxml.root_element"));
        }
        let named = element.name.contains(':') || !default.is_empty() || element.name == VML_ROOT;
        if !named || !vocabulary::is_known(element.name) {
            return Err(Refusal::new("ooxml.element"));
        }
        attributes(element, relationships)?;
    }
    fields.finish()
}

fn attributes(element: &Element<'_>, relationships: &BTreeMap<usize, Relationship>) -> Result<(), Refusal> {
    for (name, value) in &element.attributes {
        if vocabulary::is_forbidden(name) {
            return Err(Refusal::new("ooxml.attribute"));
        }
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        if prefix != "r" {
            if !matches!(prefix, "" | "m" | "o" | "v" | "w" | "w14" | "xml") {
                return Err(Refusal::new("ooxml.attribute"));
            }
            continue;
        }
        let kinds = parts::reference(element.name, local).ok_or(Refusal::new("ooxml.reference"))?;
        let number = value.strip_prefix("rId").and_then(|number| number.parse().ok()).unwrap_or(0);
        if relationships.get(&number).is_none_or(|relationship| !kinds.contains(&relationship.kind.as_str())) {
            return Err(Refusal::new("ooxml.reference"));
        }
    }
    Ok(())
}

/// Headers hold pictures, diagrams hold drawings that hold pictures: nothing nests deeper.
const MAX_DEPTH: u32 = 8;
const CONTENT_TYPES: &str = "[Content_Types].xml";
const CONTENT_TYPES_NS: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
const SHEET_NS: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const VML_ROOT: &str = "xml";
const RELATIONSHIPS_NS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const DEFAULTS: &[(&str, &str)] = &[
    ("gif", "image/gif"),
    ("jpeg", "image/jpeg"),
    ("png", "image/png"),
    ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
    ("xml", "application/xml"),
];
