//! Whether anything takes longer than its input is longer: `cargo run --release -p sanitizer-core --example growth`.
//!
//! Each kind of item is built at four lengths, each with four times as many lines, rows, members or pages as the one before, and
//! sanitized in this process. Printed is how many times longer each took than the shortest, and the power of the length by which
//! time grows at the last step: 1 is linear, 2 would be quadratic. With a kind and a length, `growth paragraphs.docx 960`, that one
//! item is sanitized once and nothing is measured: for a profiler.

#![expect(clippy::print_stdout, reason = "a program that prints its result")]
#![expect(clippy::disallowed_methods, reason = "the core reads no clock; whoever measures it does")]

use std::time::Instant;

use fixtures::xlsx::Book;
use fixtures::zip::{Archive, Entry};
use sanitizer_core::{Claim, Policy, Role, Run, sanitize};
use sanitizer_verify::Untrusted;

/// How many lines, rows, members or pages at the shortest.
const FIRST: usize = 60;

/// Each so many times the one before.
const STEP: usize = 4;

const LENGTHS: u32 = 4;

/// The fastest of so many runs counts: the others waited for something.
const RUNS: usize = 5;

struct Kind {
    name: &'static str,
    role: Role,
    build: fn(usize) -> Vec<u8>,
}

const KINDS: [Kind; 9] = [
    Kind { name: "lines.txt", role: Role::File, build: |n| line().repeat(n * 20).into_bytes() },
    Kind { name: "rows.csv", role: Role::File, build: |n| "整理番号,1,2.5,\"氏名, 印\"\r\n".repeat(n * 20).into_bytes() },
    Kind { name: "members.zip", role: Role::File, build: members },
    Kind { name: "nested.zip", role: Role::File, build: |n| archive("中身.zip", &members(n)) },
    Kind { name: "rows.xlsx", role: Role::File, build: rows },
    Kind { name: "paragraphs.docx", role: Role::File, build: paragraphs },
    Kind { name: "pages.pdf", role: Role::File, build: pages },
    Kind { name: "html.eml", role: Role::Message, build: html },
    Kind { name: "attachments.eml", role: Role::Message, build: attachments },
];

#[expect(clippy::cast_precision_loss, reason = "a small constant")]
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [name, count] = arguments.as_slice() {
        let kind = KINDS.iter().find(|kind| kind.name == name).zip(count.parse().ok());
        let outcome = kind.map(|(kind, count)| once(kind, &(kind.build)(count)));
        return println!("{outcome:?}");
    }
    println!("times longer at     x{STEP:<5} x{:<5} x{:<5}  power", STEP.pow(2), STEP.pow(3));
    for kind in &KINDS {
        let measured: Result<Vec<f64>, String> = (0..LENGTHS).map(|step| measure(kind, FIRST * STEP.pow(step))).collect();
        match measured.as_deref() {
            Err(reason) => println!("{:18}  not clean: {reason}", kind.name),
            Ok([first, second, third, last]) => {
                let [second, third] = [second / first, third / first];
                let power = (last / first / third).ln() / (STEP as f64).ln();
                println!("{:18}  {second:<6.1} {third:<6.1} {:<6.1}  {power:.2}", kind.name, last / first);
            }
            Ok(_) => {}
        }
    }
}

/// Seconds of the fastest run.
fn measure(kind: &Kind, count: usize) -> Result<f64, String> {
    let bytes = (kind.build)(count);
    (0..RUNS).try_fold(f64::INFINITY, |fastest, _| Ok(fastest.min(once(kind, &bytes)?)))
}

/// Seconds of one run.
fn once(kind: &Kind, bytes: &[u8]) -> Result<f64, String> {
    let claim = Claim { name: Some(kind.name), media_type: None, role: kind.role };
    let (policy, run) = (Policy::default(), Run { receipt: "bench".to_owned(), ..Run::default() });
    let began = Instant::now();
    let outcome = sanitize(Untrusted::new(bytes), &claim, &policy, &run);
    let seconds = began.elapsed().as_secs_f64();
    outcome.report.part.reason.map_or(Ok(seconds), |reason| Err(format!("{} at {} bytes", reason.code(), bytes.len())))
}

fn line() -> &'static str {
    "お世話になっております。先日の見積書の件でご連絡いたしました。\r\n"
}

