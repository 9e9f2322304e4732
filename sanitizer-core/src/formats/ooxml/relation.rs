//! Types of relationships: their names, and what is said of those that are not followed.

use crate::{Action, report::kinds::OoxmlFinding};

/// Transitional types begin so (ECMA-376 Part 4).
const TRANSITIONAL: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
/// Strict types begin so (ISO/IEC 29500-1); the rest of the name is the same for all that we follow.
const STRICT: &str = "http://purl.oclc.org/ooxml/officeDocument/relationships/";

macro_rules! types {
    ($($(#[doc = $doc:literal])* $name:ident $suffix:literal;)*) => {
        $($(#[doc = $doc])* pub(in crate::formats) const $name: &str =
            concat!("http://schemas.openxmlformats.org/officeDocument/2006/relationships/", $suffix);)*
    };
}

types! {
    /// A chart.
    CHART "chart";
    /// A sheet that is one chart.
    CHARTSHEET "chartsheet";
    /// Comments.
    COMMENTS "comments";
    /// Colors of a diagram.
    DIAGRAM_COLORS "diagramColors";
    /// Data of a diagram.
    DIAGRAM_DATA "diagramData";
    /// Layout of a diagram.
    DIAGRAM_LAYOUT "diagramLayout";
    /// Style of a diagram.
    DIAGRAM_STYLE "diagramQuickStyle";
    /// A drawing on a sheet.
    DRAWING "drawing";
    /// Endnotes.
    ENDNOTES "endnotes";
    /// Extended properties.
    EXTENDED_PROPERTIES "extended-properties";
    /// Names of fonts.
    FONT_TABLE "fontTable";
    /// A footer.
    FOOTER "footer";
    /// Footnotes.
    FOOTNOTES "footnotes";
    /// A header.
    HEADER "header";
    /// A hyperlink.
    HYPERLINK "hyperlink";
    /// A picture.
    IMAGE "image";
    /// Numbering.
    NUMBERING "numbering";
    /// The main part.
    OFFICE_DOCUMENT "officeDocument";
    /// Settings.
    SETTINGS "settings";
    /// Texts that cells share.
    SHARED_STRINGS "sharedStrings";
    /// Styles.
    STYLES "styles";
    /// A table on a sheet.
    TABLE "table";
    /// A theme.
    THEME "theme";
    /// A drawing in VML.
    VML_DRAWING "vmlDrawing";
    /// A sheet.
    WORKSHEET "worksheet";
}

/// The drawing of a diagram ([MS-ODRAWXML] 2.1).
pub(in crate::formats) const DIAGRAM_DRAWING: &str = "http://schemas.microsoft.com/office/2007/relationships/diagramDrawing";

/// Core properties of a package (Part 2, 11.1).
pub(in crate::formats) const CORE_PROPERTIES: &str =
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";

/// Types whose loss is named, by the last components of their names so that no vendor's variant slips past.
///
/// Nothing is followed that a kind of part does not list; this table only words the report.
const NAMED: &[(&str, OoxmlFinding, Action)] = &[
    ("/aFChunk", OoxmlFinding::ImportedChunk, Action::Remove),
    ("/activeXControlBinary", OoxmlFinding::ActiveX, Action::Remove),
    ("/attachedTemplate", OoxmlFinding::AttachedTemplate, Action::Rebuild),
    ("/attachedToolbars", OoxmlFinding::MacroSettings, Action::Rebuild),
    ("/audio", OoxmlFinding::Media, Action::Remove),
    ("/control", OoxmlFinding::ActiveX, Action::Remove),
    ("/custom-properties", OoxmlFinding::CustomProperties, Action::Rebuild),
    ("/customProperties", OoxmlFinding::CustomProperties, Action::Rebuild),
    ("/customXml", OoxmlFinding::CustomXml, Action::Rebuild),
    ("/digital-signature/origin", OoxmlFinding::Signature, Action::Remove),
    ("/font", OoxmlFinding::EmbeddedFont, Action::Rebuild),
    ("/frame", OoxmlFinding::Frame, Action::Remove),
    ("/glossaryDocument", OoxmlFinding::Glossary, Action::Rebuild),
    ("/keyMapCustomizations", OoxmlFinding::MacroSettings, Action::Rebuild),
    ("/mailMergeHeaderSource", OoxmlFinding::MailMerge, Action::Remove),
    ("/mailMergeSource", OoxmlFinding::MailMerge, Action::Remove),
    ("/media", OoxmlFinding::Media, Action::Remove),
    ("/oleObject", OoxmlFinding::EmbeddedObject, Action::Remove),
    ("/package", OoxmlFinding::EmbeddedObject, Action::Remove),
    ("/printerSettings", OoxmlFinding::PrinterSettings, Action::Rebuild),
    ("/subDocument", OoxmlFinding::SubDocument, Action::Remove),
    ("/thumbnail", OoxmlFinding::Thumbnail, Action::Rebuild),
    ("/ui/extensibility", OoxmlFinding::CustomUi, Action::Remove),
    ("/ui/userCustomization", OoxmlFinding::CustomUi, Action::Remove),
    ("/vbaProject", OoxmlFinding::VbaProject, Action::Remove),
    ("/video", OoxmlFinding::Media, Action::Remove),
    ("/webextension", OoxmlFinding::WebExtension, Action::Remove),
    ("/webextensiontaskpanes", OoxmlFinding::WebExtension, Action::Remove),
];

/// The Transitional name of a type.
pub(in crate::formats) fn canonical(kind: &str) -> String {
    match kind.strip_prefix(STRICT) {
        Some(rest) => format!("{TRANSITIONAL}{rest}"),
        None => kind.to_owned(),
    }
}

/// What is said when a relationship of this type is not followed.
pub(in crate::formats) fn named(kind: &str) -> Option<(OoxmlFinding, Action)> {
    NAMED.iter().find(|(suffix, _, _)| kind.ends_with(suffix)).map(|(_, finding, action)| (*finding, *action))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strict_names_are_mapped() {
        assert_eq!(canonical("http://purl.oclc.org/ooxml/officeDocument/relationships/image"), IMAGE);
    }

    #[test]
    fn every_vendor_s_macro_project_is_named() {
        for year in ["2006", "2007", "2042"] {
            let kind = format!("http://schemas.microsoft.com/office/{year}/relationships/vbaProject");
            assert_eq!(named(&kind), Some((OoxmlFinding::VbaProject, Action::Remove)));
        }
        assert_eq!(named(IMAGE), None);
    }
}
