//! Integration tests of the core, one binary.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests read their own files and stop where something is off")]

mod layers;
mod fuzz;
mod ledger;
mod mail;
mod pictures;
mod properties;
mod schema;
