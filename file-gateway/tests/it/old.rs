//! Old formats on their whole way: uploaded, converted by the real LibreOffice in its jail, built anew, received under a
//! new name.

use crate::{
    common::{Client, Gateway},
    process::{submit, wait_for},
};
use fixtures::zip::{Archive, Entry};
use std::{fs, process::Command};

const TITLE: &str = "令和八年度　予算説明書";

fn flat(kind: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" office:version=\"1.2\" \
         office:mimetype=\"application/vnd.oasis.opendocument.{kind}\"><office:body>{body}</office:body></office:document>"
    )
}

/// A document as LibreOffice writes it in `format`, outside of any jail.
fn written(kind: &str, body: &str, format: &str, filter: &str) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let source = dir.path().join("a.xml");
    fs::write(&source, flat(kind, body)).unwrap();
    let output = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}/profile", dir.path().display()))
        .args(["--headless", "--convert-to", &format!("{format}:{filter}"), "--outdir"])
        .args([dir.path(), &source])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    fs::read(source.with_extension(format)).unwrap()
}

fn doc() -> Vec<u8> {
    let body = format!("<office:text><text:h text:outline-level=\"1\">{TITLE}</text:h><text:p>担当：髙橋</text:p></office:text>");
    written("text", &body, "doc", "MS Word 97")
}

fn xls() -> Vec<u8> {
    let cell = format!("<table:table-cell><text:p>{TITLE}</text:p></table:table-cell>");
    let body = format!(
        "<office:spreadsheet><table:table table:name=\"予算\"><table:table-row>{cell}</table:table-row></table:table></office:spreadsheet>"
    );
    written("spreadsheet", &body, "xls", "MS Excel 97")
}

/// What a line of Python says about an archive, `z`, as its zipfile reads it.
fn python(says: &str, archive: &[u8]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("archive");
    fs::write(&file, archive).unwrap();
    let program = format!("import sys, zipfile, xml.etree.ElementTree as tree\nz = zipfile.ZipFile(sys.argv[1])\n{says}");
    let output = Command::new("python3").args(["-c", &program]).arg(&file).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Whether a member of the package has these words.
fn has_words(package: &[u8], words: &str) -> bool {
    let texts = "[print(''.join(tree.fromstring(z.read(n)).itertext())) for n in z.namelist() if n.endswith('.xml')]";
    python(texts, package).contains(words)
}

fn encoded(name: &str) -> String {
    let (stem, extension) = name.rsplit_once('.').unwrap();
    let stem: Vec<_> = stem.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("{}.{extension}", stem.concat())
}

#[test]
fn doc_and_xls_are_received_as_docx_and_xlsx_under_their_new_names() {
    let gateway = Gateway::start("");
    let password = gateway.account("yamada", "yamada@city.example.lg.jp");
    let (mut outside, mut inside) = (Client::new(gateway.internet), Client::new(gateway.lgwan));
    let csrf = outside.sign_in("yamada", &password);
    inside.sign_in("yamada", &password);
    let cases = [
        ("予算.doc", doc(), "旧形式のWord文書", "Word文書", "予算.docx", "wordprocessingml.document"),
        ("集計.xls", xls(), "旧形式のExcelブック", "Excelブック", "集計.xlsx", "spreadsheetml.sheet"),
    ];
    for (name, bytes, old, new, renamed, media) in cases {
        let id = submit(&mut outside, &csrf, name, &bytes);
        let status = wait_for(&mut outside, &id);
        assert_eq!(status["status"], "ready", "{name}: {status}");
        assert!(outside.get(&format!("/items/{id}")).text().contains("新しい形式に変換しました"));
        let page = inside.get(&format!("/files/{id}")).text();
        let said = format!("{old}を新しい形式の{new}「{renamed}」に変換しました。");
        assert!(page.contains(&said) && page.contains("無害化しました"), "{name}: {page}");
        assert!(page.contains(&format!("保存される名前：<bdi>{renamed}</bdi>")), "{name}: {page}");
        let content = inside.get(&format!("/files/{id}/content"));
        assert_eq!(content.status, 200, "{name}: {}", content.text());
        assert!(content.head.contains(&format!("filename*=UTF-8''{}", encoded(renamed))), "{}", content.head);
        assert!(content.head.contains(media), "{}", content.head);
        assert!(has_words(&content.body, TITLE), "{name}");
    }
}

#[test]
fn in_an_archive_the_tree_names_what_was_converted() {
    let gateway = Gateway::start("");
    let password = gateway.account("yamada", "yamada@city.example.lg.jp");
    let (mut outside, mut inside) = (Client::new(gateway.internet), Client::new(gateway.lgwan));
    let csrf = outside.sign_in("yamada", &password);
    inside.sign_in("yamada", &password);
    let archive = Archive::of(vec![Entry::stored("a.txt", b"text"), Entry::deflated("old/b.xls", &xls())]).bytes();
    let id = submit(&mut outside, &csrf, "資料.zip", &archive);
    assert_eq!(wait_for(&mut outside, &id)["status"], "ready");
    let page = inside.get(&format!("/files/{id}")).text();
    assert!(page.contains("旧形式のExcelブックを新しい形式のExcelブック「b.xlsx」に変換しました。"), "{page}");
    let content = inside.get(&format!("/files/{id}/content"));
    assert!(member_names(&content.body).contains("old/b.xlsx"));
}

fn member_names(archive: &[u8]) -> String {
    python("print(z.namelist())", archive)
}
