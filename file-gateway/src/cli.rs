//! The command line.

use crate::{
    accounts::{AccountError, Accounts, NewAccount, Password, TokenError},
    config::{Config, Overrides},
    faces::Face,
    run::{self, RunError},
};
use clap::{Args, Parser, Subcommand};
use custody::Clock;
use rustix::termios::{self, LocalModes, OptionalActions, Termios};
use sanitizer_service::{ConfigError, Role, logging};
use std::{
    io::{self, IsTerminal as _, Write as _},
    path::PathBuf,
    process::ExitCode,
};

/// Where staff bring files in, and receive what was made of them.
#[derive(Debug, Parser)]
#[command(name = "file-gateway", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Manages accounts
    #[command(subcommand)]
    Account(AccountCommand),
    /// Says whether a configuration would be taken
    CheckConfig {
        #[command(flatten)]
        place: Place,
    },
    /// Runs the gateway
    Run {
        #[command(flatten)]
        place: Place,
        /// Which sides to run: all, front or back
        #[arg(long)]
        role: Option<Role>,
    },
}

#[derive(Debug, Args)]
struct Place {
    /// The configuration; without it, embedded defaults on loopback
    #[arg(long)]
    config: Option<PathBuf>,
    /// Where accounts, inbox, ledger and blobs live
    #[arg(long)]
    state_dir: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum AccountCommand {
    /// Adds an account; the password is read from standard input, or made and printed once
    Add {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        new: New,
        /// Makes a password and prints it, instead of asking
        #[arg(long)]
        generate: bool,
    },
    /// Bars an account: its sessions and tokens end now
    Disable {
        #[command(flatten)]
        place: Place,
        /// Its name
        name: String,
    },
    /// Lists accounts
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Makes, or renews, an account for one run and prints name and password
    OneTime {
        #[command(flatten)]
        place: Place,
        /// What is typed at sign-in
        #[arg(default_value = "demo")]
        name: String,
        /// A mail address whose held parts the account may see; may be repeated
        #[arg(long = "email")]
        addresses: Vec<String>,
        /// Belongs to the people who run the box
        #[arg(long)]
        admin: bool,
    },
    /// Changes a password; the account's sessions end
    Passwd {
        #[command(flatten)]
        place: Place,
        /// Its name
        name: String,
        /// Makes a password and prints it, instead of asking
        #[arg(long)]
        generate: bool,
    },
    /// Manages API tokens
    #[command(subcommand)]
    Token(TokenCommand),
}

#[derive(Debug, Args)]
struct New {
    /// What is typed at sign-in
    name: String,
    /// A mail address whose held parts the account may see; may be repeated
    #[arg(long = "email")]
    addresses: Vec<String>,
    /// Belongs to the people who run the box
    #[arg(long)]
    admin: bool,
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// Makes a token and prints it, the only time it can be seen
    Add {
        #[command(flatten)]
        place: Place,
        /// Whose
        name: String,
        /// Where it is good: internet or lgwan
        #[arg(long, value_parser = face)]
        face: Face,
        /// What it is for
        #[arg(long, default_value = "")]
        label: String,
    },
    /// Lists tokens
    List {
        #[command(flatten)]
        place: Place,
    },
    /// Takes a token back
    Revoke {
        #[command(flatten)]
        place: Place,
        /// The id `list` shows
        id: String,
    },
}

fn face(text: &str) -> Result<Face, &'static str> {
    Face::from_code(text).ok_or("a face is one of: internet, lgwan")
}

/// Why the program ends with an error.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error(transparent)]
    Run(#[from] RunError),
    #[error(transparent)]
    Token(#[from] TokenError),
}

/// Everything after line one of `main`.
pub fn main() -> ExitCode {
    match dispatch(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nothing is left to do when not even this can be written.
            let _ = writeln!(io::stderr(), "file-gateway: {failure}");
            // As in sysexits.h: EX_CONFIG for what an operator can mend in a file.
            ExitCode::from(if matches!(failure, Failure::Config(_)) { 78 } else { 1 })
        }
    }
}

