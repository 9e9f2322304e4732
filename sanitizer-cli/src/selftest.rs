//! `sanitizer self-test`: what the cage of each kind of worker and the converter's jail stop on this machine.

use crate::{
    args::{Arguments, SelfTestArguments},
    exit::{Exit, Failure},
    input, output,
};
use sanitizer_pool::{Depth, JailLayer, JailTest, Layer, SelfTest, Stop, self_test};
use serde_json::json;
use std::{fmt::Write as _, path::Path};

/// What the converter's jail is called beside the kinds of worker.
const CONVERT: &str = "convert";

/// Runs the test. Not fine if something was not stopped, or a layer is missing that services insist on.
pub(crate) async fn run(arguments: &Arguments, command: &SelfTestArguments) -> Result<Exit, Failure> {
    let config = input::workers_of(arguments, 1)?;
    let tested = self_test(&config, Depth::Layers).await.map_err(|error| input::no_worker(&error))?;
    let text = if command.json { as_json(&tested) } else { as_text(&tested) };
    output::write(Path::new("-"), text.as_bytes())
        .map_err(|error| Failure::new(Exit::Io, format!("standard output: {error}")))?;
    let whole = !tested.missing.iter().any(|layer| layer.is_required());
    Ok(if fine(&tested) && whole { Exit::Fine } else { Exit::Held })
}

/// Whether everything that was tried was stopped. Without a converter there is nothing to try in its jail.
fn fine(tested: &SelfTest) -> bool {
    tested.passed() && !tested.jail.is_open()
}

fn as_text(tested: &SelfTest) -> String {
    let mut text = String::new();
    let mut kind = None;
    for row in &tested.rows {
        if kind != Some(row.kind) {
            kind = Some(row.kind);
            let _ = writeln!(text, "{}", row.kind.name());
        }
        line(&mut text, row.stopped(), row.probe.does(), &stops(&row.stops, Layer::code));
    }
    jail(&mut text, &tested.jail);
    for layer in &tested.missing {
        let weight = if layer.is_required() { "MISSING" } else { "missing, others stand in for it" };
        let _ = writeln!(text, "{weight}: {layer} ({})", layer.does());
    }
    let layers = Layer::ALL.len();
    let _ = writeln!(text, "{} of {layers} layers hold", layers.saturating_sub(tested.missing.len()));
    text
}

fn jail(text: &mut String, jail: &JailTest) {
    let why = match jail {
        JailTest::NotInstalled => ": not tried, LibreOffice or bubblewrap is not installed; old formats are held",
        JailTest::DoesNotStart => ": not tried, bubblewrap does not start on this machine; old formats are held",
        JailTest::Tried(_) => "",
    };
    let _ = writeln!(text, "{CONVERT}{why}");
    for row in jail.rows() {
        line(text, row.stopped(), row.probe.does(), &stops(&row.stops, JailLayer::code));
    }
}

fn line(text: &mut String, stopped: bool, tried: &str, by: &[&str]) {
    let verdict = if stopped { "stopped" } else { "NOT STOPPED" };
    let _ = writeln!(text, "  {verdict:11}  {tried:44} {}", by.join(", behind it "));
}

/// The layer that stopped it, and behind it those that would have.
fn stops<L: Copy>(stops: &[Stop<L>], code: impl Fn(L) -> &'static str) -> Vec<&'static str> {
    let mut behind: Vec<_> = stops
        .iter()
        .map(|stop| match stop {
            Stop::By(layer) => code(*layer),
            Stop::Nothing => "nothing",
            Stop::Unclear => "unclear",
        })
        .collect();
    // The same layer twice says nothing new.
    behind.dedup();
    behind
}

fn as_json(tested: &SelfTest) -> String {
    let row = |kind: &str, probe: &str, stopped: bool, by: Vec<&str>| json!({ "kind": kind, "probe": probe, "stopped": stopped, "by": by });
    let cages = tested
        .rows
        .iter()
        .map(|tried| row(tried.kind.name(), tried.probe.name(), tried.stopped(), stops(&tried.stops, Layer::code)));
    let jail = tested.jail.rows().iter();
    let jail = jail.map(|tried| row(CONVERT, tried.probe.name(), tried.stopped(), stops(&tried.stops, JailLayer::code)));
    let rows: Vec<_> = cages.chain(jail).collect();
    let converter = match tested.jail {
        JailTest::NotInstalled => "not_installed",
        JailTest::DoesNotStart => "does_not_start",
        JailTest::Tried(_) => "tried",
    };
    let missing: Vec<_> = tested.missing.iter().map(|layer| layer.code()).collect();
    format!("{:#}\n", json!({ "passed": fine(tested), "rows": rows, "missing": missing, "converter": converter }))
}
