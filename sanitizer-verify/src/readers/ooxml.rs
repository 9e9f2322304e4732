//! Office Open XML packages: parts, relationships, content types and vocabulary by allow-list (ECMA-376).

use super::Refusal;
use crate::{Budget, Format};

/// Reads a package whose main part must be of `format`, as our writer emits it.
pub(super) fn read(format: Format, bytes: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    budget.expand(bytes.len() as u64)?;
    match format {
        Format::Docx | Format::Xlsx => Err(Refusal::new("ooxml.no_reader")),
        _ => Err(Refusal::new("ooxml.format")),
    }
}
