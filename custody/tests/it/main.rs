//! Custody as its callers see it.

#![expect(clippy::unwrap_used, reason = "a test that fails may panic")]

mod audit;
mod inbox;
mod ledger;
mod outputs;
mod support;
mod two;
mod worker;
