//! The thread that starts children, so that it is nobody's death but the pool's that ends them.
//!
//! The kernel's "kill me when my parent ends" means the *thread* that started the child. A thread of the runtime may end
//! at any time; this one ends when the pool is dropped, and with it every child. Starting blocks until the new program is
//! in place, which is no business of the runtime's threads either.

use crate::{
    answer,
    cage::{Layer, probe::Probe},
    child::Started,
    kind::Kind,
    pool::PoolConfig,
    worker::ARGUMENT,
};
use rustix::process::Pid;
use std::{
    io,
    process::Stdio,
    sync::{Mutex, PoisonError, mpsc},
    thread,
};
use tokio::{process::Command, runtime::Handle, sync::oneshot};

/// What the room's process is called in the worker's argument.
pub(crate) const ROOM: &str = "room";

/// Starts children of one pool.
pub(crate) struct Nursery {
    config: PoolConfig,
    orders: mpsc::Sender<Order>,
    room: Mutex<Option<(Pid, Started)>>,
    /// One at a time makes a new room.
    renewing: tokio::sync::Mutex<()>,
}

struct Order {
    command: Command,
    reply: oneshot::Sender<io::Result<tokio::process::Child>>,
}

/// What a child is started for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose<'a> {
    /// To own the empty namespaces.
    Room,
    /// To serve jobs.
    Serve(Kind),
    /// To try something, with some layers left out.
    Probe { kind: Kind, probe: Probe, without: &'a [Layer], port: u16 },
}

impl Nursery {
    /// Starts the thread, and the room where the kernel allows one.
    pub(crate) async fn open(config: PoolConfig) -> io::Result<Self> {
        let (orders, waiting) = mpsc::channel::<Order>();
        let runtime = Handle::current();
        thread::Builder::new().name("nursery".to_owned()).spawn(move || {
            let _runtime = runtime.enter();
            for mut order in waiting {
                // Nobody waits any more: what was started is dropped, and so killed.
                let _ = order.reply.send(order.command.spawn());
            }
        })?;
        let nursery = Self { config, orders, room: Mutex::new(None), renewing: tokio::sync::Mutex::new(()) };
        nursery.renew_room(None).await;
        Ok(nursery)
    }

    pub(crate) const fn config(&self) -> &PoolConfig {
        &self.config
    }

    /// Starts a process and waits for its hello.
    pub(crate) async fn start(&self, purpose: Purpose<'_>) -> io::Result<Started> {
        let mut started = Started::new(self.spawn(self.command(purpose)).await?)?;
        let hello = tokio::time::timeout(self.config.wall, answer::hello(&mut started.stdout)).await;
        started.layers = hello.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        Ok(started)
    }

    /// Has the thread run a command.
    pub(crate) async fn spawn(&self, command: Command) -> io::Result<tokio::process::Child> {
        let (reply, started) = oneshot::channel();
        self.orders.send(Order { command, reply }).map_err(|_| io::ErrorKind::BrokenPipe)?;
        started.await.map_err(|_| io::ErrorKind::BrokenPipe)?
    }

    /// Makes an empty room in place of `gone`, unless another has done so by now.
    pub(crate) async fn renew_room(&self, gone: Option<Pid>) {
        let _renewing = self.renewing.lock().await;
        if self.room() != gone {
            return;
        }
        let room = match self.start(Purpose::Room).await {
            Ok(room) => room.pid().map(|pid| (pid, room)),
            Err(_) => None,
        };
        *self.room.lock().unwrap_or_else(PoisonError::into_inner) = room;
    }

    /// The process that owns the empty namespaces.
    pub(crate) fn room(&self) -> Option<Pid> {
        self.room.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|(pid, _)| *pid)
    }

    fn command(&self, purpose: Purpose<'_>) -> Command {
        let (name, kind) = match purpose {
            Purpose::Room => (ROOM, None),
            Purpose::Serve(kind) | Purpose::Probe { kind, .. } => (kind.name(), Some(kind)),
        };
        let percent = kind.map_or(100, |kind| kind.row().memory);
        let memory = self.config.memory.saturating_mul(percent) / 100;
        let room = self.room().map_or(0, |pid| pid.as_raw_nonzero().get());
        let mut command = Command::new(&self.config.program);
        command.arg(format!("{ARGUMENT}{name}")).arg(memory.to_string()).arg(room.to_string());
        if let Purpose::Probe { probe, without, port, .. } = purpose {
            let without: Vec<_> = without.iter().map(|layer| layer.code()).collect();
            command.arg(probe.name()).arg(port.to_string()).arg(without.join(","));
        }
        command
            // Nothing that would keep the standard library from posix_spawn, which does not copy this process first: the
            // child changes its folder itself.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true);
        command
    }
}
