//! The way of an item through its states, leases and recipients.

use std::time::Duration;

use custody::{
    Custody, CustodyConfig, Filter, FollowUp, Kind, NewItem, OpenError, RecipientOutcome, RecipientResult, RecipientState,
    Retention, SettleError, Settlement, Stage, State, Verdict,
};

use crate::support::{House, LEASE, held, sanitized};

fn result(position: u32, outcome: RecipientOutcome, status: &str) -> RecipientResult {
    RecipientResult { position, outcome, status: Some(status.to_owned()) }
}

fn delivery(results: Vec<RecipientResult>) -> Settlement {
    Settlement::Delivery { results, follow_up: Vec::new() }
}

#[tokio::test]
async fn a_mail_goes_from_received_to_delivered() {
    let house = House::open().await;
    let committed = house.mail(b"mail").await;
    assert_eq!(house.pull(Kind::Mail).await, 1);
    let claimed = house.take(Kind::Mail, Stage::Sanitize).await.unwrap();
    assert_eq!((claimed.id(), claimed.attempts(), claimed.item().state), (committed.id(), 1, State::Sanitizing));
    assert_eq!(claimed.item().intake.context, "helo=mx.example.jp");
    assert!(house.take(Kind::Mail, Stage::Sanitize).await.is_none());
    house.custody.settle(&claimed, sanitized(b"clean")).await.unwrap();

    let claimed = house.take(Kind::Mail, Stage::Deliver).await.unwrap();
    assert_eq!(claimed.item().recipients.len(), 2);
    let both = vec![result(0, RecipientOutcome::Delivered, "2.0.0"), result(1, RecipientOutcome::Delivered, "2.0.0")];
    house.custody.settle(&claimed, delivery(both)).await.unwrap();
    let item = house.custody.item(committed.id()).await.unwrap().unwrap();
    assert_eq!((item.state, item.due), (State::Delivered, None));
    assert!(item.recipients.iter().all(|recipient| recipient.state == RecipientState::Delivered));
    let codes: Vec<_> =
        house.custody.audit_about(item.id).await.unwrap().into_iter().map(|recorded| recorded.event.action.code()).collect();
    assert_eq!(codes, ["submit", "sanitize_start", "sanitize", "deliver_start", "deliver"]);
}

#[tokio::test]
async fn a_pull_that_died_before_it_marked_copies_nothing_twice() {
    let house = House::open().await;
    let small = house.mail(b"mail").await;
    let large = house.mail(&vec![7; 200_000]).await;
    let keep = house.inbox_file();
    keep.execute_batch("CREATE TABLE kept AS SELECT * FROM item").unwrap();
    let blob: String = keep.query_row("SELECT blob FROM item WHERE blob IS NOT NULL", [], |row| row.get(0)).unwrap();
    assert_eq!(house.pull(Kind::Mail).await, 2);
    // As if the process had died after the ledger's commit.
    keep.execute_batch("INSERT INTO item SELECT * FROM kept").unwrap();
    std::fs::write(house.dir.path().join("inbox-blobs").join(blob), vec![7; 200_000]).unwrap();
    assert_eq!(house.pull(Kind::Mail).await, 2);
    let filter = Filter::default();
    assert_eq!(house.custody.list(filter, 10).await.unwrap().len(), 2);
    for (id, size) in [(small.id(), 4), (large.id(), 200_000)] {
        assert_eq!(house.custody.audit_about(id).await.unwrap().len(), 1);
        assert_eq!(house.custody.original(id).await.unwrap().unwrap().len(), size);
    }
    assert_eq!(std::fs::read_dir(house.dir.path().join("blobs")).unwrap().count(), 1);
    assert_eq!(house.pull(Kind::Mail).await, 0);
}

#[tokio::test]
async fn a_lease_that_ran_out_is_taken_by_another_and_the_first_settles_nothing() {
    let house = House::open().await;
    house.mail(b"mail").await;
    house.pull(Kind::Mail).await;
    let first = house.take(Kind::Mail, Stage::Sanitize).await.unwrap();
    house.advance(LEASE);
    let second = house.take(Kind::Mail, Stage::Sanitize).await.unwrap();
    assert_eq!(second.attempts(), 2);
    assert!(matches!(house.custody.settle(&first, sanitized(b"first")).await, Err(SettleError::LeaseLost)));
    assert!(matches!(house.custody.renew(&first, LEASE).await, Err(SettleError::LeaseLost)));
    assert_eq!(house.custody.item(first.id()).await.unwrap().unwrap().outputs, 0);
    house.custody.settle(&second, sanitized(b"second")).await.unwrap();
    assert_eq!(house.custody.output(first.id()).await.unwrap().bytes, b"second");
    assert!(matches!(house.custody.settle(&second, sanitized(b"twice")).await, Err(SettleError::LeaseLost)));
}

