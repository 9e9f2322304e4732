//! Which keys an object may have in which role, and of what form each value is. Written down from ISO 32000-2 apart from
//! what the core builds with, so that a mistake there is not repeated here.

/// What an object stands for at the place that leads to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Action,
    BorderStyle,
    CalGray,
    CalRgb,
    Catalog,
    CharProc,
    CidFont,
    CidMap,
    CMap,
    ColorSpace,
    Configuration,
    Contents,
    Descriptor,
    Encoding,
    ExtGState,
    Font,
    FontFile,
    FontFile2,
    FontFile3,
    Function,
    Group,
    Heading,
    Label,
    Labels,
    Lab,
    Layer,
    Layers,
    Link,
    Mask,
    Outlines,
    Page,
    Pages,
    Pattern,
    Resources,
    Shading,
    Style,
    SystemInfo,
    Table,
    ToUnicode,
    ViewerPreferences,
    XObject,
}

/// The form of a value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    /// Any name: of a font, a colorant, a glyph.
    AnyName,
    Bool,
    /// A place in the document.
    Dest,
    Int,
    /// An array of layers, labels and such arrays.
    LayerTree,
    /// An array of objects of this role.
    List(Role),
    /// A dictionary of objects of this role under any names.
    Map(Role),
    Name(&'static [&'static str]),
    Num,
    /// An array of numbers and arrays of numbers.
    Nums,
    /// An object of this role.
    Of(Role),
    /// An array of numbers and names.
    NumsAndNames,
    /// An object of this role or an array of them.
    OneOrList(Role),
    /// A dash pattern, a font and its size, a page label's number tree: an array checked by its own code.
    Pairs(Role),
    /// A string.
    Str,
    /// A public address.
    Address,
    /// An expression over layers.
    Visibility,
}

use Rule::{
    Address, AnyName, Bool, Dest, Int, LayerTree, List, Map, Name, Num, Nums, NumsAndNames, Of, OneOrList, Pairs, Str, Visibility,
};

/// Keys, each with the form of its value.
type Keys = &'static [(&'static str, Rule)];

const INTENTS: Rule = Name(&["AbsoluteColorimetric", "RelativeColorimetric", "Saturation", "Perceptual"]);
const STREAM_LENGTH: (&str, Rule) = ("Length", Int);
const FLATE: (&str, Rule) = ("Filter", Name(&["FlateDecode"]));
const MODES: Rule = Name(&["UseNone", "UseOutlines", "UseThumbs", "UseOC"]);

/// The keys of a role.
pub(super) const fn keys(role: Role) -> Keys {
    match role {
        Role::Action => ACTION,
        Role::BorderStyle => BORDER_STYLE,
        Role::CalGray => CAL_GRAY,
        Role::CalRgb => CAL_RGB,
        Role::Catalog => CATALOG,
        Role::CharProc | Role::Contents | Role::CidMap | Role::Table | Role::ToUnicode => PACKED,
        Role::CidFont => CID_FONT,
        Role::CMap => CMAP,
        Role::ColorSpace => &[],
        Role::Configuration => CONFIGURATION,
        Role::Descriptor => DESCRIPTOR,
        Role::Encoding => ENCODING,
        Role::ExtGState => EXT_G_STATE,
        Role::Font => FONT,
        Role::FontFile => FONT_FILE,
        Role::FontFile2 => FONT_FILE2,
        Role::FontFile3 => FONT_FILE3,
        Role::Function => FUNCTION,
        Role::Group => GROUP,
        Role::Heading => HEADING,
        Role::Label => LABEL,
        Role::Labels => LABELS,
        Role::Lab => LAB,
        Role::Layer => LAYER,
        Role::Layers => LAYERS,
        Role::Link => LINK,
        Role::Mask => MASK,
        Role::Outlines => OUTLINES,
        Role::Page => PAGE,
        Role::Pages => PAGES,
        Role::Pattern => PATTERN,
        Role::Resources => RESOURCES,
        Role::Shading => SHADING,
        Role::Style => STYLE,
        Role::SystemInfo => SYSTEM_INFO,
        Role::ViewerPreferences => VIEWER_PREFERENCES,
        Role::XObject => X_OBJECT,
    }
}

