//! The tables of docs/sandbox.md, written from the tables the cage is built of.

use super::{Filter, Layer};
use crate::{
    convert::{calls as jail_calls, probe::JailLayer},
    kind::Kind,
    sharing,
};
use std::fmt::Write as _;

/// Kinds, layers and system calls as Markdown, those of the converter's jail among them. A test holds docs/sandbox.md to it.
pub fn tables() -> String {
    let mut text = String::from("### Kinds\n\n");
    kinds(&mut text);
    text.push_str("\n### Layers, in the order in which a child lowers itself into them\n\n");
    layers(&mut text);
    text.push_str("\n### System calls\n\n");
    calls(&mut text, Filter::Compute);
    text.push_str("\n### Layers of the converter's jail\n\n");
    jail_layers(&mut text);
    text.push_str("\n### System calls in the converter's jail\n\n");
    text.push_str(&jail_calls::tables());
    text
}

fn kinds(text: &mut String) {
    text.push_str(
        "| kind | what it does | system calls | memory | wall time | kept ready |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for kind in Kind::ALL {
        let row = kind.row();
        let Filter::Compute = row.filter;
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "| `{}` | {} | compute | {} % of `memory_mib` | {} % of `wall_seconds` | {} a worker |",
            row.name, row.does, row.memory, row.wall, row.ready
        );
    }
    let _ = writeln!(
        text,
        "\nA child serves one item. One that serves small messages without attachments (up to {} bytes) serves up to {} of them.",
        sharing::LARGEST,
        sharing::MOST
    );
}

fn layers(text: &mut String) {
    text.push_str("| layer | what it is | `require` insists |\n| --- | --- | --- |\n");
    for layer in Layer::ALL {
        let insists = if layer.is_required() { "yes" } else { "no" };
        let _ = writeln!(text, "| `{layer}` | {} | {insists} |", layer.does());
    }
}

fn jail_layers(text: &mut String) {
    text.push_str("| layer | what it is |\n| --- | --- |\n");
    for layer in JailLayer::ALL {
        let _ = writeln!(text, "| `{}` | {} |", layer.code(), layer.does());
    }
}

fn calls(text: &mut String, filter: Filter) {
    text.push_str("| call | only | for |\n| --- | --- | --- |\n");
    for allowed in filter.allowed() {
        let _ = writeln!(text, "| `{}` | {} | {} |", allowed.name, allowed.when.words(), allowed.why);
    }
}
