//! What the clerk is told, and what the verdict of an ordinary document is.

use crate::{Action, Claim, Outcome, Policy, Role, Run, Verdict, report::kinds::PdfFinding, sanitize};
use sanitizer_verify::Untrusted;

fn pass(name: &str) -> Outcome {
    let sample = fixtures::pdf::samples().into_iter().find(|sample| sample.name == name).unwrap();
    let claim = Claim { name: Some(name), media_type: None, role: Role::File };
    sanitize(Untrusted::new(&sample.bytes), &claim, &Policy::default(), &Run::default())
}

fn found(name: &str, kind: PdfFinding, action: Action) -> bool {
    pass(name).report.part.findings.iter().any(|finding| finding.kind == kind.into() && finding.action == action)
}

#[test]
fn an_ordinary_document_is_rebuilt_without_a_word() {
    for name in
        ["text", "object-streams", "incremental", "japanese-cid", "image", "fax", "links", "outlines", "type1", "type3", "layers"]
    {
        let outcome = pass(&format!("pdf-{name}.pdf"));
        assert_eq!(outcome.report.verdict, Verdict::Rebuilt, "{name}: {:?}", outcome.report.part.findings);
    }
}

#[test]
fn what_is_removed_is_named() {
    for (name, kind) in [
        ("openaction", PdfFinding::Javascript),
        ("openaction-next", PdfFinding::OpenAction),
        ("names-javascript", PdfFinding::Javascript),
        ("page-aa", PdfFinding::OpenAction),
        ("launch", PdfFinding::Action),
        ("gotor", PdfFinding::Action),
        ("submit-form", PdfFinding::SubmitForm),
        ("embedded-files", PdfFinding::EmbeddedFile),
        ("file-attachment", PdfFinding::EmbeddedFile),
        ("richmedia", PdfFinding::Multimedia),
        ("xfa", PdfFinding::Xfa),
        ("next-chain", PdfFinding::Action),
        ("objstm", PdfFinding::Javascript),
        ("ps-xobject", PdfFinding::PostScript),
        ("form-ref", PdfFinding::ExternalData),
        ("signature", PdfFinding::Signature),
    ] {
        assert!(found(&format!("pdf-{name}.pdf"), kind, Action::Remove), "{name}");
    }
    assert!(found("pdf-uri-javascript.pdf", PdfFinding::Link, Action::Neutralize));
    assert!(found("pdf-field.pdf", PdfFinding::Form, Action::Neutralize));
    assert!(found("pdf-metadata.pdf", PdfFinding::Metadata, Action::Rebuild));
}

#[test]
fn japanese_text_and_its_metrics_survive() {
    let outcome = pass("pdf-japanese-cid.pdf");
    let bytes = outcome.clean().unwrap().bytes();
    for kept in ["/90ms-RKSJ-H", "/UniJIS-UTF16-V", "/Ordering(Japan1)", "/DW2[880 -1000]", "/W2[1 [-500 250 880]]", "/Panose"] {
        assert!(bytes.windows(kept.len()).any(|window| window == kept.as_bytes()), "{kept}");
    }
}