const ACTION: Keys = &[("S", Name(&["URI"])), ("URI", Address)];

const BORDER_STYLE: Keys = &[("W", Num), ("S", Name(&["S", "D", "B", "I", "U"])), ("D", Nums)];

const CAL_GRAY: Keys = &[("WhitePoint", Nums), ("BlackPoint", Nums), ("Gamma", Num)];

const CAL_RGB: Keys = &[("WhitePoint", Nums), ("BlackPoint", Nums), ("Gamma", Nums), ("Matrix", Nums)];

const CATALOG: Keys = &[
    ("Type", Name(&["Catalog"])),
    ("Pages", Of(Role::Pages)),
    ("PageLayout", Name(&["SinglePage", "OneColumn", "TwoColumnLeft", "TwoColumnRight", "TwoPageLeft", "TwoPageRight"])),
    ("PageMode", MODES),
    ("Lang", Str),
    ("ViewerPreferences", Of(Role::ViewerPreferences)),
    ("PageLabels", Of(Role::Labels)),
    ("Outlines", Of(Role::Outlines)),
    ("OCProperties", Of(Role::Layers)),
];

/// Streams of which nothing but their data counts.
const PACKED: Keys = &[FLATE, STREAM_LENGTH];

const CID_FONT: Keys = &[
    ("Type", Name(&["Font"])),
    ("Subtype", Name(&["CIDFontType0", "CIDFontType2"])),
    ("BaseFont", AnyName),
    ("CIDSystemInfo", Of(Role::SystemInfo)),
    ("DW", Num),
    ("DW2", Nums),
    ("W", Nums),
    ("W2", Nums),
    ("CIDToGIDMap", Of(Role::CidMap)),
    ("FontDescriptor", Of(Role::Descriptor)),
];

const CMAP: Keys = &[
    ("Type", Name(&["CMap"])),
    ("CMapName", AnyName),
    ("CIDSystemInfo", Of(Role::SystemInfo)),
    ("WMode", Int),
    ("UseCMap", AnyName),
    FLATE,
    STREAM_LENGTH,
];

const CONFIGURATION: Keys = &[
    ("Name", Str),
    ("BaseState", Name(&["ON", "OFF", "Unchanged"])),
    ("ListMode", Name(&["AllPages", "VisiblePages"])),
    ("ON", LayerTree),
    ("OFF", LayerTree),
    ("Order", LayerTree),
    ("RBGroups", LayerTree),
    ("Locked", LayerTree),
];

const DESCRIPTOR: Keys = &[
    ("Type", Name(&["FontDescriptor"])),
    ("FontName", AnyName),
    ("FontFamily", Str),
    ("FontStretch", AnyName),
    ("FontWeight", Num),
    ("Flags", Int),
    ("FontBBox", Nums),
    ("ItalicAngle", Num),
    ("Ascent", Num),
    ("Descent", Num),
    ("Leading", Num),
    ("CapHeight", Num),
    ("XHeight", Num),
    ("StemV", Num),
    ("StemH", Num),
    ("AvgWidth", Num),
    ("MaxWidth", Num),
    ("MissingWidth", Num),
    ("Style", Of(Role::Style)),
    ("FontFile", Of(Role::FontFile)),
    ("FontFile2", Of(Role::FontFile2)),
    ("FontFile3", Of(Role::FontFile3)),
];

const ENCODING: Keys = &[("Type", Name(&["Encoding"])), ("BaseEncoding", AnyName), ("Differences", NumsAndNames)];

