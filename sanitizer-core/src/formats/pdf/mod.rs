//! PDF: a new document filled by reachability from an allow-listed root (ISO 32000).
//!
//! ```text
//!  syntax::pdf::File ──► catalog ──► pages ──► content ──► resources: fonts, images, forms, patterns, …
//!  (last revision only)     │          └──► annots          each once, under the kind it is used as
//!                           └──► outlines, labels, layers
//!                                      ▼
//!                     Builder.out ──► renumber ──► syntax::pdf::write
//! ```
//!
//! Nothing is copied: each value is read under the shape the standard gives it at that place and written anew, every
//! stream is decoded and compressed again, every content stream is read operator by operator. What no shape asks for is
//! never looked at, so it cannot come along.

mod annots;
mod builder;
mod catalog;
mod cmap;
mod color;
mod content;
mod dest;
mod fonts;
mod forms;
mod functions;
mod images;
mod inline;
mod layers;
mod link;
mod operators;
mod outlines;
mod pages;
mod patterns;
mod renumber;
mod resources;
mod shape;
mod text;

use crate::{Context, Disarm, DisarmError, syntax::pdf::write};
use builder::Builder;
use sanitizer_verify::{Format, Rebuilt, Untrusted};

/// PDF: a new document filled by reachability from an allow-listed root (ISO 32000).
#[derive(Clone, Copy, Debug)]
pub(super) struct Pdf;

impl Disarm for Pdf {
    fn formats(&self) -> &'static [Format] {
        &[Format::Pdf]
    }

    fn disarm(&self, input: Untrusted<'_>, cx: &mut Context<'_>) -> Result<Rebuilt, DisarmError> {
        let bytes = input.load(cx.budget())?;
        let mut builder = Builder::open(&bytes, cx)?;
        let root = builder.catalog()?;
        let objects = builder.finish(root);
        Ok(Rebuilt::new(Format::Pdf, write::document(&objects)))
    }
}

#[cfg(test)]
mod tests;
