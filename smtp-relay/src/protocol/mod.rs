//! SMTP without I/O (RFC 5321): bytes in, commands, replies and message content out.
//!
//! ```text
//! bytes ─► lines::take ─► command::parse ─► Session::command ─► Reply ─► bytes
//!                                              │ DATA
//!                                              ▼
//!                                        data::Decoder ─► content, or why it is refused
//! ```
//!
//! Nothing here opens a socket, reads a clock or waits; `inbound` does. This is one of the few places where hostile
//! bytes are read outside a worker, so all of it is small, without indexing, and tested with every sequence that
//! looks like an end of data.

pub mod address;
pub mod command;
pub mod data;
pub mod hops;
pub mod lines;
pub mod reply;
pub mod session;