const EXT_G_STATE: Keys = &[
    ("Type", Name(&["ExtGState"])),
    ("LW", Num),
    ("LC", Int),
    ("LJ", Int),
    ("ML", Num),
    ("D", Nums),
    ("RI", INTENTS),
    ("OP", Bool),
    ("op", Bool),
    ("OPM", Int),
    ("FL", Num),
    ("SA", Bool),
    ("CA", Num),
    ("ca", Num),
    ("AIS", Bool),
    ("TK", Bool),
    ("BM", AnyName),
    ("SMask", Of(Role::Mask)),
    ("Font", Pairs(Role::Font)),
];

const FONT: Keys = &[
    ("Type", Name(&["Font"])),
    ("Subtype", Name(&["Type0", "Type1", "TrueType", "Type3"])),
    ("BaseFont", AnyName),
    ("FirstChar", Int),
    ("LastChar", Int),
    ("Widths", Nums),
    ("Encoding", Of(Role::Encoding)),
    ("ToUnicode", Of(Role::ToUnicode)),
    ("FontDescriptor", Of(Role::Descriptor)),
    ("DescendantFonts", List(Role::CidFont)),
    ("FontBBox", Nums),
    ("FontMatrix", Nums),
    ("CharProcs", Map(Role::CharProc)),
    ("Resources", Of(Role::Resources)),
];

const FONT_FILE: Keys = &[("Length1", Int), ("Length2", Int), ("Length3", Int), FLATE, STREAM_LENGTH];

const FONT_FILE2: Keys = &[("Length1", Int), FLATE, STREAM_LENGTH];

const FONT_FILE3: Keys = &[("Subtype", Name(&["Type1C", "CIDFontType0C", "OpenType"])), FLATE, STREAM_LENGTH];

const FUNCTION: Keys = &[
    ("FunctionType", Int),
    ("Domain", Nums),
    ("Range", Nums),
    ("Size", Nums),
    ("BitsPerSample", Int),
    ("Order", Int),
    ("Encode", Nums),
    ("Decode", Nums),
    ("C0", Nums),
    ("C1", Nums),
    ("N", Num),
    ("Functions", List(Role::Function)),
    ("Bounds", Nums),
    FLATE,
    STREAM_LENGTH,
];

const GROUP: Keys = &[("S", Name(&["Transparency"])), ("CS", Of(Role::ColorSpace)), ("I", Bool), ("K", Bool)];

const HEADING: Keys = &[
    ("Title", Str),
    ("C", Nums),
    ("F", Int),
    ("Parent", Of(Role::Heading)),
    ("Prev", Of(Role::Heading)),
    ("Next", Of(Role::Heading)),
    ("First", Of(Role::Heading)),
    ("Last", Of(Role::Heading)),
    ("Count", Int),
    ("Dest", Dest),
    ("A", Of(Role::Action)),
    ("Type", Name(&["Outlines"])),
];

const LABEL: Keys = &[("S", Name(&["D", "R", "r", "A", "a"])), ("P", Str), ("St", Int)];

const LABELS: Keys = &[("Nums", Pairs(Role::Label))];

const LAB: Keys = &[("WhitePoint", Nums), ("BlackPoint", Nums), ("Range", Nums)];

const LAYER: Keys = &[
    ("Type", Name(&["OCG", "OCMD"])),
    ("Name", Str),
    ("OCGs", LayerTree),
    ("P", Name(&["AllOn", "AnyOn", "AnyOff", "AllOff"])),
    ("VE", Visibility),
];

const LAYERS: Keys = &[("OCGs", LayerTree), ("D", Of(Role::Configuration))];

const LINK: Keys = &[
    ("Type", Name(&["Annot"])),
    ("Subtype", Name(&["Link"])),
    ("Rect", Nums),
    ("QuadPoints", Nums),
    ("C", Nums),
    ("H", Name(&["N", "I", "O", "P"])),
    ("Border", Nums),
    ("BS", Of(Role::BorderStyle)),
    ("F", Int),
    ("Dest", Dest),
    ("A", Of(Role::Action)),
];

const MASK: Keys = &[
    ("Type", Name(&["Mask"])),
    ("S", Name(&["Alpha", "Luminosity"])),
    ("G", Of(Role::XObject)),
    ("BC", Nums),
    ("TR", Of(Role::Function)),
];

