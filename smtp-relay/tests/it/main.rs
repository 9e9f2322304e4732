//! The relay's tests: conversations without a process, and real processes end to end.

mod attachments;
mod conversation;
mod delivery;
mod intake;
mod kill;
mod sink;
mod support;
