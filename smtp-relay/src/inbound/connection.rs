//! One connection: bytes between a socket and a [`Session`].

use super::{Content, Peer, Receiver, ServerConfig};
use crate::protocol::{
    address::{Address, ForwardPath},
    command::Command,
    data::{Decoded, Decoder},
    hops::Hops,
    lines::{self, LineError},
    reply::{Refusal, Reply},
    session::{Behind, Envelope, Gate, Session, Step},
};
use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    sync::watch,
    time::{self, Instant},
};

/// Bytes read from a socket at a time.
const BLOCK: usize = 64 * 1024;

/// How long to wait for what (RFC 5321, 4.5.3.2).
#[derive(Clone, Debug)]
pub struct Timeouts {
    /// For a command, and for each block of content.
    pub read: Duration,
    /// For the client to take a reply.
    pub write: Duration,
    /// For the whole content of one message, so that nobody holds a place with a byte a minute.
    pub content: Duration,
}

struct Connection<S> {
    stream: S,
    timeouts: Timeouts,
    /// Bytes of the client that nobody has looked at.
    input: Vec<u8>,
    /// Replies that wait until the client's group of commands is through (RFC 2920).
    output: Vec<u8>,
}

/// Why a connection ends.
enum End {
    /// The other side has gone, or does not read.
    Gone,
    /// We say why and close.
    Refused(Refusal),
}

impl From<io::Error> for End {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

/// The house as one command sees it.
struct Snapshot<'a, R> {
    admitted: Result<(), Refusal>,
    receiver: &'a R,
}

impl<R: Receiver> Gate for Snapshot<'_, R> {
    fn admit(&self) -> Result<(), Refusal> {
        self.admitted
    }

    fn recipient(&self, to: &ForwardPath) -> Result<Address, Refusal> {
        self.receiver.recipient(to)
    }
}

