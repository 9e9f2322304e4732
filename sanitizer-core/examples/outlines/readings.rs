//! Cleans an input and tells what our readers see in it and in what came out, as one line of JSON.

use sanitizer_core::{Claim, Policy, Role, Run, Stage, sanitize, syntax::zip};
use sanitizer_verify::{Budget, Clean, Untrusted};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// Cleans the files `inputs` and writes into `folder` what was released, under a number, and `readings.jsonl`.
pub(crate) fn write(inputs: &[(PathBuf, Vec<u8>)], folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let mut lines = String::new();
    for (number, (path, bytes)) in inputs.iter().enumerate() {
        let clean = clean(path, bytes);
        let output = clean.as_ref().map(|clean| format!("{number:06}.{}", clean.format().extension()));
        if let (Some(name), Some(clean)) = (&output, &clean) {
            fs::write(folder.join(name), clean.bytes())?;
        }
        let entries = zip_entries(bytes);
        if entries.is_some() {
            fs::write(folder.join(format!("{number:06}.input")), bytes)?;
        }
        let line = json!({
            "input": path.to_string_lossy(),
            "output": output,
            "outline": clean.as_ref().map(outline),
            "archive": entries.as_ref().map(|_| format!("{number:06}.input")),
            "entries": entries,
        });
        lines.push_str(&line.to_string());
        lines.push('\n');
    }
    fs::write(folder.join("readings.jsonl"), lines)
}

fn clean(path: &Path, bytes: &[u8]) -> Option<Clean> {
    let name = path.file_name().map(|name| name.to_string_lossy()).filter(|name| name.contains('.'));
    let is_message = name.as_ref().is_some_and(|name| name.to_ascii_lowercase().ends_with(".eml"));
    let role = if is_message { Role::Message } else { Role::File };
    let claim = Claim { name: name.as_deref(), media_type: None, role };
    let run = Run { receipt: "20261125-TEST-0001".to_owned(), now: 1_795_000_000, stage: Stage::Full, ..Run::default() };
    sanitize(Untrusted::new(bytes), &claim, &Policy::default(), &run).clean().cloned()
}

/// What the verifier sees in what was released.
fn outline(clean: &Clean) -> Value {
    match sanitizer_verify::outline(clean.format(), clean.bytes(), &Policy::default().limits) {
        Ok(outline) => json!(outline),
        Err(refusal) => json!({ "refused": refusal.to_string() }),
    }
}

/// What the strict pass sees in an input that is a ZIP and passes; a member that cannot be decoded has no hash.
fn zip_entries(bytes: &[u8]) -> Option<Vec<Value>> {
    let limits = Policy::default().limits;
    let mut budget = Budget::new(&limits);
    let mut archive = zip::Archive::open(bytes, &mut budget).ok()?;
    let entries = archive.entries().to_vec();
    let one = |(index, entry): (usize, &zip::Entry)| {
        let content = if entry.kind == zip::Kind::File { archive.read(index, &mut budget).ok() } else { None };
        let sha256 = content.map(|content| hex(&Sha256::digest(content)));
        json!({
            "name": entry.name,
            "size": entry.size,
            "compressed": entry.compressed,
            "directory": entry.kind == zip::Kind::Directory,
            "sha256": sha256,
        })
    };
    Some(entries.iter().enumerate().map(one).collect())
}

fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
