//! Integration tests of the core, one binary.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests read their own files and stop where something is off")]

mod convert;
mod differential;
mod fuzz;
mod layers;
mod ledger;
mod mail;
mod pictures;
mod properties;
mod schema;
