//! Mail as the core writes it: header allow-list, one text body, attachments.

use super::Refusal;
use crate::Budget;

/// Reads it as our writer emits it.
pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    budget.expand(bytes.len() as u64)?;
    Err(Refusal::new("mail.no_reader"))
}
