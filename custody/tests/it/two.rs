//! Two processes on one ledger, as relay and gateway are: here two of everything in one process, which SQLite treats alike.

use std::time::Duration;

use custody::audit::ChainState;
use custody::{Custody, CustodyConfig, Kind, Stage};
use tokio::task::JoinSet;

use crate::support::{House, sanitized};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_share_work_and_one_chain() {
    let house = House::open().await;
    for n in 0..60_u8 {
        house.mail(&[n]).await;
    }
    let config = CustodyConfig { clock: house.clock(), ..CustodyConfig::new(house.dir.path(), "second") };
    let nodes = [house.custody.clone(), Custody::open(&config).unwrap()];
    let mut tasks = JoinSet::new();
    for node in nodes {
        let inbox = house.inbox.clone();
        tasks.spawn(async move {
            let mut settled = 0;
            // Both pull the same items at the same time.
            while node.pull(&inbox, Kind::Mail).await.unwrap() > 0 {}
            loop {
                let claimed = node.take(Kind::Mail, Stage::Sanitize, 7, Duration::from_mins(1)).await.unwrap();
                if claimed.is_empty() {
                    return settled;
                }
                for claimed in claimed {
                    node.settle(&claimed, sanitized(b"clean")).await.unwrap();
                    settled += 1;
                }
            }
        });
    }
    let settled: usize = tasks.join_all().await.into_iter().sum();
    assert_eq!(settled, 60);
    let state = house.custody.verify_audit(None).await.unwrap();
    assert!(matches!(state, ChainState::SelfConsistent { head } if head.seq == 180), "{state:?}");
}
