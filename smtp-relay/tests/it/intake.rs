//! What the running relay takes, and what it does not.

use crate::support::{Client, House, Process, arrived, count, eventually, send, text_mail, wait_for};
use std::{net::SocketAddr, time::Duration};

fn started(extra: &str) -> (House, Process, Process, SocketAddr) {
    let scratch = tempfile::tempdir().unwrap();
    let (mailbox, hop) = Process::mailbox(scratch.path());
    let house = House::with_dir(scratch, hop, extra);
    let relay = house.relay(None);
    let address = relay.address("smtp").unwrap();
    (house, relay, mailbox, address)
}

const TARO: &str = "taro@city.example.lg.jp";

#[test]
fn a_japanese_mail_arrives_as_plain_text_with_its_envelope() {
    let (house, _relay, _mailbox, address) = started("");
    let to = [TARO, "\"hanako..x.\"@city.example.lg.jp"];
    assert_eq!(send(address, "sender@example.com", &to, &text_mail("hello")), 250);
    let message = &wait_for(house.dir.path(), 1)[0];
    assert_eq!(count(message, "Return-Path: <sender@example.com>\r\n"), 1);
    assert_eq!(count(message, "Delivered-To: taro@city.example.lg.jp\r\n"), 1);
    assert_eq!(count(message, "Delivered-To: \"hanako..x.\"@city.example.lg.jp\r\n"), 1);
    assert_eq!(count(message, "X-Sanitizer-Result:"), 1);
    assert!(fixtures::scan::contains(message, "本文です hello"));
    let item = eventually("the ledger says delivered", || {
        house.items().into_iter().next().filter(|item| item.state == custody::State::Delivered)
    });
    assert_eq!(item.recipients.len(), 2);
    assert!(house.audited() > 3);
}

#[test]
fn the_relay_is_not_open() {
    let (house, _relay, _mailbox, address) = started("");
    for to in [
        "x@example.com",
        "x%example.com@city.example.lg.jp",
        "example.com!x@city.example.lg.jp",
        "\"x@example.com\"@city.example.lg.jp",
        "x@[127.0.0.1]",
        "x@city.example.lg.jp.example.com",
        "postmaster",
    ] {
        assert_eq!(send(address, "sender@example.com", &[to], &text_mail("relay")), 550, "{to}");
    }
    assert_eq!(house.items(), []);
}

#[test]
fn an_oversized_message_is_refused_and_leaves_nothing() {
    let (house, _relay, _mailbox, address) = started("[limits]\nmessage_bytes = 100000\n");
    let large = [text_mail("large"), b"0123456789\r\n".repeat(10_000)].concat();
    assert_eq!(send(address, "sender@example.com", &[TARO], &large), 552);
    let mut client = Client::connect(address).unwrap();
    client.say("EHLO c").unwrap();
    assert_eq!(client.say("MAIL FROM:<a@b.example> SIZE=100001").unwrap(), 552);
    assert_eq!(client.send("a@b.example", &[TARO], &text_mail("small")).unwrap(), 250);
    wait_for(house.dir.path(), 1);
    assert_eq!(house.items().len(), 1);
}

/// A message without an id, and one that two readers would see differently.
fn odd_messages() -> [String; 2] {
    let plain = format!("From: a@example.com\r\nTo: {TARO}\r\nSubject: x\r\n\r\nbody\r\n");
    let types = "Content-Type: multipart/mixed; boundary=a\r\nContent-Type: multipart/mixed; boundary=b\r\n";
    let held = format!("{types}From: a@example.com\r\nSubject: x\r\n\r\n--a\r\n\r\nx\r\n--a--\r\n--b\r\n\r\ny\r\n--b--\r\n");
    [plain, held]
}

