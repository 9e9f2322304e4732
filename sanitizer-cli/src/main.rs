//! `sanitizer`: the core on the command line.
//!
//! Standard output carries data only; whatever is for people goes to standard error. An input that has no safe output
//! leaves no output file and nothing on standard output: write beside, verify, decide, rename.
#![forbid(unsafe_code)]

mod args;
mod clean;
mod exit;
mod formats;
mod input;
mod inspect;
mod mail;
mod output;
mod selftest;
mod text;
mod verify;

use args::{Arguments, Command};
use clap::Parser as _;
use exit::Exit;
use std::process::ExitCode;

fn main() -> ExitCode {
    sanitizer_pool::enter_if_worker();
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Fine };
            // A closed pipe is no reason for another exit code.
            let _ = error.print();
            return exit.into();
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let Ok(runtime) = runtime else { return Exit::Temporary.into() };
    let ended = runtime.block_on(async {
        match &arguments.command {
            Command::Clean(command) => clean::run(&arguments, command).await,
            Command::Formats(command) => formats::run(&arguments, command),
            Command::Inspect(command) => inspect::run(&arguments, command).await,
            Command::Mail(command) => mail::run(&arguments, command).await,
            Command::SelfTest(command) => selftest::run(&arguments, command).await,
            Command::Verify(command) => verify::run(&arguments, command).await,
        }
    });
    match ended {
        Ok(exit) => exit.into(),
        Err(failure) => {
            if !arguments.quiet {
                output::say(&format!("sanitizer: {failure}"));
            }
            failure.exit.into()
        }
    }
}
