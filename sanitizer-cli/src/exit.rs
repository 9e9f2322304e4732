//! Exit codes: the one place that turns an end into a number.

use sanitizer_verify::Reason;
use std::{fmt, process::ExitCode};

/// How the program ends. The largest of several inputs wins, in the order of the variants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Every input has a safe output.
    Fine,
    /// Modified, and `--fail-on` says that this is a failure.
    Modified,
    /// An input was held whole.
    Held,
    /// A password would be needed.
    Password,
    /// Over a limit or out of time.
    Limit,
    /// The verifier refused.
    Verify,
    /// The arguments make no sense.
    Usage,
    /// Policy or configuration.
    Config,
    /// A file could not be read or written.
    Io,
    /// Try again later.
    Temporary,
    /// Something of ours failed.
    Internal,
    /// Held, in the words of pipe(8).
    Unavailable,
}

impl Exit {
    /// The end of an input held with this reason.
    pub(crate) fn held(reason: Reason) -> Self {
        match reason {
            Reason::PasswordRequired => Self::Password,
            Reason::CountLimit
            | Reason::DepthLimit
            | Reason::OutOfMemory
            | Reason::PixelLimit
            | Reason::SizeLimit
            | Reason::Timeout
            | Reason::UnpackedLimit => Self::Limit,
            Reason::VerifyFailed => Self::Verify,
            Reason::Internal | Reason::WorkerDied => Self::Internal,
            Reason::Ambiguous
            | Reason::Broken
            | Reason::ConvertFailed
            | Reason::ConverterMissing
            | Reason::PolicyHold
            | Reason::TypeMismatch
            | Reason::TypeUnsupported
            | Reason::UnsafeContentRequired => Self::Held,
        }
    }

    const fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Held => 1,
            Self::Usage => 2,
            Self::Password => 3,
            Self::Limit => 4,
            Self::Verify => 5,
            Self::Modified => 6,
            Self::Unavailable => 69,
            Self::Internal => 70,
            Self::Io => 74,
            Self::Temporary => 75,
            Self::Config => 78,
        }
    }

    /// The same as pipe(8) understands it: fine, unavailable, try again later, configuration.
    pub(crate) const fn to_sysexit(self) -> Self {
        match self {
            Self::Fine | Self::Modified => Self::Fine,
            Self::Held | Self::Password | Self::Limit | Self::Verify | Self::Unavailable => Self::Unavailable,
            Self::Usage | Self::Config => Self::Config,
            Self::Io | Self::Temporary | Self::Internal => Self::Temporary,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

/// Why nothing could be done, in a sentence for the person at the terminal.
#[derive(Debug)]
pub(crate) struct Failure {
    pub exit: Exit,
    message: String,
}

impl Failure {
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, message: message.into() }
    }

    /// The same failure with an exit code as pipe(8) understands it.
    pub(crate) fn into_sysexit(self) -> Self {
        Self { exit: self.exit.to_sysexit(), ..self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
