//! PDF: a document with one page that can be read, and around it whatever a dictionary may carry.

use super::{canary, harmless_bytes};
use arbitrary::Arbitrary;

/// A document.
#[derive(Arbitrary, Debug)]
pub struct Document {
    catalog: Vec<Entry>,
    pages: Vec<Entry>,
    page: Vec<Entry>,
    content: Vec<Operator>,
    content_entries: Vec<Entry>,
    annotations: Vec<Annotation>,
    stray: Vec<Entry>,
    update: bool,
    classic: bool,
}

#[derive(Arbitrary, Debug)]
struct Annotation {
    kind: u8,
    entries: Vec<Entry>,
}

/// A key and what it leads to. Each holds a payload that no page shows.
#[derive(Arbitrary, Debug)]
enum Entry {
    OpenAction(Action),
    AdditionalAction(Action),
    Action(Action),
    JavaScriptNames,
    EmbeddedFiles,
    AssociatedFile,
    Forms { xfa: bool },
    Metadata,
    PieceInfo,
    Unknown(Value),
    Known(u8, Value),
}

#[derive(Arbitrary, Debug)]
enum Action {
    JavaScript,
    Launch,
    FileUri,
    Remote,
    Submit,
    ImportData,
    Rendition,
    Chain(Box<Action>),
}

#[derive(Arbitrary, Debug)]
enum Value {
    Null,
    Number(i32),
    Real(f32),
    Payload,
    Hex,
    Name(u8),
    Reference(u8),
    Array(Vec<Value>),
    Dictionary(Vec<(u8, Value)>),
}

#[derive(Arbitrary, Debug)]
enum Operator {
    Text(u8),
    Move(i16, i16),
    Font(u8),
    Save,
    Restore,
    Paint(u8),
    InlineImage(Vec<u8>),
    Marked,
    Number(i32),
    Raw(Vec<u8>),
}

const KEYS: &[&str] = &[
    "Type",
    "Subtype",
    "Parent",
    "Kids",
    "Count",
    "Resources",
    "MediaBox",
    "Contents",
    "Annots",
    "Rotate",
    "Font",
    "XObject",
    "ExtGState",
    "ColorSpace",
    "Length",
    "Filter",
    "DecodeParms",
    "Outlines",
    "Dests",
    "Names",
    "PageLabels",
    "Rect",
    "AP",
    "A",
    "AA",
    "Dest",
    "OCProperties",
    "StructTreeRoot",
    "ViewerPreferences",
    "Group",
    "Thumb",
    "B",
    "Trans",
    "UserUnit",
    "Title",
    "First",
    "Next",
    "Last",
];
const NAMES: &[&str] =
    &["Page", "Pages", "Catalog", "XObject", "Form", "Image", "FlateDecode", "ASCIIHexDecode", "DeviceRGB", "Identity-H", "Link"];
const ANNOTATIONS: &[&str] =
    &["Link", "Widget", "FileAttachment", "Movie", "Screen", "RichMedia", "3D", "Text", "Highlight", "Stamp", "FreeText"];
const PAINT: &[&str] =
    &["f", "S", "B*", "n", "W", "h", "0 0 10 10 re", "0 0 m 9 9 l", "/F2 gs", "/X1 Do", "0 g", "1 0 0 1 0 0 cm", "BT", "ET"];

impl Document {
    /// The file.
    pub fn write(&self) -> Vec<u8> {
        let mut objects: Vec<Vec<u8>> = Vec::new();
        let kids: Vec<String> = (0..self.annotations.len().min(6)).map(|index| format!("{} 0 R", index + 6)).collect();
        objects.push(format!("<</Type/Catalog/Pages 2 0 R{}>>", entries(&self.catalog)).into_bytes());
        objects.push(format!("<</Type/Pages/Kids[3 0 R]/Count 1{}>>", entries(&self.pages)).into_bytes());
        objects.push(
            format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R/Annots[{}]{}>>",
                kids.join(" "),
                entries(&self.page)
            )
            .into_bytes(),
        );
        let mut content = b"BT /F1 12 Tf (page) Tj ET\n".to_vec();
        for operator in self.content.iter().take(64) {
            operator.write(&mut content);
        }
        let mut stream = format!("<</Length {}{}>>stream\n", content.len(), entries(&self.content_entries)).into_bytes();
        stream.extend(content);
        stream.extend(b"\nendstream");
        objects.push(stream);
        objects.push(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_vec());
        for annotation in self.annotations.iter().take(6) {
            let kind = ANNOTATIONS[usize::from(annotation.kind) % ANNOTATIONS.len()];
            objects.push(format!("<</Type/Annot/Subtype/{kind}/Rect[0 0 20 20]{}>>", entries(&annotation.entries)).into_bytes());
        }
        objects
            .extend(self.stray.iter().take(4).map(|entry| format!("<<{}>>", entries(std::slice::from_ref(entry))).into_bytes()));
        file(&objects, self.update, self.classic)
    }
}

