//! What both faces share: configuration, roles, the sanitizing handler, a `Clean` from blob and receipt, metrics, start
//! and stop.
//!
//! ```text
//!  Inbox ──keep──► ledger ──take──► handler ──► Pool ──► Settlement ──► ledger + blobs ──outputs::open──► Clean
//!  (face's listener appends)        this crate                                             (face delivers)
//! ```
//!
//! The faces never know each other; both know this crate. It parses no content: that is the pool's children's work.

pub mod config;
pub mod handler;
pub mod logging;
pub mod management;
pub mod metrics;
pub mod outputs;
pub mod records;
pub mod runtime;
pub mod shutdown;

pub use config::{Config, ConfigError, Role, SandboxLevel};
pub use handler::Sanitize;
pub use outputs::{OpenError, Opened};
pub use runtime::{Back, StartError};
