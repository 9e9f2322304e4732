//! The audit chain: it grows with every change, and no change to it goes unnoticed.

use custody::audit::{Action, AuditEvent, ChainState, Head};

use crate::support::House;

async fn house_with_events() -> House {
    let house = House::open().await;
    house.ready_file(b"clean").await;
    let event = AuditEvent::new("hanako", Action::Login).with("face", "internet");
    house.custody.audit(event).await.unwrap();
    house
}

#[tokio::test]
async fn a_chain_that_nobody_touched_is_consistent() {
    let house = house_with_events().await;
    let head = house.custody.audit_head().await.unwrap();
    assert_eq!(head.seq, 4);
    assert_eq!(house.custody.verify_audit(None).await.unwrap(), ChainState::SelfConsistent { head });
    assert_eq!(house.custody.verify_audit(Some(head)).await.unwrap(), ChainState::Verified { head });
}

#[tokio::test]
async fn an_earlier_head_stays_in_the_chain() {
    let house = house_with_events().await;
    let kept = house.custody.audit_head().await.unwrap();
    house.ready_file(b"more").await;
    let state = house.custody.verify_audit(Some(kept)).await.unwrap();
    assert!(matches!(state, ChainState::Verified { head } if head.seq == 7));
}

#[tokio::test]
async fn every_kind_of_tampering_is_noticed_at_its_place() {
    let attacks = [
        ("UPDATE audit SET actor = 'taro' WHERE seq = 2", 2),
        ("UPDATE audit SET action = 'logout' WHERE seq = 4", 4),
        ("UPDATE audit SET at = at + 1 WHERE seq = 3", 3),
        ("UPDATE audit SET detail = '{}' WHERE seq = 1", 1),
        ("UPDATE audit SET target = zeroblob(16) WHERE seq = 1", 1),
        ("UPDATE audit SET target = NULL WHERE seq = 3", 3),
        ("UPDATE audit SET hash = zeroblob(32) WHERE seq = 3", 3),
        ("UPDATE audit SET hash = zeroblob(31) WHERE seq = 3", 3),
        ("DELETE FROM audit WHERE seq = 2", 2),
        ("DELETE FROM audit WHERE seq = 1", 1),
        ("DELETE FROM audit WHERE seq = 2; UPDATE audit SET seq = seq - 1 WHERE seq > 2", 2),
        ("INSERT INTO audit SELECT 5, at, actor, action, target, detail, hash, hash FROM audit WHERE seq = 4", 5),
        ("UPDATE audit SET seq = 9 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 3", 2),
    ];
    for (attack, seq) in attacks {
        let house = house_with_events().await;
        house.ledger().execute_batch(attack).unwrap();
        assert_eq!(house.custody.verify_audit(None).await.unwrap(), ChainState::Broken { seq }, "{attack}");
    }
}

#[tokio::test]
async fn a_cut_or_rewritten_end_shows_only_against_a_head_kept_elsewhere() {
    let house = house_with_events().await;
    let kept = house.custody.audit_head().await.unwrap();
    house.ledger().execute_batch("DELETE FROM audit WHERE seq = 4").unwrap();
    let alone = house.custody.verify_audit(None).await.unwrap();
    assert!(matches!(alone, ChainState::SelfConsistent { head: Head { seq: 3, .. } }));
    assert_eq!(house.custody.verify_audit(Some(kept)).await.unwrap(), ChainState::Broken { seq: 4 });
    // Written anew by someone who knows how: consistent in itself, but not what was there.
    house.custody.audit(AuditEvent::new("taro", Action::Login)).await.unwrap();
    assert_eq!(house.custody.verify_audit(Some(kept)).await.unwrap(), ChainState::Broken { seq: 4 });
}

#[tokio::test]
async fn an_export_has_every_event_as_a_line() {
    let house = house_with_events().await;
    let events = house.custody.audit_after(0, 100).await.unwrap();
    let rest = house.custody.audit_after(3, 100).await.unwrap();
    assert_eq!(events[3..], rest);
    let line: serde_json::Value = serde_json::from_str(&rest[0].to_json()).unwrap();
    assert_eq!((line["seq"].as_u64(), line["action"].as_str(), line["actor"].as_str()), (Some(4), Some("login"), Some("hanako")));
    assert_eq!(line["detail"]["face"], "internet");
    assert_eq!(events[3].prev_hash, events[2].hash);
    assert!(!line["ts"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn a_change_whose_event_cannot_be_written_does_not_happen() {
    let house = House::open().await;
    house.mail(b"mail").await;
    house.ledger().execute_batch("CREATE TRIGGER t BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END").unwrap();
    assert!(house.custody.pull(&house.inbox, custody::Kind::Mail).await.is_err());
    let items: i64 = house.ledger().query_row("SELECT count(*) FROM item", [], |row| row.get(0)).unwrap();
    assert_eq!(items, 0);
}
