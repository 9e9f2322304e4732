//! The namespaces we know by name, Transitional and Strict as one (ECMA-376 parts 1 and 4).

macro_rules! namespaces {
    ($($(#[doc = $doc:literal])* $variant:ident $prefix:literal $uri:literal $($alias:literal)*;)*) => {
        /// A namespace.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Ns {
            /// No namespace.
            None,
            /// One that is not in this table: nothing in it is kept.
            Other,
            $($(#[doc = $doc])* $variant,)*
        }

        impl Ns {
            /// The namespace with this name.
            pub fn from_uri(uri: &str) -> Self {
                match uri {
                    "" => Self::None,
                    $($uri $(| $alias)* => Self::$variant,)*
                    _ => Self::Other,
                }
            }

            /// The prefix it is written under; empty for a default namespace.
            pub const fn prefix(self) -> &'static str {
                match self {
                    Self::None | Self::Other => "",
                    $(Self::$variant => $prefix,)*
                }
            }

            /// The name it is written with: the Transitional one.
            pub const fn uri(self) -> &'static str {
                match self {
                    Self::None | Self::Other => "",
                    $(Self::$variant => $uri,)*
                }
            }
        }
    };
}

namespaces! {
    /// `ActiveX` controls.
    Activex "ax" "http://schemas.microsoft.com/office/2006/activeX";
    /// DrawingML charts.
    Chart "c" "http://schemas.openxmlformats.org/drawingml/2006/chart" "http://purl.oclc.org/ooxml/drawingml/chart";
    /// Charts of 2010.
    Chart14 "c14" "http://schemas.microsoft.com/office/drawing/2007/8/2/chart";
    /// Charts of 2013.
    Chart15 "c15" "http://schemas.microsoft.com/office/drawing/2012/chart";
    /// Charts of 2016.
    Chart16 "c16" "http://schemas.microsoft.com/office/drawing/2014/chart";
    /// Charts of 2016, third revision.
    Chart16R3 "c16r3" "http://schemas.microsoft.com/office/drawing/2017/03/chart";
    /// Drawings on charts.
    ChartDrawing "cdr" "http://schemas.openxmlformats.org/drawingml/2006/chartDrawing" "http://purl.oclc.org/ooxml/drawingml/chartDrawing";
    /// Charts of the extended kind.
    ChartEx "cx" "http://schemas.microsoft.com/office/drawing/2014/chartex";
    /// Styles of charts.
    ChartStyle "cs" "http://schemas.microsoft.com/office/drawing/2012/chartStyle";
    /// Content types of a package.
    ContentTypes "" "http://schemas.openxmlformats.org/package/2006/content-types";
    /// Core properties of a package.
    CoreProperties "cp" "http://schemas.openxmlformats.org/package/2006/metadata/core-properties";
    /// Custom properties.
    CustomProperties "" "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" "http://purl.oclc.org/ooxml/officeDocument/customProperties";
    /// DrawingML diagrams.
    Diagram "dgm" "http://schemas.openxmlformats.org/drawingml/2006/diagram" "http://purl.oclc.org/ooxml/drawingml/diagram";
    /// Diagrams as drawn.
    DiagramDrawing "dsp" "http://schemas.microsoft.com/office/drawing/2008/diagram";
    /// DrawingML.
    Drawing "a" "http://schemas.openxmlformats.org/drawingml/2006/main" "http://purl.oclc.org/ooxml/drawingml/main";
    /// DrawingML of 2010.
    Drawing14 "a14" "http://schemas.microsoft.com/office/drawing/2010/main";
    /// DrawingML of 2014.
    Drawing16 "a16" "http://schemas.microsoft.com/office/drawing/2014/main";
    /// Vector pictures.
    DrawingSvg "asvg" "http://schemas.microsoft.com/office/drawing/2016/SVG/main";
    /// Dublin Core elements.
    DublinCore "dc" "http://purl.org/dc/elements/1.1/";
    /// Dublin Core terms.
    DublinCoreTerms "dcterms" "http://purl.org/dc/terms/";
    /// Extended properties.
    ExtendedProperties "" "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties" "http://purl.oclc.org/ooxml/officeDocument/extendedProperties";
    /// Locked canvases.
    LockedCanvas "lc" "http://schemas.openxmlformats.org/drawingml/2006/lockedCanvas" "http://purl.oclc.org/ooxml/drawingml/lockedCanvas";
    /// Markup compatibility.
    MarkupCompatibility "mc" "http://schemas.openxmlformats.org/markup-compatibility/2006";
    /// Formulas of Word.
    Math "m" "http://schemas.openxmlformats.org/officeDocument/2006/math" "http://purl.oclc.org/ooxml/officeDocument/math";
    /// Office in VML.
    Office "o" "urn:schemas-microsoft-com:office:office";
    /// Relationships of a package.
    PackageRelationships "" "http://schemas.openxmlformats.org/package/2006/relationships";
    /// Pictures.
    Picture "pic" "http://schemas.openxmlformats.org/drawingml/2006/picture" "http://purl.oclc.org/ooxml/drawingml/picture";
    /// References to relationships.
    Relationships "r" "http://schemas.openxmlformats.org/officeDocument/2006/relationships" "http://purl.oclc.org/ooxml/officeDocument/relationships";
    /// XML Schema instances.
    SchemaInstance "xsi" "http://www.w3.org/2001/XMLSchema-instance";
    /// SpreadsheetML.
    Sheet "" "http://schemas.openxmlformats.org/spreadsheetml/2006/main" "http://purl.oclc.org/ooxml/spreadsheetml/main";
    /// SpreadsheetML of 2010.
    Sheet14 "x14" "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main";
    /// SpreadsheetML of 2010, row heights.
    Sheet14Ac "x14ac" "http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac";
    /// SpreadsheetML of 2013.
    Sheet15 "x15" "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main";
    /// Drawings on sheets.
    SheetDrawing "xdr" "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" "http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing";
    /// Formulas in extensions of SpreadsheetML.
    SheetFormula "xm" "http://schemas.microsoft.com/office/excel/2006/main";
    /// PresentationML.
    Slide "p" "http://schemas.openxmlformats.org/presentationml/2006/main" "http://purl.oclc.org/ooxml/presentationml/main";
    /// Threaded comments.
    ThreadedComments "" "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments";
    /// Variant types of properties.
    Variant "vt" "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes" "http://purl.oclc.org/ooxml/officeDocument/docPropsVTypes";
    /// VML.
    Vml "v" "urn:schemas-microsoft-com:vml";
    /// Excel in VML.
    VmlExcel "x" "urn:schemas-microsoft-com:office:excel";
    /// Word in VML.
    VmlWord "w10" "urn:schemas-microsoft-com:office:word";
    /// WordprocessingML.
    Word "w" "http://schemas.openxmlformats.org/wordprocessingml/2006/main" "http://purl.oclc.org/ooxml/wordprocessingml/main";
    /// WordprocessingML of 2010.
    Word14 "w14" "http://schemas.microsoft.com/office/word/2010/wordml";
    /// WordprocessingML of 2013.
    Word15 "w15" "http://schemas.microsoft.com/office/word/2012/wordml";
    /// Drawing canvases in Word.
    WordCanvas "wpc" "http://schemas.microsoft.com/office/word/2010/wordprocessingCanvas";
    /// Drawings in Word.
    WordDrawing "wp" "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing";
    /// Drawings in Word of 2010.
    WordDrawing14 "wp14" "http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing";
    /// Groups of shapes in Word.
    WordGroup "wpg" "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup";
    /// Ink in Word.
    WordInk "wpi" "http://schemas.microsoft.com/office/word/2010/wordprocessingInk";
    /// Shapes in Word.
    WordShape "wps" "http://schemas.microsoft.com/office/word/2010/wordprocessingShape";
    /// Attributes of XML itself.
    Xml "xml" "http://www.w3.org/XML/1998/namespace";
}
