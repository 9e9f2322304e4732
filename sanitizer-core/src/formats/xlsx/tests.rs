use super::*;
use crate::{
    Claim, Outcome, Policy, Role, Run, Verdict,
    formats::ooxml::{tree::Element, vocabulary::Name},
    sanitize,
    syntax::{xml::Ns, zip::Archive},
};
use fixtures::xlsx::Book;
use sanitizer_verify::Budget;

fn pass(book: &Book) -> Outcome {
    let claim = Claim { name: Some("表.xlsx"), media_type: None, role: Role::File };
    sanitize(Untrusted::new(&book.bytes()), &claim, &Policy::default(), &Run::default())
}

/// A part of the output.
fn part(outcome: &Outcome, name: &str) -> String {
    let clean = outcome.clean().expect("clean");
    let mut budget = Budget::new(&Policy::default().limits);
    let mut archive = Archive::open(clean.bytes(), &mut budget).unwrap();
    let index = archive.entries().iter().position(|entry| entry.name == name).expect("the part");
    String::from_utf8(archive.read(index, &mut budget).unwrap()).unwrap()
}

fn sheet(rows: &str) -> String {
    part(&pass(&Book { rows: rows.to_owned(), ..Book::default() }), "xl/worksheets/sheet1.xml")
}

#[test]
fn an_ordinary_workbook_is_rebuilt_and_nothing_is_missed() {
    let outcome = pass(&Book::default());
    assert_eq!(outcome.report.verdict, Verdict::Rebuilt);
    let sheet = part(&outcome, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<f>SUM(A2,'表1'!A2)*2</f><v>8</v>"), "{sheet}");
    assert!(part(&outcome, "xl/styles.xml").contains("[$-411]ggge"));
    assert!(
        part(&outcome, "xl/sharedStrings.xml").contains("<rPh eb=\"2\" sb=\"0\"><t>トウキョウ</t></rPh>")
            || part(&outcome, "xl/sharedStrings.xml").contains("<rPh sb=\"0\" eb=\"2\"><t>トウキョウ</t></rPh>")
    );
}

#[test]
fn a_formula_that_reaches_out_leaves_its_value() {
    let sheet = sheet(r#"<row r="1"><c r="A1"><f>[1]S!A1</f><v>5</v></c><c r="B1"><f>A1</f><v>6</v></c></row>"#);
    assert!(sheet.contains(r#"<c r="A1"><v>5</v></c><c r="B1"><f>A1</f><v>6</v></c>"#), "{sheet}");
}

#[test]
fn cells_that_share_a_formula_share_its_fate() {
    let sheet = sheet(
        r#"<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">[1]S!A1</f><v>5</v></c></row>
           <row r="2"><c r="A2"><f t="shared" si="0"/><v>6</v></c></row>"#,
    );
    assert!(!sheet.contains("<f"), "{sheet}");
    assert!(sheet.contains("<v>5</v>") && sheet.contains("<v>6</v>"), "{sheet}");
}

#[test]
fn names_that_use_a_name_that_went_go_too() {
    let book = Book {
        after: "<definedNames><definedName name=\"c\">b*2</definedName><definedName name=\"b\">a+1</definedName>\
            <definedName name=\"a\">[1]S!$A$1</definedName><definedName name=\"d\">'表1'!$A$1</definedName></definedNames>"
            .to_owned(),
        ..Book::default()
    };
    let workbook = part(&pass(&book), "xl/workbook.xml");
    assert!(workbook.contains("<definedNames><definedName name=\"d\">'表1'!$A$1</definedName></definedNames>"), "{workbook}");
}

#[test]
fn a_chart_keeps_its_values() {
    let reference = |formula: &str| {
        let cache = Element::new(Ns::Chart, "numCache")
            .with(Element::new(Ns::Chart, "pt").with(Element::new(Ns::Chart, "v").with_text("5")));
        let formula = Element::new(Ns::Chart, "f").with_text(formula);
        Element::new(Ns::Chart, "val").with(Element::new(Ns::Chart, "numRef").with(formula).with(cache))
    };
    let policy = Policy::default();
    let run = Run::default();
    let mut cx = Context::new(&policy, &run);
    let mut out = reference("[1]S!$A$1:$A$2");
    chart::detach(&mut out, &mut cx);
    let literal = out.elements().next().unwrap();
    assert_eq!(literal.name, Name::new(Ns::Chart, "numLit"));
    assert_eq!(literal.child(Ns::Chart, "pt").unwrap().child(Ns::Chart, "v").unwrap().text(), "5");
    let mut inside = reference("'表1'!$A$1:$A$2");
    chart::detach(&mut inside, &mut cx);
    assert_eq!(inside, reference("'表1'!$A$1:$A$2"));
}

#[test]
fn at_least_one_sheet_is_shown() {
    let book = Book {
        sheets:
            "<sheet name=\"m\" sheetId=\"1\" r:id=\"rId9\"/><sheet name=\"表1\" sheetId=\"2\" state=\"hidden\" r:id=\"rId1\"/>"
                .to_owned(),
        ..Book::default()
    };
    let workbook = part(&pass(&book), "xl/workbook.xml");
    assert!(workbook.contains("<sheet name=\"表1\" sheetId=\"2\" r:id=\""), "{workbook}");
}

#[test]
fn extensions_that_draw_stay_less_what_reaches_out() {
    let tail = r#"<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:conditionalFormattings><x14:conditionalFormatting><x14:cfRule type="expression" priority="1" id="{1}"><xm:f>'表1'!A1&gt;1</xm:f><x14:dxf><font><b/></font></x14:dxf></x14:cfRule><xm:sqref>A1</xm:sqref></x14:conditionalFormatting><x14:conditionalFormatting><x14:cfRule type="expression" priority="2" id="{2}"><xm:f>[1]S!A1</xm:f></x14:cfRule><xm:sqref>A2</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext><ext uri="{0}" xmlns:n="urn:new"><n:a/></ext></extLst>"#;
    let sheet = part(&pass(&Book { tail: tail.to_owned(), ..Book::default() }), "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("<xm:f>'表1'!A1&gt;1</xm:f>") && sheet.contains("<b/>"), "{sheet}");
    assert!(!sheet.contains("[1]S") && !sheet.contains("urn:new"), "{sheet}");
}

#[test]
fn words_stand_for_a_formula_without_a_value() {
    let sheet = sheet(r#"<row r="1"><c r="A1"><f>HYPERLINK("http://x.example")</f><v/></c></row>"#);
    assert!(sheet.contains("を除きました】</t></is></c>"), "{sheet}");
}
