//! Plain text and CSV: UTF-8, without control characters other than TAB and line ends, without direction overrides; a
//! byte order mark at the start only.

use super::Refusal;
use crate::Budget;

/// Reads text as our writers emit it.
pub(super) fn read(bytes: &[u8], budget: &mut Budget) -> Result<(), Refusal> {
    budget.expand(bytes.len() as u64)?;
    let text = std::str::from_utf8(bytes).map_err(|_| Refusal::new("text.utf8"))?;
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    if text.chars().any(|c| !is_allowed(c)) { Err(Refusal::new("text.character")) } else { Ok(()) }
}

/// Whether a character may stand in text that leaves.
pub(super) fn is_allowed(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => true,
        // Direction overrides and isolates: what is read would not be what is stored.
        // Marks and tag characters show nothing wherever they stand.
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}' => {
            false
        }
        _ => !c.is_control(),
    }
}
