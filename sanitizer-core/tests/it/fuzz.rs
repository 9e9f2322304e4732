//! A format is not done without its fuzz targets.

use std::{collections::BTreeSet, fs, path::Path};

#[test]
fn every_format_has_its_fuzz_targets_and_every_target_its_row() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let manifest: toml::Table = fs::read_to_string(root.join("fuzz/Cargo.toml")).unwrap().parse().unwrap();
    let targets: BTreeSet<&str> = manifest["bin"].as_array().unwrap().iter().filter_map(|bin| bin["name"].as_str()).collect();

    let folders = fs::read_dir(root.join("sanitizer-core/src/formats")).unwrap();
    let formats: Vec<String> = folders
        .map(|entry| entry.unwrap().path())
        // What docx and xlsx share has a ledger, but is no format.
        .filter(|path| path.join("LEDGER.md").exists() && !path.ends_with("ooxml"))
        .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(formats.len(), sanitizer_core::formats::REGISTRY.len(), "a folder for each entry of the registry");
    for format in &formats {
        for kind in ["disarm", "reader"] {
            assert!(targets.contains(format!("{kind}_{format}").as_str()), "no fuzz target {kind}_{format}");
        }
    }

    let page = fs::read_to_string(root.join("fuzz/README.md")).unwrap();
    for target in &targets {
        assert!(root.join(format!("fuzz/fuzz_targets/{target}.rs")).exists(), "{target} has no file");
        assert!(page.contains(&format!("`{target}`")), "{target} has no row in fuzz/README.md");
    }
}
