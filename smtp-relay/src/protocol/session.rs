//! One SMTP session as a state machine.
//!
//! ```text
//!          EHLO, HELO           MAIL              RCPT (accepted)          DATA            end of content
//!  Start ────────────► Ready ─────────► Sender ───────────────► Recipients ────► Content ────────────────► Ready
//!                       ▲ ▲ └ RSET ┘      │ RSET, EHLO, HELO ◄──────┘   │ ▲
//!                       └─┴───────────────┴─────────────────────────────┘ └ RCPT
//!  any ── QUIT, a refusal that closes ──► Closed
//! ```

use super::{
    address::{Address, ForwardPath, ReversePath},
    command::{Command, CommandError},
    data::Ceilings,
    lines::LineError,
    reply::{Refusal, Reply, Then},
};

/// An envelope (RFC 5321, 2.3.1): who sends, and to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// Where failures are reported.
    pub from: ReversePath,
    /// The recipients, each once, at least one.
    pub to: Vec<Address>,
}

/// What a session asks the house for.
pub trait Gate {
    /// Whether a message may begin now.
    fn admit(&self) -> Result<(), Refusal>;
    /// Whether this listener delivers to `to`, and under which address.
    fn recipient(&self, to: &ForwardPath) -> Result<Address, Refusal>;
}

/// Ceilings of a session.
#[derive(Clone, Debug)]
pub struct Rules {
    /// What we call ourselves.
    pub host: String,
    /// Ceilings of a message's content.
    pub content: Ceilings,
    /// Hosts a message may have passed before us (RFC 5321, 6.3).
    pub max_hops: u32,
    /// Recipients of one message (RFC 5321, 4.5.3.1.8 asks for at least 100).
    pub max_recipients: usize,
    /// Refused commands before we close.
    pub max_errors: u32,
    /// Commands that move nothing forward (NOOP, RSET, VRFY, …) before we close; each message starts the count anew.
    pub max_idle_commands: u32,
    /// Messages before we close, so that a busy client's connection moves on to another of our nodes.
    pub max_messages: u32,
}

#[derive(Clone, Debug)]
enum State {
    /// No greeting yet.
    Start,
    /// Between messages.
    Ready,
    /// MAIL was accepted.
    Sender { from: ReversePath },
    /// At least one recipient was accepted.
    Recipients { envelope: Envelope },
    /// DATA was answered with 354.
    Content,
    /// Over.
    Closed,
}

/// What follows from a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send the reply and close.
    Close(Reply),
    /// Send the reply and read content for this envelope; then say [`Session::delivered`] or [`Session::refused`].
    Content(Reply, Envelope),
    /// Send the reply.
    Reply(Reply),
}

/// Whether bytes of the client already wait behind the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behind {
    /// More has come.
    More,
    /// Nothing.
    Nothing,
}

/// One session.
#[derive(Clone, Debug)]
pub struct Session {
    rules: Rules,
    state: State,
    errors: u32,
    idle: u32,
    messages: u32,
}

impl Session {
    /// A new session, and the greeting to send.
    pub fn new(rules: Rules) -> (Self, Reply) {
        let greeting = Reply::greeting(&rules.host);
        (Self { rules, state: State::Start, errors: 0, idle: 0, messages: 0 }, greeting)
    }

    /// Takes one command.
    pub fn command(&mut self, command: Result<Command, CommandError>, behind: Behind, gate: &impl Gate) -> Step {
        let step = match command {
            Ok(command) => self.apply(command, behind, gate),
            Err(error) => Err(Refusal::Command(error)),
        };
        step.unwrap_or_else(|refusal| self.refuse(refusal))
    }

    /// The command stream broke off.
    pub fn broken_line(&mut self, error: LineError) -> Step {
        self.refuse(Refusal::Line(error))
    }

    /// The content was taken and `reply` says so. There are no other ways to a 250 after DATA: see [`Reply`].
    pub fn delivered(&mut self, reply: Reply) -> Step {
        self.messages = self.messages.saturating_add(1);
        self.idle = 0;
        self.state = State::Ready;
        if self.messages >= self.rules.max_messages {
            self.state = State::Closed;
            return Step::Close(reply);
        }
        Step::Reply(reply)
    }

