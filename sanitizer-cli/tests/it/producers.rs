//! Files written by a real producer, cleaned, and read back by independent readers: LibreOffice, poppler,
//! qpdf, and Python's `email`.

use crate::{code, sanitizer};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const SENTENCE: &str = "令和八年度の庁舎案内と髙橋様宛の見積書㈱";

fn lines(count: u32, line: impl Fn(u32) -> String) -> String {
    (1..=count).map(line).collect::<Vec<_>>().concat()
}

fn page() -> String {
    let marker = fixtures::MARKER;
    let rows: String = lines(40, |row| format!("<tr><td>{row}</td><td>窓口{row}番</td><td>{}</td></tr>", row * 1300));
    format!(
        "<html><head><meta charset=\"utf-8\"><title>案内</title><style>body,td,h1{{font-family:IPAGothic}}</style></head><body><h1>{SENTENCE}</h1><p>{marker}</p>\
         <p><b>太字</b>と<i>斜体</i>と<a href=\"https://www.example.jp/\">リンク</a></p><ul><li>一つ目</li><li>二つ目</li></ul>\
         <table border=\"1\">{rows}</table></body></html>"
    )
}

/// Has LibreOffice convert `file` to `to`; a missing LibreOffice fails the test.
fn convert(file: &Path, to: &str) -> PathBuf {
    let dir = file.parent().unwrap();
    let out = dir.join(format!("as-{to}"));
    let profile = format!("-env:UserInstallation=file://{}", dir.join("profile").display());
    // HTML opens in the Web variant of Writer, which has no docx filter.
    let filter = if file.extension().is_some_and(|extension| extension == "html") {
        "--infilter=HTML (StarWriter)"
    } else {
        "--norestore"
    };
    let output = Command::new("soffice")
        .args([profile.as_str(), "--headless", filter, "--convert-to", to, "--outdir"])
        .arg(&out)
        .arg(file)
        .output()
        .expect("soffice is installed by `make test`");
    let converted = out.join(file.file_name().unwrap()).with_extension(to);
    assert!(converted.exists(), "soffice made no {to}: {}", String::from_utf8_lossy(&output.stderr));
    converted
}

fn clean(file: &Path) -> PathBuf {
    let out = file.with_file_name(format!("clean-{}", file.file_name().unwrap().to_string_lossy()));
    let arguments = ["clean", file.to_str().unwrap(), "-o", out.to_str().unwrap(), "--lang", "en"];
    let output = sanitizer(file.parent().unwrap(), &arguments, b"");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(code(&output), 0, "{said}");
    assert!(said.contains("Made harmless"), "a benign document loses nothing: {said}");
    out
}

fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().expect("installed by `make test`");
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn text(pdf: &Path) -> String {
    run("pdftotext", &["-layout", pdf.to_str().unwrap(), "-"])
}

fn pages(pdf: &Path) -> String {
    let info = run("pdfinfo", &[pdf.to_str().unwrap()]);
    info.lines().find(|line| line.starts_with("Pages:")).unwrap().to_owned()
}

fn assert_same_pages(before: &Path, after: &Path) {
    assert_eq!(pages(before), pages(after));
    assert_eq!(text(before), text(after));
    assert!(text(after).contains(fixtures::MARKER_ASCII));
}

#[test]
fn a_document_of_libreoffice_keeps_its_pages() {
    let dir = tempfile::tempdir().unwrap();
    let source = dir.path().join("memo.html");
    fs::write(&source, page()).unwrap();
    let docx = convert(&source, "docx");
    let after = convert(&clean(&docx), "pdf");
    assert_same_pages(&convert(&docx, "pdf"), &after);
    assert!(text(&after).contains(SENTENCE));
}

#[test]
fn a_workbook_of_libreoffice_keeps_its_pages() {
    let dir = tempfile::tempdir().unwrap();
    let source = dir.path().join("table.csv");
    let rows: String = lines(60, |row| format!("{row},窓口{row}番,{},=A{row}*2\n", row * 1300));
    fs::write(&source, format!("番号,{SENTENCE},{},式\n{rows}", fixtures::MARKER)).unwrap();
    let workbook = convert(&source, "xlsx");
    let after = convert(&clean(&workbook), "pdf");
    assert_same_pages(&convert(&workbook, "pdf"), &after);
}

#[test]
fn a_pdf_of_libreoffice_keeps_its_pages() {
    let dir = tempfile::tempdir().unwrap();
    let source = dir.path().join("memo.html");
    fs::write(&source, page()).unwrap();
    let before = convert(&source, "pdf");
    let after = clean(&before);
    assert_same_pages(&before, &after);
    run("qpdf", &["--check", after.to_str().unwrap()]);
}

/// Prints what a program that reads bounces sees: the kind of report, the kinds of its parts, each group of the status.
const GROUPS: &str = r#"
import email, email.policy, sys
message = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
print(message.get_content_type(), message["Content-Type"].params["report-type"])
parts = list(message.iter_parts())
print(*[part.get_content_type() for part in parts])
for group in parts[1].get_payload():
    print(*[f"{name}={value}" for name, value in group.items()], sep="|")
defects = [defect for part in message.walk() for defect in part.defects]
defects += [defect for part in message.walk() for value in part.values() for defect in getattr(value, "defects", [])]
print("defects", *defects)
"#;

#[test]
fn a_bounce_can_still_be_read_by_a_program() {
    let dir = tempfile::tempdir().unwrap();
    for (name, groups) in [
        (
            "mail-bounce-postfix.eml",
            "Reporting-MTA=dns; mail.example.jp|Arrival-Date=Wed, 25 Nov 2026 10:00:00 +0900\nOriginal-Recipient=rfc822; \
             nobody@example.jp|Final-Recipient=rfc822; nobody@example.jp|Action=failed|Status=5.1.1|Remote-MTA=dns; mx.example.jp|\
             Diagnostic-Code=smtp; 550 5.1.1\n",
        ),
        (
            "mail-bounce-google.eml",
            "Reporting-MTA=dns; googlemail.com|Arrival-Date=Tue, 24 Nov 2026 17:00:00 -0800\nFinal-Recipient=rfc822; \
             nobody@example.jp|Action=delayed|Status=4.4.1|Remote-MTA=dns; mx.example.jp.|Diagnostic-Code=smtp; 450 4.4.1|\
             Last-Attempt-Date=Tue, 24 Nov 2026 17:00:01 -0800|Will-Retry-Until=Fri, 27 Nov 2026 10:00:00 +0900\n",
        ),
    ] {
        let sample = fixtures::mail::samples().into_iter().find(|sample| sample.name == name).unwrap();
        let output = sanitizer(dir.path(), &["mail"], &sample.bytes);
        assert_eq!(code(&output), 0, "{name}");
        let file = dir.path().join(name);
        fs::write(&file, output.stdout).unwrap();
        let python = Command::new("python3").args(["-c", GROUPS]).stdin(fs::File::open(&file).unwrap()).output();
        let python = python.expect("installed by `make test`");
        assert!(python.status.success(), "{}", String::from_utf8_lossy(&python.stderr));
        let kinds = "multipart/report delivery-status\ntext/plain message/delivery-status text/rfc822-headers";
        assert_eq!(String::from_utf8_lossy(&python.stdout), format!("{kinds}\n{groups}defects\n"), "{name}");
    }
}
