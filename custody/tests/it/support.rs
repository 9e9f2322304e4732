//! A folder, a clock that stands still, an inbox and a ledger in it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use custody::{
    Claimed, Clock, Committed, Custody, CustodyConfig, Inbox, InboxConfig, Kind, NewItem, NewOutput, Settlement, Stage, Summary,
    Verdict,
};
use jiff::Timestamp;
use rusqlite::Connection;
use tempfile::TempDir;

pub(crate) const LEASE: Duration = Duration::from_mins(1);

pub(crate) struct House {
    pub(crate) dir: TempDir,
    pub(crate) inbox: Inbox,
    pub(crate) custody: Custody,
    millis: Arc<AtomicI64>,
}

impl House {
    /// Everything open, and a permit that lasts.
    pub(crate) async fn open() -> Self {
        let house = Self::closed();
        house.custody.renew_permit(&house.inbox, Duration::from_secs(1_000_000)).await.unwrap();
        house
    }

    /// Everything open but the intake.
    pub(crate) fn closed() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let millis = Arc::new(AtomicI64::new(1_795_000_000_000));
        let inbox = Inbox::open(&InboxConfig { max_item: 1_000_000, clock: clock(&millis), ..InboxConfig::new(dir.path()) });
        let custody = Custody::open(&CustodyConfig { clock: clock(&millis), ..CustodyConfig::new(dir.path(), "test") });
        Self { inbox: inbox.unwrap(), custody: custody.unwrap(), dir, millis }
    }

    pub(crate) fn clock(&self) -> Clock {
        clock(&self.millis)
    }

    pub(crate) fn advance(&self, time: Duration) {
        self.millis.fetch_add(i64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock().now()
    }

    /// The ledger as someone with access to the disk sees it.
    pub(crate) fn ledger(&self) -> Connection {
        Connection::open(self.dir.path().join("ledger.sqlite")).unwrap()
    }

    pub(crate) fn inbox_file(&self) -> Connection {
        Connection::open(self.dir.path().join("inbox.sqlite")).unwrap()
    }

    pub(crate) async fn mail(&self, bytes: &[u8]) -> Committed {
        self.inbox.append(mail(), bytes.to_vec()).await.unwrap()
    }

    pub(crate) async fn file(&self, bytes: &[u8]) -> Committed {
        self.inbox.append(NewItem::file("hanako", "見積書.xlsx", ""), bytes.to_vec()).await.unwrap()
    }

    pub(crate) async fn pull(&self, kind: Kind) -> usize {
        self.custody.pull(&self.inbox, kind).await.unwrap()
    }

    pub(crate) async fn take(&self, kind: Kind, stage: Stage) -> Option<Claimed> {
        self.custody.take(kind, stage, 1, LEASE).await.unwrap().pop()
    }

    /// A mail that is ready to be delivered, taken for it.
    pub(crate) async fn taken_for_delivery(&self) -> Claimed {
        self.mail(b"mail").await;
        self.pull(Kind::Mail).await;
        let claimed = self.take(Kind::Mail, Stage::Sanitize).await.unwrap();
        self.custody.settle(&claimed, sanitized(b"clean")).await.unwrap();
        self.take(Kind::Mail, Stage::Deliver).await.unwrap()
    }

    /// A file that waits to be fetched.
    pub(crate) async fn ready_file(&self, output: &[u8]) -> Claimed {
        self.file(b"file").await;
        self.pull(Kind::File).await;
        let claimed = self.take(Kind::File, Stage::Sanitize).await.unwrap();
        self.custody.settle(&claimed, sanitized(output)).await.unwrap();
        claimed
    }
}

fn clock(millis: &Arc<AtomicI64>) -> Clock {
    let millis = Arc::clone(millis);
    Clock::new(move || Timestamp::from_millisecond(millis.load(Ordering::SeqCst)).unwrap())
}

pub(crate) fn mail() -> NewItem {
    NewItem::mail("sender@example.jp", vec!["a@city.example.jp".to_owned(), "B@city.example.jp".to_owned()])
        .with_context("helo=mx.example.jp")
}

pub(crate) fn summary(verdict: Verdict) -> Summary {
    let counts = BTreeMap::from([("removed".to_owned(), 2)]);
    Summary { verdict, codes: vec!["ooxml.macro".to_owned()], counts }
}

pub(crate) fn output(bytes: &[u8]) -> NewOutput {
    NewOutput {
        name: "見積書.xlsx".to_owned(),
        media_type: "application/octet-stream".to_owned(),
        bytes: bytes.to_vec(),
        receipt: b"accepted".to_vec(),
    }
}

pub(crate) fn sanitized(bytes: &[u8]) -> Settlement {
    let summary = summary(Verdict::Modified);
    Settlement::Sanitized { outputs: vec![output(bytes)], report: b"{\"report\":1}".to_vec(), summary }
}

pub(crate) fn held() -> Settlement {
    Settlement::Held { reason: "encrypted".to_owned(), report: None, summary: summary(Verdict::Held) }
}
