//! The allow-list of names: which elements may stand in our packages, and which attributes each may carry.
//!
//! The tables are data, one file a family, taken from the schemas of ECMA-376 and the [MS-DOCX] extensions less
//! everything that links, embeds, runs or identifies. What is not in a table is not written, wherever it stands.

mod chart;
mod diagram;
mod drawing;
mod math;
mod sheet;
mod vml;
mod word;

use crate::syntax::xml::Ns;
use std::{collections::HashMap, sync::LazyLock};

/// Elements that may carry the same attributes.
///
/// Names are separated by spaces. An attribute without a prefix is one of the element's own namespace where its schema
/// qualifies attributes, and of no namespace where not.
pub(in crate::formats) struct Group {
    attributes: &'static str,
    elements: &'static str,
}

/// One namespace with its elements.
struct Namespace {
    ns: Ns,
    /// Whether attributes of its elements carry the prefix.
    qualified: bool,
    groups: &'static [Group],
    /// Elements in which text means anything.
    text: &'static str,
}

/// A name we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::formats) struct Name {
    /// Namespace.
    pub(in crate::formats) ns: Ns,
    /// Local part.
    pub(in crate::formats) local: &'static str,
}

impl Name {
    /// A name; to be used with names that stand in the tables.
    pub(in crate::formats) const fn new(ns: Ns, local: &'static str) -> Self {
        Self { ns, local }
    }
}

/// What an element may carry.
pub(in crate::formats) struct Definition {
    /// Its name.
    pub(in crate::formats) name: Name,
    /// Its attributes.
    attributes: Vec<Name>,
    /// Whether text in it means anything.
    pub(in crate::formats) text: bool,
}

impl Definition {
    /// The attribute with this name, if the element may carry it.
    pub(in crate::formats) fn attribute(&self, ns: Ns, local: &str) -> Option<Name> {
        self.attributes.iter().copied().find(|name| name.ns == ns && name.local == local)
    }
}

const NAMESPACES: &[Namespace] = &[
    Namespace { ns: Ns::Chart, qualified: false, groups: chart::C, text: chart::C_TEXT },
    Namespace { ns: Ns::Diagram, qualified: false, groups: diagram::DGM, text: diagram::DGM_TEXT },
    Namespace { ns: Ns::DiagramDrawing, qualified: false, groups: diagram::DSP, text: diagram::DSP_TEXT },
    Namespace { ns: Ns::Drawing, qualified: false, groups: drawing::A, text: drawing::A_TEXT },
    Namespace { ns: Ns::Math, qualified: true, groups: math::M, text: math::M_TEXT },
    Namespace { ns: Ns::Office, qualified: false, groups: vml::O, text: vml::O_TEXT },
    Namespace { ns: Ns::Picture, qualified: false, groups: drawing::PIC, text: drawing::PIC_TEXT },
    Namespace { ns: Ns::Sheet, qualified: false, groups: sheet::X, text: sheet::X_TEXT },
    Namespace { ns: Ns::Sheet14, qualified: false, groups: sheet::X14, text: sheet::X14_TEXT },
    Namespace { ns: Ns::SheetDrawing, qualified: false, groups: drawing::XDR, text: drawing::XDR_TEXT },
    Namespace { ns: Ns::SheetFormula, qualified: false, groups: sheet::XM, text: sheet::XM_TEXT },
    Namespace { ns: Ns::Vml, qualified: false, groups: vml::V, text: vml::V_TEXT },
    Namespace { ns: Ns::VmlWord, qualified: false, groups: vml::W10, text: vml::W10_TEXT },
    Namespace { ns: Ns::Word, qualified: true, groups: word::W, text: word::W_TEXT },
    Namespace { ns: Ns::Word14, qualified: true, groups: word::W14, text: word::W14_TEXT },
    Namespace { ns: Ns::WordCanvas, qualified: false, groups: drawing::WPC, text: drawing::WPC_TEXT },
    Namespace { ns: Ns::WordDrawing, qualified: false, groups: drawing::WP, text: drawing::WP_TEXT },
    Namespace { ns: Ns::WordDrawing14, qualified: false, groups: drawing::WP14, text: drawing::WP14_TEXT },
    Namespace { ns: Ns::WordGroup, qualified: false, groups: drawing::WPG, text: drawing::WPG_TEXT },
    Namespace { ns: Ns::WordShape, qualified: false, groups: drawing::WPS, text: drawing::WPS_TEXT },
];

