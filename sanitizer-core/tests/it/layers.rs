//! Who may know whom: the arrows of ARCHITECTURE.md, read off the manifests and the lock file.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

/// What both the core and the verifier may depend on, each with the reason why a mistake in it cannot vouch for itself.
const NEUTRAL: &[(&str, &str)] = &[
    ("adler2", "checksum arithmetic"),
    ("block-buffer", "buffers of the hash"),
    ("cfg-if", "compile-time only"),
    ("const-oid", "constants of the hash"),
    ("cpufeatures", "asks the processor"),
    ("crypto-common", "traits of the hash"),
    ("digest", "traits of the hash"),
    ("hybrid-array", "arrays of the hash"),
    ("libc", "constants"),
    ("log", "no decoding"),
    ("memchr", "byte search"),
    ("miniz_oxide", "in the core's tree as the second backend of flate2, which uses zlib-rs"),
    ("proc-macro2", "compile-time only"),
    ("quote", "compile-time only"),
    ("serde", "traits; what it decodes is ours"),
    ("serde_core", "traits; what it decodes is ours"),
    ("serde_derive", "compile-time only"),
    ("sha2", "the hash both must agree on"),
    ("simd-adler32", "checksum arithmetic"),
    ("smallvec", "a container"),
    ("syn", "compile-time only"),
    ("typenum", "numbers of the hash"),
    ("unicode-ident", "compile-time only"),
];

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What a command prints, run in the root; it must succeed.
fn printed_by(command: &mut Command) -> String {
    let output = command.current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The platform we build on, in the compiler's words.
fn platform() -> String {
    let words = printed_by(Command::new("rustc").arg("-vV"));
    words.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

/// Direct dependencies of a member, tests left out.
fn direct(member: &str) -> BTreeSet<String> {
    let manifest = fs::read_to_string(root().join(member).join("Cargo.toml")).unwrap();
    let table: toml::Table = manifest.parse().unwrap();
    table.get("dependencies").and_then(toml::Value::as_table).map(|table| table.keys().cloned().collect()).unwrap_or_default()
}

/// Everything that is built into a member, tests and build scripts left out.
fn tree(member: &str) -> BTreeSet<String> {
    let mut command = Command::new(env!("CARGO"));
    command
        .args(["tree", "--offline", "--quiet", "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        // The core knows the verifier; what comes with that is not the core's own.
        .args(if member == "sanitizer-core" { &["--prune", "sanitizer-verify"][..] } else { &[] })
        .args(["--package", member]);
    let lines = printed_by(&mut command);
    lines.lines().filter_map(|line| line.split(' ').next().map(str::to_owned)).filter(|name| name != member).collect()
}

#[test]
fn the_arrows_between_our_crates_hold() {
    let ours = [
        ("sanitizer-verify", &[][..]),
        ("custody", &[][..]),
        ("fixtures", &[][..]),
        ("sanitizer-core", &["sanitizer-verify"][..]),
        ("sanitizer-pool", &["sanitizer-core", "sanitizer-verify"][..]),
        ("sanitizer-service", &["custody", "sanitizer-core", "sanitizer-pool", "sanitizer-verify"][..]),
        ("smtp-relay", &["custody", "sanitizer-core", "sanitizer-pool", "sanitizer-service", "sanitizer-verify"][..]),
        ("file-gateway", &["custody", "sanitizer-core", "sanitizer-pool", "sanitizer-service", "sanitizer-verify"][..]),
        ("sanitizer-cli", &["sanitizer-core", "sanitizer-pool", "sanitizer-service", "sanitizer-verify"][..]),
    ];
    let names: BTreeSet<&str> = ours.iter().map(|(name, _)| *name).collect();
    for (member, allowed) in ours {
        for dependency in direct(member).iter().filter(|dependency| names.contains(dependency.as_str())) {
            assert!(allowed.contains(&dependency.as_str()), "{member} may not know {dependency}");
        }
    }
}

#[test]
fn core_and_verifier_share_no_decoder() {
    let shared: Vec<String> = tree("sanitizer-core")
        .intersection(&tree("sanitizer-verify"))
        .filter(|name| !NEUTRAL.iter().any(|(neutral, _)| neutral == name))
        .cloned()
        .collect();
    assert_eq!(shared, Vec::<String>::new(), "give each a reason in NEUTRAL, or another crate");
}

#[test]
fn every_dependency_has_a_reason_and_a_user() {
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    let page = fs::read_to_string(root().join("docs/dependencies.md")).unwrap();
    let dependencies = manifest["workspace"]["dependencies"].as_table().unwrap();
    let theirs = dependencies.iter().filter(|(_, spec)| spec.get("path").is_none()).map(|(name, _)| name);
    for name in theirs {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{name}` |")));
        let cells: Vec<&str> = row.unwrap_or_default().trim_matches('|').split(" | ").map(str::trim).collect();
        assert!(cells.len() == 3 && cells.iter().all(|cell| !cell.is_empty()), "{name} has no whole row in docs/dependencies.md");
    }
}

/// Whether a source file has an unsafe block, function or implementation, comments left out.
fn is_unsafe(source: &str) -> bool {
    source.lines().map(|line| line.split("//").next().unwrap_or_default()).any(|line| {
        line.split("unsafe").skip(1).any(|after| {
            let after = after.trim_start();
            after.starts_with('{') || ["fn ", "impl", "extern"].iter().any(|word| after.starts_with(word))
        })
    })
}

/// Rust files below a folder.
fn sources(folder: &Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|end| end == "rs"))
        .collect()
}

#[test]
fn every_crate_with_unsafe_on_the_path_has_a_reason() {
    let mut command = Command::new(env!("CARGO"));
    // Of this platform alone: a fresh machine has fetched no other's crates.
    command.args(["metadata", "--offline", "--format-version", "1", "--filter-platform", &platform()]);
    let metadata: serde_json::Value = serde_json::from_str(&printed_by(&mut command)).unwrap();
    let path: BTreeSet<String> = tree("sanitizer-core").union(&tree("sanitizer-verify")).cloned().collect();
    let page = fs::read_to_string(root().join("docs/dependencies.md")).unwrap();
    let table = page.split("## Unsafe code").nth(1).unwrap();
    let has_unsafe: BTreeSet<&str> = metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|package| path.contains(package["name"].as_str().unwrap()))
        // A macro runs while we build, not where hostile bytes are.
        .filter(|package| !package["targets"].to_string().contains("proc-macro"))
        .filter(|package| {
            let folder = Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap().join("src");
            sources(&folder).iter().any(|file| is_unsafe(&String::from_utf8_lossy(&fs::read(file).unwrap())))
        })
        .map(|package| package["name"].as_str().unwrap())
        .filter(|name| !["proc-macro2", "syn"].contains(name))
        .collect();
    assert!(has_unsafe.contains("zlib-rs"), "the search finds nothing");
    let missing: Vec<_> = has_unsafe.iter().filter(|name| !table.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "without a reason in docs/dependencies.md: {missing:?}");
}