fn dispatch(command: Command) -> Result<(), Failure> {
    match command {
        Command::Account(command) => account(command),
        Command::CheckConfig { place } => {
            place.config(None)?;
            Ok(())
        }
        Command::Run { place, role } => {
            let config = place.config(role)?;
            logging::install(config.service.log);
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
            Ok(runtime.block_on(run::run(config))?)
        }
    }
}

impl Place {
    fn config(self, role: Option<Role>) -> Result<Config, ConfigError> {
        Config::load(self.config.as_deref(), &Overrides { role, state_dir: self.state_dir })
    }

    fn accounts(self) -> Result<Accounts, Failure> {
        Ok(run::accounts(&self.config(None)?.service.state_dir)?)
    }
}

fn account(command: AccountCommand) -> Result<(), Failure> {
    let now = Clock::default().now().as_second();
    match command {
        AccountCommand::Add { place, new, generate } => {
            let accounts = place.accounts()?;
            let password = password(generate)?;
            accounts.add(&new.borrow(), &password, now)?;
            if generate { say(&format!("{} {}", new.name, password.reveal())) } else { Ok(()) }
        }
        AccountCommand::Disable { place, name } => Ok(place.accounts()?.disable(&name)?),
        AccountCommand::List { place } => place.accounts()?.list()?.iter().try_for_each(|account| {
            let marks = [(account.admin, "admin"), (account.disabled, "disabled")];
            let marks: Vec<_> = marks.iter().filter(|(set, _)| *set).map(|(_, mark)| *mark).collect();
            say(&format!("{}\t{}\t{}", account.name, marks.join(","), account.addresses.join(",")))
        }),
        AccountCommand::OneTime { place, name, addresses, admin } => {
            let password = Password::generate().map_err(AccountError::from)?;
            place.accounts()?.one_time(&NewAccount { name: &name, addresses: &addresses, admin }, &password, now)?;
            say(&format!("{name} {}", password.reveal()))
        }
        AccountCommand::Passwd { place, name, generate } => {
            let accounts = place.accounts()?;
            let password = password(generate)?;
            accounts.set_password(&name, &password)?;
            if generate { say(&format!("{name} {}", password.reveal())) } else { Ok(()) }
        }
        AccountCommand::Token(command) => token(command, now),
    }
}

fn token(command: TokenCommand, now: i64) -> Result<(), Failure> {
    match command {
        TokenCommand::Add { place, name, face, label } => say(&place.accounts()?.add_token(&name, face, &label, now)?),
        TokenCommand::List { place } => place
            .accounts()?
            .tokens()?
            .iter()
            .try_for_each(|token| say(&format!("{}\t{}\t{}\t{}", token.id, token.account, token.face, token.label))),
        TokenCommand::Revoke { place, id } => Ok(place.accounts()?.revoke_token(&id)?),
    }
}

impl New {
    fn borrow(&self) -> NewAccount<'_> {
        NewAccount { name: &self.name, addresses: &self.addresses, admin: self.admin }
    }
}

/// Reads one line from standard input, or makes a password.
fn password(generate: bool) -> Result<Password, Failure> {
    if generate {
        return Ok(Password::generate().map_err(AccountError::from)?);
    }
    let mut line = String::new();
    if io::stdin().is_terminal() {
        write!(io::stderr(), "password: ")?;
        let quiet = Quiet::begin()?;
        io::stdin().read_line(&mut line)?;
        drop(quiet);
        writeln!(io::stderr())?;
    } else {
        io::stdin().read_line(&mut line)?;
    }
    let typed = line.trim_end_matches(['\r', '\n']).to_owned();
    Ok(Password::new(typed).map_err(AccountError::from)?)
}

/// A terminal that does not show what is typed, until dropped.
struct Quiet(Termios);

impl Quiet {
    fn begin() -> io::Result<Self> {
        let before = termios::tcgetattr(io::stdin())?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        termios::tcsetattr(io::stdin(), OptionalActions::Flush, &quiet)?;
        Ok(Self(before))
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // The terminal may be gone; there is nothing to set right then.
        let _ = termios::tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

/// A line of data on standard output.
fn say(line: &str) -> Result<(), Failure> {
    Ok(writeln!(io::stdout(), "{line}")?)
}
