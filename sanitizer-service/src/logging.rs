//! Logs: one line an event on standard error. Never content, names, passwords or text written by a parser.

use crate::config::LogFormat;
use tracing_subscriber::EnvFilter;

/// Installs the subscriber of this process; a second call changes nothing.
pub fn install(format: LogFormat) {
    let filter = EnvFilter::try_from_env("SANITIZER_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let installed = match format {
        LogFormat::Json => builder.json().flatten_event(true).try_init(),
        LogFormat::Text => builder.compact().try_init(),
    };
    // Installed before: by a test, or by the program around us.
    drop(installed);
}
