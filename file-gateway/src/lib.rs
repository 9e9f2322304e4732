//! The web face: where staff bring files in on the internet side and receive what was made of them on the LGWAN side.
//!
//! ```text
//!  browser ─► internet router ─► upload ─► custody::Inbox ─► 201 from Committed
//!                                              │
//!                              back: custody worker ─► sanitizer-service ─► pool
//!                                              │
//!  browser ◄─ lgwan router ◄─ download ◄─ Clean, re-opened from blob + receipt
//! ```
//!
//! The two routers share no route by accident and no state but accounts, configuration and counters: see [`faces`].
//! Nothing of an original is ever sent to anybody; [`download`] takes a `Clean` and nothing else.

pub mod accounts;
mod api;
pub mod audit;
pub mod cli;
pub mod config;
mod download;
pub mod faces;
mod findings;
mod mailbox;
mod pages;
pub mod problem;
pub mod run;
mod secret;
pub mod serve;
pub mod session;
pub mod state;
mod upload;
mod web;
mod wording;
