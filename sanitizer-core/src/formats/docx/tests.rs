//! Tests of what is particular to Word, on the samples.

use crate::{
    Claim, Outcome, Policy, Run, Verdict,
    report::{FindingKind, kinds::OoxmlFinding},
    sanitize,
    syntax::zip::{Archive, Method, Writer},
};
use sanitizer_verify::{Budget, Format, Limits, Rebuilt, Untrusted, verify};

fn pass(name: &str) -> Outcome {
    let sample = fixtures::docx::samples().into_iter().find(|sample| sample.name == name).unwrap();
    let claim = Claim { name: Some(name), ..Claim::default() };
    sanitize(Untrusted::new(&sample.bytes), &claim, &Policy::default(), &Run::default())
}

/// One entry of the output, as text.
fn entry(outcome: &Outcome, name: &str) -> String {
    let mut budget = Budget::new(&Limits::default());
    let bytes = outcome.clean().unwrap().bytes();
    let mut archive = Archive::open(bytes, &mut budget).unwrap();
    let index = archive.entries().iter().position(|entry| entry.name == name).unwrap();
    String::from_utf8(archive.read(index, &mut budget).unwrap()).unwrap()
}

fn document(name: &str) -> String {
    entry(&pass(name), "word/document.xml")
}

fn has(outcome: &Outcome, kind: OoxmlFinding) -> bool {
    outcome.report.part.findings.iter().any(|finding| finding.kind == FindingKind::OoxmlFinding(kind))
}

#[test]
fn ordinary_documents_are_not_called_modified() {
    for name in ["docx-japanese.docx", "docx-media.docx", "docx-review.docx", "docx-fields.docx", "docx-strict.docx"] {
        let outcome = pass(name);
        assert_eq!(outcome.report.verdict, Verdict::Rebuilt, "{name}: {:?}", outcome.report.part);
    }
}

#[test]
fn japanese_text_survives() {
    let text = document("docx-japanese.docx");
    for piece in [
        "<w:ruby>",
        "ちょうしゃ",
        "庁舎",
        "市役所",
        "w:eastAsianLayout",
        "w:textDirection",
        "w:docGrid",
        "ＭＳ 明朝",
        "w:footnoteReference",
    ] {
        assert!(text.contains(piece), "{piece}");
    }
    assert!(!text.contains("smartTag"));
    let outcome = pass("docx-japanese.docx");
    assert!(entry(&outcome, "word/numbering.xml").contains("aiueoFullWidth"));
    assert!(entry(&outcome, "word/header1.xml").contains("部外秘"));
    let settings = entry(&outcome, "word/settings.xml");
    assert!(settings.contains("noLineBreaksBefore") && !settings.contains("rsid"));
}

#[test]
fn text_boxes_charts_and_links_survive() {
    let outcome = pass("docx-media.docx");
    let text = entry(&outcome, "word/document.xml");
    for piece in ["枠の中", "wps:wsp", "<c:chart r:id=", "市のページ", "w:anchor=\"here\""] {
        assert!(text.contains(piece), "{piece}");
    }
    assert!(entry(&outcome, "word/charts/chart1.xml").contains("4.3"));
    assert!(entry(&outcome, "word/_rels/document.xml.rels").contains("https://www.city.example.lg.jp/?a=1&amp;b=2"));
}

#[test]
fn templates_and_macro_documents_come_out_as_documents() {
    for name in ["docx-template.dotx", "docx-vba.docm"] {
        let outcome = pass(name);
        assert_eq!(outcome.clean().unwrap().format(), Format::Docx, "{name}");
        let types = entry(&outcome, "[Content_Types].xml");
        assert!(types.contains("wordprocessingml.document.main+xml") && !types.contains("acro"), "{name}");
    }
    assert!(has(&pass("docx-vba.docm"), OoxmlFinding::VbaProject));
}

#[test]
fn living_fields_stay() {
    let text = document("docx-fields.docx");
    for code in
        [" PAGE ", " TOC \\o &quot;1-3&quot; \\h ", " REF _Ref1 \\h ", "https://example.com/", "よみ", "NUMPAGES", "m:oMath"]
    {
        let plain = code.replace("&quot;", "\"");
        assert!(text.contains(code) || text.contains(&plain), "{code}");
    }
}

#[test]
fn fields_of_properties_keep_their_result() {
    let outcome = pass("docx-fields.docx");
    let text = entry(&outcome, "word/document.xml");
    assert!(text.contains("題名") && !text.contains("TITLE"));
    assert!(has(&outcome, OoxmlFinding::FrozenField));
}

#[test]
fn dangerous_fields_keep_their_result_and_lose_their_marks() {
    for name in ["docx-dde-split.docx", "docx-dde-simple.docx", "docx-dde-nested.docx", "docx-include.docx"] {
        let outcome = pass(name);
        let text = entry(&outcome, "word/document.xml");
        assert!(text.contains("<w:t>x</w:t>") && !text.contains("instr"), "{name}: {text}");
        assert!(has(&outcome, OoxmlFinding::ActiveField) && outcome.report.verdict == Verdict::Modified, "{name}");
    }
}

#[test]
fn a_field_in_the_result_of_another_is_judged_for_itself() {
    let text = document("docx-dde-in-result.docx");
    assert!(text.contains("IF 1 = 1") && !text.contains("DDE"), "{text}");
}

