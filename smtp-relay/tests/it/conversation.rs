//! Sessions as conversations: what the client says, what the server answers.

use smtp_relay::{
    inbound::{Content, DoorLimits, Peer, Receiver, ServerConfig, Timeouts, talk},
    mailbox::Mailbox,
    protocol::{
        address::{Address, ForwardPath},
        data::Ceilings,
        reply::{Refusal, Reply},
        session::{Envelope, Rules},
    },
};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    sync::watch,
};

/// A house that takes `@city.jp`, keeps messages in a Maildir and in memory, and can be told to be busy or broken.
#[derive(Clone)]
struct House {
    mailbox: Mailbox,
    seen: Arc<Mutex<Vec<Seen>>>,
    mood: Mood,
}

#[derive(Clone, Copy, PartialEq)]
enum Mood {
    Busy,
    Full,
    Well,
}

/// A message that was taken.
type Seen = (Envelope, Vec<u8>);

struct Taking {
    inner: <Mailbox as Receiver>::Content,
    house: House,
    envelope: Envelope,
    bytes: Vec<u8>,
}

impl Receiver for House {
    type Content = Taking;

    async fn admit(&self) -> Result<(), Refusal> {
        if self.mood == Mood::Busy { Err(Refusal::Busy) } else { Ok(()) }
    }

    fn recipient(&self, to: &ForwardPath) -> Result<Address, Refusal> {
        match to {
            ForwardPath::Mailbox(address) if address.domain() == Some("city.jp") => Ok(address.clone()),
            _ => Err(Refusal::NotRelaying),
        }
    }

    async fn begin(&self, envelope: &Envelope, peer: &Peer) -> Result<Taking, Refusal> {
        let inner = self.mailbox.begin(envelope, peer).await?;
        Ok(Taking { inner, house: self.clone(), envelope: envelope.clone(), bytes: Vec::new() })
    }
}

impl Content for Taking {
    async fn write(&mut self, block: &[u8]) -> Result<(), Refusal> {
        self.bytes.extend_from_slice(block);
        self.inner.write(block).await
    }

    async fn commit(self) -> Result<Reply, Refusal> {
        if self.house.mood == Mood::Full {
            return Err(Refusal::Storage);
        }
        let reply = self.inner.commit().await?;
        self.house.seen.lock().unwrap().push((self.envelope, self.bytes));
        Ok(reply)
    }
}

fn config() -> ServerConfig {
    ServerConfig {
        rules: Rules {
            host: "mx.city.jp".to_owned(),
            content: Ceilings { content: 2000, line: 1000 },
            max_hops: 2,
            max_recipients: 3,
            max_errors: 5,
            max_idle_commands: 6,
            max_messages: 3,
        },
        door: DoorLimits { connections: 10, per_peer: 10 },
        timeouts: Timeouts { read: Duration::from_secs(30), write: Duration::from_secs(30), content: Duration::from_secs(30) },
        drain: Duration::from_secs(1),
    }
}

struct Outcome {
    said: String,
    seen: Vec<Seen>,
}

/// Runs a whole session: each element of `client` is written at once, and the server's answer is awaited before the next.
async fn session(mood: Mood, client: &[&[u8]], config: ServerConfig) -> Outcome {
    let dir = tempfile::tempdir().unwrap();
    let house = House { mailbox: Mailbox::open(dir.path()).unwrap(), seen: Arc::default(), mood };
    let (mut near, far) = tokio::io::duplex(1 << 16);
    let (_stop, stopped) = watch::channel(false);
    let server = {
        let house = house.clone();
        tokio::spawn(async move { talk(far, "192.0.2.9:1".parse().unwrap(), &house, &config, stopped).await })
    };
    let mut said = String::new();
    read_reply(&mut near, &mut said).await;
    for line in client {
        // The server may close before it has read everything; its last words are still there.
        let written = near.write_all(line).await;
        read_reply(&mut near, &mut said).await;
        if written.is_err() {
            break;
        }
    }
    drop(near);
    server.await.unwrap();
    let seen = house.seen.lock().unwrap().clone();
    assert_eq!(std::fs::read_dir(dir.path().join("new")).unwrap().count(), seen.len());
    Outcome { said, seen }
}

