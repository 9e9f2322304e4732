//! The first frame of a child, and which program becomes one.
//!
//! A release has a program of its own for its children, `sanitizer-worker` beside the program that starts them: linked
//! statically and without what only the parent needs, it is born in two thirds of the time (docs/benchmarks.md). As the two
//! files can come apart, a child says of which build it is before it is given a job.

use crate::cage::Layer;
use serde::{Deserialize, Serialize};
use std::{
    io,
    path::{Path, PathBuf},
};

/// The sources this was built from (`build.rs`).
const BUILD: &str = env!("SANITIZER_BUILD");

/// The file name of the worker program.
const PROGRAM: &str = "sanitizer-worker";

/// What a child says once it is locked in.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Hello {
    build: String,
    layers: Vec<Layer>,
}

/// A child of other sources than its parent's: half an update.
#[derive(Debug, thiserror::Error)]
#[error("the worker program is of another build: install both programs from one release")]
struct OtherBuild;

impl Hello {
    pub(crate) fn new(layers: Vec<Layer>) -> Self {
        Self { build: BUILD.to_owned(), layers }
    }

    /// The layers it is in, if it is of our build.
    pub(crate) fn layers(self) -> io::Result<Vec<Layer>> {
        if self.build == BUILD { Ok(self.layers) } else { Err(io::Error::other(OtherBuild)) }
    }
}

/// The program that becomes a worker of the program `own`: in a release the one beside it, if it is there, else itself.
pub(crate) fn program(own: &Path) -> PathBuf {
    let beside = own.with_file_name(PROGRAM);
    // While we develop, what lies there may be older than what runs.
    if !cfg!(debug_assertions) && beside.is_file() { beside } else { own.to_owned() }
}
