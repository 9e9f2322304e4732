//! What handlers work with: what both faces share, and what each face alone may reach.

use crate::{accounts::Accounts, audit::Auditor, config::Config, faces::Face, problem::Failure};
use axum::extract::FromRef;
use custody::{Clock, Custody, Inbox};
use sanitizer_core::Policy;
use sanitizer_pool::Pool;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// What both faces share.
#[derive(Clone)]
pub struct Shared {
    /// Which face this is.
    pub face: Face,
    /// Who may sign in.
    pub accounts: Accounts,
    /// The configuration.
    pub config: Arc<Config>,
    /// Where the time comes from.
    pub clock: Clock,
    /// The way into the audit chain, and no way out of it.
    pub audit: Auditor,
    /// Whether this machine lacks layers that lock workers in: every page says so, in red.
    pub exposed: bool,
    /// Password hashing takes 19 MiB and a core: so many at a time.
    pub(crate) hashing: Arc<Semaphore>,
}

/// How many passwords are hashed at a time.
const HASHING: usize = 2;

impl Shared {
    /// What both faces share, as seen from `face`.
    pub fn new(face: Face, accounts: Accounts, config: Arc<Config>, clock: Clock, audit: Auditor) -> Self {
        Self { face, accounts, config, clock, audit, exposed: false, hashing: Arc::new(Semaphore::new(HASHING)) }
    }

    /// The same for the other face: both hash with the same ceiling.
    #[must_use]
    pub fn facing(&self, face: Face) -> Self {
        Self { face, ..self.clone() }
    }

    /// Seconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.clock.now().as_second()
    }
}

/// The internet face: it can put into the inbox, and read there what the back has published.
#[derive(Clone)]
pub struct Internet {
    shared: Shared,
    /// The way in.
    pub(crate) inbox: Inbox,
    /// So many uploads at a time.
    pub(crate) uploads: Arc<Semaphore>,
}

impl Internet {
    /// The internet face over an inbox.
    pub fn new(shared: &Shared, inbox: Inbox) -> Self {
        let uploads = Arc::new(Semaphore::new(shared.config.upload.parallel));
        Self { shared: shared.facing(Face::Internet), inbox, uploads }
    }
}

impl FromRef<Internet> for Shared {
    fn from_ref(state: &Internet) -> Self {
        state.shared.clone()
    }
}

/// The lgwan face: it reads the ledger and hands out what is clean.
#[derive(Clone)]
pub struct Lgwan {
    shared: Shared,
    /// Items, reports, outputs.
    pub(crate) custody: Custody,
    /// Where a message of the development mailbox is made clean again.
    pub(crate) pool: Arc<Pool>,
    /// Under which policy.
    pub(crate) policy: Arc<Policy>,
}

impl Lgwan {
    /// The lgwan face over a ledger and a pool.
    pub fn new(shared: &Shared, custody: Custody, pool: Arc<Pool>, policy: Arc<Policy>) -> Self {
        Self { shared: shared.facing(Face::Lgwan), custody, pool, policy }
    }

    /// What both faces share.
    pub(crate) fn shared(&self) -> &Shared {
        &self.shared
    }
}

impl FromRef<Lgwan> for Shared {
    fn from_ref(state: &Lgwan) -> Self {
        state.shared.clone()
    }
}

/// Runs something that blocks where it may.
pub(crate) async fn blocking<T: Send + 'static>(job: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    Ok(tokio::task::spawn_blocking(job).await?)
}
