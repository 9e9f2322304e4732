//! The relay is killed between each two steps of intake, work and delivery, started again, and the messages are counted.
//!
//! None may be lost. One may arrive twice only where that is written down: see the library's first page.

use crate::support::{Client, House, Process, arrived, count, eventually, text_mail};
use std::{net::SocketAddr, time::Duration};

const TARO: &str = "taro@city.example.lg.jp";

/// How often one message may arrive at most.
#[derive(Clone, Copy)]
struct Most(usize);

/// The kill cannot make a duplicate.
const ONCE: Most = Most(1);
/// The kill may make one: between a commit and the client's reading of the 250, or around the next hop's answer.
const TWICE: Most = Most(2);

/// A client as the world has them: sends until it has read a 250, and keeps what it has not.
struct Sender {
    waiting: Vec<Vec<u8>>,
}

impl Sender {
    /// Tries to hand over everything once; stops at the first trouble.
    fn try_all(&mut self, relay: SocketAddr) {
        let Ok(mut client) = Client::connect(relay) else { return };
        if client.say("EHLO client.example").is_err() {
            return;
        }
        while let Some(message) = self.waiting.last() {
            match client.send("sender@example.com", &[TARO], message) {
                Ok(250) => drop(self.waiting.pop()),
                Ok(451) | Err(_) => return,
                Ok(code) => panic!("unexpected {code}"),
            }
        }
    }
}

/// A small message, which lives in the row, and a large one, which lives in a blob.
fn messages() -> Vec<(String, Vec<u8>)> {
    let small = text_mail("mail-small");
    let large = [text_mail("mail-large"), b"0123456789 0123456789 0123456789\r\n".repeat(3000)].concat();
    vec![("mail-small".to_owned(), small), ("mail-large".to_owned(), large)]
}

fn copies(house: &House, name: &str) -> usize {
    let line = format!("Subject: {name}\r\n");
    arrived(house.dir.path()).iter().filter(|message| count(message, &line) > 0).count()
}

/// Kills a relay at `point`, starts another, and counts.
fn check(point: &str, most: Most) {
    let scratch = tempfile::tempdir().unwrap();
    let (_mailbox, hop) = Process::mailbox(scratch.path());
    let house = House::with_dir(scratch, hop, "[queue]\nfirst_retry_seconds = 1\nlongest_retry_seconds = 1\n");
    let mut sender = Sender { waiting: messages().into_iter().map(|(_, message)| message).collect() };
    let mut relay = house.relay(Some(point));
    if let Some(address) = relay.address("smtp") {
        eventually(&format!("{point} is reached"), || {
            sender.try_all(address);
            relay.has_ended().then_some(())
        });
    }
    assert!(!relay.wait().success(), "{point}");
    settle(&house, &mut sender, &[], most, point);
}

/// Starts a relay that is not killed, hands over what is left, and counts.
fn settle(house: &House, sender: &mut Sender, more: &[String], most: Most, about: &str) {
    let relay = house.relay(None);
    let address = relay.address("smtp").unwrap();
    eventually("everything is handed over", || {
        sender.try_all(address);
        sender.waiting.is_empty().then_some(())
    });
    let names: Vec<String> = if more.is_empty() { messages().into_iter().map(|(name, _)| name).collect() } else { more.to_vec() };
    for name in &names {
        // Not by the number of items: some may be there twice while the last still stands in the inbox.
        eventually(&format!("{about}: {name} arrives, or it is lost"), || (copies(house, name) >= 1).then_some(()));
    }
    eventually(&format!("{about}: the ledger has nothing left to do"), || {
        house.items().iter().all(|item| item.state == custody::State::Delivered).then_some(())
    });
    for name in &names {
        let copies = copies(house, name);
        assert!(copies <= most.0, "{about}: {name} arrived {copies} times");
    }
    assert!(house.audited() > 0);
}

#[test]
fn killed_between_the_steps_of_intake_nothing_is_lost() {
    for (point, most) in [
        ("relay-before-commit", ONCE),
        ("inbox.before_commit:1", TWICE),
        ("inbox.before_commit:2", TWICE),
        ("inbox.before_commit:3", TWICE),
        ("inbox.after_commit:2", TWICE),
        ("inbox.after_commit:3", TWICE),
        ("append.after_row", TWICE),
        ("relay-before-reply", TWICE),
        ("relay-before-reply:2", TWICE),
    ] {
        check(point, most);
    }
}

#[test]
fn killed_between_the_steps_of_work_nothing_is_lost() {
    for point in [
        "pull.after_blobs",
        "pull.after_ledger",
        "pull.after_taken",
        "take.after_commit",
        "worker.before_settle",
        "settle.after_blobs",
        "settle.after_commit",
    ] {
        // Dying here, the relay may be between a reply and the client's reading of it.
        check(point, TWICE);
    }
}

#[test]
fn killed_between_the_steps_of_delivery_nothing_is_lost() {
    for point in ["relay-before-send", "relay-after-send", "relay-after-send:2", "settle.after_commit:3", "settle.after_commit:4"]
    {
        check(point, TWICE);
    }
}

#[test]
fn killed_before_and_after_each_ledger_commit_nothing_is_lost() {
    for number in [1, 2, 3, 4, 5, 6, 8, 10] {
        check(&format!("ledger.before_commit:{number}"), TWICE);
        check(&format!("ledger.after_commit:{number}"), TWICE);
    }
}

#[test]
fn killed_again_and_again_under_load_nothing_is_lost() {
    let scratch = tempfile::tempdir().unwrap();
    let (_mailbox, hop) = Process::mailbox(scratch.path());
    let house = House::with_dir(scratch, hop, "[queue]\nfirst_retry_seconds = 1\nlongest_retry_seconds = 1\n");
    let names: Vec<String> = (0..30).map(|number| format!("load-{number:02}")).collect();
    let mut sender = Sender { waiting: names.iter().map(|name| text_mail(name)).collect() };
    for moment in [40, 90, 160, 250, 400] {
        let mut relay = house.relay(None);
        let address = relay.address("smtp").unwrap();
        let deadline = std::time::Instant::now() + Duration::from_millis(moment);
        while std::time::Instant::now() < deadline && !sender.waiting.is_empty() {
            sender.try_one(address);
        }
        relay.kill();
    }
    // Each of the five kills may make one duplicate at intake and one at delivery, of the same message at worst.
    settle(&house, &mut sender, &names, Most(11), "under load");
}

impl Sender {
    fn try_one(&mut self, relay: SocketAddr) {
        let Some(message) = self.waiting.pop() else { return };
        let mut one = Self { waiting: vec![message] };
        one.try_all(relay);
        self.waiting.extend(one.waiting);
    }
}
