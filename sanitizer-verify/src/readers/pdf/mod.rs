//! PDF as the core writes it (ISO 32000), read with `hayro-syntax`.
//!
//! Three passes: objects, table and trailer must fill the file without a gap ([`layout`]); then each object is read
//! from the root on under the role it stands in, and may have the keys of that role and no others ([`walk`], [`rules`]);
//! last, every object must have been met. Streams are inflated and read by what they are ([`content`], [`streams`]).

mod content;
mod layout;
mod outline;
mod rules;
mod scan;
mod streams;
mod walk;

use super::Refusal;
use crate::Budget;
pub(super) use outline::outline;

/// Reads it as our writer emits it.
pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    budget.expand(bytes.len() as u64)?;
    let objects = layout::check(bytes, budget)?;
    // A copy, because `hayro-syntax` keeps what it reads.
    budget.expand(bytes.len() as u64)?;
    let pdf = hayro_syntax::Pdf::new(bytes.to_vec()).map_err(|_| Refusal::new("pdf.second_reader"))?;
    let pages = walk::check(&pdf, objects, budget)?;
    if pdf.pages().len() == pages { Ok(()) } else { Err(Refusal::new("pdf.page_count")) }
}

#[cfg(test)]
mod tests;
