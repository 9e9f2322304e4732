//! Custody as its callers see it.

mod audit;
mod inbox;
mod ledger;
mod outputs;
mod support;
mod two;
mod worker;
