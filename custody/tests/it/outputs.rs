//! Stored outputs: one byte changed anywhere, and nothing is given out.

use std::os::unix::fs::{FileExt, PermissionsExt};

use custody::{Custody, CustodyConfig, Kind, OpenError, OutputError, Settlement, Stage, Verdict};
use rusqlite::Connection;

use crate::support::{House, output, sanitized, summary};

#[tokio::test]
async fn outputs_come_back_as_they_were_stored_small_and_large() {
    let house = House::open().await;
    for size in [0, 5_000, 65_536, 65_537, 900_000] {
        let bytes = vec![9; size];
        let claimed = house.ready_file(&bytes).await;
        let stored = house.custody.output(claimed.id()).await.unwrap();
        assert_eq!((stored.bytes, stored.receipt.as_slice()), (bytes, b"accepted".as_slice()));
        assert!(matches!(house.custody.output_at(claimed.id(), 1).await, Err(OutputError::Missing)));
    }
}

#[tokio::test]
async fn several_outputs_of_one_item_keep_their_places() {
    let house = House::open().await;
    house.file(b"file").await;
    house.pull(Kind::File).await;
    let claimed = house.take(Kind::File, Stage::Sanitize).await.unwrap();
    let outputs = vec![output(b"whole"), output(b"beside")];
    let both = Settlement::Sanitized { outputs, report: Vec::new(), summary: summary(Verdict::Rebuilt) };
    house.custody.settle(&claimed, both).await.unwrap();
    assert_eq!(house.custody.item(claimed.id()).await.unwrap().unwrap().outputs, 2);
    assert_eq!(house.custody.output_at(claimed.id(), 1).await.unwrap().bytes, b"beside");
    // Exchanged, they are not what was stored.
    let swap = "UPDATE output SET place = 2 - place - 1 + 10; UPDATE output SET place = place - 10";
    house.ledger().execute_batch(swap).unwrap();
    assert!(matches!(house.custody.output(claimed.id()).await, Err(OutputError::Tampered)));
}

#[tokio::test]
async fn a_flipped_byte_in_the_row_is_noticed_wherever_it_is() {
    for column in ["bytes", "receipt", "mac", "sha256"] {
        let house = House::open().await;
        let claimed = house.ready_file(b"clean").await;
        flip(&house.ledger(), column);
        let answer = house.custody.output(claimed.id()).await;
        assert!(matches!(answer, Err(OutputError::Tampered)), "{column}: {answer:?}");
    }
}

fn flip(ledger: &Connection, column: &str) {
    let read = format!("SELECT {column} FROM output");
    let mut bytes: Vec<u8> = ledger.query_row(&read, [], |row| row.get(0)).unwrap();
    bytes[1] ^= 1;
    ledger.execute(&format!("UPDATE output SET {column} = ?1"), [bytes]).unwrap();
}

#[tokio::test]
async fn a_flipped_byte_in_a_blob_is_noticed() {
    let house = House::open().await;
    let claimed = house.ready_file(&vec![0; 100_000]).await;
    let blob = std::fs::read_dir(house.dir.path().join("blobs")).unwrap().next().unwrap().unwrap().path();
    let file = std::fs::OpenOptions::new().write(true).open(&blob).unwrap();
    file.write_at(&[1], 99_999).unwrap();
    assert!(matches!(house.custody.output(claimed.id()).await, Err(OutputError::Tampered)));
    std::fs::remove_file(blob).unwrap();
    assert!(matches!(house.custody.output(claimed.id()).await, Err(OutputError::Missing)));
}

#[tokio::test]
async fn the_output_of_another_item_is_noticed() {
    let house = House::open().await;
    let first = house.ready_file(b"mine").await;
    let second = house.ready_file(b"yours").await;
    let ledger = house.ledger();
    let rename = "UPDATE output SET item = ?2 WHERE item = ?1";
    ledger.execute("DELETE FROM output WHERE item = ?1", [second.id().as_bytes()]).unwrap();
    ledger.execute(rename, [first.id().as_bytes(), second.id().as_bytes()]).unwrap();
    assert!(matches!(house.custody.output(second.id()).await, Err(OutputError::Tampered)));
}

#[tokio::test]
async fn the_key_is_private_and_belongs_to_its_ledger() {
    let house = House::open().await;
    let claimed = house.ready_file(b"clean").await;
    let key = house.dir.path().join("receipt.key");
    let mode = std::fs::metadata(&key).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let open = || Custody::open(&CustodyConfig::new(house.dir.path(), "other"));
    let kept = std::fs::read(&key).unwrap();
    assert_eq!(open().unwrap().output(claimed.id()).await.unwrap().bytes, b"clean");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert!(matches!(open(), Err(OpenError::Key("others may read it"))));
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&key, [1; 31]).unwrap();
    assert!(matches!(open(), Err(OpenError::Key("its length is wrong"))));
    std::fs::write(&key, [1; 32]).unwrap();
    assert!(matches!(open(), Err(OpenError::Key("it is not the one of this ledger"))));
    std::fs::remove_file(&key).unwrap();
    assert!(matches!(open(), Err(OpenError::Key("it is missing"))));
    std::fs::write(&key, kept).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    assert!(open().is_ok());
}

#[tokio::test]
async fn nothing_is_given_out_before_it_is_settled() {
    let house = House::open().await;
    let committed = house.file(b"file").await;
    house.pull(Kind::File).await;
    assert!(matches!(house.custody.output(committed.id()).await, Err(OutputError::Missing)));
    let claimed = house.take(Kind::File, Stage::Sanitize).await.unwrap();
    assert!(matches!(house.custody.output(committed.id()).await, Err(OutputError::Missing)));
    house.custody.settle(&claimed, sanitized(b"clean")).await.unwrap();
    assert_eq!(house.custody.output(committed.id()).await.unwrap().bytes, b"clean");
}
