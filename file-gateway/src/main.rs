//! `file-gateway`: see the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    sanitizer_pool::enter_if_worker();
    file_gateway::cli::main()
}
