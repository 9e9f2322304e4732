//! Parts every application shares: charts, diagrams, themes, properties; and which reference leads to what.

use super::super::{
    Refusal,
    xml::{Token, Tokens},
};
use crate::Budget;

/// What a part of a known name must be.
pub(super) struct Rule {
    /// Its name within the folder of the application; `#` stands for a number.
    pub(super) name: &'static str,
    /// Its content type.
    pub(super) content_type: &'static str,
    /// The relationship type that leads to it.
    pub(super) relationship: &'static str,
    /// Its root element.
    pub(super) root: &'static str,
    /// Names of the rules for parts it may refer to.
    pub(super) reaches: &'static [&'static str],
    /// Whether it may refer to pictures and lead to web addresses.
    pub(super) media: bool,
}

impl Rule {
    /// Whether a name is one of this rule's.
    pub(super) fn names(&self, name: &str) -> bool {
        let Some((before, after)) = self.name.split_once('#') else { return self.name == name };
        name.strip_prefix(before).and_then(|rest| rest.strip_suffix(after)).is_some_and(is_number)
    }
}

/// Whether this is a number as we count: from one, without leading zeros.
pub(super) fn is_number(text: &str) -> bool {
    !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit()) && (1..=9).contains(&text.len())
}

macro_rules! office {
    ($suffix:literal) => {
        concat!("http://schemas.openxmlformats.org/officeDocument/2006/relationships/", $suffix)
    };
}
pub(super) use office;

/// A hyperlink.
pub(super) const HYPERLINK: &str = office!("hyperlink");
/// A picture.
pub(super) const IMAGE: &str = office!("image");

/// The package's own relationships; an empty target is the main part.
pub(super) const ROOT: &[(&str, &str)] = &[
    (office!("officeDocument"), ""),
    ("http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties", "docProps/core.xml"),
    (office!("extended-properties"), "docProps/app.xml"),
];

/// The types of relationships an attribute of the prefix `r` may refer to, by element and attribute.
pub(super) fn reference(element: &str, attribute: &str) -> Option<&'static [&'static str]> {
    Some(match (element, attribute) {
        ("a:blip", "embed") | ("picture" | "v:fill" | "v:imagedata", "id") => &[IMAGE],
        ("a:hlinkClick" | "hyperlink" | "w:hyperlink", "id") => &[HYPERLINK],
        ("c:chart", "id") => &[office!("chart")],
        ("dgm:relIds", "cs") => &[office!("diagramColors")],
        ("dgm:relIds", "dm") => &[office!("diagramData")],
        ("dgm:relIds", "lo") => &[office!("diagramLayout")],
        ("dgm:relIds", "qs") => &[office!("diagramQuickStyle")],
        ("drawing", "id") => &[office!("drawing")],
        ("legacyDrawing", "id") => &[office!("vmlDrawing")],
        ("sheet", "id") => &[office!("chartsheet"), office!("worksheet")],
        ("tablePart", "id") => &[office!("table")],
        ("w:footerReference", "id") => &[office!("footer")],
        ("w:headerReference", "id") => &[office!("header")],
        _ => return None,
    })
}

/// Charts and diagrams.
pub(super) const DRAWINGS: &[&str] = &[
    "charts/chart#.xml",
    "diagrams/colors#.xml",
    "diagrams/data#.xml",
    "diagrams/drawing#.xml",
    "diagrams/layout#.xml",
    "diagrams/quickStyle#.xml",
];

/// Properties hold nothing, but for the program a workbook is to be read as one of.
pub(super) fn empty_properties(name: &str, content: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    let (root, ns) = match name {
        "docProps/app.xml" => ("Properties", "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"),
        _ => ("cp:coreProperties", ""),
    };
    let mut tokens = Tokens::new(content, ns, budget)?;
    let mut pieces = Vec::new();
    while let Some(token) = tokens.next()? {
        pieces.push(token);
    }
    let ok = match pieces.as_slice() {
        [Token::Start(element), Token::End] => element.name == root && element.attributes.is_empty(),
        [Token::Start(element), Token::Start(application), Token::Text(text), Token::End, Token::End] => {
            let plain = element.attributes.is_empty() && application.attributes.is_empty();
            plain && element.name == "Properties" && application.name == "Application" && text == "Microsoft Excel"
        }
        _ => false,
    };
    if ok { Ok(()) } else { Err(Refusal::new("ooxml.properties")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_counted_from_one() {
        let rule = Rule { name: "header#.xml", content_type: "", relationship: "", root: "", reaches: &[], media: false };
        assert!(rule.names("header1.xml") && rule.names("header120.xml"));
        for bad in ["header.xml", "header0.xml", "header01.xml", "headerx.xml", "xheader1.xml", "header1.xml.bin"] {
            assert!(!rule.names(bad), "{bad}");
        }
    }
}
