//! PNG: the chunks our encoder writes, and no others (ISO/IEC 15948).

use super::Refusal;
use crate::Budget;

/// Reads it as our writer emits it.
pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    budget.expand(bytes.len() as u64)?;
    Err(Refusal::new("png.no_reader"))
}
