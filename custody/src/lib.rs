//! Custody: what is kept and proven. Nothing accepted is lost, and every item is accounted for.
//!
//! ```text
//!  listener ──► Inbox::append ──► Committed ──► 250 / 201        (inbox.sqlite: all that the Internet side may touch)
//!                     │
//!                     ▼ pull                                     (the back alone, from here on)
//!               Custody (ledger.sqlite + blobs) ──► take ──► Claimed ──► Handler ──► Settlement ──► settle
//!                     │                                                                               │
//!                     └── audit chain, in the same transaction as every change of state ◄─────────────┘
//! ```
//!
//! At-least-once: an item can be handed to a handler again after a crash or a lost lease. Where a duplicate can arise is written at
//! [`Custody::settle`] and [`Inbox::append`]. Custody knows nothing of formats, reports or protocols: it stores their bytes.

pub mod audit;
mod blobs;
mod clock;
mod db;
mod error;
pub mod failpoint;
mod id;
mod inbox;
mod item;
mod ledger;
mod receipt;
mod settlement;
mod state;
pub mod worker;

pub use clock::Clock;
pub use error::{AppendError, OutputError, SettleError, StoreError};
pub use id::{ItemId, Kind, NotAnId};
pub use inbox::{Committed, Inbox, InboxConfig, Incoming};
pub use item::{Count, Filter, Item, NewItem, Recipient, Status, Summary, Verdict};
pub use ledger::{Claimed, Custody, CustodyConfig, OpenError, Retention, Stage};
pub use receipt::{NotAReceipt, ReceiptNumber};
pub use settlement::{FollowUp, NewOutput, RecipientOutcome, RecipientResult, Settlement, StoredOutput};
pub use state::{IllegalTransition, RecipientState, State};
