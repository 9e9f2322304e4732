//! One next hop: its connections, and one message to some of its recipients.
//!
//! The SMTP is lettre's, under the conditions learned from its source: each call is wrapped in a time limit, a refused RCPT
//! leaves the connection good, an error without a status is no answer, and only typed values become commands.

use super::{
    answer::{Answer, EnhancedCode},
    wire,
};
use crate::protocol::address::{Address, ReversePath};
use lettre::transport::smtp::{
    Error as SmtpError,
    client::AsyncSmtpConnection,
    commands::{Data, Mail, Rcpt, Rset},
    extension::ClientId,
    response::Response,
};
use sanitizer_verify::Clean;
use std::{
    fmt::Display,
    future::Future,
    io,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    net::TcpStream,
    sync::Semaphore,
    time::{self, Instant},
};

/// Recipients in one transaction: what RFC 5321, 4.5.3.1.8 lets us count on.
const RECIPIENTS: usize = 100;
/// Messages before a connection is given up, as a courtesy to load balancers.
const MESSAGES: u32 = 100;
/// How long an unused connection is kept; servers close theirs after five minutes.
const IDLE: Duration = Duration::from_secs(30);
/// How long after a failed connection the hop is not tried again, so that a full queue does not wait once a message.
const HOLD_OFF: Duration = Duration::from_secs(5);

/// A next hop as configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HopConfig {
    /// `host:port`.
    pub address: String,
    /// What we call ourselves in EHLO.
    pub host: String,
    /// Connections at once.
    pub connections: usize,
    /// How long to wait for an answer (RFC 5321, 4.5.3.2 asks for five minutes, ten after the content).
    pub timeout: Duration,
}

/// A next hop with its open connections.
#[derive(Debug)]
pub struct Hop {
    config: HopConfig,
    places: Semaphore,
    idle: Mutex<Vec<Link>>,
    down_until: Mutex<Option<Instant>>,
}

/// An open connection.
struct Link {
    smtp: AsyncSmtpConnection,
    timeout: Duration,
    messages: u32,
    since: Instant,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Link({} messages)", self.messages)
    }
}

/// Why a transaction broke off.
enum Broken {
    /// The hop said no to the whole.
    Said(Answer),
    /// The connection is of no more use.
    Lost,
}

/// Why there is no connection.
enum NotOpen {
    /// The hop said no, or nothing that lettre understands.
    Refused(SmtpError),
    /// No TCP connection.
    Unreachable(io::Error),
}

/// Connects and says EHLO. Without `TCP_NODELAY` each message waits 40 ms: lettre writes the end of DATA apart from the content,
/// Nagle's algorithm (RFC 896) keeps it back until the content is acknowledged, and the hop delays that (RFC 1122, 4.2.3.2).
async fn open(address: &str, hello: &ClientId) -> Result<AsyncSmtpConnection, NotOpen> {
    let stream = TcpStream::connect(address).await.map_err(NotOpen::Unreachable)?;
    stream.set_nodelay(true).map_err(NotOpen::Unreachable)?;
    AsyncSmtpConnection::connect_with_transport(Box::new(stream), hello).await.map_err(NotOpen::Refused)
}

impl Hop {
    /// A hop nobody has connected to.
    pub fn new(config: HopConfig) -> Self {
        let places = Semaphore::new(config.connections);
        Self { config, places, idle: Mutex::default(), down_until: Mutex::default() }
    }

    /// Sends `clean` to each of `to`; one answer a recipient, in their order.
    pub async fn send(&self, from: &ReversePath, to: &[Address], clean: &Clean) -> Vec<Answer> {
        let Ok(content) = wire::content(clean) else {
            tracing::error!("a verified message does not fit SMTP and is not sent");
            return vec![Answer::Never(EnhancedCode::new(5, 6, 0)); to.len()];
        };
        let Ok(_place) = self.places.acquire().await else { return vec![Answer::Unknown; to.len()] };
        let mut answers = Vec::with_capacity(to.len());
        for part in to.chunks(RECIPIENTS) {
            answers.extend(self.transaction(from, part, content).await);
        }
        answers
    }

    /// Closes the connections that wait for more.
    pub async fn close(&self) {
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for mut link in idle {
            // A farewell: whether it is heard changes nothing.
            let _ = time::timeout(Duration::from_secs(1), link.smtp.quit()).await;
        }
    }

    async fn transaction(&self, from: &ReversePath, to: &[Address], content: &[u8]) -> Vec<Answer> {
        let Some(mut link) = self.link().await else { return vec![Answer::Unknown; to.len()] };
        let mut answers = vec![Answer::Unknown; to.len()];
        match link.message(from, to, content, &mut answers).await {
            Ok(()) => self.keep(link),
            Err(Broken::Said(answer)) => {
                // Recipients that were refused one by one keep their own answer.
                for open in answers.iter_mut().filter(|open| matches!(open, Answer::Unknown)) {
                    *open = answer;
                }
                self.keep(link);
            }
            Err(Broken::Lost) => tracing::info!(hop = %self.config.address, "connection lost in a transaction"),
        }
        answers
    }

