//! From `Rebuilt` to `Clean`, or a refusal that names the place.

use crate::{Budget, Clean, Limits, Rebuilt, readers, readers::Refusal};

/// Reads the built bytes again with this crate's own readers and accepts them if nothing in them is off the allow-list.
///
/// Walks into nested parts by its own recursion, on a budget of its own.
pub fn verify(rebuilt: Rebuilt, limits: &Limits) -> Result<Clean, Refusal> {
    let mut budget = Budget::new(limits);
    readers::read(rebuilt.format(), rebuilt.bytes(), &mut budget)?;
    Ok(Clean::accepted(rebuilt))
}
