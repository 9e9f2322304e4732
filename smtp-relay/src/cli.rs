//! The command line.

use crate::{
    config::{Config, Overrides},
    inbound::{self, DoorLimits, ServerConfig, Timeouts},
    mailbox::Mailbox,
    protocol::{data::Ceilings, session::Rules},
    run::{self, RunError},
};
use clap::{Parser, Subcommand};
use sanitizer_service::{ConfigError, Role, config::LogFormat, logging, shutdown};
use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

/// Takes Internet mail, has it made harmless, and passes the result on.
#[derive(Debug, Parser)]
#[command(name = "smtp-relay", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Says whether a configuration would be taken
    CheckConfig {
        /// The configuration
        #[arg(long)]
        config: Option<PathBuf>,
    },
    /// A sink for development and tests: takes any mail on loopback and writes a Maildir
    Mailbox {
        /// Where to listen; loopback only
        #[arg(long, default_value = "127.0.0.1:2626")]
        listen: SocketAddr,
        /// The Maildir
        #[arg(long)]
        maildir: PathBuf,
    },
    /// Runs the relay
    Run {
        /// The configuration; without it, an embedded one on loopback
        #[arg(long)]
        config: Option<PathBuf>,
        /// Which sides to run: all, front or back
        #[arg(long)]
        role: Option<Role>,
        /// Where inbox, ledger and blobs live
        #[arg(long)]
        state_dir: Option<PathBuf>,
    },
}

/// Why the program ends with an error.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("{0}")]
    Refused(&'static str),
    #[error(transparent)]
    Run(#[from] RunError),
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Run(RunError::Io(error))
    }
}

/// Everything after line one of `main`.
pub fn main() -> ExitCode {
    match dispatch(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            say(&failure);
            // As in sysexits.h: EX_CONFIG for what an operator can mend in a file.
            ExitCode::from(if matches!(failure, Failure::Config(_)) { 78 } else { 1 })
        }
    }
}

#[expect(clippy::print_stderr, reason = "the program's last words to whoever started it")]
fn say(failure: &Failure) {
    eprintln!("smtp-relay: {failure}");
}

fn dispatch(command: Command) -> Result<(), Failure> {
    match command {
        Command::CheckConfig { config } => {
            Config::load(config.as_deref(), &Overrides::default())?;
            Ok(())
        }
        Command::Mailbox { listen, maildir } => runtime()?.block_on(mailbox(listen, maildir)),
        Command::Run { config, role, state_dir } => {
            let config = Config::load(config.as_deref(), &Overrides { role, state_dir })?;
            Ok(runtime()?.block_on(run::run(config))?)
        }
    }
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()
}

async fn mailbox(address: SocketAddr, maildir: PathBuf) -> Result<(), Failure> {
    logging::install(LogFormat::Text);
    if !address.ip().is_loopback() {
        return Err(Failure::Refused("the mailbox takes any mail for anybody, so it listens on loopback only"));
    }
    let mailbox = Mailbox::open(&maildir)?;
    let shutdown = shutdown::on_signals()?;
    let listener = run::listen("mailbox", address).await?;
    let config = ServerConfig {
        rules: Rules {
            host: "mailbox.localhost".to_owned(),
            content: Ceilings { content: 200_000_000, line: 10_000 },
            max_hops: u32::MAX,
            max_recipients: 1000,
            max_errors: 20,
            max_idle_commands: 1000,
            max_messages: u32::MAX,
        },
        door: DoorLimits { connections: 100, per_peer: 100 },
        timeouts: Timeouts { read: Duration::from_mins(5), write: Duration::from_mins(5), content: Duration::from_hours(1) },
        drain: Duration::from_secs(5),
    };
    inbound::serve(listener, Arc::new(mailbox), config, shutdown.receiver()).await;
    Ok(())
}
