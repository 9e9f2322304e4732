//! SQLite as custody uses it: one writer thread that commits for all who wait, and readers beside it.
//!
//! A commit costs a sync of the disk, whatever stands in it. So the writer runs every job that is waiting inside one transaction
//! and answers all of them after the one commit. Each job has a savepoint of its own: one that fails takes nothing with it.
//! WAL and `synchronous=FULL`: what was answered survives a power cut.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::StoreError;
use crate::failpoint;

/// Jobs in one transaction at most.
const GROUP: usize = 256;

/// A transaction takes in no further job after this: another process may be waiting for the file.
const GROUP_TIME: Duration = Duration::from_millis(25);

/// Jobs that may wait before senders wait too.
const QUEUE: usize = 1024;

/// How long to wait for another process's transaction.
const BUSY: Duration = Duration::from_secs(10);

/// Connections that read at once.
const READERS: usize = 4;

/// Opens a database file for reading and writing, with the settings everything here relies on.
pub(crate) fn open(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", 2000)?;
    connection.pragma_update(None, "cache_size", -16_000)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// Makes the tables of version 1, unless they are there. Refuses a file of a version this code does not know.
pub(crate) fn migrate(connection: &Connection, schema: &str) -> Result<(), StoreError> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match version {
        0 => connection.execute_batch(schema)?,
        1 => {}
        _ => return Err(StoreError::Damaged("the database is of a later version")),
    }
    connection.execute_batch("PRAGMA user_version = 1; COMMIT")?;
    Ok(())
}

type Answer = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
type Job = Box<dyn FnOnce(Result<&Connection, StoreError>) -> Answer + Send>;

/// Names of the points where a test may kill the process around a commit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CommitPoints {
    /// All jobs have run, nothing is durable.
    pub(crate) before: &'static str,
    /// Everything is durable, nobody knows.
    pub(crate) after: &'static str,
}

/// The one writer of a database file in this process.
#[derive(Clone)]
pub(crate) struct Writer {
    jobs: mpsc::Sender<Job>,
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Writer")
    }
}

impl Writer {
    /// Starts the thread. It ends, with everything answered, when the last clone is gone.
    pub(crate) fn start(connection: Connection, points: CommitPoints) -> Result<Self, StoreError> {
        let (jobs, waiting) = mpsc::channel(QUEUE);
        std::thread::Builder::new()
            .name("custody-writer".to_owned())
            .spawn(move || serve(&connection, waiting, points))
            .map_err(StoreError::from)?;
        Ok(Self { jobs })
    }

    /// Runs `work` in a transaction and returns after its commit. When it returns an error, it has changed nothing.
    pub(crate) async fn run<T, E>(&self, work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = connection.map_err(E::from).and_then(|connection| in_savepoint(connection, work));
            Box::new(move |committed| {
                let _ = sender.send(committed.map_err(E::from).and(result));
            })
        });
        self.jobs.send(job).await.map_err(|_| E::from(StoreError::Stopped))?;
        receiver.await.unwrap_or_else(|_| Err(E::from(StoreError::Stopped)))
    }
}

fn serve(connection: &Connection, mut waiting: mpsc::Receiver<Job>, points: CommitPoints) {
    while let Some(first) = waiting.blocking_recv() {
        let mut answers = Vec::new();
        let committed = group(connection, first, &mut waiting, &mut answers, points);
        for answer in answers {
            answer(committed.clone());
        }
    }
}

/// One transaction for every job that waits.
fn group(
    connection: &Connection,
    first: Job,
    waiting: &mut mpsc::Receiver<Job>,
    answers: &mut Vec<Answer>,
    points: CommitPoints,
) -> Result<(), StoreError> {
    if let Err(error) = execute(connection, "BEGIN IMMEDIATE") {
        answers.push(first(Err(error.clone())));
        return Err(error);
    }
    let began = Instant::now();
    let mut next = Some(first);
    while let Some(job) = next {
        answers.push(job(Ok(connection)));
        if connection.is_autocommit() {
            // A full disk or a failing one can make SQLite roll back the whole transaction, not the savepoint alone.
            return Err(StoreError::Full);
        }
        let room = answers.len() < GROUP && began.elapsed() < GROUP_TIME;
        next = if room { waiting.try_recv().ok() } else { None };
    }
    failpoint::point(points.before);
    let committed = execute(connection, "COMMIT");
    if committed.is_err() && !connection.is_autocommit() {
        let _ = execute(connection, "ROLLBACK");
    }
    failpoint::point(points.after);
    committed
}

fn execute(connection: &Connection, sql: &str) -> Result<(), StoreError> {
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// Runs `work` so that an error in it undoes what it wrote and nothing else.
pub(crate) fn in_savepoint<T, E: From<StoreError>>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    execute(connection, "SAVEPOINT job")?;
    let result = work(connection);
    if result.is_err() && !connection.is_autocommit() {
        execute(connection, "ROLLBACK TO job")?;
    }
    if !connection.is_autocommit() {
        execute(connection, "RELEASE job")?;
    }
    result
}

