//! Delivery: a `Clean`, its recipients and a next hop; an answer for each recipient.
//!
//! ```text
//! Claimed ─► Clean (blob held against its receipt) ─► by next hop ─► hop::Hop::send ─► Answer a recipient ─► Settlement
//! ```

mod answer;
mod bounce;
mod handler;
mod hop;
mod wire;

pub use answer::{Answer, EnhancedCode};
pub use handler::Deliver;
pub use hop::{Hop, HopConfig};