#[tokio::test]
async fn a_late_settlement_counts_as_long_as_nobody_else_has_the_item() {
    let house = House::open().await;
    let claimed = house.taken_for_delivery().await;
    house.advance(LEASE * 2);
    let both = vec![result(0, RecipientOutcome::Delivered, "2.0.0"), result(1, RecipientOutcome::Delivered, "2.0.0")];
    house.custody.settle(&claimed, delivery(both)).await.unwrap();
    assert!(house.take(Kind::Mail, Stage::Deliver).await.is_none());
}

#[tokio::test]
async fn a_renewed_lease_is_not_taken() {
    let house = House::open().await;
    house.mail(b"mail").await;
    house.pull(Kind::Mail).await;
    let claimed = house.take(Kind::Mail, Stage::Sanitize).await.unwrap();
    house.advance(LEASE / 2);
    house.custody.renew(&claimed, LEASE).await.unwrap();
    house.advance(LEASE / 2);
    assert!(house.take(Kind::Mail, Stage::Sanitize).await.is_none());
    house.custody.settle(&claimed, sanitized(b"clean")).await.unwrap();
}

#[tokio::test]
async fn recipients_go_their_own_ways() {
    let house = House::open().await;
    let claimed = house.taken_for_delivery().await;
    let later = house.now() + Duration::from_mins(5);
    let mixed =
        vec![result(0, RecipientOutcome::Delivered, "2.0.0"), result(1, RecipientOutcome::Deferred { until: later }, "4.2.2")];
    house.custody.settle(&claimed, delivery(mixed)).await.unwrap();
    let item = house.custody.item(claimed.id()).await.unwrap().unwrap();
    assert_eq!((item.state, item.due), (State::Deferred, Some(later)));
    assert!(house.take(Kind::Mail, Stage::Deliver).await.is_none());

    house.advance(Duration::from_mins(5));
    let claimed = house.take(Kind::Mail, Stage::Deliver).await.unwrap();
    assert_eq!(claimed.attempts(), 2);
    let again = delivery(vec![result(0, RecipientOutcome::Bounced, "5.0.0")]);
    assert!(matches!(house.custody.settle(&claimed, again).await, Err(SettleError::Malformed(_))));

    let notice = FollowUp { item: NewItem::mail("", vec!["sender@example.jp".to_owned()]), bytes: b"dsn".to_vec() };
    let last = Settlement::Delivery { results: vec![result(1, RecipientOutcome::Bounced, "5.1.1")], follow_up: vec![notice] };
    house.custody.settle(&claimed, last).await.unwrap();
    let item = house.custody.item(claimed.id()).await.unwrap().unwrap();
    assert_eq!(item.state, State::Bounced);
    let states: Vec<_> = item.recipients.iter().map(|r| (r.state, r.status.clone().unwrap(), r.attempts)).collect();
    let wanted = [(RecipientState::Delivered, "2.0.0".to_owned(), 1), (RecipientState::Bounced, "5.1.1".to_owned(), 2)];
    assert_eq!(states, wanted);
    let dsn = house.take(Kind::Mail, Stage::Sanitize).await.unwrap();
    assert_eq!(dsn.item().intake.sender, "");
    assert_eq!(house.custody.original(dsn.id()).await.unwrap().unwrap(), b"dsn");
}

#[tokio::test]
async fn a_recipient_that_was_not_tried_is_due_at_once() {
    let house = House::open().await;
    let claimed = house.taken_for_delivery().await;
    let one = delivery(vec![result(0, RecipientOutcome::Delivered, "2.0.0")]);
    house.custody.settle(&claimed, one).await.unwrap();
    let claimed = house.take(Kind::Mail, Stage::Deliver).await.unwrap();
    assert_eq!(claimed.item().recipients[1].state, RecipientState::Pending);
}