/// Connections that read, each query in a transaction of its own, beside the writer.
#[derive(Clone)]
pub(crate) struct Readers {
    path: PathBuf,
    idle: Arc<Mutex<Vec<Connection>>>,
    room: Arc<Semaphore>,
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Readers")
    }
}

impl Readers {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self { path, idle: Arc::default(), room: Arc::new(Semaphore::new(READERS)) }
    }

    /// Runs `work` on one state of the database, on a thread where it may block.
    pub(crate) async fn run<T, E>(&self, work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let stopped = || E::from(StoreError::Stopped);
        let permit = Arc::clone(&self.room).acquire_owned().await.map_err(|_| stopped())?;
        let (path, idle) = (self.path.clone(), Arc::clone(&self.idle));
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let kept = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = kept.map_or_else(|| open(&path), Ok)?;
            execute(&connection, "BEGIN")?;
            let result = work(&connection);
            execute(&connection, "ROLLBACK")?;
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            result
        });
        task.await.unwrap_or_else(|_| Err(stopped()))
    }
}

/// Milliseconds of a stored time.
pub(crate) fn time(millis: i64) -> Result<jiff::Timestamp, StoreError> {
    jiff::Timestamp::from_millisecond(millis).map_err(|_| StoreError::Damaged("a time"))
}

/// A duration in milliseconds, as far as there is room.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// A length as SQLite stores it.
pub(crate) fn length(bytes: u64) -> Result<i64, StoreError> {
    i64::try_from(bytes).map_err(|_| StoreError::Damaged("a length"))
}

/// Text that custody itself wrote as JSON.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::Damaged("a stored value"))
}

/// A value as JSON text.
pub(crate) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|_| StoreError::Damaged("a value to be stored"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINTS: CommitPoints = CommitPoints { before: "test.before", after: "test.after" };

    fn database(dir: &Path) -> (Writer, Readers) {
        let path = dir.join("test.sqlite");
        let connection = open(&path).unwrap();
        migrate(&connection, "CREATE TABLE t(n INTEGER UNIQUE, b BLOB)").unwrap();
        (Writer::start(connection, POINTS).unwrap(), Readers::new(path))
    }

    fn insert(n: i64, size: usize) -> impl FnOnce(&Connection) -> Result<(), StoreError> + Send {
        move |connection| {
            connection.prepare_cached("INSERT INTO t VALUES (?1, ?2)")?.execute(rusqlite::params![n, vec![0_u8; size]])?;
            Ok(())
        }
    }

    async fn count(readers: &Readers) -> i64 {
        let counted: Result<i64, StoreError> =
            readers.run(|c| Ok(c.query_row("SELECT count(*) FROM t", [], |row| row.get(0))?)).await;
        counted.unwrap()
    }

    #[tokio::test]
    async fn a_job_that_fails_takes_no_other_with_it() {
        let dir = tempfile::tempdir().unwrap();
        let (writer, readers) = database(dir.path());
        let mut tasks = tokio::task::JoinSet::new();
        for n in 0..100 {
            let writer = writer.clone();
            tasks.spawn(async move {
                writer
                    .run(move |c| {
                        insert(n, 1)(c)?;
                        if n % 10 == 0 { Err(StoreError::Damaged("test")) } else { Ok(()) }
                    })
                    .await
            });
        }
        let answers = tasks.join_all().await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 90);
        assert_eq!(count(&readers).await, 90);
    }

    #[tokio::test]
    async fn a_full_disk_is_said_and_the_writer_goes_on_when_there_is_room_again() {
        let dir = tempfile::tempdir().unwrap();
        let (writer, readers) = database(dir.path());
        let pages = |n: i64| {
            move |c: &Connection| {
                c.query_row(&format!("PRAGMA max_page_count = {n}"), [], |_| Ok(()))?;
                Ok::<(), StoreError>(())
            }
        };
        writer.run(pages(20)).await.unwrap();
        let refused = writer.run(insert(1, 1_000_000)).await;
        assert!(matches!(refused, Err(StoreError::Full)), "{refused:?}");
        writer.run(insert(2, 10)).await.unwrap();
        writer.run(pages(100_000)).await.unwrap();
        writer.run(insert(3, 1_000_000)).await.unwrap();
        assert_eq!(count(&readers).await, 2);
    }

    #[tokio::test]
    async fn a_later_version_is_not_touched() {
        let dir = tempfile::tempdir().unwrap();
        let connection = open(&dir.path().join("later.sqlite")).unwrap();
        connection.execute_batch("PRAGMA user_version = 7").unwrap();
        assert!(matches!(migrate(&connection, "CREATE TABLE t(n)"), Err(StoreError::Damaged(_))));
    }
}
