//! Old formats through the real LibreOffice in its jail.

use crate::{block_on, config, job, start};
use fixtures::zip::{Archive, Entry};
use sanitizer_core::{Report, Role, Verdict};
use sanitizer_pool::{Conversion, ConverterConfig, Pool, PoolConfig};
use sanitizer_verify::{Format, Reason};
use std::{fs, path::Path, process::Command, time::Duration};

/// LibreOffice and bubblewrap as they are installed here; without them (`make test` installs both) this test fails.
pub(crate) fn converter() -> ConverterConfig {
    ConverterConfig::of_this_machine().unwrap()
}

pub(crate) fn with_converter() -> PoolConfig {
    PoolConfig { converter: Some(converter()), ..config() }
}

/// `source` in another format, written by LibreOffice itself outside of any jail.
fn written(dir: &Path, source: &str, to: &str, filter: &str) -> Vec<u8> {
    let out = dir.join(to);
    let profile = format!("-env:UserInstallation=file://{}/profile", dir.display());
    let status = Command::new("soffice")
        .args([profile.as_str(), "--headless", "--convert-to", filter, "--outdir"])
        .arg(&out)
        .arg(dir.join(source))
        .status()
        .unwrap();
    assert!(status.success());
    fs::read(out.join(source).with_extension(to)).unwrap()
}

const TEXT: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>
<text:h text:outline-level="1">令和八年度　予算説明書</text:h><text:p>担当：髙橋・﨑山。金額は１２，３４５円です。</text:p>
<table:table table:name="t"><table:table-column/><table:table-column/><table:table-row><table:table-cell><text:p>款</text:p></table:table-cell>
<table:table-cell><text:p>議会費</text:p></table:table-cell></table:table-row></table:table>
</office:text></office:body></office:document>"#;

const TABLE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:chart="urn:oasis:names:tc:opendocument:xmlns:chart:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.spreadsheet"><office:body><office:spreadsheet>
<table:table table:name="予算"><table:table-row><table:table-cell><text:p>令和八年度　予算説明書</text:p></table:table-cell>
<table:table-cell><text:p>髙橋・﨑山</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>議会費</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="12345"><text:p>12345</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell><draw:frame svg:width="8cm" svg:height="6cm"><draw:object><office:document
 office:mimetype="application/vnd.oasis.opendocument.chart" office:version="1.2"><office:body><office:chart>
<chart:chart chart:class="chart:bar" svg:width="8cm" svg:height="6cm"><chart:plot-area table:cell-range-address="予算.A2:予算.B2">
<chart:axis chart:dimension="x" chart:name="primary-x"/><chart:axis chart:dimension="y" chart:name="primary-y"/>
<chart:series chart:values-cell-range-address="予算.B2:予算.B2" chart:class="chart:bar"/></chart:plot-area></chart:chart>
</office:chart></office:body></office:document></draw:object></draw:frame></table:table-cell></table:table-row></table:table>
</office:spreadsheet></office:body></office:document>"#;

/// All text of the parts of an OOXML package.
pub(crate) fn words(package: &[u8]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.zip");
    fs::write(&file, package).unwrap();
    let list =
        "import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nfor n in z.namelist(): print(z.read(n).decode('utf-8','replace'))";
    let output = Command::new("python3").args(["-c", list]).arg(&file).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

pub(crate) fn rtf(body: &str) -> Vec<u8> {
    format!("{{\\rtf1\\ansi\\ansicpg932 {body}}}").into_bytes()
}

fn written_doc() -> Vec<u8> {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.fodt"), TEXT).unwrap();
    written(dir.path(), "a.fodt", "doc", "doc:MS Word 97")
}

pub(crate) async fn convert(pool: &Pool, bytes: &[u8], format: Format) -> Conversion {
    pool.converter().unwrap().convert(bytes, format, Duration::MAX).await
}

fn base64(bytes: &[u8]) -> String {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a"), bytes).unwrap();
    let output = Command::new("base64").arg(dir.path().join("a")).output().unwrap();
    String::from_utf8(output.stdout).unwrap().replace('\n', "\r\n")
}

fn findings(report: &Report) -> Vec<&'static str> {
    report.part.walk().iter().flat_map(|part| &part.findings).map(|finding| finding.kind.code()).collect()
}

