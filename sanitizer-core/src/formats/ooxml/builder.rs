//! From the package that came in to the one that goes out: parts are followed from the main one along what their kinds
//! allow, each is filtered, and every reference is resolved to a part we write, or goes.

use super::{
    assembly::Assembly,
    kind::{self, Kind},
    link,
    package::{Package, Relationship, Target},
    placeholder::{self, Instead},
    relation, tree,
    tree::{Element, Node},
};
use crate::{Action, Claim, Context, DisarmError, Role, report::kinds::OoxmlFinding, syntax::xml::Ns};
use sanitizer_verify::{Format, Untrusted};
use std::collections::BTreeMap;

/// A package being rebuilt.
pub(in crate::formats) struct Builder<'a> {
    /// What came in.
    pub(in crate::formats) package: Package<'a>,
    /// What goes out.
    pub(in crate::formats) assembly: Assembly,
    /// Parts done, by their folded names.
    done: BTreeMap<String, usize>,
    /// Pictures done, by theirs.
    pictures: BTreeMap<String, usize>,
    placeholder: Option<usize>,
}

/// Where references of a part are looked up.
pub(in crate::formats) struct Scope<'s> {
    /// What the part is.
    pub(in crate::formats) kind: &'static Kind,
    /// Its relationships as they came in.
    pub(in crate::formats) relationships: Vec<Relationship>,
    /// Where in them an id is.
    ids: BTreeMap<String, usize>,
    /// Its index in the output.
    pub(in crate::formats) index: usize,
    /// The part that referred to it.
    parent: Option<&'s Scope<'s>>,
}

impl<'s> Scope<'s> {
    /// Of a part that is built by hand.
    pub(in crate::formats) fn new(
        kind: &'static Kind,
        relationships: Vec<Relationship>,
        index: usize,
        parent: Option<&'s Self>,
    ) -> Self {
        let ids = relationships.iter().enumerate().map(|(at, relationship)| (relationship.id.clone(), at)).collect();
        Self { kind, relationships, ids, index, parent }
    }

    /// The relationship with this id.
    pub(in crate::formats) fn find(&self, id: &str) -> Option<&Relationship> {
        self.relationships.get(*self.ids.get(id)?)
    }
}

/// What becomes of an element after its references were followed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Dropped,
    Kept,
    /// Something in a drawing is missing without which it is none: the whole drawing goes.
    Lost,
    Unwrapped,
}

impl<'a> Builder<'a> {
    /// Begins with an empty output whose parts lie in `folder`.
    pub(in crate::formats) fn new(package: Package<'a>, folder: &'static str) -> Self {
        Self { package, assembly: Assembly::new(folder), done: BTreeMap::new(), pictures: BTreeMap::new(), placeholder: None }
    }

    /// Finds the main part: the one target of the package's one `officeDocument` relationship. Names what else the
    /// package itself refers to.
    pub(in crate::formats) fn main_part(&mut self, cx: &mut Context<'_>) -> Result<String, DisarmError> {
        let root = self.package.relationships("", cx)?;
        let mut main = None;
        for relationship in root {
            if relationship.kind != relation::OFFICE_DOCUMENT {
                name(&relationship, cx);
                continue;
            }
            let Target::Part(part) = relationship.target else { continue };
            if main.replace(part).is_some() {
                return Err(cx.hold(OoxmlFinding::PartConflict, sanitizer_verify::Reason::Ambiguous));
            }
        }
        main.ok_or_else(|| cx.hold(OoxmlFinding::BrokenPackage, sanitizer_verify::Reason::Broken))
    }