    /// A connection that waits, if it still answers, or a new one.
    async fn link(&self) -> Option<Link> {
        loop {
            let waiting = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(mut link) = waiting else { break };
            if link.since.elapsed() < IDLE && matches!(link.say(Rset).await, Ok(Ok(_))) {
                return Some(link);
            }
        }
        let down = *self.down_until.lock().unwrap_or_else(PoisonError::into_inner);
        if down.is_some_and(|until| Instant::now() < until) {
            return None;
        }
        let connected = self.connect().await;
        if connected.is_none() {
            metrics::counter!("sanitizer_next_hop_failures_total", "code_class" => "connect").increment(1);
        }
        let until = if connected.is_some() { None } else { Some(Instant::now() + HOLD_OFF) };
        *self.down_until.lock().unwrap_or_else(PoisonError::into_inner) = until;
        connected
    }

    async fn connect(&self) -> Option<Link> {
        let timeout = self.config.timeout;
        let hello = ClientId::Domain(self.config.host.clone());
        match time::timeout(timeout, open(&self.config.address, &hello)).await {
            Ok(Ok(smtp)) => Some(Link { smtp, timeout, messages: 0, since: Instant::now() }),
            Ok(Err(NotOpen::Refused(error))) => {
                tracing::warn!(hop = %self.config.address, status = ?error.status().map(u16::from), "next hop refuses");
                None
            }
            Ok(Err(NotOpen::Unreachable(error))) => {
                tracing::warn!(hop = %self.config.address, %error, "next hop cannot be reached");
                None
            }
            Err(_) => {
                tracing::warn!(hop = %self.config.address, "next hop does not answer");
                None
            }
        }
    }

    fn keep(&self, mut link: Link) {
        link.messages = link.messages.saturating_add(1);
        if link.messages < MESSAGES && !link.smtp.has_broken() {
            link.since = Instant::now();
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(link);
        }
    }
}

impl Link {
    /// One transaction (RFC 5321, 3.3). Fills in `answers`; those left `Unknown` got no answer of their own.
    async fn message(
        &mut self,
        from: &ReversePath,
        to: &[Address],
        content: &[u8],
        answers: &mut [Answer],
    ) -> Result<(), Broken> {
        let sender = match from {
            ReversePath::Null => None,
            ReversePath::Mailbox(address) => Some(wire::mailbox(address)),
        };
        self.whole(Mail::new(sender, Vec::new())).await?;
        let mut accepted = 0_usize;
        for (to, answer) in to.iter().zip(answers.iter_mut()) {
            match self.say(Rcpt::new(wire::mailbox(to), Vec::new())).await? {
                Ok(_) => accepted = accepted.saturating_add(1),
                Err(error) => *answer = self.answer(&error)?,
            }
        }
        if accepted == 0 {
            // The link is reset before its next use.
            return Ok(());
        }
        self.whole(Data).await?;
        let sent = within(self.timeout.saturating_mul(2), self.smtp.message(content)).await?;
        let last = match sent {
            Ok(response) => Answer::taken(&response),
            // Here 552 speaks of the message's size, and is final.
            Err(error) => match self.answer(&error)? {
                Answer::Later(code) if error.is_permanent() => Answer::Never(code),
                answer => answer,
            },
        };
        for open in answers.iter_mut().filter(|open| matches!(open, Answer::Unknown)) {
            *open = last;
        }
        Ok(())
    }

    /// A command that concerns the message as a whole.
    async fn whole(&mut self, command: impl Display) -> Result<(), Broken> {
        match self.say(command).await? {
            Ok(_) => Ok(()),
            Err(error) => Err(Broken::Said(self.answer(&error)?)),
        }
    }

    async fn say(&mut self, command: impl Display) -> Result<Result<Response, SmtpError>, Broken> {
        within(self.timeout, self.smtp.command(command)).await
    }

    /// What an error says. 421 closes the connection (RFC 5321, 3.8), whichever command it answers.
    fn answer(&mut self, error: &SmtpError) -> Result<Answer, Broken> {
        if error.status().is_some_and(|status| u16::from(status) == 421) {
            self.messages = MESSAGES;
        }
        let answer = Answer::refused(error);
        let class = match answer {
            Answer::Later(_) => "4xx",
            Answer::Never(_) => "5xx",
            Answer::Accepted(_) | Answer::Unknown => "lost",
        };
        metrics::counter!("sanitizer_next_hop_failures_total", "code_class" => class).increment(1);
        match answer {
            Answer::Unknown => Err(Broken::Lost),
            answer => Ok(answer),
        }
    }
}

async fn within<T>(limit: Duration, call: impl Future<Output = T>) -> Result<T, Broken> {
    time::timeout(limit, call).await.map_err(|_| Broken::Lost)
}