#[tokio::test]
async fn an_expired_mail_bounces_for_those_who_wait() {
    let house = House::open().await;
    let claimed = house.taken_for_delivery().await;
    house.custody.settle(&claimed, Settlement::Expired { follow_up: Vec::new() }).await.unwrap();
    let item = house.custody.item(claimed.id()).await.unwrap().unwrap();
    assert_eq!(item.state, State::Expired);
    assert!(item.recipients.iter().all(|recipient| recipient.state == RecipientState::Bounced));
}

#[tokio::test]
async fn a_retry_waits_and_keeps_count() {
    let house = House::open().await;
    house.mail(b"mail").await;
    house.pull(Kind::Mail).await;
    let claimed = house.take(Kind::Mail, Stage::Sanitize).await.unwrap();
    let retry = Settlement::Retry { after: Duration::from_secs(10), reason: "pool_busy".to_owned() };
    house.custody.settle(&claimed, retry).await.unwrap();
    assert!(house.take(Kind::Mail, Stage::Sanitize).await.is_none());
    house.advance(Duration::from_secs(10));
    assert_eq!(house.take(Kind::Mail, Stage::Sanitize).await.unwrap().attempts(), 2);
}

#[tokio::test]
async fn what_the_step_does_not_have_is_illegal_and_changes_nothing() {
    let house = House::open().await;
    house.mail(b"mail").await;
    house.pull(Kind::Mail).await;
    let claimed = house.take(Kind::Mail, Stage::Sanitize).await.unwrap();
    let wrong = [delivery(Vec::new()), Settlement::Expired { follow_up: Vec::new() }];
    for settlement in wrong {
        assert!(matches!(house.custody.settle(&claimed, settlement).await, Err(SettleError::Illegal(_))));
    }
    let nothing =
        Settlement::Sanitized { outputs: Vec::new(), report: Vec::new(), summary: crate::support::summary(Verdict::Rebuilt) };
    assert!(matches!(house.custody.settle(&claimed, nothing).await, Err(SettleError::Malformed(_))));
    house.custody.settle(&claimed, sanitized(b"clean")).await.unwrap();
    let claimed = house.take(Kind::Mail, Stage::Deliver).await.unwrap();
    assert!(matches!(house.custody.settle(&claimed, sanitized(b"x")).await, Err(SettleError::Illegal(_))));
    house.custody.settle(&claimed, held()).await.unwrap();
    assert_eq!(house.custody.item(claimed.id()).await.unwrap().unwrap().state, State::Held);
}

#[tokio::test]
async fn a_file_waits_until_it_is_fetched() {
    let house = House::open().await;
    let claimed = house.ready_file(b"clean").await;
    assert!(house.take(Kind::File, Stage::Deliver).await.is_none());
    house.custody.fetched(claimed.id(), "hanako").await.unwrap();
    house.custody.fetched(claimed.id(), "hanako").await.unwrap();
    let item = house.custody.item(claimed.id()).await.unwrap().unwrap();
    assert_eq!(item.state, State::Delivered);
    let events = house.custody.audit_about(item.id).await.unwrap();
    assert_eq!(events.iter().filter(|event| event.event.actor == "hanako").count(), 2);
}

#[tokio::test]
async fn a_held_file_can_go_through_again() {
    let house = House::open().await;
    house.file(b"file").await;
    house.pull(Kind::File).await;
    let claimed = house.take(Kind::File, Stage::Sanitize).await.unwrap();
    house.custody.settle(&claimed, held()).await.unwrap();
    assert!(matches!(house.custody.fetched(claimed.id(), "x").await, Err(SettleError::Illegal(_))));
    house.custody.rerun(claimed.id(), "chief").await.unwrap();
    assert!(matches!(house.custody.rerun(claimed.id(), "chief").await, Err(SettleError::Illegal(_))));
    let claimed = house.take(Kind::File, Stage::Sanitize).await.unwrap();
    house.custody.settle(&claimed, sanitized(b"clean")).await.unwrap();
    house.custody.hold(claimed.id(), "verify_failed", "gateway").await.unwrap();
    house.custody.rerun(claimed.id(), "chief").await.unwrap();
    let claimed = house.take(Kind::File, Stage::Sanitize).await.unwrap();
    house.custody.settle(&claimed, sanitized(b"clean again")).await.unwrap();
    assert_eq!(house.custody.output(claimed.id()).await.unwrap().bytes, b"clean again");
}

