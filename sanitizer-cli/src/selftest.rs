//! `sanitizer self-test`: what the cage of each kind of worker stops on this machine.

use crate::{
    args::{Arguments, SelfTestArguments},
    exit::{Exit, Failure},
    input, output,
};
use sanitizer_pool::{Depth, Layer, Row, SelfTest, Stop, self_test};
use serde_json::json;
use std::{fmt::Write as _, path::Path};

/// Runs the test. Not fine if something was not stopped, or a layer is missing that services insist on.
pub(crate) async fn run(arguments: &Arguments, command: &SelfTestArguments) -> Result<Exit, Failure> {
    let config = input::workers_of(arguments, 1)?;
    let tested = self_test(&config, Depth::Layers).await.map_err(|error| input::no_worker(&error))?;
    let text = if command.json { as_json(&tested) } else { as_text(&tested) };
    output::write(Path::new("-"), text.as_bytes())
        .map_err(|error| Failure::new(Exit::Io, format!("standard output: {error}")))?;
    let whole = !tested.missing.iter().any(|layer| layer.is_required());
    Ok(if tested.passed() && whole { Exit::Fine } else { Exit::Held })
}

fn as_text(tested: &SelfTest) -> String {
    let mut text = String::new();
    let mut kind = None;
    for row in &tested.rows {
        if kind != Some(row.kind) {
            kind = Some(row.kind);
            let _ = writeln!(text, "{}", row.kind.name());
        }
        let verdict = if row.stopped() { "stopped" } else { "NOT STOPPED" };
        let _ = writeln!(text, "  {verdict:11}  {:38} {}", row.probe.does(), stops(row));
    }
    for layer in &tested.missing {
        let weight = if layer.is_required() { "MISSING" } else { "missing, others stand in for it" };
        let _ = writeln!(text, "{weight}: {layer} ({})", layer.does());
    }
    let layers = Layer::ALL.len();
    let _ = writeln!(text, "{} of {layers} layers hold", layers.saturating_sub(tested.missing.len()));
    text
}

/// The layer that stopped it, and behind it those that would have.
fn stops(row: &Row) -> String {
    let mut behind: Vec<_> = row.stops.iter().copied().map(stop).collect();
    // The same layer twice says nothing new.
    behind.dedup();
    behind.join(", behind it ")
}

const fn stop(stop: Stop) -> &'static str {
    match stop {
        Stop::By(layer) => layer.code(),
        Stop::Nothing => "nothing",
        Stop::Unclear => "unclear",
    }
}

fn as_json(tested: &SelfTest) -> String {
    let rows: Vec<_> = tested
        .rows
        .iter()
        .map(|row| {
            let stops: Vec<_> = row.stops.iter().copied().map(stop).collect();
            json!({ "kind": row.kind.name(), "probe": row.probe.name(), "stopped": row.stopped(), "by": stops })
        })
        .collect();
    let missing: Vec<_> = tested.missing.iter().map(|layer| layer.code()).collect();
    format!("{:#}\n", json!({ "passed": tested.passed(), "rows": rows, "missing": missing }))
}
