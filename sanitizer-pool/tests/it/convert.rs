//! Old formats through the real LibreOffice in its jail.

use crate::{block_on, config, job, start};
use sanitizer_core::{Report, Role, Verdict};
use sanitizer_pool::{Conversion, ConverterConfig, Pool, PoolConfig};
use sanitizer_verify::{Format, Reason};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

/// LibreOffice and bubblewrap as they are installed here; without them this test fails.
fn converter() -> ConverterConfig {
    ConverterConfig::of_this_machine().expect("make test installs libreoffice-writer-nogui, -calc-nogui and bubblewrap")
}

fn with_converter() -> PoolConfig {
    PoolConfig { converter: Some(converter()), ..config() }
}

/// `source` written in another format by LibreOffice itself, outside of any jail.
fn written(dir: &Path, source: &str, text: &str, to: &str, filter: &str) -> Vec<u8> {
    let file = dir.join(source);
    fs::write(&file, text).unwrap();
    let profile = format!("-env:UserInstallation=file://{}/profile", dir.display());
    let status = Command::new("soffice")
        .args([profile.as_str(), "--headless", "--convert-to", filter, "--outdir"])
        .arg(dir)
        .arg(&file)
        .status()
        .unwrap();
    assert!(status.success());
    fs::read(file.with_extension(to)).unwrap()
}

const TEXT: &str = "<html><head><meta charset='utf-8'></head><body><h1>令和八年度　予算説明書</h1>\
    <p>担当：髙橋・﨑山。金額は１２，３４５円です。</p><table border='1'><tr><td>款</td><td>議会費</td></tr></table></body></html>";

const TABLE: &str = "款,項,金額\n議会費,報酬,12345\n総務費,需用費,678\n";

/// All text of the parts of an OOXML package.
fn words(package: &[u8]) -> String {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.zip");
    fs::write(&file, package).unwrap();
    let list = "import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nfor n in z.namelist(): print(z.read(n).decode('utf-8','replace'))";
    let output = Command::new("python3").args(["-c", list]).arg(&file).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

fn findings(report: &Report) -> Vec<&'static str> {
    report.part.walk().iter().flat_map(|part| &part.findings).map(|finding| finding.kind.code()).collect()
}

#[test]
fn documents_of_old_formats_come_out_in_current_ones_with_their_japanese() {
    block_on(async {
        let pool = start(with_converter()).await;
        let dir = tempfile::tempdir().unwrap();
        for (name, format, filter) in [
            ("a.doc", Format::Doc, "doc:MS Word 97"),
            ("a.rtf", Format::Rtf, "rtf:Rich Text Format"),
            ("a.odt", Format::Odt, "odt:writer8"),
        ] {
            // Not Writer/Web, which is what HTML would be opened in.
            let html = written(dir.path(), "a.html", TEXT, "odt", "odt:writerweb8_writer");
            fs::write(dir.path().join("b.odt"), html).unwrap();
            let bytes = written_from(dir.path(), "b.odt", format.extension(), filter);
            let done = pool.sanitize(job(name, Role::File, &bytes)).await;
            let (clean, _) = done.part.unwrap_or_else(|reason| panic!("{name}: {reason}"));
            assert_eq!((done.report.part.format, clean.format()), (format, Format::Docx), "{name}");
            assert!(findings(&done.report).contains(&"core.converted"), "{name}");
            assert_eq!(done.report.verdict, Verdict::Rebuilt, "{name}: {:?}", done.report);
            let words = words(clean.bytes());
            for expected in ["令和八年度　予算説明書", "髙橋・﨑山", "１２，３４５円", "議会費"] {
                assert!(words.contains(expected), "{name}: {expected}");
            }
        }
    });
}

fn written_from(dir: &Path, source: &str, to: &str, filter: &str) -> Vec<u8> {
    let file = dir.join(source);
    let out = dir.join(to);
    let profile = format!("-env:UserInstallation=file://{}/profile", dir.display());
    let status = Command::new("soffice")
        .args([profile.as_str(), "--headless", "--convert-to", filter, "--outdir"])
        .arg(&out)
        .arg(&file)
        .status()
        .unwrap();
    assert!(status.success());
    fs::read(out.join(source).with_extension(to)).unwrap()
}