/// The objects in a file, with a table of the classic or the compact kind of rows' ends, and perhaps an empty update.
fn file(objects: &[Vec<u8>], update: bool, classic: bool) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut rows = String::from("0000000000 65535 f \n");
    let end = if classic { " \n" } else { "\r\n" };
    for (number, object) in (1..).zip(objects) {
        rows.push_str(&format!("{:010} 00000 n{end}", out.len()));
        out.extend(format!("{number} 0 obj\n").bytes());
        out.extend(object);
        out.extend(b"\nendobj\n");
    }
    let start = out.len();
    let count = objects.len() + 1;
    out.extend(format!("xref\n0 {count}\n{rows}trailer\n<</Size {count}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes());
    if update {
        let again = out.len();
        out.extend(format!("xref\n0 0\ntrailer\n<</Size {count}/Root 1 0 R/Prev {start}>>\nstartxref\n{again}\n%%EOF\n").bytes());
    }
    out
}

fn entries(entries: &[Entry]) -> String {
    entries.iter().take(8).map(Entry::text).collect()
}

impl Entry {
    fn text(&self) -> String {
        let payload = canary();
        match self {
            Self::OpenAction(action) => format!("/OpenAction {}", action.text(3)),
            Self::AdditionalAction(action) => format!("/AA<</O {0}/C {0}/WC {0}>>", action.text(3)),
            Self::Action(action) => format!("/A {}", action.text(3)),
            Self::JavaScriptNames => format!("/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS({payload})>>]>>>>"),
            Self::EmbeddedFiles => format!("/Names<</EmbeddedFiles<</Names[({payload})<</Type/Filespec/F({payload})>>]>>>>"),
            Self::AssociatedFile => format!("/AF[<</Type/Filespec/F({payload})>>]"),
            Self::Forms { xfa: true } => format!("/AcroForm<</Fields[]/XFA({payload})>>"),
            Self::Forms { xfa: false } => format!("/AcroForm<</Fields[<</FT/Tx/T({payload})/V({payload})>>]>>"),
            Self::Metadata => format!("/Metadata({payload})"),
            Self::PieceInfo => format!("/PieceInfo<</App<</Private({payload})>>>>"),
            Self::Unknown(value) => format!("/Unknown {}", value.text(3)),
            Self::Known(key, value) => format!("/{} {}", KEYS[usize::from(*key) % KEYS.len()], value.text(3)),
        }
    }
}

impl Action {
    fn text(&self, depth: u32) -> String {
        let payload = canary();
        match self {
            Self::JavaScript => format!("<</S/JavaScript/JS({payload})>>"),
            Self::Launch => format!("<</S/Launch/F({payload})>>"),
            Self::FileUri => format!("<</S/URI/URI(file://{payload})>>"),
            Self::Remote => format!("<</S/GoToR/F({payload})/D[0/Fit]>>"),
            Self::Submit => format!("<</S/SubmitForm/F(https://example.com/{payload})>>"),
            Self::ImportData => format!("<</S/ImportData/F({payload})>>"),
            Self::Rendition => format!("<</S/Rendition/JS({payload})>>"),
            Self::Chain(next) if depth > 0 => format!("<</S/GoTo/D[3 0 R/Fit]/Next {}>>", next.text(depth - 1)),
            Self::Chain(_) => "null".to_owned(),
        }
    }
}

impl Value {
    fn text(&self, depth: u32) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Real(number) if number.is_finite() => format!("{number:.3}"),
            Self::Payload => format!("({})", canary()),
            Self::Hex => format!("<{}>", canary().bytes().map(|byte| format!("{byte:02x}")).collect::<String>()),
            Self::Name(name) => format!("/{}", NAMES[usize::from(*name) % NAMES.len()]),
            Self::Reference(number) => format!("{} 0 R", number % 14),
            Self::Array(values) if depth > 0 => {
                format!("[{}]", values.iter().take(5).map(|value| value.text(depth - 1) + " ").collect::<String>())
            }
            Self::Dictionary(pairs) if depth > 0 => {
                let pair =
                    |(key, value): &(u8, Value)| format!("/{} {}", KEYS[usize::from(*key) % KEYS.len()], value.text(depth - 1));
                format!("<<{}>>", pairs.iter().take(5).map(pair).collect::<String>())
            }
            Self::Real(_) | Self::Array(_) | Self::Dictionary(_) => "0".to_owned(),
        }
    }
}

impl Operator {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Text(byte) => out.extend(format!("BT /F1 9 Tf <{byte:02x}41> Tj ET ").bytes()),
            Self::Move(x, y) => out.extend(format!("{x} {y} Td ").bytes()),
            Self::Font(number) => out.extend(format!("/F{} 9 Tf ", number % 3).bytes()),
            Self::Save => out.extend(b"q "),
            Self::Restore => out.extend(b"Q "),
            Self::Paint(which) => out.extend(format!("{} ", PAINT[usize::from(*which) % PAINT.len()]).bytes()),
            Self::InlineImage(data) => {
                out.extend(b"BI /W 2 /H 2 /BPC 8 /CS /G ID ");
                out.extend(harmless_bytes(data, 16));
                out.extend(b" EI ");
            }
            Self::Marked => out.extend(format!("/Span <</Private ({})>> BDC EMC ", canary()).bytes()),
            Self::Number(number) => out.extend(format!("{number} ").bytes()),
            Self::Raw(bytes) => out.extend(harmless_bytes(bytes, 64)),
        }
    }
}
