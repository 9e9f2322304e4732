//! The arguments.

use clap::{Args, Parser, Subcommand, ValueEnum};
use sanitizer_core::report::Language;
use std::path::PathBuf;

/// Makes files and mails harmless: what comes out was written anew and then verified.
#[derive(Debug, Parser)]
#[command(name = "sanitizer", version, propagate_version = true)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// A policy file (TOML); without it the embedded default.
    #[arg(long, global = true, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// Say nothing on standard error.
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Language of what is said.
    #[arg(long, global = true, value_enum, default_value_t = Lang::Ja)]
    pub lang: Lang,
    /// How long one step of one input may take, in seconds.
    #[arg(long, global = true, value_name = "SECONDS", default_value_t = 120, value_parser = clap::value_parser!(u64).range(1..))]
    pub timeout: u64,
    /// A worker's memory, in MiB.
    #[arg(long, global = true, value_name = "MIB", default_value_t = 1024, value_parser = clap::value_parser!(u64).range(128..))]
    pub memory: u64,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Clean files.
    Clean(CleanArguments),
    /// List the formats and what is done with each.
    Formats(FormatsArguments),
    /// Say what is inside a file, and write no output.
    Inspect(InspectArguments),
    /// Clean one message: RFC 5322 on standard input, the new message on standard output.
    Mail(MailArguments),
    /// Try from inside each kind of cage what an attacker would, and print what was stopped by what.
    SelfTest(SelfTestArguments),
    /// Say whether files are in the form that may leave.
    Verify(VerifyArguments),
}

/// `sanitizer clean`.
#[derive(Debug, Args)]
pub(crate) struct CleanArguments {
    /// Files, folders (with -r), or - for standard input.
    #[arg(required = true, value_name = "FILE")]
    pub inputs: Vec<PathBuf>,
    /// Where the output of one input goes; - for standard output.
    #[arg(long, short, value_name = "OUT", conflicts_with = "out_dir")]
    pub output: Option<PathBuf>,
    /// Where the outputs of several inputs go, under safe names.
    #[arg(long, value_name = "DIR")]
    pub out_dir: Option<PathBuf>,
    /// Walk into folders.
    #[arg(long, short)]
    pub recursive: bool,
    /// How many inputs are worked on at once.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub jobs: u8,
    /// Where the report goes; - for standard output.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// The form of the report. Several inputs: jsonl.
    #[arg(long, value_enum, default_value_t = ReportForm::Json)]
    pub report_format: ReportForm,
    /// The name a file on standard input is taken by.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// What else counts as a failure.
    #[arg(long, value_enum)]
    pub fail_on: Option<FailOn>,
    /// Do everything but write outputs.
    #[arg(long)]
    pub dry_run: bool,
    #[command(flatten)]
    pub run: RunArguments,
}

/// What a run is told from outside.
#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    /// The receipt number (受付番号) in reports and notices.
    #[arg(long, value_name = "ID", default_value = "-")]
    pub receipt: String,
    /// The moment of the run (RFC 3339); without it, now.
    #[arg(long, value_name = "TIME")]
    pub now: Option<jiff::Timestamp>,
}

/// `sanitizer formats`.
#[derive(Debug, Args)]
pub(crate) struct FormatsArguments {
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

/// `sanitizer inspect`.
#[derive(Debug, Args)]
pub(crate) struct InspectArguments {
    /// The file, or - for standard input.
    #[arg(value_name = "FILE")]
    pub input: PathBuf,
    /// The report as JSON.
    #[arg(long)]
    pub json: bool,
    /// The name a file on standard input is taken by.
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    #[command(flatten)]
    pub run: RunArguments,
}

/// `sanitizer mail`.
#[derive(Debug, Args)]
pub(crate) struct MailArguments {
    /// Where the report goes.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
    /// Exit codes as pipe(8) understands them: 0, 69, 75, 78. A message held as a whole has a stub and is 0.
    #[arg(long)]
    pub sysexits: bool,
    #[command(flatten)]
    pub run: RunArguments,
}

/// `sanitizer self-test`.
#[derive(Debug, Args)]
pub(crate) struct SelfTestArguments {
    /// As JSON.
    #[arg(long)]
    pub json: bool,
}

/// `sanitizer verify`.
#[derive(Debug, Args)]
pub(crate) struct VerifyArguments {
    /// Files in a form that may leave, each read as what its extension says.
    #[arg(required = true, value_name = "FILE")]
    pub inputs: Vec<PathBuf>,
}

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportForm {
    /// One JSON document (of one input).
    Json,
    /// One JSON document a line.
    Jsonl,
    /// For people.
    Text,
}

/// What else counts as a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// A held member inside a clean output.
    Blocked,
    /// Anything removed.
    Modified,
}

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    /// Japanese.
    Ja,
    /// English.
    En,
}

impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Ja => Self::Ja,
            Lang::En => Self::En,
        }
    }
}
