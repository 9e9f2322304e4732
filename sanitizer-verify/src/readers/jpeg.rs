//! JPEG: the markers our encoder writes, and no others (ITU-T T.81).

use super::Refusal;
use crate::Budget;

/// Reads it as our writer emits it.
pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    budget.expand(bytes.len() as u64)?;
    Err(Refusal::new("jpeg.no_reader"))
}