    /// Builds one part and all it reaches. Nothing if there is no such part, or one of another type.
    pub(in crate::formats) fn part(
        &mut self,
        name: &str,
        kind: &'static Kind,
        parent: Option<&Scope<'_>>,
        cx: &mut Context<'_>,
    ) -> Result<Option<usize>, DisarmError> {
        let typed = self.package.content_type(name).unwrap_or_default();
        if !kind.content_types.iter().any(|known| known.eq_ignore_ascii_case(typed)) {
            cx.find(OoxmlFinding::UnexpectedPart, Action::Remove);
            return Ok(None);
        }
        if let Some(index) = self.done.get(name) {
            return Ok(Some(*index));
        }
        let Some(bytes) = self.package.read(name, cx)?.filter(|bytes| !bytes.is_empty()) else { return Ok(None) };
        cx.budget().entries(1)?;
        let mut root = tree::read(&bytes, kind.root, cx)?;
        drop(bytes);
        (kind.fix)(&mut root, cx);
        let content_type = kind.content_types.first().copied().unwrap_or_default();
        let index = self.assembly.open(kind.naming, content_type);
        self.done.insert(name.to_owned(), index);
        let scope = Scope::new(kind, self.package.relationships(name, cx)?, index, parent);
        self.implied(&scope, cx)?;
        self.children(&mut root, &scope, cx)?;
        self.assembly.fill(index, tree::write(&root));
        Ok(Some(index))
    }

    /// Builds the parts that belong to one by type alone, and names the relationships nothing follows.
    pub(in crate::formats) fn implied(&mut self, scope: &Scope<'_>, cx: &mut Context<'_>) -> Result<(), DisarmError> {
        for relationship in &scope.relationships {
            name(relationship, cx);
        }
        for kind in scope.kind.implicit {
            let target = scope.relationships.iter().find_map(|relationship| match &relationship.target {
                Target::Part(part) if relationship.kind == kind.relationship => Some(part),
                _ => None,
            });
            let Some(target) = target else { continue };
            if let Some(part) = self.part(target, kind, Some(scope), cx)? {
                self.assembly.relate(scope.index, kind.relationship, part);
            }
        }
        Ok(())
    }

    /// Follows the references in everything below `element`.
    ///
    /// True if a drawing around it is none any more.
    pub(in crate::formats) fn children(
        &mut self,
        element: &mut Element,
        scope: &Scope<'_>,
        cx: &mut Context<'_>,
    ) -> Result<bool, DisarmError> {
        let mut kept = Vec::with_capacity(element.children.len());
        let mut lost = false;
        for node in std::mem::take(&mut element.children) {
            let Node::Element(mut child) = node else {
                kept.push(node);
                continue;
            };
            match self.element(&mut child, scope, cx)? {
                Fate::Kept => kept.push(Node::Element(child)),
                Fate::Dropped => {}
                Fate::Unwrapped => kept.append(&mut child.children),
                Fate::Lost => match placeholder::instead_of(&child) {
                    Instead::Around => lost = true,
                    Instead::Nothing => cx.find(OoxmlFinding::UnsupportedDrawing, Action::Remove),
                    Instead::This(instead) => {
                        cx.find(OoxmlFinding::UnsupportedDrawing, Action::Remove);
                        kept.push(Node::Element(instead));
                    }
                },
            }
        }
        element.children = kept;
        Ok(lost)
    }

