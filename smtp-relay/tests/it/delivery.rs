//! What happens between the ledger and the next hop: answers a recipient, retries, expiry, bounces, damage.

use crate::{
    sink::Sink,
    support::{House, arrived, block_on, count, eventually, free_port, send, text_mail, wait_for},
};
use custody::{Item, RecipientState, State};
use smtp_relay::protocol::reply::Refusal;
use std::{collections::BTreeSet, path::Path};

const QUICK: &str = "[queue]\nfirst_retry_seconds = 1\nlongest_retry_seconds = 1\n";
const TARO: &str = "taro@city.example.lg.jp";
const UNKNOWN: &str = "unknown@city.example.lg.jp";
const LATER: &str = "later@city.example.lg.jp";

fn house(rules: &[(&'static str, Refusal)], extra: &str) -> (House, Sink) {
    let dir = tempfile::tempdir().unwrap();
    let sink = Sink::start(dir.path(), "127.0.0.1:0", rules);
    (House::with_dir(dir, sink.address, extra), sink)
}

fn states(item: &Item) -> Vec<RecipientState> {
    item.recipients.iter().map(|recipient| recipient.state).collect()
}

/// The item that came from `sender`, once it is in `state`.
fn item_in(house: &House, sender: &str, state: State) -> Item {
    eventually(&format!("the item of {sender:?} is {state}"), || {
        house.items().into_iter().find(|item| item.intake.sender == sender && item.state == state)
    })
}

fn delivered_to(dir: &Path, address: &str) -> Vec<Vec<u8>> {
    let line = format!("Delivered-To: {address}\r\n");
    arrived(dir).into_iter().filter(|message| count(message, &line) > 0).collect()
}

#[test]
fn each_recipient_has_its_own_result() {
    let (house, sink) = house(&[("unknown", Refusal::UnknownMailbox), ("later", Refusal::Busy)], QUICK);
    let relay = house.relay(None);
    let to = [UNKNOWN, TARO, LATER];
    assert_eq!(send(relay.address("smtp").unwrap(), "sender@example.com", &to, &text_mail("three")), 250);
    let item = item_in(&house, "sender@example.com", State::Deferred);
    assert_eq!(states(&item), [RecipientState::Bounced, RecipientState::Delivered, RecipientState::Deferred]);
    assert_eq!(item.recipients[0].status.as_deref(), Some("5.1.1"));
    assert_eq!(item.recipients[2].status.as_deref(), Some("4.3.2"));
    let bounce = eventually("the sender is told", || delivered_to(house.dir.path(), "sender@example.com").pop());
    assert_eq!(count(&bounce, "Return-Path: <>\r\n"), 1);
    assert!(fixtures::scan::contains(&bounce, UNKNOWN) && fixtures::scan::contains(&bounce, "5.1.1"));
    assert!(!fixtures::scan::contains(&bounce, "本文です"), "a notification carries no content");
    sink.set(&[]);
    let item = item_in(&house, "sender@example.com", State::Bounced);
    assert_eq!(states(&item), [RecipientState::Bounced, RecipientState::Delivered, RecipientState::Delivered]);
    assert_eq!(delivered_to(house.dir.path(), TARO).len(), 1, "nobody gets it twice");
    assert_eq!(delivered_to(house.dir.path(), LATER).len(), 1);
}

#[test]
fn content_refused_for_now_is_tried_again_and_refused_for_good_bounces() {
    let (house, sink) = house(&[("(content)", Refusal::Storage)], QUICK);
    let relay = house.relay(None);
    let address = relay.address("smtp").unwrap();
    assert_eq!(send(address, "one@example.com", &[TARO], &text_mail("later")), 250);
    let item = item_in(&house, "one@example.com", State::Deferred);
    assert_eq!(item.recipients[0].status.as_deref(), Some("4.3.0"));
    sink.set(&[]);
    item_in(&house, "one@example.com", State::Delivered);
    sink.set(&[("(content)", Refusal::UnknownMailbox)]);
    assert_eq!(send(address, "", &[TARO], &text_mail("never")), 250);
    let item = item_in(&house, "", State::Bounced);
    assert_eq!(item.recipients[0].status.as_deref(), Some("5.1.1"));
    // A null sender is never told: two items came in, and no third was made.
    assert_eq!(house.items().len(), 2);
}

#[test]
fn mail_waits_for_a_next_hop_that_is_down() {
    let dir = tempfile::tempdir().unwrap();
    let hop = free_port();
    let house = House::with_dir(dir, hop, QUICK);
    let relay = house.relay(None);
    assert_eq!(send(relay.address("smtp").unwrap(), "sender@example.com", &[TARO], &text_mail("wait")), 250);
    let item = item_in(&house, "sender@example.com", State::Deferred);
    assert_eq!(item.recipients[0].status.as_deref(), Some("4.4.1"));
    let _sink = Sink::start(house.dir.path(), &hop.to_string(), &[]);
    wait_for(house.dir.path(), 1);
    item_in(&house, "sender@example.com", State::Delivered);
}

#[test]
fn what_cannot_be_delivered_in_time_expires_and_the_sender_is_told() {
    let extra = format!("{QUICK}expire_seconds = 4\n");
    let (house, _sink) = house(&[("later", Refusal::Busy)], &extra);
    let relay = house.relay(None);
    assert_eq!(send(relay.address("smtp").unwrap(), "sender@example.com", &[LATER], &text_mail("old")), 250);
    let item = item_in(&house, "sender@example.com", State::Expired);
    assert_eq!(states(&item), [RecipientState::Bounced]);
    let bounce = eventually("the sender is told", || delivered_to(house.dir.path(), "sender@example.com").pop());
    assert!(fixtures::scan::contains(&bounce, LATER) && fixtures::scan::contains(&bounce, "4.4.7"));
    // Sanitized on its way out like any message, it is still what a program at the sender's reads.
    let kinds = media_types(&bounce);
    assert_eq!(kinds[0], "multipart/report; report-type=delivery-status");
    assert_eq!(kinds[2..], ["message/delivery-status", "text/rfc822-headers"]);
    assert!(kinds[1].starts_with("text/plain;"), "{kinds:?}");
    let group = format!("\r\n\r\nFinal-Recipient: rfc822; {LATER}\r\nAction: failed\r\nStatus: 4.4.7\r\n");
    assert_eq!(count(&bounce, &group), 1);
    assert!(house.audited() > 0);
}

/// Content-Type of a message and its parts, each without what is folded.
fn media_types(message: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(message);
    let values = text.lines().filter_map(|line| line.strip_prefix("Content-Type: "));
    values.map(|value| value.trim_end_matches(';').to_owned()).collect()
}

#[test]
fn a_connection_carries_many_messages() {
    let (house, sink) = house(&[], "");
    let relay = house.relay(None);
    let address = relay.address("smtp").unwrap();
    for number in 0..20 {
        assert_eq!(send(address, "sender@example.com", &[TARO], &text_mail(&format!("n{number}"))), 250);
    }
    wait_for(house.dir.path(), 20);
    let connections: BTreeSet<u16> = sink.connections.lock().unwrap().iter().copied().collect();
    assert!(connections.len() <= 4, "{} connections for 20 messages", connections.len());
}

#[test]
fn a_thousand_recipients_are_delivered_in_groups_the_next_hop_takes() {
    let (house, sink) = house(&[], "");
    let relay = house.relay(None);
    let to: Vec<String> = (0..1000).map(|number| format!("u{number}@city.example.lg.jp")).collect();
    let to: Vec<&str> = to.iter().map(String::as_str).collect();
    assert_eq!(send(relay.address("smtp").unwrap(), "sender@example.com", &to, &text_mail("many")), 250);
    let item = item_in(&house, "sender@example.com", State::Delivered);
    assert_eq!(item.recipients.len(), 1000);
    assert_eq!(sink.begun.load(std::sync::atomic::Ordering::SeqCst), 10);
    let lines: usize = arrived(house.dir.path()).iter().map(|message| count(message, "Delivered-To: ")).sum();
    assert_eq!(lines, 1000);
}

#[test]
fn one_flipped_byte_of_a_stored_output_and_nothing_leaves() {
    let hop = free_port();
    let house = House::new(hop, "");
    let mut relay = house.relay(None);
    assert_eq!(send(relay.address("smtp").unwrap(), "sender@example.com", &[TARO], &text_mail("flip")), 250);
    let before = item_in(&house, "sender@example.com", State::Deferred);
    relay.kill();
    let events = house.audited();
    flip(&house.state());
    let _sink = Sink::start(house.dir.path(), &hop.to_string(), &[]);
    let _relay = house.relay(None);
    let item = item_in(&house, "sender@example.com", State::Held);
    assert_eq!((item.id, item.reason.as_deref()), (before.id, Some("verify_failed")));
    assert_eq!(arrived(house.dir.path()).len(), 0);
    assert!(house.audited() > events);
    let recorded = block_on(async { house.ledger().audit_about(item.id).await.unwrap() });
    assert!(recorded.iter().any(|one| one.seq > events && one.event.action == custody::audit::Action::Hold));
}

/// Flips a byte in the middle of every stored output, and makes it due now.
fn flip(state: &Path) {
    let ledger = rusqlite::Connection::open(state.join("ledger.sqlite")).unwrap();
    let mut rows = ledger.prepare("SELECT item, place, bytes FROM output WHERE bytes IS NOT NULL").unwrap();
    let outputs: Vec<(Vec<u8>, i64, Vec<u8>)> =
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap().map(Result::unwrap).collect();
    assert_eq!(outputs.len(), 1);
    for (item, place, mut bytes) in outputs {
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        let changed =
            ledger.execute("UPDATE output SET bytes = ?1 WHERE item = ?2 AND place = ?3", (bytes, &item, place)).unwrap();
        assert_eq!(changed, 1);
        ledger.execute("UPDATE item SET due = 0 WHERE id = ?1", [&item]).unwrap();
        ledger.execute("UPDATE recipient SET due = 0 WHERE item = ?1", [&item]).unwrap();
    }
}

#[test]
fn a_message_held_as_a_whole_arrives_as_a_stub_for_each_recipient() {
    let (house, _sink) = house(&[], "");
    let relay = house.relay(None);
    let token = fixtures::canary("relay-held");
    // Two readers would see two different messages here.
    let message = format!(
        "From: a@example.com\r\nTo: {TARO}\r\nSubject: =?UTF-8?B?5LqM5Lu2?=\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=one\r\nContent-Type: multipart/mixed; boundary=two\r\n\r\n\
         --one\r\nContent-Type: text/plain\r\n\r\n{token}\r\n--one--\r\n--two\r\nContent-Type: text/html\r\n\r\n{token}\r\n--two--\r\n"
    );
    let to = [TARO, "hanako@city.example.lg.jp"];
    assert_eq!(send(relay.address("smtp").unwrap(), "sender@example.com", &to, message.as_bytes()), 250);
    let stub = &wait_for(house.dir.path(), 1)[0];
    let item = item_in(&house, "sender@example.com", State::Delivered);
    assert_eq!(item.summary.as_ref().unwrap().verdict, custody::Verdict::Held);
    assert_eq!(count(stub, "Delivered-To: "), 2);
    assert!(fixtures::scan::contains(stub, &item.receipt.to_string()));
    assert!(!fixtures::scan::contains(stub, &token));
}
