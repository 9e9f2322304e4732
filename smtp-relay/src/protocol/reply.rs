//! Replies (RFC 5321, 4.2, with the enhanced codes of RFC 3463), and the one place that turns a refusal into one.
//!
//! A 250 after DATA says that the message is ours now. It can only be built from a proof that it is durable.

use super::{address::AddressError, command::CommandError, data::Fault, lines::LineError};
use crate::mailbox::Stored;
use custody::Committed;
use std::{borrow::Cow, fmt};

/// A reply of one line or several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    code: u16,
    /// Empty where RFC 2034 has none: the greeting, EHLO and 354.
    enhanced: &'static str,
    lines: Vec<Cow<'static, str>>,
}

/// Everything we say no to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Intake is stopped or full for now.
    Busy,
    /// A command line we do not take.
    Command(CommandError),
    /// The client sends before it may (RFC 2920, 3.1): what it thinks is content would be read as commands.
    EarlyTalk,
    /// The content of a message.
    Fault(Fault),
    /// Nothing came for too long.
    Idle,
    /// The command stream itself.
    Line(LineError),
    /// The message has passed so many hosts that it goes round in circles (RFC 5321, 6.3).
    Loop,
    /// A recipient this listener does not deliver to.
    NotRelaying,
    /// A command out of its order.
    Order,
    /// Going down.
    Stopping,
    /// The message could not be made durable.
    Storage,
    /// Too many connections, from everybody or from one address.
    TooManyConnections,
    /// Too many errors in one session.
    TooManyErrors,
    /// Too many recipients for one message.
    TooManyRecipients,
    /// A mailbox that does not exist here.
    UnknownMailbox,
}

/// Whether the session goes on after a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// The connection is closed after the reply.
    Close,
    /// It goes on.
    Stay,
}

impl Refusal {
    /// Whether the session goes on.
    pub const fn then(self) -> Then {
        match self {
            Self::Command(CommandError::Foreign)
            | Self::EarlyTalk
            | Self::Fault(Fault::BareLineEnding)
            | Self::Idle
            | Self::Line(_)
            | Self::Stopping
            | Self::TooManyConnections
            | Self::TooManyErrors => Then::Close,
            _ => Then::Stay,
        }
    }

    /// Code, enhanced code and text. The text is fixed: nothing a client sent is sent back.
    const fn text(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::Busy => (451, "4.3.2", "not accepting mail right now, try again later"),
            Self::Command(error) => command_text(error),
            Self::EarlyTalk => (503, "5.5.0", "content was sent before the go-ahead"),
            Self::Fault(fault) => fault_text(fault),
            Self::Idle => (421, "4.4.2", "nothing received for too long, closing"),
            Self::Line(LineError::BareLineEnding) => (500, "5.5.2", "a line must end with CRLF, closing"),
            Self::Line(LineError::TooLong) => (500, "5.5.2", "line too long, closing"),
            Self::Loop => (554, "5.4.6", "too many hops, this message is in a loop"),
            Self::NotRelaying => (550, "5.7.1", "not a recipient of this server"),
            Self::Order => (503, "5.5.1", "bad sequence of commands"),
            Self::Stopping => (421, "4.3.2", "going down, try again later"),
            Self::Storage => (451, "4.3.0", "the message could not be stored, try again later"),
            Self::TooManyConnections => (421, "4.7.0", "too many connections, try again later"),
            Self::TooManyErrors => (421, "4.7.0", "too many errors, closing"),
            Self::TooManyRecipients => (452, "4.5.3", "too many recipients, send the rest in another message"),
            Self::UnknownMailbox => (550, "5.1.1", "no such mailbox here"),
        }
    }
}

const fn command_text(error: CommandError) -> (u16, &'static str, &'static str) {
    match error {
        CommandError::Address(AddressError::NotAscii) => (553, "5.6.7", "addresses must be ASCII here"),
        CommandError::Address(_) => (501, "5.1.3", "malformed address"),
        CommandError::Foreign => (500, "5.5.1", "this is a mail server, closing"),
        CommandError::Parameter => (555, "5.5.4", "parameter not recognized or malformed"),
        CommandError::Syntax => (501, "5.5.4", "malformed arguments"),
        CommandError::Unavailable => (502, "5.5.1", "command not implemented"),
        CommandError::Unknown => (500, "5.5.1", "command not recognized"),
    }
}

