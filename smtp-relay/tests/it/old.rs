//! Old formats through the running relay: a .doc and an .xls in a mail arrive as .docx and .xlsx.

use crate::support::{House, Process, send, wait_for};
use base64::Engine as _;
use mail_parser::{MessageParser, MimeHeaders as _};
use std::{fs, process::Command};

const TARO: &str = "taro@city.example.lg.jp";
const TITLE: &str = "令和八年度　予算説明書";

/// A document as LibreOffice writes it in `format`, outside of any jail.
fn written(kind: &str, body: &str, format: &str, filter: &str) -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    let source = dir.path().join("a.xml");
    let flat = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" office:version=\"1.2\" \
         office:mimetype=\"application/vnd.oasis.opendocument.{kind}\"><office:body>{body}</office:body></office:document>"
    );
    fs::write(&source, flat).unwrap();
    let output = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}/profile", dir.path().display()))
        .args(["--headless", "--convert-to", &format!("{format}:{filter}"), "--outdir"])
        .args([dir.path(), &source])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    fs::read(source.with_extension(format)).unwrap()
}

fn attachment(name: &str, media: &str, bytes: &[u8]) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    let lines: Vec<_> = text.as_bytes().chunks(76).map(|line| format!("{}\r\n", String::from_utf8_lossy(line))).collect();
    format!(
        "--b\r\nContent-Type: {media}; name={name}\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename={name}\r\n\r\n{}",
        lines.concat()
    )
}

/// All text of the parts of a package.
fn words(package: &[u8]) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(package)).unwrap();
    let parts = (0..archive.len()).map(|at| std::io::read_to_string(archive.by_index(at).unwrap()).unwrap_or_default());
    parts.collect()
}

#[test]
fn a_doc_and_an_xls_in_a_mail_arrive_as_docx_and_xlsx() {
    let doc = written("text", &format!("<office:text><text:p>{TITLE}</text:p></office:text>"), "doc", "MS Word 97");
    let cell = format!("<table:table-cell><text:p>{TITLE}</text:p></table:table-cell>");
    let sheet = format!(
        "<office:spreadsheet><table:table table:name=\"t\"><table:table-row>{cell}</table:table-row></table:table></office:spreadsheet>"
    );
    let xls = written("spreadsheet", &sheet, "xls", "MS Excel 97");
    let mail = format!(
        "From: a@example.com\r\nTo: {TARO}\r\nSubject: old\r\nDate: Wed, 25 Nov 2026 10:00:00 +0900\r\nMessage-ID: <1@example.com>\r\n\
         MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n{}{}--b--\r\n",
        attachment("yosan.doc", "application/msword", &doc),
        attachment("shukei.xls", "application/vnd.ms-excel", &xls),
    );
    let scratch = tempfile::tempdir().unwrap();
    let (_mailbox, hop) = Process::mailbox(scratch.path());
    let house = House::with_dir(scratch, hop, "");
    let relay = house.relay(None);
    assert_eq!(send(relay.address("smtp").unwrap(), "a@example.com", &[TARO], mail.as_bytes()), 250);
    let bytes = wait_for(house.dir.path(), 1).remove(0);
    let message = MessageParser::default().parse(&bytes).unwrap();
    let attachments: Vec<_> = message.attachments().map(|part| (part.attachment_name().unwrap(), part.contents())).collect();
    let names: Vec<_> = attachments.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["yosan.docx", "shukei.xlsx"], "{}", String::from_utf8_lossy(&bytes));
    assert!(attachments.iter().all(|(_, content)| words(content).contains(TITLE)));
}
