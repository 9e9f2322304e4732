//! The mail face: takes Internet mail by SMTP, has it made harmless, and passes the result to the next hop.
//!
//! ```text
//! inbound (front) ──► custody's inbox ──► worker: sanitize ──► worker: deliver ──► next hop      (back)
//!   protocol: SMTP without I/O              sanitizer-service      queue: when, route: where
//! ```
//!
//! Nothing accepted is lost; a message may arrive twice. The two places where that can happen: the process dies after the
//! inbox has the message and before the client has read the 250, and the process or the connection dies after the next hop has
//! taken the message and before the ledger says so.

pub mod cli;
pub mod config;
pub mod deliver;
pub mod inbound;
pub mod mailbox;
pub mod protocol;
pub mod queue;
pub mod route;
pub mod run;