/// Reads until the server waits for us: a pause after a complete line, or the end.
async fn read_reply(near: &mut tokio::io::DuplexStream, said: &mut String) {
    let mut block = [0; 4096];
    loop {
        match tokio::time::timeout(Duration::from_millis(200), near.read(&mut block)).await {
            Ok(Ok(0) | Err(_)) | Err(_) => return,
            Ok(Ok(count)) => said.push_str(std::str::from_utf8(&block[..count]).unwrap()),
        }
    }
}

/// The codes of all replies, the last line of each.
fn codes(said: &str) -> Vec<&str> {
    said.lines().filter(|line| line.as_bytes().get(3) == Some(&b' ')).map(|line| &line[..3]).collect()
}

async fn check(mood: Mood, client: &[&[u8]], expected: &[&str], messages: usize) -> Outcome {
    let outcome = session(mood, client, config()).await;
    assert_eq!(codes(&outcome.said), expected, "{}", outcome.said);
    assert_eq!(outcome.seen.len(), messages, "{}", outcome.said);
    outcome
}

const OPEN: &[u8] = b"EHLO mx.example\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@city.jp>\r\n";

#[tokio::test(start_paused = true)]
async fn a_message_is_taken_and_its_dots_unstuffed() {
    let client: &[&[u8]] = &[
        b"EHLO mx.example\r\n",
        b"MAIL FROM:<a@example.com> SIZE=100 BODY=8BITMIME\r\n",
        b"RCPT TO:<b@city.jp>\r\n",
        b"RCPT TO:<taro..x.@city.jp>\r\n",
        b"RCPT TO:<B@CITY.jp>\r\n",
        b"RCPT TO:<b@city.jp>\r\n",
        b"DATA\r\n",
        b"Subject: x\r\n\r\n..dot\r\nend\r\n.\r\n",
        b"QUIT\r\n",
    ];
    let expected = ["220", "250", "250", "250", "250", "250", "250", "354", "250", "221"];
    let outcome = check(Mood::Well, client, &expected, 1).await;
    let (envelope, bytes) = &outcome.seen[0];
    assert_eq!(bytes, b"Subject: x\r\n\r\n.dot\r\nend\r\n");
    let to: Vec<String> = envelope.to.iter().map(ToString::to_string).collect();
    // Local-parts are compared as they are (RFC 5321, 2.4), and nobody gets a message twice.
    assert_eq!(to, ["b@city.jp", "\"taro..x.\"@city.jp", "B@city.jp"]);
    assert!(outcome.said.contains("250-PIPELINING\r\n250-SIZE 2000\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n"));
}

#[tokio::test(start_paused = true)]
async fn a_pipelined_group_is_answered_in_order_and_in_one_piece() {
    let client: &[&[u8]] = &[
        b"EHLO c\r\n",
        b"MAIL FROM:<>\r\nRCPT TO:<x@other.jp>\r\nRCPT TO:<b@city.jp>\r\nDATA\r\n",
        b"one\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<b@city.jp>\r\nDATA\r\n",
        b"two\r\n.\r\nQUIT\r\n",
    ];
    let expected = ["220", "250", "250", "550", "250", "354", "250", "250", "250", "354", "250", "221"];
    check(Mood::Well, client, &expected, 2).await;
}