const OUTLINES: Keys =
    &[("Type", Name(&["Outlines"])), ("First", Of(Role::Heading)), ("Last", Of(Role::Heading)), ("Count", Int)];

const PAGE: Keys = &[
    ("Type", Name(&["Page"])),
    ("Parent", Of(Role::Pages)),
    ("MediaBox", Nums),
    ("CropBox", Nums),
    ("BleedBox", Nums),
    ("TrimBox", Nums),
    ("ArtBox", Nums),
    ("Rotate", Int),
    ("UserUnit", Num),
    ("Resources", Of(Role::Resources)),
    ("Contents", Of(Role::Contents)),
    ("Group", Of(Role::Group)),
    ("Annots", List(Role::Link)),
];

const PAGES: Keys = &[("Type", Name(&["Pages"])), ("Kids", List(Role::Page)), ("Count", Int)];

const PATTERN: Keys = &[
    ("Type", Name(&["Pattern"])),
    ("PatternType", Int),
    ("PaintType", Int),
    ("TilingType", Int),
    ("BBox", Nums),
    ("XStep", Num),
    ("YStep", Num),
    ("Matrix", Nums),
    ("Resources", Of(Role::Resources)),
    ("Shading", Of(Role::Shading)),
    FLATE,
    STREAM_LENGTH,
];

const RESOURCES: Keys = &[
    ("ColorSpace", Map(Role::ColorSpace)),
    ("ExtGState", Map(Role::ExtGState)),
    ("Font", Map(Role::Font)),
    ("Pattern", Map(Role::Pattern)),
    ("Properties", Map(Role::Layer)),
    ("Shading", Map(Role::Shading)),
    ("XObject", Map(Role::XObject)),
];

const SHADING: Keys = &[
    ("ShadingType", Int),
    ("ColorSpace", Of(Role::ColorSpace)),
    ("Background", Nums),
    ("BBox", Nums),
    ("AntiAlias", Bool),
    ("Domain", Nums),
    ("Matrix", Nums),
    ("Coords", Nums),
    ("Extend", NumsAndNames),
    ("BitsPerCoordinate", Int),
    ("BitsPerComponent", Int),
    ("BitsPerFlag", Int),
    ("VerticesPerRow", Int),
    ("Decode", Nums),
    ("Function", OneOrList(Role::Function)),
    FLATE,
    STREAM_LENGTH,
];

const STYLE: Keys = &[("Panose", Str)];

const SYSTEM_INFO: Keys = &[("Registry", Str), ("Ordering", Str), ("Supplement", Int)];

const VIEWER_PREFERENCES: Keys = &[
    ("HideToolbar", Bool),
    ("HideMenubar", Bool),
    ("HideWindowUI", Bool),
    ("FitWindow", Bool),
    ("CenterWindow", Bool),
    ("DisplayDocTitle", Bool),
    ("NonFullScreenPageMode", MODES),
    ("Direction", Name(&["L2R", "R2L"])),
    ("PrintScaling", Name(&["None", "AppDefault"])),
    ("Duplex", Name(&["Simplex", "DuplexFlipShortEdge", "DuplexFlipLongEdge"])),
];

const X_OBJECT: Keys = &[
    ("Type", Name(&["XObject"])),
    ("Subtype", Name(&["Image", "Form"])),
    ("BBox", Nums),
    ("Matrix", Nums),
    ("Group", Of(Role::Group)),
    ("OC", Of(Role::Layer)),
    ("Resources", Of(Role::Resources)),
    ("Width", Int),
    ("Height", Int),
    ("ImageMask", Bool),
    ("ColorSpace", Of(Role::ColorSpace)),
    ("BitsPerComponent", Int),
    ("Intent", INTENTS),
    ("Decode", Nums),
    ("Interpolate", Bool),
    ("SMask", Of(Role::XObject)),
    ("Mask", Of(Role::XObject)),
    ("Filter", Name(&["FlateDecode", "DCTDecode"])),
    STREAM_LENGTH,
];
