//! The pure steps from an item to its end: build, check, hold what was refused and build again.
//!
//! ```text
//!   Build ──built──► Check ──accepted──► Done(Accepted)
//!     ▲                │
//!     ├────refused─────┘   at most three rounds, then the whole is held
//!     └────failed          a message held as a whole is built again as a stub: from its headers, then from the envelope
//! ```
//!
//! `sanitize` drives it in one process, `Pool` across two workers; neither decides anything itself.

use crate::{PartReport, Role, Stage};
use sanitizer_verify::{Location, Reason};

/// How often an item is built before the whole is held.
const ROUNDS: u32 = 3;

/// Where an item stands between building and its end.
#[derive(Clone, Debug)]
pub struct Settle {
    role: Role,
    stage: Stage,
    round: u32,
    hold: Vec<Location>,
    next: Next,
}

#[derive(Clone, Copy, Debug)]
enum Next {
    Build,
    Check,
    Done(Settled),
}

/// What the driver does next.
#[derive(Clone, Debug)]
pub enum Step<'a> {
    /// Build the item with these parts held, then say [`Settle::built`].
    Build {
        /// Parts that were refused so far.
        hold: &'a [Location],
        /// How much of the item may be read.
        stage: Stage,
    },
    /// Let the verifier read what was built, then say [`Settle::accepted`], [`Settle::refused`] or [`Settle::failed`].
    Check,
    /// The end.
    Done(Settled),
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// What was built last is accepted.
    Accepted,
    /// The whole is held.
    Held(Reason),
}

impl Settle {
    /// A new item that stands at `role`, to be read as far as `stage` says.
    pub const fn new(role: Role, stage: Stage) -> Self {
        Self { role, stage, round: 1, hold: Vec::new(), next: Next::Build }
    }

    /// What to do next.
    pub fn step(&self) -> Step<'_> {
        match self.next {
            Next::Build => Step::Build { hold: &self.hold, stage: self.stage },
            Next::Check => Step::Check,
            Next::Done(settled) => Step::Done(settled),
        }
    }

    /// The item was built, or is held with this reason.
    pub fn built(&mut self, held: Option<Reason>) {
        match held {
            None => self.next = Next::Check,
            Some(reason) => self.failed(reason),
        }
    }

    /// The verifier accepted it.
    pub fn accepted(&mut self) {
        self.next = Next::Done(Settled::Accepted);
    }

    /// The whole is held, or a worker failed: no answer, no memory, no time. A message still becomes a stub.
    pub fn failed(&mut self, reason: Reason) {
        let stub = match self.stage {
            _ if self.role != Role::Message => None,
            Stage::Full => Some(Stage::StubFromHeaders(reason)),
            Stage::StubFromHeaders(first) => Some(Stage::StubFromEnvelope(first)),
            Stage::StubFromEnvelope(_) => None,
        };
        match stub {
            Some(stage) => {
                self.stage = stage;
                self.next = Next::Build;
            }
            None => self.next = Next::Done(Settled::Held(reason)),
        }
    }

    /// The verifier refused the part at `output` (a place in what was built, which `report` describes).
    pub fn refused(&mut self, report: &PartReport, output: &Location) {
        let part = origin(report, output);
        if self.round >= ROUNDS || part.is_root() || self.hold.contains(&part) {
            self.failed(Reason::VerifyFailed);
            return;
        }
        self.round = self.round.saturating_add(1);
        self.hold.push(part);
        self.next = Next::Build;
    }
}

/// The place in the input whose output stands at `output`: as deep as the report can follow.
fn origin(report: &PartReport, output: &Location) -> Location {
    let mut part = report;
    for step in output.steps() {
        match part.children.iter().find(|child| child.placed == Some(*step)) {
            Some(child) => part = child,
            None => break,
        }
    }
    part.location.clone()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Claim;

    fn tree() -> PartReport {
        let mut root = PartReport::open(Location::root(), &Claim::default(), 0);
        let mut child = PartReport::open(Location::from(vec![4]), &Claim::default(), 0);
        child.placed = Some(1);
        root.children.push(child);
        root
    }

    #[test]
    fn a_refused_part_is_held_and_the_rest_built_again() {
        let mut settle = Settle::new(Role::File, Stage::Full);
        settle.built(None);
        settle.refused(&tree(), &Location::from(vec![1, 7]));
        let Step::Build { hold, .. } = settle.step() else { panic!("expected another build") };
        assert_eq!(hold, [Location::from(vec![4])]);
    }

    #[test]
    fn the_same_place_twice_holds_the_whole() {
        let mut settle = Settle::new(Role::File, Stage::Full);
        for _ in 0..2 {
            settle.built(None);
            settle.refused(&tree(), &Location::from(vec![1]));
        }
        assert!(matches!(settle.step(), Step::Done(Settled::Held(Reason::VerifyFailed))));
    }

    #[test]
    fn a_message_is_tried_as_a_stub_twice_and_keeps_its_first_reason() {
        let mut settle = Settle::new(Role::Message, Stage::Full);
        settle.failed(Reason::Timeout);
        assert!(matches!(settle.step(), Step::Build { stage: Stage::StubFromHeaders(Reason::Timeout), .. }));
        settle.failed(Reason::WorkerDied);
        assert!(matches!(settle.step(), Step::Build { stage: Stage::StubFromEnvelope(Reason::Timeout), .. }));
        settle.failed(Reason::WorkerDied);
        assert!(matches!(settle.step(), Step::Done(Settled::Held(Reason::WorkerDied))));
    }

    #[test]
    fn a_refusal_of_the_whole_is_final() {
        let mut settle = Settle::new(Role::File, Stage::Full);
        settle.built(None);
        settle.refused(&tree(), &Location::root());
        assert!(matches!(settle.step(), Step::Done(Settled::Held(Reason::VerifyFailed))));
    }
}