    /// Something is refused: content, or the session as a whole.
    pub fn refused(&mut self, refusal: Refusal) -> Step {
        self.state = State::Ready;
        self.refuse(refusal)
    }

    fn refuse(&mut self, refusal: Refusal) -> Step {
        self.errors = self.errors.saturating_add(1);
        let last = if self.errors > self.rules.max_errors { Refusal::TooManyErrors } else { refusal };
        match last.then() {
            Then::Stay => Step::Reply(last.into()),
            Then::Close => {
                self.state = State::Closed;
                Step::Close(last.into())
            }
        }
    }

    fn apply(&mut self, command: Command, behind: Behind, gate: &impl Gate) -> Result<Step, Refusal> {
        if matches!(self.state, State::Content | State::Closed) {
            return Err(Refusal::Order);
        }
        if !matches!(command, Command::Mail { .. } | Command::Rcpt { .. } | Command::Data | Command::Quit) {
            self.idle = self.idle.saturating_add(1);
            if self.idle > self.rules.max_idle_commands {
                return Err(Refusal::TooManyErrors);
            }
        }
        match command {
            Command::Ehlo { .. } => {
                self.state = State::Ready;
                Ok(Step::Reply(Reply::ehlo(&self.rules.host, self.rules.content.content)))
            }
            Command::Helo { .. } => {
                self.state = State::Ready;
                Ok(Step::Reply(Reply::helo(&self.rules.host)))
            }
            Command::Mail { from, size } => self.mail(from, size, gate),
            Command::Rcpt { to } => self.rcpt(&to, gate),
            Command::Data => self.data(behind),
            Command::Rset => {
                if !matches!(self.state, State::Start) {
                    self.state = State::Ready;
                }
                Ok(Step::Reply(Reply::ok()))
            }
            Command::Help => Ok(Step::Reply(Reply::help())),
            Command::Noop => Ok(Step::Reply(Reply::ok())),
            Command::Vrfy => Ok(Step::Reply(Reply::cannot_verify())),
            Command::Quit => {
                self.state = State::Closed;
                Ok(Step::Close(Reply::bye()))
            }
        }
    }

    fn mail(&mut self, from: ReversePath, size: Option<u64>, gate: &impl Gate) -> Result<Step, Refusal> {
        if !matches!(self.state, State::Ready) {
            return Err(Refusal::Order);
        }
        gate.admit()?;
        if size.is_some_and(|size| size > self.rules.content.content) {
            return Err(Refusal::Fault(super::data::Fault::TooLarge));
        }
        self.state = State::Sender { from };
        Ok(Step::Reply(Reply::sender_ok()))
    }

    fn rcpt(&mut self, to: &ForwardPath, gate: &impl Gate) -> Result<Step, Refusal> {
        match &mut self.state {
            State::Sender { from } => {
                let to = vec![gate.recipient(to)?];
                self.state = State::Recipients { envelope: Envelope { from: from.clone(), to } };
            }
            State::Recipients { envelope } => {
                let to = gate.recipient(to)?;
                if !envelope.to.contains(&to) {
                    if envelope.to.len() >= self.rules.max_recipients {
                        return Err(Refusal::TooManyRecipients);
                    }
                    envelope.to.push(to);
                }
            }
            _ => return Err(Refusal::Order),
        }
        Ok(Step::Reply(Reply::recipient_ok()))
    }

    /// DATA ends a group (RFC 2920, 3.1). What already stands behind it was sent without the go-ahead, as a tricked
    /// browser would: neither as content nor as commands may it be read.
    fn data(&mut self, behind: Behind) -> Result<Step, Refusal> {
        if behind == Behind::More {
            return Err(Refusal::EarlyTalk);
        }
        match std::mem::replace(&mut self.state, State::Content) {
            State::Recipients { envelope } => Ok(Step::Content(Reply::go_ahead(), envelope)),
            state @ State::Sender { .. } => {
                self.state = state;
                self.errors = self.errors.saturating_add(1);
                Ok(Step::Reply(Reply::no_recipients()))
            }
            state => {
                self.state = state;
                Err(Refusal::Order)
            }
        }
    }
}
