//! The states of an item and of each recipient, and the only transitions there are.
//!
//! ```text
//!              pull            take                  sanitized            take
//!   (inbox) ─────────► received ────► sanitizing ───────────────► ready ────────► delivering ──► delivered
//!                         ▲  ▲            │ │ ▲                     │  ▲             │ │ │ │ ▲
//!                         │  └── retry ───┘ │ └ lease ran out       │  └── retry ────┘ │ │ │ └ lease ran out
//!                         │                 │                       │                  │ │ │
//!                       rerun               ├──► held ◄─────────────┤ (output does     │ │ └► bounced
//!                         │                 │     │ │               │  not match)      │ │
//!                         └─────────────────┼─────┘ └──► expired ◄──┤ ◄────────────────┤ │
//!                                           │               ▲       │                  │ │
//!                                           └── held ◄──────┼───────┼──────────────────┘ │
//!                                                           │       │ fetched            ▼
//!                                                           └───────┼──────────────── deferred ──► delivering
//!                                                                   └──► delivered
//! ```
//!
//! A mail that is held as a whole is `ready` with its stub; its verdict says held. `held` is a file that is held, or a mail for
//! which not even a stub may leave. For a file, `delivered` means that its receiver has fetched it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// At least one recipient will never get it; the others have it.
    Bounced,
    /// Not delivered to everyone yet; due again later.
    Deferred,
    /// Every recipient's server has it, or the receiver has fetched it.
    Delivered,
    /// Someone holds a lease to deliver it.
    Delivering,
    /// Its time ran out.
    Expired,
    /// Nothing of it may leave; the reason is recorded.
    Held,
    /// Sanitized; waits for delivery or to be fetched.
    Ready,
    /// In the ledger, not looked at yet.
    Received,
    /// Someone holds a lease to sanitize it.
    Sanitizing,
}

use State::{Bounced, Deferred, Delivered, Delivering, Expired, Held, Ready, Received, Sanitizing};

impl State {
    /// Every state.
    pub const ALL: [State; 9] = [Bounced, Deferred, Delivered, Delivering, Expired, Held, Ready, Received, Sanitizing];

    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Bounced => "bounced",
            Deferred => "deferred",
            Delivered => "delivered",
            Delivering => "delivering",
            Expired => "expired",
            Held => "held",
            Ready => "ready",
            Received => "received",
            Sanitizing => "sanitizing",
        }
    }

    /// Nothing follows it.
    pub fn is_final(self) -> bool {
        matches!(self, Bounced | Delivered | Expired)
    }

    /// The number in the ledger. Never renumber: stored rows carry them.
    pub(crate) fn number(self) -> i64 {
        match self {
            Received => 1,
            Sanitizing => 2,
            Ready => 3,
            Delivering => 4,
            Deferred => 5,
            Held => 6,
            Delivered => 7,
            Bounced => 8,
            Expired => 9,
        }
    }

    pub(crate) fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.number() == number)
    }

    /// The next state, if the drawing above has that arrow.
    pub(crate) fn to(self, next: State) -> Result<State, IllegalTransition> {
        let legal = match self {
            Received => matches!(next, Sanitizing),
            Sanitizing => matches!(next, Sanitizing | Received | Ready | Held),
            Ready => matches!(next, Delivering | Delivered | Held | Expired),
            Delivering => matches!(next, Delivering | Ready | Deferred | Delivered | Bounced | Held | Expired),
            Deferred => matches!(next, Delivering | Expired),
            Held => matches!(next, Received | Expired),
            Bounced | Delivered | Expired => false,
        };
        if legal { Ok(next) } else { Err(IllegalTransition { from: self, to: next }) }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Someone asked for a step that the state machine does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an item cannot go from {from} to {to}")]
pub struct IllegalTransition {
    /// Where it is.
    pub from: State,
    /// Where it was to go.
    pub to: State,
}

/// Where a mail is for one of its recipients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipientState {
    /// Will never get it.
    Bounced,
    /// The next hop said later.
    Deferred,
    /// The next hop has taken it.
    Delivered,
    /// Not tried yet.
    Pending,
}

impl RecipientState {
    /// Every state.
    pub const ALL: [RecipientState; 4] = [Self::Bounced, Self::Deferred, Self::Delivered, Self::Pending];

    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Bounced => "bounced",
            Self::Deferred => "deferred",
            Self::Delivered => "delivered",
            Self::Pending => "pending",
        }
    }

    /// Nothing is left to do for this recipient.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Bounced | Self::Delivered)
    }

    pub(crate) fn number(self) -> i64 {
        match self {
            Self::Pending => 1,
            Self::Deferred => 2,
            Self::Delivered => 3,
            Self::Bounced => 4,
        }
    }

    pub(crate) fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.number() == number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One row a state: where it may go.
    const TABLE: [(State, &[State]); 9] = [
        (Received, &[Sanitizing]),
        (Sanitizing, &[Sanitizing, Received, Ready, Held]),
        (Ready, &[Delivering, Delivered, Held, Expired]),
        (Delivering, &[Delivering, Ready, Deferred, Delivered, Bounced, Held, Expired]),
        (Deferred, &[Delivering, Expired]),
        (Held, &[Received, Expired]),
        (Delivered, &[]),
        (Bounced, &[]),
        (Expired, &[]),
    ];

    #[test]
    fn every_pair_of_states_is_decided() {
        for (from, legal) in TABLE {
            for to in State::ALL {
                let wanted = if legal.contains(&to) { Ok(to) } else { Err(IllegalTransition { from, to }) };
                assert_eq!(from.to(to), wanted);
            }
            assert_eq!(from.is_final(), legal.is_empty(), "{from}");
        }
    }

    #[test]
    fn nothing_reaches_a_receiver_without_having_been_ready() {
        for (from, legal) in TABLE {
            if legal.contains(&Delivering) || legal.contains(&Delivered) {
                assert!(matches!(from, Ready | Deferred | Delivering), "{from}");
            }
        }
    }

    #[test]
    fn numbers_come_back() {
        for state in State::ALL {
            assert_eq!(State::from_number(state.number()), Some(state));
        }
        for state in RecipientState::ALL {
            assert_eq!(RecipientState::from_number(state.number()), Some(state));
        }
        assert_eq!(State::from_number(0), None);
    }
}
