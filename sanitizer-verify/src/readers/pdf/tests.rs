//! A file as our writer makes it is accepted; the same file with one thing more is not.

use super::read;
use crate::{Budget, Limits};
use std::fmt::Write as _;

const CATALOG: &str = "<</Type/Catalog/Pages 2 0 R>>";
const PAGES: &str = "<</Type/Pages/Kids[3 0 R]/Count 1>>";
const PAGE: &str = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<<>>/Contents 4 0 R>>";

fn stream(entries: &str, text: &[u8]) -> Vec<u8> {
    let data = miniz_oxide::deflate::compress_to_vec_zlib(text, 6);
    let head = format!("<<{entries}/Filter/FlateDecode/Length {}>>\nstream\n", data.len());
    [head.as_bytes(), &data, b"\nendstream"].concat()
}

fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut rows = String::new();
    for (number, object) in (1..).zip(objects) {
        writeln!(rows, "{:010} 00000 n ", out.len()).unwrap();
        out.extend([format!("{number} 0 obj\n").as_bytes(), object, b"\nendobj\n"].concat());
    }
    let (start, size, id) = (out.len(), objects.len() + 1, "0".repeat(32));
    out.extend(
        format!("xref\n0 {size}\n0000000000 65535 f \n{rows}trailer\n<</Size {size}/Root 1 0 R/ID[<{id}><{id}>]>>\n").bytes(),
    );
    out.extend(format!("startxref\n{start}\n%%EOF\n").bytes());
    out
}

/// One page, with these in place of the usual catalog, page and content.
fn page(catalog: &str, page: &str, content: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let usual = [catalog.into(), PAGES.into(), page.into(), stream("", content.as_bytes())];
    file(&[&usual, more].concat())
}

fn rule(bytes: &[u8]) -> Result<(), &'static str> {
    read(bytes, &mut Budget::new(&Limits::default())).map_err(|refusal| refusal.rule)
}

#[test]
fn a_file_of_ours_is_accepted() {
    assert_eq!(rule(&page(CATALOG, PAGE, "q\n0 0 9 9 re\nf\nQ\n", &[])), Ok(()));
}

#[test]
fn nothing_may_stand_beside_the_objects() {
    let good = page(CATALOG, PAGE, "", &[]);
    assert_eq!(rule(&[b"x", good.as_slice()].concat()), Err("pdf.header"));
    assert!(rule(&[good.as_slice(), b"x"].concat()).is_err());
    let text = String::from_utf8_lossy(&good).into_owned();
    let at = text.find("2 0 obj").unwrap() - text.find("1 0 obj").unwrap() + 15;
    let gap = [&good[..at], b"%gap\n", &good[at..]].concat();
    assert!(rule(&gap).is_err());
    assert_eq!(rule(&page(&format!("{CATALOG}%x"), PAGE, "", &[])), Err("pdf.layout"));
    assert_eq!(rule(&page("<</Type/Catalog/Pages 2 0 R/Pages 2 0 R>>", PAGE, "", &[])), Err("pdf.layout"));
}

#[test]
fn an_object_nothing_leads_to_is_refused() {
    assert_eq!(rule(&page(CATALOG, PAGE, "", &[b"<</Own(x)>>".to_vec()])), Err("pdf.unreferenced"));
    assert_eq!(rule(&page("<</Type/Catalog/Pages 2 0 R/Outlines 9 0 R>>", PAGE, "", &[])), Err("pdf.dangling"));
}

#[test]
fn no_key_of_an_active_kind_is_known() {
    for key in [
        "/OpenAction<</S/JavaScript/JS(x)>>",
        "/AA<<>>",
        "/AcroForm<<>>",
        "/Names<</JavaScript<<>>>>",
        "/Names<</EmbeddedFiles<<>>>>",
        "/AF[]",
        "/Metadata(x)",
        "/URI<</Base(x)>>",
        "/Collection<<>>",
        "/Own(x)",
    ] {
        assert_eq!(rule(&page(&CATALOG.replace(">>", &format!("{key}>>")), PAGE, "", &[])), Err("pdf.key"), "{key}");
    }
    let launch = PAGE.replace("/Resources", "/Annots[<</Type/Annot/Subtype/Link/A<</S/Launch/F(x)>>>>]/Resources");
    assert!(rule(&page(CATALOG, &launch, "", &[])).is_err());
    let widget = PAGE.replace("/Resources", "/Annots[<</Type/Annot/Subtype/Widget>>]/Resources");
    assert_eq!(rule(&page(CATALOG, &widget, "", &[])), Err("pdf.name"));
}

#[test]
fn only_public_web_addresses_are_links() {
    let link = |address: &str| {
        PAGE.replace(
            "/Resources",
            &format!("/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI({address})>>>>]/Resources"),
        )
    };
    assert_eq!(rule(&page(CATALOG, &link("https://www.city.yaizu.lg.jp/"), "", &[])), Ok(()));
    for address in ["javascript:x", "file:///x", "http://host/", "http://10.0.0.1/", "http://a@b.jp/"] {
        assert_eq!(rule(&page(CATALOG, &link(address), "", &[])), Err("pdf.address"), "{address}");
    }
}

#[test]
fn content_is_read_operator_by_operator() {
    for (content, want) in [
        ("xx\n", "pdf.content.operator"),
        ("BI\n", "pdf.content.operator"),
        ("/X0 Do\n", "pdf.content.name"),
        ("Q\n", "pdf.content.balance"),
        ("q\n", "pdf.content.balance"),
        ("%x\n", "pdf.content.value"),
        ("/P <</MCID 0>> BDC\n", "pdf.content.operator"),
    ] {
        assert_eq!(rule(&page(CATALOG, PAGE, content, &[])), Err(want), "{content}");
    }
}

#[test]
fn streams_end_where_their_data_ends() {
    let mut tail = miniz_oxide::deflate::compress_to_vec_zlib(b"", 6);
    tail.extend(b"payload");
    let head = format!("<</Filter/FlateDecode/Length {}>>\nstream\n", tail.len());
    let content = [head.as_bytes(), &tail, b"\nendstream"].concat();
    assert_eq!(rule(&file(&[CATALOG.into(), PAGES.into(), PAGE.into(), content])), Err("pdf.flate"));
}

#[test]
fn a_picture_is_as_large_as_it_says() {
    let drawn = PAGE.replace("<<>>", "<</XObject<</X0 5 0 R>>>>");
    let picture = |filter: &str, bytes: &[u8]| {
        let entries = format!("/Type/XObject/Subtype/Image/Width 2/Height 2/ColorSpace/DeviceGray/BitsPerComponent 8{filter}");
        page(CATALOG, &drawn, "/X0 Do\n", &[stream(&entries, bytes)])
    };
    assert_eq!(rule(&picture("", &[0; 4])), Ok(()));
    assert_eq!(rule(&picture("", &[0; 5])), Err("pdf.image.size"));
    assert_eq!(rule(&picture("/Alternates[]", &[0; 4])), Err("pdf.key"));
}
