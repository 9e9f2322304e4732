//! `sanitizer mail`: RFC 5322 on standard input, the new message on standard output.

use crate::{
    args::{Arguments, MailArguments},
    exit::{Exit, Failure},
    input::{self, Session},
    output::{self, Pending},
    text,
};
use sanitizer_core::Role;
use std::path::Path;

pub(crate) async fn run(arguments: &Arguments, command: &MailArguments) -> Result<Exit, Failure> {
    let ended = pass(arguments, command).await;
    if !command.sysexits {
        return ended;
    }
    // pipe(8) knows four codes; the sentence for people is the same.
    match ended {
        Ok(exit) => Ok(exit.to_sysexit()),
        Err(failure) => Err(failure.into_sysexit()),
    }
}

async fn pass(arguments: &Arguments, command: &MailArguments) -> Result<Exit, Failure> {
    let session = Session::start(arguments, &command.run, 1).await?;
    let stdin = Path::new("-");
    let bytes = input::read(stdin, session.policy().limits.input_bytes)
        .map_err(|error| Failure::new(Exit::Io, format!("standard input: {error}")))?;
    let report = command.report.as_deref().map(Pending::open).transpose();
    let report = report.map_err(|error| Failure::new(Exit::Io, format!("the report: {error}")))?;
    let done = session.pool.sanitize(session.job(bytes, None, Role::Message)).await;
    if let Some(report) = report {
        let json = serde_json::to_vec_pretty(&done.report)
            .map_err(|_| Failure::new(Exit::Internal, "the report could not be written as JSON"))?;
        report.finish(&json).map_err(|error| Failure::new(Exit::Io, format!("the report: {error}")))?;
    }
    if !arguments.quiet {
        output::say(text::render(&done.report, arguments.lang.into()).trim_end());
    }
    match &done.part {
        Err(reason) => Ok(Exit::held(*reason)),
        Ok((clean, _)) => {
            let written = output::write_clean(stdin, clean);
            written.map_err(|error| Failure::new(Exit::Io, format!("standard output: {error}")))?;
            Ok(Exit::Fine)
        }
    }
}