#[tokio::test(start_paused = true)]
async fn commands_out_of_order_are_refused() {
    check(Mood::Well, &[b"MAIL FROM:<>\r\n"], &["220", "503"], 0).await;
    check(Mood::Well, &[b"EHLO c\r\n", b"RCPT TO:<b@city.jp>\r\n", b"DATA\r\n"], &["220", "250", "503", "503"], 0).await;
    check(Mood::Well, &[b"EHLO c\r\n", b"MAIL FROM:<>\r\n", b"MAIL FROM:<>\r\n"], &["220", "250", "250", "503"], 0).await;
    check(Mood::Well, &[b"EHLO c\r\n", b"MAIL FROM:<>\r\n", b"DATA\r\n"], &["220", "250", "250", "554"], 0).await;
    let reset: &[&[u8]] = &[OPEN, b"RSET\r\n", b"DATA\r\n"];
    check(Mood::Well, reset, &["220", "250", "250", "250", "250", "503"], 0).await;
    let greeted_anew: &[&[u8]] = &[OPEN, b"HELO c\r\n", b"DATA\r\n"];
    check(Mood::Well, greeted_anew, &["220", "250", "250", "250", "250", "503"], 0).await;
    let others: &[&[u8]] = &[b"VRFY b\r\n", b"HELP\r\n", b"NOOP x\r\n", b"BDAT 3 LAST\r\n", b"STARTTLS\r\n", b"XYZ\r\n"];
    check(Mood::Well, others, &["220", "252", "214", "250", "502", "502", "500"], 0).await;
}

