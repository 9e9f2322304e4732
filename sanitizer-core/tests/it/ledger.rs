//! Every row of every LEDGER.md names its source and its test, and the test exists.
//!
//! A row is `| construct | action | why and source | test |`. The test is the name of a test function, or
//! `fixture:NAME` for a sample that the properties run over.

use std::{collections::BTreeSet, fs, path::Path};

fn rust_files(dir: &Path, out: &mut String) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            out.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn every_row_has_a_source_and_a_test_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut sources = String::new();
    for dir in ["sanitizer-core/src", "sanitizer-core/tests", "sanitizer-verify/src"] {
        rust_files(&root.join(dir), &mut sources);
    }
    let samples: BTreeSet<String> = fixtures::all().into_iter().map(|sample| sample.name).collect();
    let mut failures = Vec::new();
    for entry in fs::read_dir(root.join("sanitizer-core/src/formats")).unwrap() {
        let dir = entry.unwrap().path();
        if !dir.is_dir() {
            continue;
        }
        let ledger = fs::read_to_string(dir.join("LEDGER.md")).unwrap_or_default();
        let rows: Vec<&str> = ledger.lines().filter(|line| line.starts_with('|')).skip(2).collect();
        if rows.is_empty() {
            failures.push(format!("{}: no rows", dir.display()));
        }
        for row in rows {
            let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
            let [_, action, source, test] = cells[..] else {
                failures.push(format!("{}: not four cells: {row}", dir.display()));
                continue;
            };
            let known = ["Hold", "Keep", "Neutralize", "Rebuild", "Remove"];
            if !known.iter().any(|word| action.starts_with(word)) || source.is_empty() {
                failures.push(format!("{}: no action or source: {row}", dir.display()));
            }
            let exists = test.split(", ").all(|test| {
                let test = test.trim_matches('`');
                match test.strip_prefix("fixture:") {
                    Some(name) => samples.contains(name),
                    None => sources.contains(&format!("fn {test}(")),
                }
            });
            if !exists {
                failures.push(format!("{}: no such test: {row}", dir.display()));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