fn archive(name: &str, content: &[u8]) -> Vec<u8> {
    Archive::of(vec![Entry::stored(name, content).utf8()]).bytes()
}

fn members(n: usize) -> Vec<u8> {
    let member = |i| Entry::deflated(format!("資料/{i}.txt"), line().repeat(20).as_bytes()).utf8();
    Archive::of((0..n).map(member).collect()).bytes()
}

fn rows(n: usize) -> Vec<u8> {
    let row = |i| {
        format!(
            "<row r=\"{i}\"><c r=\"A{i}\"><v>{i}</v></c><c r=\"B{i}\" t=\"inlineStr\"><is><t>住民税</t></is></c>\
             <c r=\"C{i}\"><f>A{i}*2</f><v>{}</v></c></row>",
            i * 2
        )
    };
    Book { rows: (1..=n * 10).map(row).collect(), ..Book::default() }.bytes()
}

fn paragraphs(n: usize) -> Vec<u8> {
    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
    const FORMAT: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml";
    let types = format!(
        "{HEAD}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" \
         ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"{FORMAT}\"/></Types>"
    );
    let links = format!(
        "{HEAD}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
         Target=\"word/document.xml\"/></Relationships>"
    );
    let paragraph = "<w:p><w:r><w:t>住民票の写しの交付について</w:t></w:r></w:p>".repeat(n * 10);
    let document = format!(
        "{HEAD}<w:document xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:body>{paragraph}\
         <w:sectPr/></w:body></w:document>"
    );
    let parts = [("[Content_Types].xml", types), ("_rels/.rels", links), ("word/document.xml", document)];
    Archive::of(parts.iter().map(|(name, content)| Entry::deflated(name, content.as_bytes())).collect()).bytes()
}

/// A PDF of n pages with a line of text each (ISO 32000-1, 7.5).
fn pages(n: usize) -> Vec<u8> {
    let kids: Vec<String> = (0..n).map(|page| format!("{} 0 R", 4 + 2 * page)).collect();
    let kids = kids.join(" ");
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Count {n} /Kids [{kids}] >>"),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    for page in 0..n {
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {} 0 R >>",
            5 + 2 * page
        ));
        let text = "BT /F1 12 Tf 72 700 Td (Certificate of residence) Tj ET\n".repeat(10);
        objects.push(format!("<< /Length {} >>\nstream\n{text}endstream", text.len()));
    }
    let mut out = "%PDF-1.4\n".to_owned();
    let mut offsets = Vec::new();
    for (number, object) in (1_u32..).zip(&objects) {
        offsets.push(format!("{:010} 00000 n \n", out.len()));
        out.extend([&number.to_string(), " 0 obj\n", object, "\nendobj\n"]);
    }
    let (table, size) = (out.len(), objects.len() + 1);
    let offsets = offsets.concat();
    let end = format!(
        "xref\n0 {size}\n0000000000 65535 f \n{offsets}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"
    );
    (out + &end).into_bytes()
}

const HEADER: &str = "From: sender@example.jp\r\nTo: clerk@city.example.lg.jp\r\nSubject: x\r\n\
     Date: Wed, 25 Nov 2026 10:00:00 +0900\r\nMessage-ID: <bench@example.jp>\r\nMIME-Version: 1.0\r\n";

fn html(n: usize) -> Vec<u8> {
    let rows = "<tr><td><b>受付</b></td><td><a href=\"https://www.example.jp/\">案内</a></td></tr>\r\n".repeat(n * 5);
    let body = format!("<html><body><table>\r\n{rows}</table></body></html>\r\n");
    format!("{HEADER}Content-Type: text/html; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}").into_bytes()
}

fn attachments(n: usize) -> Vec<u8> {
    let part = |i| {
        format!(
            "--b\r\nContent-Type: text/csv; charset=UTF-8; name=\"{i}.csv\"\r\nContent-Disposition: attachment; filename=\"{i}.csv\"\r\n\
             Content-Transfer-Encoding: 8bit\r\n\r\n{}\r\n",
            "整理番号,1,2.5\r\n".repeat(50)
        )
    };
    let parts: String = (0..n / 4).map(part).collect();
    format!(
        "{HEADER}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=UTF-8\r\n\
         Content-Transfer-Encoding: 8bit\r\n\r\n添付します。\r\n{parts}--b--\r\n"
    )
    .into_bytes()
}
