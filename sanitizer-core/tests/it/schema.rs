//! The report's form is a contract.

use sanitizer_core::Report;
use std::path::Path;

#[test]
fn the_committed_schema_is_the_generated_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/report.schema.json");
    let generated = format!("{}\n", serde_json::to_string_pretty(&Report::json_schema()).unwrap());
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, generated, "run UPDATE_SCHEMA=1 cargo test -p sanitizer-core schema");
}