#[test]
fn what_the_relay_writes_into_a_message_bears_its_name() {
    let (house, _relay, _mailbox, address) = started("");
    for (index, message) in odd_messages().iter().enumerate() {
        assert_eq!(send(address, "sender@example.com", &[TARO], message.as_bytes()), 250);
        wait_for(house.dir.path(), index + 1);
    }
    for item in house.items() {
        let by = format!("\r\nReceived: by relay.example.lg.jp id {};\r\n", item.receipt);
        let message = arrived(house.dir.path()).into_iter().find(|message| count(message, &by) == 1).expect("a trace field");
        let text = String::from_utf8(message).unwrap();
        let id = text.lines().find_map(|line| line.strip_prefix("Message-ID: <")).expect("an id");
        let (hash, host) = id.split_once('@').unwrap();
        assert!(hash.len() == 32 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{id}");
        assert_eq!(host, "relay.example.lg.jp>");
        assert!(!text.contains("sanitizer.invalid"));
    }
}

#[test]
fn a_message_that_goes_round_in_circles_is_refused() {
    let (house, _relay, _mailbox, address) = started("");
    for (index, message) in odd_messages().iter().enumerate() {
        let hop = "Received: from a.example (a.example [192.0.2.1])\r\n\tby b.example; Wed, 25 Nov 2026 09:00:00 +0900\r\n";
        let message = hop.repeat(50) + message;
        assert_eq!(send(address, "sender@example.com", &[TARO], message.as_bytes()), 250);
        wait_for(house.dir.path(), index + 1);
    }
    // Both went on with every field they had and one of ours, so the next time round is once too often.
    for message in arrived(house.dir.path()) {
        assert_eq!(count(&message, "\r\nReceived: "), 51);
        assert_eq!(send(address, "sender@example.com", &[TARO], &message), 554);
    }
    assert_eq!(house.items().len(), 2);
}

#[test]
fn smuggled_mail_never_becomes_an_item() {
    let (house, _relay, _mailbox, address) = started("");
    assert_eq!(send(address, "a@b.example", &[TARO], &text_mail("first")), 250);
    for end in ["\n.\n", "\n.\r\n", "\r\n.\n", "\r.\r", "\r\n.\r", "\r.\r\n", "\r\n.\r\r\n"] {
        let mut client = Client::connect(address).unwrap();
        for line in ["EHLO c", "MAIL FROM:<a@b.example>", &format!("RCPT TO:<{TARO}>")] {
            assert_eq!(client.say(line).unwrap(), 250);
        }
        assert_eq!(client.say("DATA").unwrap(), 354);
        let smuggled = format!("MAIL FROM:<boss@city.example.lg.jp>\r\nRCPT TO:<{TARO}>\r\nDATA\r\nSubject: smuggled\r\n\r\nx");
        client.raw(format!("text{end}{smuggled}\r\n.\r\nNOOP\r\n").as_bytes()).unwrap();
        assert_eq!(client.reply().unwrap(), 550, "{end:?}");
        assert!(client.reply().is_err(), "the connection must be closed after {end:?}");
    }
    wait_for(house.dir.path(), 1);
    assert_eq!(house.items().len(), 1);
    assert!(arrived(house.dir.path()).iter().all(|message| count(message, "smuggled") == 0));
}

#[test]
fn intake_is_closed_while_the_back_does_not_renew_its_permit() {
    let (house, mut relay, _mailbox, address) = started("");
    assert_eq!(send(address, "a@b.example", &[TARO], &text_mail("open")), 250);
    wait_for(house.dir.path(), 1);
    relay.kill();
    // The front alone: nobody proves any more that ledger and audit can be written.
    let front = house.relay_as("front");
    let address = front.address("smtp").unwrap();
    eventually("the permit has run out", || {
        let mut client = Client::connect(address).ok()?;
        client.say("EHLO c").ok()?;
        (client.say("MAIL FROM:<a@b.example>").ok()? == 451).then_some(())
    });
    let metrics = front.address("metrics").unwrap();
    assert!(http(metrics, "/livez").starts_with("HTTP/1.1 200"));
    assert!(http(metrics, "/readyz").starts_with("HTTP/1.1 503"));
    assert!(http(metrics, "/metrics").contains("sanitizer_smtp_replies_total{code=\"451\"}"));
    // With a back beside it, the same front takes mail again and the back delivers it.
    let _back = house.relay_as("back");
    assert_eq!(send(address, "a@b.example", &[TARO], &text_mail("again")), 250);
    wait_for(house.dir.path(), 2);
    assert!(http(metrics, "/readyz").starts_with("HTTP/1.1 200"));
}

#[test]
fn connections_beyond_the_limit_are_turned_away() {
    let (_house, _relay, _mailbox, address) = started("[limits]\nconnections_per_peer = 2\n");
    let open: Vec<_> = (0..2).map(|_| Client::connect(address).unwrap()).collect();
    eventually("a third connection is turned away", || Client::greeting(address).ok().filter(|code| *code == 421));
    drop(open);
    eventually("there is room again", || Client::greeting(address).ok().filter(|code| *code == 220));
}

#[test]
fn a_stop_ends_sessions_finishes_messages_and_exits_with_zero() {
    let (house, mut relay, _mailbox, address) = started("");
    assert_eq!(send(address, "a@b.example", &[TARO], &text_mail("one")), 250);
    let mut idle = Client::connect(address).unwrap();
    idle.say("EHLO c").unwrap();
    let mut busy = Client::connect(address).unwrap();
    for line in ["EHLO c", "MAIL FROM:<a@b.example>", &format!("RCPT TO:<{TARO}>")] {
        assert_eq!(busy.say(line).unwrap(), 250);
    }
    assert_eq!(busy.say("DATA").unwrap(), 354);
    busy.raw(b"Subject: two\r\n\r\nhalf\r\n").unwrap();
    // The relay has the half before it hears of the stop.
    std::thread::sleep(Duration::from_millis(300));
    relay.terminate();
    assert_eq!(idle.reply().unwrap(), 421);
    // Silence counts as no: a connection that nobody answers must not hold up what is being finished.
    let greeting = || {
        use std::io::Read as _;
        let mut stream = std::net::TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_millis(500)))?;
        let mut code = [0; 3];
        stream.read_exact(&mut code).map(|()| code)
    };
    eventually("nobody new is let in", || (greeting().ok() != Some(*b"220")).then_some(()));
    busy.raw(b"the other half\r\n.\r\n").unwrap();
    assert_eq!(busy.reply().unwrap(), 250);
    assert_eq!(relay.wait().code(), Some(0));
    // What was acknowledged while stopping is there at the next start.
    let _again = house.relay(None);
    let messages = wait_for(house.dir.path(), 2);
    assert_eq!(messages.len(), 2);
    assert!(house.audited() > 0);
}

fn http(address: SocketAddr, path: &str) -> String {
    use std::io::{Read as _, Write as _};
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
