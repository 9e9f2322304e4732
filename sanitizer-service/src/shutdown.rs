//! Stopping: SIGTERM and SIGINT ask once, and everyone hears it.

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

/// Hears of a shutdown; clone it for each task.
#[derive(Clone, Debug)]
pub struct Shutdown(watch::Receiver<bool>);

/// Asks for a shutdown.
#[derive(Debug)]
pub struct Trigger(watch::Sender<bool>);

/// A shutdown that is asked for by its trigger alone.
pub fn channel() -> (Trigger, Shutdown) {
    let (sender, receiver) = watch::channel(false);
    (Trigger(sender), Shutdown(receiver))
}

/// A shutdown that SIGTERM or SIGINT asks for. Call inside a runtime.
pub fn on_signals() -> std::io::Result<Shutdown> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (trigger, shutdown) = channel();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!(event = "service_stop", "stopping");
        trigger.ask();
        // Kept alive so that the receivers see the value and not a dropped sender; both mean stop.
        trigger.0.closed().await;
    });
    Ok(shutdown)
}

impl Trigger {
    /// Asks everyone to stop.
    pub fn ask(&self) {
        self.0.send_replace(true);
    }
}

impl Shutdown {
    /// Resolves when a shutdown was asked for.
    pub async fn requested(&mut self) {
        // An error means that the trigger is gone, which is a shutdown as well.
        let _ = self.0.wait_for(|asked| *asked).await;
    }

    /// Whether it was asked for.
    pub fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// For custody's loops.
    pub fn receiver(&self) -> watch::Receiver<bool> {
        self.0.clone()
    }
}
