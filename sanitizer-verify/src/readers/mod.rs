//! The strict readers, one family a file. Each accepts what our writers emit and nothing else.
//!
//! A reader gets bytes and a budget and says yes or where not. [`read`] is the only recursion: a container's reader
//! calls it for each child, through [`Refusal::child`] so that the place stays an index path from the top.

use crate::{Budget, Exceeded, Format, Location, Outline};

/// What was built is not on the verifier's allow-list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The place, as an index path through the **output** (entry index of a ZIP or package, part index of a mail).
    pub at: Location,
    /// The rule that was broken: a fixed code such as `png.chunk`, never text from the input.
    pub rule: &'static str,
}

impl Refusal {
    /// A refusal of the item itself.
    pub const fn new(rule: &'static str) -> Self {
        Self { at: Location::root(), rule }
    }

    /// The same refusal seen from the parent, in which the item has this index.
    #[must_use]
    pub fn child(self, index: u32) -> Self {
        Self { at: self.at.under(index), rule: self.rule }
    }
}

impl From<Exceeded> for Refusal {
    fn from(exceeded: Exceeded) -> Self {
        Self::new(match exceeded {
            Exceeded::Depth => "limit.depth",
            Exceeded::Entries => "limit.entries",
            Exceeded::Expanded => "limit.expanded",
            Exceeded::Input => "limit.input",
            Exceeded::Objects => "limit.objects",
            Exceeded::Pixels => "limit.pixels",
        })
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} at {}", self.rule, self.at)
    }
}

impl std::error::Error for Refusal {}

/// Reads `bytes` as `format`. A format without a reader is refused.
pub(crate) fn read(format: Format, bytes: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    budget.enter()?;
    let result = dispatch(format, bytes, budget);
    budget.leave();
    result
}

fn dispatch(format: Format, bytes: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    match format {
        Format::Csv | Format::Text => text::read(bytes, budget),
        Format::Docx | Format::Xlsx => ooxml::read(format, bytes, budget),
        Format::Gif => gif::read(bytes, budget),
        Format::Ics => ics::read(bytes, budget),
        Format::Jpeg => jpeg::read(bytes, budget),
        Format::Mail => mail::read(bytes, budget),
        Format::Pdf => pdf::read(bytes, budget),
        Format::Png => png::read(bytes, budget),
        Format::Vcf => vcf::read(bytes, budget),
        Format::Zip => zip::read(bytes, budget),
        _ => Err(Refusal::new("format.no_reader")),
    }
}

/// Tells what is in `bytes`, which [`read`] accepted.
pub(crate) fn outline(format: Format, bytes: &[u8], budget: &mut Budget) -> Result<Outline, Refusal> {
    budget.enter()?;
    let result = match format {
        Format::Docx | Format::Xlsx => zip::outline(bytes, false, budget),
        Format::Mail => mail::outline(bytes, budget),
        Format::Pdf => pdf::outline(bytes, budget),
        Format::Zip => zip::outline(bytes, true, budget),
        _ => Ok(Outline::leaf(bytes)),
    };
    budget.leave();
    result.map(|outline| Outline { format: Some(format), ..outline })
}

mod bytes;
mod font;
mod gif;
mod ics;
mod jpeg;
mod lines;
mod mail;
mod ooxml;
mod pdf;
mod png;
mod text;
mod vcf;
mod xml;
mod zip;
