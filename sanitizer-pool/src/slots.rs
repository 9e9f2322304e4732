//! The children of one kind: how many may work at once, which wait for a job, how they ended.

use crate::{
    cage::Layer,
    child::{Broken, Child},
    end::{Counters, End, Ends},
    job::Sharing,
    kind::Kind,
    nursery::{Nursery, Purpose},
    sharing,
};
use std::{
    io,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The children of one kind.
pub(crate) struct Slots {
    pub kind: Kind,
    nursery: Arc<Nursery>,
    permits: Arc<Semaphore>,
    waiting: Mutex<Waiting>,
    counters: Counters,
    /// The layers the first child was in: one that is in fewer gets no job.
    layers: OnceLock<Vec<Layer>>,
    /// Children to keep ready.
    ready: usize,
}

/// Children without a job.
#[derive(Default)]
struct Waiting {
    /// They have read nothing yet.
    fresh: Vec<Child>,
    /// They have served text, and may serve more of it.
    shared: Vec<Child>,
    /// Being started for `fresh`.
    coming: usize,
}

/// The right to one child, and the child. Dropping the guard with the child still in it kills the child: a job that
/// was abandoned half-way must not leave a child that would answer the next one.
pub(crate) struct Slot {
    _permit: OwnedSemaphorePermit,
    sharing: Sharing,
    pub child: Child,
}

impl Slots {
    pub(crate) fn new(kind: Kind, nursery: Arc<Nursery>) -> Arc<Self> {
        let workers = nursery.config().workers.max(1);
        Arc::new(Self {
            kind,
            nursery,
            permits: Arc::new(Semaphore::new(workers)),
            waiting: Mutex::default(),
            counters: Counters::default(),
            layers: OnceLock::new(),
            ready: workers.saturating_mul(kind.row().ready),
        })
    }

    /// Starts the children that are to wait ready, and says which layers they are in.
    pub(crate) async fn fill(&self) -> io::Result<Vec<Layer>> {
        while self.idle() < self.ready {
            let child = self.start().await?;
            self.lock().fresh.push(child);
        }
        Ok(self.layers.get().cloned().unwrap_or_default())
    }

    /// Waits for a free place and takes a child that is ready, or starts one.
    pub(crate) async fn take(self: &Arc<Self>, sharing: Sharing) -> io::Result<Slot> {
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        let ready = match sharing {
            Sharing::Own => self.pop(|waiting| &mut waiting.fresh),
            Sharing::Text => self.pop(|waiting| &mut waiting.shared).or_else(|| self.pop(|waiting| &mut waiting.fresh)),
        };
        self.replenish();
        let child = match ready {
            Some(child) => child,
            None => self.start().await?,
        };
        Ok(Slot { _permit: permit, sharing, child })
    }

    /// A waiting child. One that died or spoke while it waited did so without a job, so no job pays for it.
    fn pop(&self, of: impl Fn(&mut Waiting) -> &mut Vec<Child>) -> Option<Child> {
        loop {
            let mut child = of(&mut self.lock()).pop()?;
            if child.is_sound() {
                return Some(child);
            }
            self.counters.ended(if child.is_alive() { End::Garbage } else { End::Exit });
            tokio::spawn(child.kill());
        }
    }

    /// Has as many started as are missing, without waiting for them.
    fn replenish(self: &Arc<Self>) {
        let mut waiting = self.lock();
        let missing = self.ready.saturating_sub(waiting.fresh.len().saturating_add(waiting.coming));
        waiting.coming = waiting.coming.saturating_add(missing);
        drop(waiting);
        for _ in 0..missing {
            let slots = Arc::clone(self);
            tokio::spawn(async move {
                let started = slots.start().await;
                let mut waiting = slots.lock();
                waiting.coming = waiting.coming.saturating_sub(1);
                match started {
                    Ok(child) => waiting.fresh.push(child),
                    // The job that would have had it starts one itself, and says so if that fails too.
                    Err(error) => tracing::error!(kind = slots.kind.name(), kind_of_error = %error.kind(), "no child"),
                }
            });
        }
    }

    async fn start(&self) -> io::Result<Child> {
        let room = self.nursery.room();
        let mut started = self.nursery.start(Purpose::Serve(self.kind)).await?;
        let expected = self.layers.get_or_init(|| started.layers.clone());
        let lacks = |layers: &[Layer]| expected.iter().any(|layer| !layers.contains(layer));
        if lacks(&started.layers) {
            // The room may be gone.
            self.nursery.renew_room(room).await;
            started.kill().await;
            started = self.nursery.start(Purpose::Serve(self.kind)).await?;
        }
        if lacks(&started.layers) {
            tracing::error!(kind = self.kind.name(), "a child is in fewer layers than those before it: it gets no job");
            started.kill().await;
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        Ok(Child::new(started))
    }

    /// The job of this child was answered. It is kept if it may serve more, else killed.
    pub(crate) fn answered(&self, slot: Slot, panicked: bool) {
        self.counters.answered();
        if panicked {
            self.counters.ended(End::Panic);
            tracing::warn!(kind = self.kind.name(), end = %End::Panic, "a worker panicked");
        }
        if slot.sharing == Sharing::Text && !panicked && slot.child.served < sharing::MOST {
            self.lock().shared.push(slot.child);
        } else {
            tokio::spawn(slot.child.kill());
        }
    }

    /// The job of this child was not answered.
    pub(crate) async fn broken(&self, slot: Slot, broken: Broken) -> End {
        let end = slot.child.autopsy(broken).await;
        self.ended(end)
    }

    /// The time of this child's job is over.
    pub(crate) async fn late(&self, slot: Slot) -> End {
        slot.child.kill().await;
        self.ended(End::Timeout)
    }

    fn ended(&self, end: End) -> End {
        self.counters.ended(end);
        tracing::warn!(kind = self.kind.name(), %end, "a worker ended without an answer");
        end
    }

    pub(crate) fn ends(&self) -> Ends {
        self.counters.read()
    }

    /// Children that wait for a job.
    pub(crate) fn idle(&self) -> usize {
        let waiting = self.lock();
        waiting.fresh.len().saturating_add(waiting.shared.len())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Waiting> {
        // A list of waiting children is whole whoever panicked beside it.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
