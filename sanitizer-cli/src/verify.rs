//! `sanitizer verify`.

use crate::{
    args::{Arguments, RunArguments, VerifyArguments},
    exit::{Exit, Failure},
    input::{self, Session},
    output,
};
use sanitizer_verify::Format;
use std::path::Path;

pub(crate) async fn run(arguments: &Arguments, command: &VerifyArguments) -> Result<Exit, Failure> {
    let run = RunArguments { receipt: "-".to_owned(), now: None };
    let session = Session::start(arguments, &run, 1).await?;
    let mut exit = Exit::Fine;
    for path in &command.inputs {
        let one = one(&session, path).await?;
        if !arguments.quiet {
            let word = if one == Exit::Fine { "ok" } else { "not in the form that may leave" };
            output::say(&format!("{}: {word}", path.display()));
        }
        exit = exit.max(one);
    }
    Ok(exit)
}

async fn one(session: &Session, path: &Path) -> Result<Exit, Failure> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
    let format = Format::ALL.iter().copied().find(|format| Some(format.extension()) == extension.as_deref());
    let Some(format) = format else { return Ok(Exit::Verify) };
    let bytes = input::read(path, session.policy().limits.expanded_bytes)
        .map_err(|error| Failure::new(Exit::Io, format!("{}: {error}", path.display())))?;
    match session.pool.verify(bytes, format, session.policy()).await {
        Ok(true) => Ok(Exit::Fine),
        Ok(false) => Ok(Exit::Verify),
        Err(reason) => Ok(Exit::held(reason)),
    }
}
