//! `smtp-relay`: see the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    sanitizer_pool::enter_if_worker();
    smtp_relay::cli::main()
}
