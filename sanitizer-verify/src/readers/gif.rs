//! GIF: one frame, no extensions but the graphic control.

use super::Refusal;
use crate::Budget;

/// Reads it as our writer emits it.
pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    budget.expand(bytes.len() as u64)?;
    Err(Refusal::new("gif.no_reader"))
}