#[tokio::test(start_paused = true)]
async fn strangers_to_smtp_are_shown_the_door() {
    check(Mood::Well, &[b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"NOOP\r\n"], &["220", "500"], 0).await;
    check(Mood::Well, &[b"EHLO c\n", b"NOOP\r\n"], &["220", "500"], 0).await;
    let long = [b"NOOP ".to_vec(), vec![b'x'; 5000], b"\r\n".to_vec()].concat();
    check(Mood::Well, &[&long, b"NOOP\r\n"], &["220", "500"], 0).await;
    let errors: &[&[u8]] = &[b"X\r\nX\r\nX\r\nX\r\nX\r\nX\r\nNOOP\r\n"];
    check(Mood::Well, errors, &["220", "500", "500", "500", "500", "500", "421"], 0).await;
    let idle: &[&[u8]] = &[b"NOOP\r\nNOOP\r\nNOOP\r\nRSET\r\nVRFY x\r\nHELP\r\nNOOP\r\nNOOP\r\n"];
    check(Mood::Well, idle, &["220", "250", "250", "250", "250", "252", "214", "421"], 0).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_sent_before_the_go_ahead_is_neither_content_nor_command() {
    let early: &[&[u8]] = &[b"EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<b@city.jp>\r\nDATA\r\nx\r\n.\r\nNOOP\r\n"];
    check(Mood::Well, early, &["220", "250", "250", "250", "503"], 0).await;
    let refused: &[&[u8]] = &[b"EHLO c\r\nMAIL FROM:<>\r\nRCPT TO:<b@x.jp>\r\nDATA\r\nMAIL FROM:<>\r\n"];
    check(Mood::Well, refused, &["220", "250", "250", "550", "503"], 0).await;
}

#[tokio::test(start_paused = true)]
async fn smuggled_messages_do_not_arrive() {
    let inner = "MAIL FROM:<admin@city.jp>\r\nRCPT TO:<b@city.jp>\r\nDATA\r\nFrom: admin\r\n\r\nsmuggled\r\n.\r\n";
    for end in [
        "\n.\n",
        "\n.\r\n",
        "\r\n.\n",
        "\r.\r",
        "\r\n.\r",
        "\r.\r\n",
        "\n\n.\r\n",
        "\r\n.\r\r\n",
        "\r\r\n.\r\r\n",
        "\n.\r",
        "\r.\n",
    ] {
        let content = format!("text{end}{inner}");
        let client: &[&[u8]] = &[OPEN, b"DATA\r\n", content.as_bytes(), b"NOOP\r\n"];
        check(Mood::Well, client, &["220", "250", "250", "250", "354", "550"], 0).await;
    }
    // Without a bare CR or LF these are text, and the strict end is the only one.
    for end in ["\r\n\0.\r\n", "\r\n.\0\r\n", "\r\n. \r\n"] {
        let content = format!("text{end}smuggled\r\n.\r\n");
        let client: &[&[u8]] = &[OPEN, b"DATA\r\n", content.as_bytes(), b"NOOP\r\n"];
        check(Mood::Well, client, &["220", "250", "250", "250", "354", "250", "250"], 1).await;
    }
}

#[tokio::test(start_paused = true)]
async fn limits_are_answered_and_the_session_goes_on() {
    let announced: &[&[u8]] = &[b"EHLO c\r\n", b"MAIL FROM:<> SIZE=2001\r\n", b"MAIL FROM:<> SIZE=2000\r\n"];
    check(Mood::Well, announced, &["220", "250", "552", "250"], 0).await;
    let large = [b"0123456789\r\n".repeat(200), b".\r\n".to_vec()].concat();
    let client: &[&[u8]] = &[OPEN, b"DATA\r\n", &large, b"NOOP\r\n"];
    check(Mood::Well, client, &["220", "250", "250", "250", "354", "552", "250"], 0).await;
    let line = [vec![b'x'; 1500], b"\r\n.\r\n".to_vec()].concat();
    let client: &[&[u8]] = &[OPEN, b"DATA\r\n", &line, b"NOOP\r\n"];
    check(Mood::Well, client, &["220", "250", "250", "250", "354", "550", "250"], 0).await;
    let many: &[&[u8]] = &[OPEN, b"RCPT TO:<1@city.jp>\r\nRCPT TO:<2@city.jp>\r\nRCPT TO:<3@city.jp>\r\n"];
    check(Mood::Well, many, &["220", "250", "250", "250", "250", "250", "452"], 0).await;
    let hops = |count| [b"Received: x\r\n".repeat(count), b"\r\nReceived: in the body\r\n.\r\n".to_vec()].concat();
    let client: &[&[u8]] = &[OPEN, b"DATA\r\n", &hops(3), b"NOOP\r\n"];
    check(Mood::Well, client, &["220", "250", "250", "250", "354", "554", "250"], 0).await;
    check(Mood::Well, &[OPEN, b"DATA\r\n", &hops(2)], &["220", "250", "250", "250", "354", "250"], 1).await;
    // Nobody fills the disk by never coming to an end.
    let endless = b"0123456789\r\n".repeat(100_000);
    let client: &[&[u8]] = &[OPEN, b"DATA\r\n", &endless];
    check(Mood::Well, client, &["220", "250", "250", "250", "354", "552"], 0).await;
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_not_durable_is_not_acknowledged() {
    check(Mood::Busy, &[b"EHLO c\r\n", b"MAIL FROM:<>\r\n"], &["220", "250", "451"], 0).await;
    let client: &[&[u8]] = &[OPEN, b"DATA\r\n", b"x\r\n.\r\n", b"NOOP\r\n"];
    check(Mood::Full, client, &["220", "250", "250", "250", "354", "451", "250"], 0).await;
}

#[tokio::test(start_paused = true)]
async fn a_message_without_end_leaves_nothing() {
    for cut in [&b"Subject: x\r\n\r\nhalf"[..], b"x\r\n.\r", b"x\r\n.", b""] {
        check(Mood::Well, &[OPEN, b"DATA\r\n", cut], &["220", "250", "250", "250", "354"], 0).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_busy_connection_is_closed_after_its_last_message() {
    let message: &[&[u8]] = &[b"MAIL FROM:<>\r\nRCPT TO:<b@city.jp>\r\nDATA\r\n", b"x\r\n.\r\n"];
    let client = [&[b"EHLO c\r\n" as &[u8]], message, message, message, &[b"NOOP\r\n" as &[u8]]].concat();
    let each = ["250", "250", "354", "250"];
    let expected = [&["220", "250"][..], &each, &each, &each].concat();
    check(Mood::Well, &client, &expected, 3).await;
}

#[tokio::test(start_paused = true)]
async fn silence_is_answered_with_421() {
    let mut config = config();
    config.timeouts.read = Duration::from_millis(400);
    let outcome = session(Mood::Well, &[b"EHLO c\r\n", b"", b"", b""], config).await;
    assert_eq!(codes(&outcome.said), ["220", "250", "421"]);
}