    fn element(&mut self, element: &mut Element, scope: &Scope<'_>, cx: &mut Context<'_>) -> Result<Fate, DisarmError> {
        let fate = match (element.name.ns, element.name.local) {
            (Ns::Drawing, "blip") => self.blip(element, scope, cx)?,
            (Ns::Vml, "imagedata") => {
                let id = element.unset(Ns::Relationships, "id");
                let id = self.picture(id.as_deref(), scope, cx)?;
                element.set(Ns::Relationships, "id", id);
                Fate::Kept
            }
            (Ns::Vml, "fill") => {
                if let Some(id) = element.unset(Ns::Relationships, "id") {
                    let id = self.picture(Some(&id), scope, cx)?;
                    element.set(Ns::Relationships, "id", id);
                }
                Fate::Kept
            }
            (Ns::Drawing, "graphicData") => graphic_data(element),
            (Ns::Drawing, "hlinkClick") | (Ns::Sheet | Ns::Word, "hyperlink") => self.hyperlink(element, scope, cx),
            (Ns::DiagramDrawing, "dataModelExt") => self.diagram_drawing(element, scope, cx)?,
            _ => self.references(element, scope, cx)?,
        };
        if fate == Fate::Dropped || fate == Fate::Lost {
            return Ok(fate);
        }
        if self.children(element, scope, cx)? {
            return Ok(Fate::Lost);
        }
        // Of extensions only the one that names a diagram's drawing is kept.
        let empty = element.is(Ns::Diagram, "extLst") && !element.contains(Ns::DiagramDrawing, "dataModelExt");
        Ok(if empty { Fate::Dropped } else { fate })
    }

    /// Every reference an element may carry must lead to a part of a kind its own part may refer to.
    fn references(&mut self, element: &mut Element, scope: &Scope<'_>, cx: &mut Context<'_>) -> Result<Fate, DisarmError> {
        let gone = if matches!(element.name.ns, Ns::Sheet | Ns::Word) { Fate::Dropped } else { Fate::Lost };
        for at in 0..element.attributes.len() {
            let Some((name, id)) = element.attributes.get(at).filter(|(name, _)| name.ns == Ns::Relationships) else {
                continue;
            };
            let name = *name;
            let Some(relationship) = scope.find(id) else { return Ok(gone) };
            let kind = scope.kind.explicit.iter().find(|kind| kind.relationship == relationship.kind);
            let (Some(kind), Target::Part(target)) = (kind, &relationship.target) else { return Ok(gone) };
            let Some(part) = self.part(target, kind, Some(scope), cx)? else { return Ok(gone) };
            let id = self.assembly.relate(scope.index, kind.relationship, part);
            element.set(name.ns, name.local, id);
        }
        Ok(Fate::Kept)
    }

    fn blip(&mut self, element: &mut Element, scope: &Scope<'_>, cx: &mut Context<'_>) -> Result<Fate, DisarmError> {
        let id = element.unset(Ns::Relationships, "embed");
        let id = self.picture(id.as_deref(), scope, cx)?;
        element.attributes.insert(0, (super::vocabulary::Name::new(Ns::Relationships, "embed"), id));
        Ok(Fate::Kept)
    }

    /// The id of the picture that is written for the one referred to: itself, or the placeholder.
    fn picture(&mut self, id: Option<&str>, scope: &Scope<'_>, cx: &mut Context<'_>) -> Result<String, DisarmError> {
        let relationship = id.and_then(|id| scope.find(id)).filter(|relationship| relationship.kind == relation::IMAGE);
        let part = match relationship.map(|relationship| &relationship.target) {
            Some(Target::Part(target)) if scope.kind.pictures => self.picture_part(target, cx)?,
            _ => {
                cx.find(OoxmlFinding::LinkedPicture, Action::Remove);
                self.placeholder(cx)?
            }
        };
        Ok(self.assembly.relate(scope.index, relation::IMAGE, part))
    }

    fn picture_part(&mut self, target: &str, cx: &mut Context<'_>) -> Result<usize, DisarmError> {
        if let Some(index) = self.pictures.get(target) {
            return Ok(*index);
        }
        let index = match self.package.read(target, cx)? {
            None => {
                cx.find(OoxmlFinding::LinkedPicture, Action::Remove);
                self.placeholder(cx)?
            }
            Some(bytes) => {
                let claim = Claim { name: None, media_type: None, role: Role::Picture };
                if let Ok(rebuilt) = cx.descend(Untrusted::new(&bytes), &claim) {
                    let format = rebuilt.format();
                    self.assembly.picture(format, rebuilt.into_bytes(), Some(cx.last_child()))
                } else {
                    cx.find(OoxmlFinding::Picture, Action::Remove);
                    self.placeholder(cx)?
                }
            }
        };
        self.pictures.insert(target.to_owned(), index);
        Ok(index)
    }