#[tokio::test]
async fn pages_find_items_by_number_recipient_owner_state_and_verdict() {
    let house = House::open().await;
    let mail = house.taken_for_delivery().await.id();
    house.advance(Duration::from_millis(1));
    let file = house.ready_file(b"clean").await.id();
    let receipt = custody::ReceiptNumber::of(mail);
    assert_eq!(house.custody.by_receipt(receipt).await.unwrap().unwrap().id, mail);
    let all = Filter::default();
    let cases = [
        (all.clone(), vec![file, mail]),
        (Filter { before: Some(file), ..all.clone() }, vec![mail]),
        (Filter { kind: Some(Kind::Mail), ..all.clone() }, vec![mail]),
        (Filter { owner: Some("hanako".to_owned()), ..all.clone() }, vec![file]),
        (Filter { recipient: Some("b@CITY.example.jp".to_owned()), ..all.clone() }, vec![mail]),
        (Filter { recipient: Some("c@city.example.jp".to_owned()), ..all.clone() }, vec![]),
        (Filter { states: vec![State::Ready, State::Held], ..all.clone() }, vec![file]),
        (Filter { verdicts: vec![Verdict::Modified], ..all.clone() }, vec![file, mail]),
        (Filter { verdicts: vec![Verdict::Held], ..all }, vec![]),
    ];
    for (filter, wanted) in cases {
        let found: Vec<_> = house.custody.list(filter.clone(), 10).await.unwrap().iter().map(|item| item.id).collect();
        assert_eq!(found, wanted, "{filter:?}");
    }
    let counts = house.custody.counts().await.unwrap();
    let counts: Vec<_> = counts.iter().map(|count| (count.kind, count.state, count.items)).collect();
    assert_eq!(counts, [(Kind::File, State::Ready, 1), (Kind::Mail, State::Delivering, 1)]);
    assert_eq!(house.custody.report(mail).await.unwrap().unwrap(), b"{\"report\":1}");
}

#[tokio::test]
async fn bytes_go_after_their_time_and_what_is_proven_stays() {
    let house = House::open().await;
    let file = house.ready_file(&vec![1; 100_000]).await.id();
    let waiting = house.mail(&vec![2; 100_000]).await.id();
    house.pull(Kind::Mail).await;
    let retention = Retention::default();
    assert_eq!(house.custody.sweep(&house.inbox, retention).await.unwrap(), 0);
    house.advance(retention.outputs + Duration::from_secs(1));
    assert_eq!(house.custody.sweep(&house.inbox, retention).await.unwrap(), 1);
    let item = house.custody.item(file).await.unwrap().unwrap();
    assert_eq!((item.state, item.outputs), (State::Expired, 0));
    assert!(house.custody.report(file).await.unwrap().is_some());
    // The mail has not been looked at yet: its bytes stay however long that takes.
    assert!(house.custody.original(waiting).await.unwrap().is_some());
    house.advance(retention.originals + Duration::from_secs(1));
    assert_eq!(house.custody.sweep(&house.inbox, retention).await.unwrap(), 1);
    assert_eq!(house.custody.original(file).await.unwrap(), None);
    assert_eq!(std::fs::read_dir(house.dir.path().join("blobs")).unwrap().count(), 1);
    let codes: Vec<_> = house.custody.audit_about(file).await.unwrap().iter().map(|event| event.event.action.code()).collect();
    assert_eq!(codes[3..], ["retention_delete", "expire", "retention_delete"]);
}

#[tokio::test]
async fn one_process_at_a_time_has_a_name_and_its_successor_goes_on_at_once() {
    let house = House::open().await;
    house.mail(b"mail").await;
    house.pull(Kind::Mail).await;
    let config = CustodyConfig { clock: house.clock(), ..CustodyConfig::new(house.dir.path(), "test") };
    assert!(matches!(Custody::open(&config), Err(OpenError::InUse { .. })));
    assert!(matches!(Custody::open(&CustodyConfig { node: "../x".to_owned(), ..config.clone() }), Err(OpenError::Name)));
    let claimed = house.take(Kind::Mail, Stage::Sanitize).await.unwrap();
    let House { dir, custody, .. } = house;
    drop(custody);
    let next = Custody::open(&config).unwrap();
    let again = next.take(Kind::Mail, Stage::Sanitize, 1, LEASE).await.unwrap().pop().unwrap();
    assert_eq!((again.id(), again.attempts()), (claimed.id(), 2));
    drop(dir);
}