#[test]
fn a_button_leaves_its_words() {
    let outcome = pass("docx-macrobutton.docx");
    assert!(has(&outcome, OoxmlFinding::ActiveField));
    assert!(!entry(&outcome, "word/document.xml").contains("MACROBUTTON"));
}

#[test]
fn what_went_is_named_in_its_place() {
    for (name, kind) in [
        ("docx-altchunk-html.docx", OoxmlFinding::ImportedChunk),
        ("docx-subdoc.docx", OoxmlFinding::SubDocument),
        ("docx-ole-embedded.docx", OoxmlFinding::EmbeddedObject),
    ] {
        let outcome = pass(name);
        assert!(has(&outcome, kind), "{name}");
        assert!(entry(&outcome, "word/document.xml").contains(kind.wording().ja), "{name}");
    }
}

#[test]
fn a_picture_that_cannot_be_kept_leaves_a_placeholder() {
    for name in ["docx-picture-link.docx", "docx-picture-external.docx", "docx-picture-emf.docx"] {
        let outcome = pass(name);
        let relationships = entry(&outcome, "word/_rels/document.xml.rels");
        assert!(relationships.contains("/word/media/image1.png") && !relationships.contains("TargetMode"), "{name}");
        assert_eq!(outcome.report.verdict, Verdict::Modified, "{name}");
    }
}

#[test]
fn properties_are_empty() {
    let outcome = pass("docx-japanese.docx");
    for name in ["docProps/app.xml", "docProps/core.xml"] {
        assert!(entry(&outcome, name).ends_with("/>"), "{name}");
    }
}

/// The output of a sample with one text in one entry replaced, and perhaps one entry more; the rule it is refused by.
fn refused(sample: &str, name: &str, from: &str, to: &str, more: Option<&str>) -> &'static str {
    let outcome = pass(sample);
    let mut budget = Budget::new(&Limits::default());
    let mut archive = Archive::open(outcome.clean().unwrap().bytes(), &mut budget).unwrap();
    let mut writer = Writer::new();
    let names: Vec<String> = archive.entries().iter().map(|entry| entry.name.clone()).collect();
    for (index, entry) in names.iter().enumerate() {
        let mut content = archive.read(index, &mut budget).unwrap();
        if entry == name {
            let text = String::from_utf8(content).unwrap();
            assert!(text.contains(from), "{name} lacks {from}");
            content = text.replacen(from, to, 1).into_bytes();
        }
        let method = if entry.contains("/media/") { Method::Store } else { Method::Deflate };
        writer.file(entry, &content, method).unwrap();
    }
    if let Some(more) = more {
        writer.file(more, b"x", Method::Store).unwrap();
    }
    let rebuilt = Rebuilt::new(Format::Docx, writer.finish().unwrap());
    verify(rebuilt, &Limits::default()).unwrap_err().rule
}

#[test]
fn the_verifier_refuses_what_the_core_does_not_write() {
    const DOCUMENT: &str = "word/document.xml";
    const RELATIONSHIPS: &str = "word/_rels/document.xml.rels";
    let image = "Target=\"/word/media/image1.png\"";
    let away = "Target=\"https://a.example.com/x.png\" TargetMode=\"External\"";
    for (name, from, to, rule) in [
        (DOCUMENT, "</w:body>", "<w:altChunk/></w:body>", "ooxml.element"),
        (DOCUMENT, "</w:body>", "<w:object/></w:body>", "ooxml.element"),
        (DOCUMENT, "<w:p>", "<w:p src=\"x\">", "ooxml.attribute"),
        (DOCUMENT, "<c:chart r:id=\"rId2\"", "<c:chart r:id=\"rId1\"", "ooxml.reference"),
        (DOCUMENT, "<w:p>", "<w:p r:id=\"rId1\">", "ooxml.reference"),
        (RELATIONSHIPS, "https://www.city", "file:///c", "ooxml.external"),
        (RELATIONSHIPS, image, away, "ooxml.external"),
        (RELATIONSHIPS, "relationships/chart", "relationships/package", "ooxml.relationship"),
        (RELATIONSHIPS, "Id=\"rId1\"", "Id=\"a\"", "ooxml.relationships"),
        ("[Content_Types].xml", "document.main", "template.main", "ooxml.content_types"),
        ("_rels/.rels", "/word/document.xml", "/word/charts/chart1.xml", "ooxml.root"),
        ("docProps/app.xml", "/>", "><Template>x</Template></Properties>", "ooxml.properties"),
    ] {
        assert_eq!(refused("docx-media.docx", name, from, to, None), rule, "{from}");
    }
    assert_eq!(refused("docx-media.docx", DOCUMENT, "", "", Some("word/vbaProject.bin")), "ooxml.unreached");
}

#[test]
fn the_verifier_refuses_fields_that_are_alive() {
    for (from, to, rule) in [
        (" PAGE ", " DDE x ", "ooxml.field"),
        (" NUMPAGES ", " INCLUDETEXT x ", "ooxml.field"),
        ("https://example.com/", "file:///c:/x", "ooxml.field_link"),
        ("w:fldCharType=\"end\"", "w:fldCharType=\"begin\"", "ooxml.field"),
        ("w:fldCharType=\"begin\"", "w:fldCharType=\"end\"", "ooxml.field_mark"),
    ] {
        let got = refused("docx-fields.docx", "word/document.xml", from, to, None);
        assert!(got.starts_with(rule), "{from}: {got}");
    }
}
