//! Who may make a `Clean`.

use std::{fs, path::Path};

/// Files below `dir` that name `attest(` of the trust module, tests and the definition left out.
fn callers(dir: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), "target" | ".git" | "tests" | "docs") {
                callers(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let calls = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            if calls.clone().any(|line| line.contains("attest(") && !line.contains("fn attest(")) {
                found.push(path.to_string_lossy().into_owned());
            }
        }
    }
}

#[test]
fn attest_has_at_most_two_callers() {
    let mut found = Vec::new();
    callers(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &mut found);
    found.sort();
    let allowed = ["sanitizer-pool/src/attest.rs", "sanitizer-service/src/outputs.rs"];
    assert!(found.iter().all(|path| allowed.iter().any(|allowed| path.ends_with(allowed))), "{found:?}");
    assert!(found.iter().any(|path| path.ends_with("sanitizer-pool/src/attest.rs")), "the guard finds the caller it knows");
}