/// Talks SMTP over `stream` until one side has had enough.
pub async fn talk<S, R>(stream: S, address: SocketAddr, receiver: &R, config: &ServerConfig, mut stop: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Send + Unpin,
    R: Receiver,
{
    let mut connection = Connection { stream, timeouts: config.timeouts.clone(), input: Vec::new(), output: Vec::new() };
    let (mut session, greeting) = Session::new(config.rules.clone());
    metrics::gauge!("sanitizer_smtp_sessions").increment(1.0);
    connection.say(&greeting);
    let mut peer = Peer { address, name: String::new() };
    let end = loop {
        match connection.turn(&mut session, &mut peer, receiver, config, &mut stop).await {
            Ok(Some(())) => {}
            Ok(None) => break Ok(()),
            Err(end) => break Err(end),
        }
    };
    if let Err(End::Refused(refusal)) = end {
        connection.say(&refusal.into());
    }
    // The last words are a courtesy: whether they arrive changes nothing.
    let _ = connection.flush().await;
    let _ = time::timeout(connection.timeouts.write, connection.stream.shutdown()).await;
    metrics::gauge!("sanitizer_smtp_sessions").decrement(1.0);
}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Connection<S> {
    /// One command and what follows from it; nothing if the session is over.
    async fn turn<R: Receiver>(
        &mut self,
        session: &mut Session,
        peer: &mut Peer,
        receiver: &R,
        config: &ServerConfig,
        stop: &mut watch::Receiver<bool>,
    ) -> Result<Option<()>, End> {
        let step = match self.line(stop).await? {
            Err(error) => session.broken_line(error),
            Ok(line) => {
                let command = Command::parse(&line);
                if let Ok(Command::Ehlo { name } | Command::Helo { name }) = &command {
                    peer.name.clone_from(name);
                }
                let admitted = if matches!(command, Ok(Command::Mail { .. })) { receiver.admit().await } else { Ok(()) };
                let behind = if self.input.is_empty() { Behind::Nothing } else { Behind::More };
                session.command(command, behind, &Snapshot { admitted, receiver })
            }
        };
        let step = match step {
            Step::Content(go_ahead, envelope) => match receiver.begin(&envelope, peer).await {
                Err(refusal) => session.refused(refusal),
                Ok(content) => {
                    self.say(&go_ahead);
                    match self.content(content, config, &envelope).await? {
                        Ok(reply) => session.delivered(reply),
                        Err(refusal) => session.refused(refusal),
                    }
                }
            },
            step => step,
        };
        match step {
            Step::Reply(reply) | Step::Content(reply, _) => {
                self.say(&reply);
                Ok(Some(()))
            }
            Step::Close(reply) => {
                self.say(&reply);
                Ok(None)
            }
        }
    }

    /// The next command line. Only here, between commands, does a stop end the session.
    async fn line(&mut self, stop: &mut watch::Receiver<bool>) -> Result<Result<Vec<u8>, LineError>, End> {
        loop {
            match lines::take(&self.input) {
                Err(error) => return Ok(Err(error)),
                Ok(Some((line, taken))) => {
                    let line = line.to_vec();
                    self.input.drain(..taken);
                    return Ok(Ok(line));
                }
                Ok(None) => {}
            }
            self.flush().await?;
            let wait = self.timeouts.read;
            tokio::select! {
                read = self.fill(wait) => read?,
                _ = stop.wait_for(|stop| *stop) => return Err(End::Refused(Refusal::Stopping)),
            }
        }
    }

    /// Takes the content of one message. The outer error ends the connection, the inner one refuses the message.
    async fn content<C: Content>(
        &mut self,
        content: C,
        config: &ServerConfig,
        envelope: &Envelope,
    ) -> Result<Result<Reply, Refusal>, End> {
        self.flush().await?;
        let deadline = Instant::now() + self.timeouts.content;
        let mut decoder = Decoder::new(config.rules.content);
        let (mut hops, mut taker) = (Hops::default(), Ok(content));
        loop {
            let mut block = Vec::with_capacity(self.input.len());
            let decoded = decoder.decode(&self.input, &mut block);
            if let Some(fault) = decoder.fault() {
                // What was begun is dropped at once; the rest is only read to find the end.
                taker = Err(Refusal::Fault(fault));
            }
            hops.read(&block);
            if taker.is_ok() && hops.count() > config.rules.max_hops {
                taker = Err(Refusal::Loop);
            }
            if let Ok(content) = &mut taker
                && let Err(refusal) = content.write(&block).await
            {
                taker = Err(refusal);
            }
            match decoded {
                Decoded::End { taken } => {
                    self.input.drain(..taken);
                    break;
                }
                Decoded::More => self.input.clear(),
            }
            if decoder.is_endless() {
                return Err(End::Refused(Refusal::Fault(crate::protocol::data::Fault::TooLarge)));
            }
            let left = deadline.saturating_duration_since(Instant::now()).min(self.timeouts.read);
            self.fill(left).await?;
        }
        let reply = match taker {
            Ok(content) => content.commit().await,
            Err(refusal) => Err(refusal),
        };
        match &reply {
            Ok(_) => tracing::info!(recipients = envelope.to.len(), "message accepted"),
            Err(refusal) => tracing::info!(?refusal, "message refused"),
        }
        Ok(reply)
    }

    fn say(&mut self, reply: &Reply) {
        metrics::counter!("sanitizer_smtp_replies_total", "code" => reply.code().to_string()).increment(1);
        self.output.extend_from_slice(reply.to_string().as_bytes());
    }

    async fn flush(&mut self) -> Result<(), End> {
        if !self.output.is_empty() {
            let sent = time::timeout(self.timeouts.write, async {
                self.stream.write_all(&self.output).await?;
                self.stream.flush().await
            });
            sent.await.map_err(|_| End::Gone)??;
            self.output.clear();
        }
        Ok(())
    }

    /// Reads more into `input`.
    async fn fill(&mut self, wait: Duration) -> Result<(), End> {
        self.input.reserve(BLOCK);
        let mut limited = (&mut self.stream).take(BLOCK as u64);
        match time::timeout(wait, limited.read_buf(&mut self.input)).await {
            Err(_) => Err(End::Refused(Refusal::Idle)),
            Ok(Ok(0)) => Err(End::Gone),
            Ok(read) => {
                read?;
                Ok(())
            }
        }
    }
}
