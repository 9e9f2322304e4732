//! Intake: what is said to be committed is there, and nothing is taken in without a permit.

use std::time::Duration;

use custody::{AppendError, Inbox, InboxConfig, Kind, NewItem, Stage, State};
use tokio::task::JoinSet;

use crate::support::{House, held, mail};

#[tokio::test]
async fn without_a_permit_nothing_is_taken_in() {
    let house = House::closed();
    assert!(!house.inbox.is_open().await);
    assert!(matches!(house.inbox.append(mail(), b"x".to_vec()).await, Err(AppendError::Closed)));
    assert!(matches!(house.inbox.append(mail(), vec![0; 200_000]).await, Err(AppendError::Closed)));
    assert!(matches!(house.inbox.begin(mail()).await, Err(AppendError::Closed)));
    assert_eq!(house.pull(Kind::Mail).await, 0);
    assert_eq!(std::fs::read_dir(house.dir.path().join("inbox-blobs")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_permit_goes_stale_when_it_is_not_renewed() {
    let house = House::closed();
    house.custody.renew_permit(&house.inbox, Duration::from_secs(15)).await.unwrap();
    house.mail(b"in time").await;
    let mut late = house.inbox.begin(mail()).await.unwrap();
    house.advance(Duration::from_secs(15));
    assert!(matches!(house.inbox.append(mail(), b"late".to_vec()).await, Err(AppendError::Closed)));
    late.write(b"begun in time, ended late").await.unwrap();
    assert!(matches!(late.commit().await, Err(AppendError::Closed)));
    house.custody.renew_permit(&house.inbox, Duration::from_secs(15)).await.unwrap();
    house.mail(b"again").await;
    assert_eq!(house.pull(Kind::Mail).await, 2);
}

#[tokio::test]
async fn a_ledger_whose_audit_cannot_be_written_gives_no_permit() {
    let house = House::closed();
    house.ledger().execute_batch("CREATE TRIGGER t BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'no'); END").unwrap();
    assert!(house.custody.renew_permit(&house.inbox, Duration::from_secs(15)).await.is_err());
    assert!(!house.inbox.is_open().await);
}

#[tokio::test]
async fn the_proof_for_a_permit_leaves_no_event_behind() {
    let house = House::open().await;
    assert_eq!(house.custody.audit_head().await.unwrap().seq, 0);
}

#[tokio::test]
async fn many_senders_at_once_share_commits_and_all_are_kept() {
    let house = House::open().await;
    let mut tasks = JoinSet::new();
    for n in 0..300_u32 {
        let inbox = house.inbox.clone();
        tasks.spawn(async move { inbox.append(mail(), n.to_be_bytes().to_vec()).await.unwrap().id() });
    }
    let mut committed = tasks.join_all().await;
    while house.pull(Kind::Mail).await > 0 {}
    let mut found = Vec::new();
    for claimed in house.custody.take(Kind::Mail, Stage::Sanitize, 1000, Duration::from_mins(1)).await.unwrap() {
        assert_eq!(house.custody.original(claimed.id()).await.unwrap().map(|bytes| bytes.len()), Some(4));
        found.push(claimed.id());
    }
    committed.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, committed);
}

#[tokio::test]
async fn what_is_committed_is_there_for_the_next_process() {
    let house = House::open().await;
    let committed = house.file(b"file").await;
    let again = Inbox::open(&InboxConfig::new(house.dir.path())).unwrap();
    let status = again.status(committed.id()).await.unwrap().unwrap();
    assert_eq!((status.receipt, status.size, status.state), (committed.receipt(), 4, State::Received));
}

#[tokio::test]
async fn bytes_in_pieces_become_one_item_small_or_large() {
    let house = House::open().await;
    for (pieces, size) in [(0_usize, 0_usize), (3, 10), (7, 9_999), (9, 100_000)] {
        let bytes: Vec<u8> = (0..pieces * size).map(|n| u8::try_from(n % 253).unwrap()).collect();
        let mut incoming = house.inbox.begin(mail()).await.unwrap();
        for piece in bytes.chunks(size.max(1)) {
            incoming.write(piece).await.unwrap();
        }
        assert_eq!(incoming.len(), (pieces * size) as u64);
        let committed = incoming.commit().await.unwrap();
        assert_eq!(house.pull(Kind::Mail).await, 1);
        assert_eq!(house.custody.original(committed.id()).await.unwrap(), Some(bytes));
        let item = house.custody.item(committed.id()).await.unwrap().unwrap();
        assert_eq!((&item.sha256, item.size), (committed.sha256(), committed.size()));
    }
}

#[tokio::test]
async fn too_large_is_refused_whole_and_in_pieces() {
    let house = House::open().await;
    let whole = house.inbox.append(mail(), vec![0; 1_000_001]).await;
    assert!(matches!(whole, Err(AppendError::TooLarge { limit: 1_000_000 })));
    let mut incoming = house.inbox.begin(mail()).await.unwrap();
    incoming.write(&vec![0; 600_000]).await.unwrap();
    assert!(matches!(incoming.write(&vec![0; 400_001]).await, Err(AppendError::TooLarge { .. })));
    incoming.write(&vec![0; 400_000]).await.unwrap();
    assert_eq!(incoming.commit().await.unwrap().size(), 1_000_000);
}

#[tokio::test]
async fn an_uploader_sees_what_the_back_has_published() {
    let house = House::open().await;
    let committed = house.file(b"file").await;
    house.pull(Kind::File).await;
    let claimed = house.take(Kind::File, Stage::Sanitize).await.unwrap();
    house.custody.settle(&claimed, held()).await.unwrap();
    assert_eq!(house.custody.publish(&house.inbox).await.unwrap(), 1);
    assert_eq!(house.custody.publish(&house.inbox).await.unwrap(), 0);
    let status = house.inbox.status(committed.id()).await.unwrap().unwrap();
    assert_eq!((status.state, status.reason.as_deref()), (State::Held, Some("encrypted")));
    assert_eq!(status.summary.unwrap().codes, ["ooxml.macro"]);
}

#[tokio::test]
async fn a_listing_shows_the_owners_files_newest_first_page_by_page() {
    let house = House::open().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        house.advance(Duration::from_millis(1));
        ids.push(house.file(b"file").await.id());
    }
    house.inbox.append(NewItem::file("taro", "x", ""), Vec::new()).await.unwrap();
    house.mail(b"mail").await;
    ids.reverse();
    let page = house.inbox.list_by_owner("hanako", None, 3).await.unwrap();
    let rest = house.inbox.list_by_owner("hanako", Some(page[2].id), 3).await.unwrap();
    let listed: Vec<_> = page.iter().chain(&rest).map(|status| status.id).collect();
    assert_eq!(listed, ids);
}

#[tokio::test]
async fn one_damaged_entry_stops_no_other() {
    let house = House::open().await;
    let first = house.mail(b"one").await;
    let second = house.mail(b"two").await;
    let damage = "UPDATE item SET recipients = 'not json' WHERE id = ?1";
    house.inbox_file().execute(damage, [first.id().as_bytes()]).unwrap();
    assert_eq!(house.pull(Kind::Mail).await, 1);
    assert!(house.custody.item(second.id()).await.unwrap().is_some());
}
