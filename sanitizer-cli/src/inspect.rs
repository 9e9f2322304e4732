//! `sanitizer inspect`.

use crate::{
    args::{Arguments, InspectArguments},
    exit::{Exit, Failure},
    input::{self, Session},
    output, text,
};
use sanitizer_core::Role;
use std::path::Path;

pub(crate) async fn run(arguments: &Arguments, command: &InspectArguments) -> Result<Exit, Failure> {
    let session = Session::start(arguments, &command.run, 1).await?;
    let io = |error: std::io::Error| Failure::new(Exit::Io, format!("{}: {error}", command.input.display()));
    let bytes = input::read(&command.input, session.policy().limits.input_bytes).map_err(io)?;
    let name = input::claimed_name(&command.input, command.name.as_ref());
    let done = session.pool.sanitize(session.job(bytes, name, Role::File)).await;
    let text = if command.json {
        let json = serde_json::to_string_pretty(&done.report);
        json.map_err(|_| Failure::new(Exit::Internal, "the report could not be written as JSON"))? + "\n"
    } else {
        text::render(&done.report, arguments.lang.into())
    };
    output::write(Path::new("-"), text.as_bytes()).map_err(io)?;
    Ok(done.part.err().map_or(Exit::Fine, Exit::held))
}
