//! ZIP as the core writes it: one local header for each directory entry, nothing between (APPNOTE 6.3).

use super::Refusal;
use crate::Budget;

/// Reads it as our writer emits it.
pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    budget.expand(bytes.len() as u64)?;
    Err(Refusal::new("zip.no_reader"))
}
