//! Every sample's output, read by programs of others: what they see must be what our readers see. `make differential`
//! asks the same of real files.

use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

#[path = "../../examples/outlines/readings.rs"]
mod readings;

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    folder
}

fn compare(folder: &Path) -> Output {
    let tool = concat!(env!("CARGO_MANIFEST_DIR"), "/../tools/differential.py");
    let output = Command::new("python3").arg(tool).arg(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.is_empty(), "`make test` installs what it needs: {said}");
    output
}

fn inputs(take: impl Fn(&str) -> bool) -> Vec<(PathBuf, Vec<u8>)> {
    let samples = fixtures::all().into_iter().filter(|sample| take(&sample.name));
    samples.map(|sample| (PathBuf::from(sample.name), sample.bytes)).collect()
}

#[test]
fn other_readers_see_what_ours_see() {
    let folder = folder("differential");
    readings::write(&inputs(|_| true), &folder).unwrap();
    let output = compare(&folder);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    let summary = said.lines().last().unwrap();
    for reader in
        ["zipfile ", "zipfile, inputs ", "libarchive ", "libarchive stream ", "email ", "MIME::Parser ", "qpdf ", "poppler "]
    {
        assert!(summary.contains(reader), "{reader}was never asked: {summary}");
    }
}

/// Lies about what our readers saw: each of the others must notice.
#[test]
fn every_other_reader_can_tell_a_difference() {
    let folder = folder("differential-lies");
    let names = ["zip-plain.zip", "mail-nested.eml", "pdf-text.pdf"];
    readings::write(&inputs(|name| names.contains(&name)), &folder).unwrap();
    let file = folder.join("readings.jsonl");
    let lies = fs::read_to_string(&file).unwrap().lines().map(lie).collect::<Vec<_>>().join("\n");
    fs::write(&file, lies).unwrap();
    let output = compare(&folder);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stdout);
    for difference in [
        "zipfile: members",
        "libarchive: members",
        "libarchive stream: members",
        "zipfile: entries of the input",
        "libarchive: ASCII names of the input",
        "email: field Subject",
        "email: content",
        "MIME::Parser: content",
        "MIME::Parser: file name",
        "qpdf: Rotate of page 1",
        "qpdf: number of pages",
        "poppler: number of pages",
    ] {
        assert!(said.contains(difference), "{difference}: {said}");
    }
}

fn lie(line: &str) -> String {
    let mut reading: Value = serde_json::from_str(line).unwrap();
    let outline = &mut reading["outline"];
    match outline["format"].as_str().unwrap() {
        "zip" => {
            outline["parts"][0]["name"] = json!("other.txt");
            reading["entries"][0]["name"] = json!("other.txt");
            reading["entries"][1]["size"] = json!(1);
        }
        "mail" => {
            outline["header"]["Subject"] = json!("other");
            outline["parts"][0]["parts"][0]["sha256"] = json!("00");
            outline["parts"][0]["parts"][1]["name"] = json!("other.eml");
        }
        "pdf" => {
            outline["pages"][0]["rotate"] = json!(90);
            let page = outline["pages"][0].clone();
            outline["pages"].as_array_mut().unwrap().push(page);
        }
        format => unreachable!("{format}"),
    }
    reading.to_string()
}
