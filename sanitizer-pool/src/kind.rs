//! The table of kinds of child. A kind more (convert, render) is one more row here and its loop in `worker.rs`.

use crate::cage::Filter;

/// What one kind of child is given.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// Its name: the worker's argument, and the label in metrics.
    pub name: &'static str,
    /// What it does, for docs/sandbox.md.
    pub does: &'static str,
    /// The system calls it may make.
    pub filter: Filter,
    /// Its memory ceiling, in percent of the configured one.
    pub memory: u64,
    /// Its wall time for one step of a job, in percent of the configured one.
    pub wall: u32,
    /// Children started ahead, for each configured worker.
    pub ready: usize,
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $kind:ident $row:expr;)*) => {
        /// A kind of child.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind { $($(#[doc = $doc])* $kind,)* }

        impl Kind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            pub(crate) const fn row(self) -> Row {
                match self { $(Self::$kind => $row,)* }
            }
        }
    };
}

kinds! {
    /// Builds items anew.
    Disarm Row {
        name: "disarm",
        does: "reads what came in and builds it anew",
        filter: Filter::Compute,
        memory: 100,
        wall: 100,
        ready: 1,
    };
    /// Accepts or refuses what was built.
    Verify Row {
        name: "verify",
        does: "reads what was built and accepts or refuses it",
        filter: Filter::Compute,
        memory: 100,
        wall: 100,
        ready: 1,
    };
}

impl Kind {
    /// Its name, as in metrics and as the worker's argument.
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}