const fn fault_text(fault: Fault) -> (u16, &'static str, &'static str) {
    match fault {
        Fault::BareLineEnding => (550, "5.6.0", "message has a bare CR or LF, closing"),
        Fault::LineTooLong => (550, "5.6.0", "message has a line that is too long"),
        Fault::TooLarge => (552, "5.3.4", "message is too large"),
    }
}

impl From<Refusal> for Reply {
    fn from(refusal: Refusal) -> Self {
        let (code, enhanced, text) = refusal.text();
        Self::one(code, enhanced, text)
    }
}

impl Reply {
    const fn new(code: u16, enhanced: &'static str, lines: Vec<Cow<'static, str>>) -> Self {
        Self { code, enhanced, lines }
    }

    fn one(code: u16, enhanced: &'static str, text: impl Into<Cow<'static, str>>) -> Self {
        Self::new(code, enhanced, vec![text.into()])
    }

    /// The message is in the inbox: it is ours now.
    pub fn queued(proof: &Committed) -> Self {
        Self::one(250, "2.0.0", format!("accepted as {}", proof.receipt()))
    }

    /// The message is in the maildir.
    pub fn stored(_proof: &Stored) -> Self {
        Self::one(250, "2.0.0", "stored")
    }

    /// The first line a client sees.
    pub(super) fn greeting(host: &str) -> Self {
        Self::one(220, "", format!("{host} ESMTP"))
    }

    pub(super) fn helo(host: &str) -> Self {
        Self::one(250, "", host.to_owned())
    }

    pub(super) fn ehlo(host: &str, max_size: u64) -> Self {
        let size = format!("SIZE {max_size}");
        Self::new(
            250,
            "",
            vec![host.to_owned().into(), "PIPELINING".into(), size.into(), "8BITMIME".into(), "ENHANCEDSTATUSCODES".into()],
        )
    }

    pub(super) fn sender_ok() -> Self {
        Self::one(250, "2.1.0", "sender ok")
    }

    pub(super) fn recipient_ok() -> Self {
        Self::one(250, "2.1.5", "recipient ok")
    }

    pub(super) fn no_recipients() -> Self {
        Self::one(554, "5.5.1", "no valid recipients")
    }

    pub(super) fn go_ahead() -> Self {
        Self::one(354, "", "end with CRLF . CRLF")
    }

    pub(super) fn ok() -> Self {
        Self::one(250, "2.0.0", "ok")
    }

    pub(super) fn help() -> Self {
        Self::one(214, "2.0.0", "see RFC 5321")
    }

    pub(super) fn cannot_verify() -> Self {
        Self::one(252, "2.1.5", "send mail and see")
    }

    pub(super) fn bye() -> Self {
        Self::one(221, "2.0.0", "bye")
    }

    /// The reply code.
    pub const fn code(&self) -> u16 {
        self.code
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let last = self.lines.len().saturating_sub(1);
        for (at, line) in self.lines.iter().enumerate() {
            let mark = if at == last { ' ' } else { '-' };
            write!(f, "{}{mark}{}", self.code, self.enhanced)?;
            if !self.enhanced.is_empty() {
                f.write_str(" ")?;
            }
            write!(f, "{line}\r\n")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_written_as_rfc_5321_has_them() {
        let ehlo = Reply::ehlo("relay.example", 1000).to_string();
        assert_eq!(ehlo, "250-relay.example\r\n250-PIPELINING\r\n250-SIZE 1000\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n");
        assert_eq!(Reply::bye().to_string(), "221 2.0.0 bye\r\n");
        assert_eq!(Reply::from(Refusal::NotRelaying).to_string(), "550 5.7.1 not a recipient of this server\r\n");
    }

    #[test]
    fn the_class_of_code_and_enhanced_code_agree() {
        for refusal in [
            Refusal::Busy,
            Refusal::Command(CommandError::Address(AddressError::NotAscii)),
            Refusal::Command(CommandError::Foreign),
            Refusal::EarlyTalk,
            Refusal::Fault(Fault::BareLineEnding),
            Refusal::Fault(Fault::TooLarge),
            Refusal::Idle,
            Refusal::Line(LineError::TooLong),
            Refusal::Loop,
            Refusal::NotRelaying,
            Refusal::Stopping,
            Refusal::Storage,
            Refusal::TooManyRecipients,
            Refusal::UnknownMailbox,
        ] {
            let (code, enhanced, text) = refusal.text();
            assert_eq!(code.to_string().get(..1), enhanced.get(..1));
            assert!(code >= 400 && text.is_ascii() && !text.is_empty());
        }
    }
}
