//! `sanitizer formats`.

use crate::{
    args::{Arguments, FormatsArguments},
    exit::{Exit, Failure},
    input, output,
};
use sanitizer_core::{formats, policy::Treatment};
use sanitizer_verify::Format;
use std::{fmt::Write as _, path::Path};

pub(crate) fn run(arguments: &Arguments, command: &FormatsArguments) -> Result<Exit, Failure> {
    let policy = input::policy(arguments.policy.as_deref())?;
    let rows = Format::ALL.iter().copied().map(|format| {
        let treatment = match (formats::find(format), policy.treatment(format)) {
            (Some(_), Treatment::Rebuild) => "rebuild",
            (_, Treatment::Convert) => "convert",
            _ => "hold",
        };
        (format, treatment)
    });
    let text = if command.json {
        let rows: Vec<_> = rows
            .map(|(format, treatment)| {
                serde_json::json!({ "format": format.code(), "extension": format.extension(), "treatment": treatment })
            })
            .collect();
        let json = serde_json::to_string_pretty(&rows);
        json.map_err(|_| Failure::new(Exit::Internal, "the list could not be written as JSON"))? + "\n"
    } else {
        rows.fold(String::new(), |mut text, (format, treatment)| {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{:<16} {:<8} {treatment}", format.code(), format.extension());
            text
        })
    };
    output::write(Path::new("-"), text.as_bytes())
        .map_err(|error| Failure::new(Exit::Io, format!("standard output: {error}")))?;
    Ok(Exit::Fine)
}