#[test]
fn documents_of_old_formats_come_out_in_current_ones_with_their_japanese() {
    block_on(async {
        let pool = start(with_converter()).await;
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a.fodt"), TEXT).unwrap();
        fs::write(dir.path().join("a.fods"), TABLE).unwrap();
        for (source, format, filter, expected) in [
            ("a.fodt", Format::Doc, "doc:MS Word 97", Format::Docx),
            ("a.fodt", Format::Rtf, "rtf:Rich Text Format", Format::Docx),
            ("a.fodt", Format::Odt, "odt:writer8", Format::Docx),
            ("a.fods", Format::Xls, "xls:MS Excel 97", Format::Xlsx),
            ("a.fods", Format::Ods, "ods:calc8", Format::Xlsx),
        ] {
            let bytes = written(dir.path(), source, format.extension(), filter);
            let done = pool.sanitize(job(&format!("予算.{}", format.extension()), Role::File, &bytes)).await;
            let (clean, _) = done.part.unwrap_or_else(|reason| panic!("{format}: {reason}"));
            assert_eq!((done.report.part.format, clean.format()), (format, expected));
            assert!(findings(&done.report).contains(&"core.converted"), "{format}");
            assert_eq!(done.report.verdict, Verdict::Rebuilt, "{format}: {:?}", done.report);
            let words = words(clean.bytes());
            for word in ["令和八年度　予算説明書", "髙橋・﨑山", "議会費"] {
                assert!(words.contains(word), "{format}: {word}");
            }
            assert_eq!(words.contains("axId"), expected == Format::Xlsx, "{format}: a chart");
            // The same bytes give the same bytes: whatever LibreOffice says about the hour is gone, and it does not roll dice
            // for the numbers of a chart's axes.
            let again = pool.sanitize(job("a", Role::File, &bytes)).await;
            assert!(again.part.unwrap().0.bytes() == clean.bytes(), "{format}: other bytes the second time");
        }
    });
}

#[test]
fn old_formats_in_a_mail_and_in_an_archive_are_converted_in_their_place() {
    block_on(async {
        let pool = start(with_converter()).await;
        let rtf = rtf("\\u35519?\\u26126?");
        let entries = vec![Entry::stored("a.txt", b"text"), Entry::deflated("old/b.rtf", &rtf)];
        let archive = Archive::of(entries).bytes();
        let mail = format!(
            "From: a@example.jp\r\nTo: b@example.jp\r\nSubject: s\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n\
             --b\r\nContent-Type: application/rtf; name=a.rtf\r\nContent-Disposition: attachment; filename=a.rtf\r\n\r\n\
             {}\r\n--b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\
             Content-Disposition: attachment; filename=c.zip\r\n\r\n{}\r\n--b--\r\n",
            String::from_utf8(rtf).unwrap(),
            base64(&archive),
        );
        let done = pool.sanitize(job("m.eml", Role::Message, mail.as_bytes())).await;
        let converted: Vec<_> = done
            .report
            .part
            .walk()
            .into_iter()
            .filter(|part| part.output == Some(Format::Docx))
            .map(|part| part.format)
            .collect();
        assert_eq!(converted, [Format::Rtf, Format::Rtf], "{:?}", done.report);
        let (clean, _) = done.part.unwrap();
        assert!(String::from_utf8_lossy(clean.bytes()).contains("a.docx"));
    });
}

#[test]
fn without_a_converter_old_formats_are_held_and_say_so() {
    block_on(async {
        let gone = |bubblewrap: &str| Some(ConverterConfig { bubblewrap: bubblewrap.into(), ..converter() });
        for converter in [None, gone("/nonexistent"), gone("/bin/true"), gone("/bin/echo")] {
            let pool = start(PoolConfig { converter, ..config() }).await;
            let done = pool.sanitize(job("a.rtf", Role::File, &rtf("x"))).await;
            assert_eq!(done.part.err(), Some(Reason::ConverterMissing));
            assert_eq!(done.report.verdict, Verdict::Held);
            assert!(findings(&done.report).contains(&"core.not_converted"));
        }
    });
}

#[test]
fn what_libreoffice_cannot_open_is_held() {
    block_on(async {
        let pool = start(with_converter()).await;
        let mut doc = written_doc();
        doc.truncate(2560);
        let made = convert(&pool, &doc, Format::Doc).await.made;
        assert_eq!(made.unwrap_err(), Reason::ConvertFailed);
        let made = convert(&pool, b"PK\x03\x04", Format::Odt).await.made;
        assert_eq!(made.unwrap_err(), Reason::ConvertFailed);
    });
}

#[test]
fn started_ahead_after_the_first_document() {
    block_on(async {
        let pool = start(PoolConfig { converter: Some(ConverterConfig { ready: 1, ..converter() }), ..config() }).await;
        assert_eq!(pool.converter().unwrap().idle(), 0);
        for _ in 0..3 {
            let made = convert(&pool, &rtf("text"), Format::Rtf).await.made.unwrap();
            assert!(words(&made).contains("text"));
        }
    });
}