    fn placeholder(&mut self, cx: &mut Context<'_>) -> Result<usize, DisarmError> {
        if let Some(index) = self.placeholder {
            return Ok(index);
        }
        let index = self.assembly.picture(Format::Png, placeholder::picture(cx)?, None);
        self.placeholder = Some(index);
        Ok(index)
    }

    fn hyperlink(&mut self, element: &mut Element, scope: &Scope<'_>, cx: &mut Context<'_>) -> Fate {
        let gone = if element.name.ns == Ns::Word { Fate::Unwrapped } else { Fate::Dropped };
        let Some(id) = element.unset(Ns::Relationships, "id").filter(|id| !id.is_empty()) else {
            let inside = element.attribute(Ns::Word, "anchor").or_else(|| element.attribute(Ns::None, "location"));
            return if inside.is_some() { Fate::Kept } else { gone };
        };
        let target = scope.find(&id).filter(|relationship| relationship.kind == relation::HYPERLINK);
        let Some(Target::External(target)) = target.map(|relationship| &relationship.target) else {
            cx.find(OoxmlFinding::Link, Action::Neutralize);
            return gone;
        };
        if let Some(anchor) = target.strip_prefix('#').filter(|_| element.name.ns == Ns::Word) {
            element.set(Ns::Word, "anchor", anchor);
            return Fate::Kept;
        }
        if let Some(place) = target.strip_prefix('#').filter(|_| element.name.ns == Ns::Sheet) {
            element.set(Ns::None, "location", place);
            return Fate::Kept;
        }
        let Some(target) = link::allowed(target) else {
            cx.find(OoxmlFinding::Link, Action::Neutralize);
            return gone;
        };
        let id = self.assembly.relate_external(scope.index, relation::HYPERLINK, target);
        element.attributes.insert(0, (super::vocabulary::Name::new(Ns::Relationships, "id"), id));
        Fate::Kept
    }

    /// The data of a diagram names its drawing by a relationship of the part that shows it ([MS-ODRAWXML] 2.4.3.1).
    fn diagram_drawing(&mut self, element: &mut Element, scope: &Scope<'_>, cx: &mut Context<'_>) -> Result<Fate, DisarmError> {
        let (Some(parent), Some(id)) = (scope.parent, element.attribute(Ns::None, "relId")) else { return Ok(Fate::Dropped) };
        let drawing = &kind::DIAGRAM_DRAWING;
        let target = parent.find(id).filter(|relationship| relationship.kind == drawing.relationship);
        let Some(Target::Part(target)) = target.map(|relationship| &relationship.target) else { return Ok(Fate::Dropped) };
        let Some(part) = self.part(target, drawing, Some(scope), cx)? else { return Ok(Fate::Dropped) };
        let id = self.assembly.relate(parent.index, drawing.relationship, part);
        element.set(Ns::None, "relId", id);
        Ok(Fate::Kept)
    }
}

/// Names a relationship that is not followed, if there is a word for it.
fn name(relationship: &Relationship, cx: &mut Context<'_>) {
    if let Some((finding, action)) = relation::named(&relationship.kind) {
        cx.find(finding, action);
    }
}

/// What may stand in a drawing, by the URI that says so.
fn graphic_data(element: &mut Element) -> Fate {
    let uri = element.attribute(Ns::None, "uri").unwrap_or_default();
    let ns = Ns::from_uri(uri);
    let known = matches!(ns, Ns::Chart | Ns::Diagram | Ns::Picture | Ns::WordCanvas | Ns::WordGroup | Ns::WordShape);
    if !known || element.elements().all(|child| child.name.ns != ns) {
        return Fate::Lost;
    }
    element.set(Ns::None, "uri", ns.uri());
    Fate::Kept
}