/// Prefixes in the tables, for attributes of another namespace than their element's.
const PREFIXED: &[Ns] = &[Ns::Office, Ns::Relationships, Ns::Vml, Ns::Xml];

static DEFINITIONS: LazyLock<HashMap<Ns, HashMap<&'static str, Definition>>> = LazyLock::new(|| {
    let mut definitions: HashMap<Ns, HashMap<_, _>> = HashMap::new();
    for namespace in NAMESPACES {
        for group in namespace.groups {
            for local in group.elements.split_ascii_whitespace() {
                let name = Name::new(namespace.ns, local);
                let attributes = group.attributes.split_ascii_whitespace().map(|token| attribute(namespace, token)).collect();
                let text = namespace.text.split_ascii_whitespace().any(|element| element == local);
                definitions.entry(namespace.ns).or_default().insert(local, Definition { name, attributes, text });
            }
        }
    }
    definitions
});

fn attribute(namespace: &Namespace, token: &'static str) -> Name {
    match token.split_once(':') {
        Some((prefix, local)) => Name::new(from_prefix(prefix), local),
        None if namespace.qualified => Name::new(namespace.ns, token),
        None => Name::new(Ns::None, token),
    }
}

fn from_prefix(prefix: &str) -> Ns {
    PREFIXED.iter().copied().find(|ns| ns.prefix() == prefix).unwrap_or(Ns::Other)
}

/// What an element of this name may carry, if it may stand at all.
pub(in crate::formats) fn definition(ns: Ns, local: &str) -> Option<&'static Definition> {
    DEFINITIONS.get(&ns)?.get(local)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_name_each_element_once_and_only_known_prefixes() {
        let mut seen = std::collections::BTreeSet::new();
        for namespace in NAMESPACES {
            for group in namespace.groups {
                for local in group.elements.split_ascii_whitespace() {
                    assert!(seen.insert((namespace.ns, local)), "{}:{local} twice", namespace.ns.prefix());
                }
                for (prefix, _) in group.attributes.split_ascii_whitespace().filter_map(|token| token.split_once(':')) {
                    assert_ne!(from_prefix(prefix), Ns::Other, "{prefix}");
                }
            }
        }
    }

    #[test]
    fn what_links_runs_or_embeds_is_in_no_table() {
        for (ns, local) in [
            (Ns::Word, "altChunk"),
            (Ns::Word, "subDoc"),
            (Ns::Word, "control"),
            (Ns::Word, "attachedTemplate"),
            (Ns::Word, "mailMerge"),
            (Ns::Word, "dataBinding"),
            (Ns::Word, "entryMacro"),
            (Ns::Word, "fldData"),
            (Ns::Word, "embedRegular"),
            (Ns::Word, "saveThroughXslt"),
            (Ns::Office, "OLEObject"),
            (Ns::Drawing, "hlinkHover"),
            (Ns::Drawing, "videoFile"),
            (Ns::Chart, "externalData"),
        ] {
            assert!(definition(ns, local).is_none(), "{local}");
        }
        for (ns, element, attribute) in
            [(Ns::Vml, "shape", "href"), (Ns::Vml, "imagedata", "src"), (Ns::Drawing, "hlinkClick", "action")]
        {
            assert!(definition(ns, element).unwrap().attribute(Ns::None, attribute).is_none(), "{attribute}");
        }
        assert!(definition(Ns::Drawing, "blip").unwrap().attribute(Ns::Relationships, "link").is_none());
        assert!(definition(Ns::Vml, "shape").unwrap().attribute(Ns::Office, "gfxdata").is_none());
    }

    #[test]
    fn japanese_layout_is_in_the_tables() {
        for local in ["ruby", "rubyBase", "rt", "eastAsianLayout", "textDirection", "docGrid", "kinsoku", "rFonts"] {
            assert!(definition(Ns::Word, local).is_some(), "{local}");
        }
    }
}
